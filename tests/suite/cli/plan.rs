//! `podnet plan` as people run it: every number explained, and the picture.

use std::collections::BTreeSet;

use crate::harness::{at_root, podnet, text};

/// Runs podnet over the examples, asserts its exit code, and gives what it printed: standard output, standard error.
fn plan(arguments: &[&str], code: i32) -> (String, String) {
    let output = podnet(&at_root(""), &[&["plan"], arguments].concat()).output().unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "podnet plan {}\n{out}\n{err}", arguments.join(" "));
    (out, err)
}

/// An explanation of a part of the production cluster.
fn explained(what: &str) -> String {
    plan(&["examples/production.yaml", "--explain", what], 0).0
}

/// The titles of an explanation's parts.
fn parts(text: &str) -> Vec<&str> {
    let titles = text.lines().filter_map(|line| line.strip_prefix("pod subnet ").or(line.strip_prefix("node group ")));
    titles.map(|title| title.split_once(':').map_or(title, |(name, _)| name)).collect()
}

#[test]
fn a_subnet_and_who_uses_it_are_explained_to_the_last_number() {
    insta::assert_snapshot!("explain-pod-subnet", explained("default/us-west-2b"));
}

#[test]
fn what_has_to_do_with_a_name_is_explained() {
    let subnets = |zones: &str| zones.chars().map(|zone| format!("default/us-west-2{zone}")).collect::<Vec<_>>();
    let general = |zones: &str| zones.chars().map(|zone| format!("general-us-west-2{zone}")).collect::<Vec<_>>();
    let batch = || vec!["batch".to_owned()];
    for (what, wanted) in [
        ("us-west-2b", [subnets("b"), batch(), general("b")].concat()),
        ("default/us-west-2b", [subnets("b"), batch(), general("b")].concat()),
        ("default", [subnets("abc"), batch(), general("abc")].concat()),
        ("general", [subnets("abc"), general("abc")].concat()),
        ("general-us-west-2c", [subnets("c"), general("c")].concat()),
        ("batch", [subnets("abc"), batch()].concat()),
        ("m5.large", [subnets("abc"), general("abc")].concat()),
        ("c5.9xlarge", [subnets("abc"), batch()].concat()),
    ] {
        assert_eq!(parts(&explained(what)), wanted, "{what}");
    }
}

#[test]
fn every_spec_that_has_the_name_is_explained() {
    let (out, _) = plan(&["--explain", "m5.large"], 0);
    let clusters: BTreeSet<&str> = out.lines().filter_map(|line| line.strip_suffix(": m5.large")).collect();
    assert_eq!(clusters, BTreeSet::from(["eks-2019", "eks-2021", "prod-usw2"]));
    // A subnet whose range nobody told has no numbers.
    assert!(
        out.contains("pod subnet default/us-west-2a\n  its range is not known, so nothing can be computed\n"),
        "{out}"
    );
}

#[test]
fn a_name_that_there_is_not_is_told_with_those_that_there_are() {
    for (what, help) in [
        ("genral", "did you mean `general`"),
        ("us-west-2z", "did you mean `us-west-2a`, `us-west-2b` or `us-west-2c`?\n"),
        ("m5.larg", "did you mean `m5.large`"),
        ("?", "it has batch, c5.9xlarge, c6i.8xlarge, default, default/us-west-2a, "),
    ] {
        let (out, err) = plan(&["examples/production.yaml", "--explain", what], 2);
        assert_eq!(out, "");
        assert!(err.contains(&format!("error: the plan has no `{what}`\n  = help: {help}")), "{err}");
    }
}

#[test]
fn a_picture_is_of_one_spec() {
    let (svg, _) = plan(&["examples/production.yaml", "-o", "svg"], 0);
    assert_eq!(
        svg,
        fs_err::read_to_string(at_root("examples/production.svg")).unwrap(),
        "the README shows another one"
    );
    let picture = roxmltree::Document::parse(&svg).unwrap();
    let title = picture.root_element().children().find(|child| child.has_tag_name("title")).unwrap();
    assert_eq!(title.text(), Some("Pod network of prod-usw2 in us-west-2: address space"));
    let texts: BTreeSet<&str> = picture.descendants().filter_map(|node| node.text()).collect();
    for said in
        ["default · us-west-2a", "default · us-west-2b", "default · us-west-2c", "4,183 of 16,379", "12,196 left"]
    {
        assert!(texts.contains(said), "{said}: {texts:#?}");
    }
    let (out, err) = plan(&["examples/production.yaml", "examples/tutorial.yaml", "-o", "svg"], 2);
    assert_eq!(out, "");
    assert!(
        err.contains("error: a picture shows one cluster, but there are 2\n  = help: name a spec: podnet plan "),
        "{err}"
    );
    let (_, err) = plan(&["examples/production.yaml", "-o", "svg", "--explain", "default"], 2);
    assert!(err.contains("cannot be used with"), "{err}");
}
