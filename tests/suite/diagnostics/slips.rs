//! The slips that people make, through the program itself: what it says, whole, and what it exits with. `slips/` has a
//! snapshot of each.

use std::path::Path;

use tempfile::TempDir;

use crate::harness::{podnet, text};

const SPEC: &str = include_str!("../../../examples/tutorial.yaml");
const LOCK: &str = include_str!("../../../examples/tutorial.lock.yaml");

/// The spec with one thing in it written otherwise.
fn with(old: &str, new: &str) -> String {
    assert_eq!(SPEC.matches(old).count(), 1, "{old:?}");
    SPEC.replace(old, new)
}

/// What is put into a folder before the program runs in it.
type Fill = Box<dyn FnOnce(&Path)>;

/// What the program says and exits with in a folder that something was put into.
fn said(arguments: &[&str], fill: impl FnOnce(&Path)) -> String {
    let folder = TempDir::new().unwrap();
    fill(folder.path());
    let output = podnet(folder.path(), arguments).output().unwrap();
    let text = text(&output.stderr);
    assert!(!text.contains("panicked"), "{text}");
    assert!(text.len() < 6_000, "a wall of text: {} bytes", text.len());
    format!("exit code {}\n{text}", output.status.code().unwrap())
}

fn matches(name: &str, said: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("slips");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, said));
}

fn of_bytes(bytes: &[u8]) -> String {
    said(&["plan", "prod.yaml", "-q"], |folder| fs_err::write(folder.join("prod.yaml"), bytes).unwrap())
}

/// What is written, and the snapshot of what is said. All of them are wrong: the exit code is 1.
fn slips() -> Vec<(&'static str, Vec<u8>)> {
    let deep = format!("{SPEC}  tags: {}\n", "{a: ".repeat(300) + &"}".repeat(300));
    let large = format!("{SPEC}{}", "# so much to say\n".repeat(300_000));
    let utf16: Vec<u8> = [0xfeff_u16].into_iter().chain(SPEC.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 3\n";
    let flat: String = SPEC
        .replace("\nspec:\n", "\n")
        .lines()
        .map(|line| line.strip_prefix("  ").unwrap_or(line))
        .fold(String::new(), |text, line| text + line + "\n");
    let text: Vec<(&str, String)> = vec![
        ("misspelt-key", with("serviceCidr:", "serviceCIDR:")),
        ("misspelt-required-key", with("clusterSecurityGroupId:", "clusterSecurityGroupID:")),
        ("misspelt-section", with("  podNetwork:", "  podNetworks:")),
        ("indented-too-far", with("    id: vpc-", "      id: vpc-")),
        ("indented-too-little", with("        prefixLength", "     prefixLength")),
        ("indented-not-at-all", with("  cni:\n    version", "  cni:\n  version")),
        (
            "indented-into-the-list",
            with("      nodeSubnets:\n        - {id: subnet-0d2", "    nodeSubnets:\n        - {id: subnet-0d2"),
        ),
        ("tab-before-a-key", with("    id: vpc-", "\tid: vpc-")),
        ("tab-inside-a-line", with("serviceCidr: 10.100.0.0/16", "serviceCidr:\t10.100.0.1/16")),
        ("version-without-quotes", with("\"1.33\"", "1.30")),
        ("host-bits", with("10.100.0.0/16", "10.100.0.7/16")),
        (
            "cidr-and-id-swapped",
            with(
                "{id: subnet-0d2ac3b4c5d6e7f80, cidr: 192.168.0.0/27}",
                "{id: 192.168.0.0/27, cidr: subnet-0d2ac3b4c5d6e7f80}",
            ),
        ),
        ("zone-of-another-region", with("us-west-2d", "us-east-1d")),
        (
            "list-for-a-map",
            with("      default:\n", "      - default:\n").replace("        prefixLength", "          prefixLength"),
        ),
        ("map-for-a-list", with("[192.168.1.0/24]", "{cidr: 192.168.1.0/24}")),
        ("duplicate-key", with("  region: us-west-2\n", "  region: us-west-2\n  region: us-east-1\n")),
        ("bracket-open", with("[192.168.1.0/24]", "[192.168.1.0/24")),
        ("quote-open", with("\"1.33\"", "\"1.33")),
        ("quote-too-many", with("\"1.33\"", "\"1.33\"\"")),
        ("windows", with("10.100.0.0/16", "10.100.0.7/16").replace('\n', "\r\n")),
        ("windows-tab", with("    id: vpc-", "\tid: vpc-").replace('\n', "\r\n")),
        ("byte-order-mark", format!("\u{feff}{}", with("10.100.0.0/16", "10.100.0.7/16"))),
        ("nothing", String::new()),
        ("comments-only", "# prod\n\n# to be done\n".to_owned()),
        ("two-documents", format!("{SPEC}---\n{SPEC}")),
        ("deep", deep),
        ("large", large),
        ("lock-as-spec", LOCK.to_owned()),
        ("kubernetes-manifest", manifest.to_owned()),
        ("fields-at-the-top", flat),
        ("version-of-another-tool", with("podnet.dev/v1alpha1", "eksctl.io/v1alpha5")),
        ("yes-for-true", with("      size: {", "      perZone: yes\n      size: {")),
        ("on-for-true", with("    version: 1.20.4", "    version: 1.20.4\n    prefixDelegation: on")),
        ("number-with-a-unit", with("      size: {", "      rootVolume: {sizeGiB: 80GiB}\n      size: {")),
        ("null", with("10.100.0.0/16", "null")),
        ("nothing-behind-a-key", with("cidrBlocks: [192.168.1.0/24]", "cidrBlocks:")),
        (
            "wide-characters-before",
            with("serviceCidr: 10.100.0.0/16", "avoid: [{name: 東京の本社, cidr: 10.1.0.7/16}]"),
        ),
        ("no-space-behind-a-colon", with("region: us-west-2", "region:us-west-2")),
        ("equals-sign", with("region: us-west-2", "region = us-west-2")),
        ("no-dash", with("    - name: us-west-2a\n", "      name: us-west-2a\n")),
        ("slanted-quotes", with("\"1.33\"", "\u{201c}1.33\u{201d}")),
        ("space-that-does-not-break", with("  region: us", "\u{a0} region: us")),
        ("template", with("us-west-2\n", "{{ .Values.region }}\n")),
    ];
    let mut slips: Vec<_> = text.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    slips.push(("utf-16", utf16));
    slips.push(("binary", (0..=255).cycle().take(4_000).collect()));
    slips
}

#[test]
fn every_slip_is_told_where_it_is_and_how_to_mend_it() {
    let slips = slips();
    assert!(slips.len() >= 40);
    let mut weak = Vec::new();
    for (name, bytes) in slips {
        let said = of_bytes(&bytes);
        matches(name, &said);
        if !said.starts_with("exit code 1\nerror[") || !said.contains("help: ") {
            weak.push(format!("{name}: {said}"));
        }
    }
    assert!(weak.is_empty(), "{}", weak.join("\n"));
}

#[test]
fn what_only_looks_like_a_slip_is_right() {
    let json: serde_json::Value = serde_yaml::from_str(SPEC).unwrap();
    for (name, text) in [
        ("windows", SPEC.replace('\n', "\r\n")),
        ("byte order mark", format!("\u{feff}{SPEC}")),
        ("json", serde_json::to_string_pretty(&json).unwrap()),
        ("json on one line", json.to_string()),
        ("three dashes first", format!("---\n{SPEC}")),
        ("dots last", format!("{SPEC}...\n")),
        ("no line break last", SPEC.trim_end().to_owned()),
        ("spaces at line ends", SPEC.replace('\n', "  \n")),
        ("tab behind a value", with("region: us-west-2", "region: us-west-2\t# the home region")),
        ("wide characters", with("# yaml-language-server", "# 東京 # yaml-language-server")),
    ] {
        assert_eq!(of_bytes(text.as_bytes()), "exit code 0\n", "{name}");
    }
}

#[test]
fn a_trailing_separator_starts_another_document() {
    matches("trailing-separator", &of_bytes(format!("{SPEC}---\n").as_bytes()));
}

#[test]
fn arguments_and_environment_exit_with_two() {
    let named = &["plan", "prod.yaml"][..];
    let cases: Vec<(&str, &[&str], Fill)> = vec![
        ("missing-file", named, Box::new(|_| {})),
        ("no-folders", &["plan"], Box::new(|_| {})),
        ("empty-folder", &["plan"], Box::new(|folder| fs_err::create_dir(folder.join("clusters")).unwrap())),
        ("folder-as-spec", named, Box::new(|folder| fs_err::create_dir(folder.join("prod.yaml")).unwrap())),
        (
            "part-of-a-path-is-a-file",
            &["plan", "a/prod.yaml"],
            Box::new(|folder| fs_err::write(folder.join("a"), "").unwrap()),
        ),
    ];
    for (name, arguments, fill) in cases {
        let said = said(arguments, fill);
        matches(name, &said);
        assert!(said.starts_with("exit code 2\nerror: "), "{name}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn a_spec_without_permission_is_a_matter_of_the_environment() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut may_read_anything = false;
    let said = said(&["plan", "prod.yaml"], |folder| {
        let path = folder.join("prod.yaml");
        fs_err::write(&path, SPEC).unwrap();
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
        may_read_anything = fs_err::read(&path).is_ok();
    });
    if !may_read_anything {
        matches("no-permission", &said);
        assert!(said.starts_with("exit code 2\n"));
    }
}
