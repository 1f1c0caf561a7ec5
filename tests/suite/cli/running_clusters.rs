//! Edits of clusters that run: what is there stays whose it is, and nothing is handed out a second time.

use serde_json::json;

use crate::harness::{Workspace, documents};

const SPEC: &str = "examples/production.yaml";
const LOCK: &str = "examples/production.lock.yaml";

/// The production example, synthesized, with its spec's text.
fn synthesized() -> (Workspace, String) {
    let workspace = Workspace::of_examples();
    workspace.ran(&["synth", SPEC], 0);
    let spec = workspace.read(SPEC);
    (workspace, spec)
}

#[test]
fn a_subnet_that_podnet_made_may_be_given_by_its_id() {
    let (workspace, spec) = synthesized();
    let given = "default: {size: auto, zones: {us-west-2a: {subnetId: subnet-012f514daf677ffef, cidr: 100.64.0.0/18}}}";
    let spec = spec.replace("default: {size: auto}", given).replace("[10.20.0.0/16]", "[10.20.0.0/16, 100.64.0.0/16]");
    workspace.write(SPEC, &spec);
    workspace.ran(&["synth", SPEC], 0);
    let lock = workspace.read(LOCK);
    let kept = "default/us-west-2a: {cidr: \"100.64.0.0/18\", state: active, subnetId: subnet-012f514daf677ffef,";
    assert!(lock.contains(kept), "{lock}");
    assert!(!workspace.read("rendered/prod-usw2/RUNBOOK.md").contains("## Retired"));
    workspace.ran(&["synth", "--locked", SPEC], 0);
    workspace.ran(&["check", SPEC], 0);
}

#[test]
fn another_subnet_in_its_place_lets_the_range_go() {
    let (workspace, spec) = synthesized();
    let given = "default: {size: auto, zones: {us-west-2a: {subnetId: subnet-0aaaaaaaaaaaaaaaa}}}";
    workspace.write(SPEC, spec.replace("default: {size: auto}", given));
    workspace.ran(&["synth", SPEC], 0);
    assert!(workspace.read(LOCK).contains("default/us-west-2a: {cidr: \"100.64.0.0/18\", state: retired,"));
    workspace.ran(&["release", "default/us-west-2a", SPEC], 0);
    let lock = workspace.read(LOCK);
    assert!(!lock.contains("retired") && lock.contains("released:\n  default/us-west-2a:"), "{lock}");
}

#[test]
fn a_pool_that_differs_in_separators_alone_is_another_one() {
    let (workspace, spec) = synthesized();
    let (one, other) = ("web-1: {size: auto}", "web1: {size: auto}");
    workspace.write(
        SPEC,
        spec.replace("default: {size: auto}", one)
            .replace("perZone: false", "perZone: true")
            .replace("100.64.0.0/16]", "100.64.0.0/16, 100.65.0.0/16, 100.66.0.0/16]"),
    );
    workspace.ran(&["synth", SPEC], 0);
    workspace.write(SPEC, workspace.read(SPEC).replace(one, other));
    let error = workspace.failed(&["synth", SPEC], 1);
    assert!(
        error.contains(
            "`web1/us-west-2a` and `web-1/us-west-2a`, which is still in the lock, would have the same logical id"
        ),
        "{error}"
    );
}

#[test]
fn what_the_lock_of_a_spec_with_an_error_keeps_is_not_handed_out() {
    let (workspace, spec) = synthesized();
    workspace.write("examples/second.yaml", spec.replace("prod-usw2", "prod-b"));
    workspace.write(SPEC, spec.replace("instanceTypes: [m6i.large", "instanceTypes: [m6i.lrge"));
    let error = workspace.failed(&["synth", SPEC, "examples/second.yaml"], 1);
    assert!(error.contains("overlaps `100.64.0.0/18` of `prod-usw2 default/us-west-2a` in the same VPC"), "{error}");
    assert!(!workspace.path("examples/second.lock.yaml").exists());
}

#[test]
fn a_zone_that_is_to_come_takes_no_nodes_from_the_others_yet() {
    let (workspace, spec) = synthesized();
    let groups = spec.find("  nodeGroups:").unwrap();
    let batch = "  nodeGroups:\n    - name: batch\n      kind: self-managed\n      ami: {family: al2023}\n      instanceTypes: [m5.large]\n      size: {min: 0, max: 500}\n      perZone: false\n";
    let balanced = spec[..groups].replace("growthPercent: 200", "spread: balanced, growthPercent: 0");
    workspace.write(SPEC, format!("{balanced}{batch}"));
    // 500 and a tenth over three zones: 184 of 113 addresses.
    assert!(workspace.failed(&["synth", SPEC], 1).contains("184 × 113 (batch) = 20792 > 16379"));
    let zone =
        "    - name: us-west-2d\n      nodeSubnets:\n        - {id: subnet-0d44444444444444d, cidr: 10.20.48.0/20}\n";
    workspace.write(SPEC, format!("{}{batch}", balanced.replace("  podNetwork:\n", &format!("{zone}  podNetwork:\n"))));
    assert!(workspace.failed(&["synth", SPEC], 1).contains("184 × 113 (batch) = 20792 > 16379"));
}

#[test]
fn groups_that_are_to_go_do_not_take_the_same_room_twice() {
    let (workspace, spec) = synthesized();
    let groups = spec.find("  nodeGroups:").unwrap();
    let group = |name: &str, max: u32| {
        format!(
            "    - name: {name}\n      kind: self-managed\n      ami: {{family: al2023}}\n      instanceTypes: [m5.large]\n      size: {{min: 0, max: {max}}}\n      zones: [us-west-2a]\n"
        )
    };
    let pool = "default: {prefixLength: 18, zones: {us-west-2a: {further: {b: {size: auto, nodeGroups: {g1: 50, g2: 50, g3: 140}}}}}}\n    selectBy: name";
    let network = spec[..groups]
        .replace("default: {size: auto}\n", &format!("{pool}\n"))
        .replace("100.64.0.0/16]", "100.64.0.0/16, 100.65.0.0/16]");
    workspace
        .write(SPEC, format!("{network}  nodeGroups:\n{}{}{}", group("g1", 100), group("g2", 100), group("g3", 140)));
    workspace.allowed(&["synth", SPEC]);
    let template = workspace.read("rendered/prod-usw2/cloudformation/node-groups.yaml");
    let sizes: Vec<u32> = template
        .lines()
        .filter_map(|line| line.trim().strip_prefix("MaxSize: \"")?.strip_suffix('"')?.parse().ok())
        .collect();
    // m5.large with prefixes takes 113, a /18 has 16,379.
    assert!(sizes.iter().sum::<u32>() * 113 <= 16_379, "{sizes:?}");
    assert_eq!(sizes.len(), 3, "none is taken away before there is another subnet for it");
}

#[test]
fn a_reserved_range_of_another_size_can_be_released() {
    let (workspace, spec) = synthesized();
    workspace.ran(&["lock", "reserve", "default/us-west-2d", "--prefix-length", "20", SPEC], 0);
    let zone =
        "    - name: us-west-2d\n      nodeSubnets:\n        - {id: subnet-0d44444444444444d, cidr: 10.20.48.0/20}\n";
    let spec = spec
        .replace("default: {size: auto}", "default: {prefixLength: 18}")
        .replace("  podNetwork:\n", &format!("{zone}  podNetwork:\n"));
    workspace.write(SPEC, &spec);
    let error = workspace.failed(&["synth", SPEC], 1);
    assert!(error.contains("has `100.64.192.0/20` reserved, but the spec asks for a /18"), "{error}");
    workspace.ran(&["release", "default/us-west-2d", SPEC], 0);
    workspace.ran(&["synth", SPEC], 0);
    assert!(workspace.read(LOCK).contains("default/us-west-2d: {cidr: \"100.64.192.0/18\", state: active"));
}

#[test]
fn what_is_allocated_stays_where_it_is() {
    let workspace = Workspace::of_examples();
    let spec = "examples/production.yaml";
    workspace.ran(&["synth", spec], 0);
    let configs = workspace.read("rendered/prod-usw2/kubernetes/eniconfigs.yaml");
    let text = workspace.read(spec);
    let fewer = {
        let (head, rest) = text.split_once("    - name: us-west-2a\n").unwrap();
        let (_, tail) = rest.split_once("    - name: us-west-2b\n").unwrap();
        format!("{head}    - name: us-west-2b\n{tail}")
    };
    workspace.write(spec, &fewer);
    workspace.ran(&["synth", spec], 0);
    let lock = workspace.read("examples/production.lock.yaml");
    assert!(
        lock.contains(
            "  default/us-west-2a: {cidr: \"100.64.0.0/18\", state: retired, subnetId: subnet-012f514daf677ffef, routeTableId: rtb-0a11111111111111a, seal: "
        ),
        "{lock}"
    );
    assert!(lock.contains("  default/us-west-2b: {cidr: \"100.64.64.0/18\", state: active, routeTableId: rtb-0b22222222222222b, seal: "), "{lock}");
    // The stack let the subnet go: when the zone is back, it is used as it is, and not made a second time.
    workspace.write(spec, &text);
    workspace.ran(&["synth", spec], 0);
    let lock = workspace.read("examples/production.lock.yaml");
    assert!(
        lock.contains(
            "  default/us-west-2a: {cidr: \"100.64.0.0/18\", state: active, subnetId: subnet-012f514daf677ffef, seal: "
        ),
        "{lock}"
    );
    assert_eq!(workspace.read("rendered/prod-usw2/kubernetes/eniconfigs.yaml"), configs);
    let template = workspace.read("rendered/prod-usw2/cloudformation/pod-network.yaml");
    assert!(!template.contains("100.64.0.0/18") && template.contains("100.64.64.0/18"), "{template}");
}

#[test]
fn a_lock_that_is_gone_is_missed() {
    let workspace = Workspace::of_examples();
    let spec = "examples/production.yaml";
    workspace.ran(&["synth", spec], 0);
    let before = workspace.files("rendered");
    fs_err::rename(workspace.path(spec), workspace.path("examples/renamed.yaml")).unwrap();
    for command in ["synth", "check"] {
        let error = workspace.failed(&[command, "examples/renamed.yaml"], 1);
        assert!(error.contains("error[lock/missing]: the lock `examples/renamed.lock.yaml` is missing"), "{error}");
    }
    assert_eq!(workspace.files("rendered"), before);
}

#[test]
fn a_second_pool_leaves_the_nodes_that_run_alone() {
    let workspace = Workspace::of_examples();
    let spec = "examples/tutorial.yaml";
    let rendered = |file: &str| workspace.read(&format!("rendered/my-custom-networking-cluster/{file}"));
    workspace.ran(&["synth", spec], 0);
    let (aws_node, configs, nodes) = (
        rendered("kubernetes/aws-node.yaml"),
        rendered("kubernetes/eniconfigs.yaml"),
        rendered("cloudformation/node-groups.yaml"),
    );
    let text = workspace.read(spec);
    let text = text
        .replace("        prefixLength: 27\n", "        prefixLength: 27\n      extra:\n        prefixLength: 27\n")
        .replace("      kind: managed\n", "      kind: managed\n      pool: default\n");
    let group = &text[text.find("    - name: my-nodegroup").unwrap()..];
    let extra = group.replace("my-nodegroup", "more").replace("pool: default", "pool: extra");
    workspace.write(spec, format!("{text}{extra}"));
    workspace.ran(&["synth", spec], 0);
    let mut lock = workspace.read("examples/tutorial.lock.yaml");
    assert!(lock.contains("selectBy: zone\n"), "{lock}");
    assert_eq!(rendered("kubernetes/aws-node.yaml"), aws_node);
    assert_eq!(rendered("kubernetes/eniconfigs.yaml"), configs);
    let outputs = [
        ("DefaultUsWest2a", "subnet-0e1fbd78efcc208f1"),
        ("DefaultUsWest2d", "subnet-09f074d767dde8542"),
        ("ExtraUsWest2a", "subnet-0aaaaaaaaaaaaaaa1"),
        ("ExtraUsWest2d", "subnet-0aaaaaaaaaaaaaaa2"),
    ];
    let outputs = outputs.map(|(of, id)| json!({"OutputKey": format!("PodSubnet{of}"), "OutputValue": id}));
    let stack = json!({"Stacks": [{"StackName": "my-custom-networking-cluster-pod-network", "StackStatus": "UPDATE_COMPLETE", "Outputs": outputs.as_slice()}]});
    workspace.write("stack.json", stack.to_string());
    workspace.ran(&["bind", spec, "--from", "stack.json"], 0);
    let said = workspace.ran(&["synth", spec], 0);
    assert!(said.contains("created (against ") && !said.contains("rolled"), "{said}");
    assert_eq!(rendered("kubernetes/aws-node.yaml"), aws_node);
    assert!(rendered("kubernetes/eniconfigs.yaml").contains("  name: extra-us-west-2a\n"));
    let template = rendered("cloudformation/node-groups.yaml");
    assert!(template.contains("vpc.amazonaws.com/externalEniConfig=extra-us-west-2a"), "{template}");
    let resources = |text: &str| documents(text).remove(0)["Resources"].clone();
    for (name, resource) in resources(&nodes).as_object().unwrap() {
        assert_eq!(resources(&template)[name], *resource, "{name}");
    }
    lock = workspace.read("examples/tutorial.lock.yaml");
    workspace.write(spec, text.replace("  podNetwork:\n", "  podNetwork:\n    selectBy: name\n"));
    // To turn it around takes the user's word, and leave.
    assert!(workspace.failed(&["synth", spec], 1).contains("warning[lock/selection]"));
    assert_eq!(workspace.read("examples/tutorial.lock.yaml"), lock);
}
