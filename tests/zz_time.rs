mod common;
#[path = "hostile/specs.rs"]
mod specs;
use std::time::Instant;
#[test]
fn t() {
    let spec = specs::all().remove(0);
    let text = serde_json::to_string_pretty(&spec).unwrap().replace("vpc-0a1b2c3d4e5f67890", "x");
    let n = 50;
    let go = |name: &str, f: &mut dyn FnMut()| {
        let a = Instant::now();
        for _ in 0..n {
            f()
        }
        println!("{name}: {:?}", a.elapsed() / n);
    };
    go("source", &mut || {
        podnet::source::read(&text, podnet::source::Limits::SPEC);
    });
    go("index", &mut || {
        podnet::source::read(&text, podnet::source::Limits::SPEC).index();
    });
    go("serde_yaml", &mut || {
        serde_yaml::from_str::<serde_json::Value>(&text).unwrap();
    });
    go("spec::read", &mut || {
        podnet::spec::read(&text);
    });
    let v = common::Verdict::of("a", &text, None, |_| String::new());
    go("render", &mut || {
        for e in v.errors() {
            v.render(e);
        }
    });
    go("verdict", &mut || {
        common::Verdict::of("a", &text, None, |_| String::new());
    });
    let text = serde_json::to_string_pretty(&spec).unwrap();
    go("verdict ok", &mut || {
        common::Verdict::of("a", &text, None, |_| String::new());
    });
}
