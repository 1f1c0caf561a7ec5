//! Zones by their ids, which mean the same place in every account: new subnets go by them, and no subnet that may be
//! deployed is replaced for one.

use crate::harness::Workspace;

const SPEC: &str = "examples/tutorial.yaml";
const LOCK: &str = "examples/tutorial.lock.yaml";
const FOLDER: &str = "rendered/my-custom-networking-cluster";

/// The tutorial, with or without a lock, its zones with these ids.
fn tutorial(locked: bool, ids: [Option<&str>; 2]) -> Workspace {
    let workspace = Workspace::of_examples();
    if !locked {
        fs_err::remove_file(workspace.path(LOCK)).unwrap();
    }
    identify(&workspace, ids);
    workspace
}

fn identify(workspace: &Workspace, ids: [Option<&str>; 2]) {
    let lines = workspace.read(SPEC);
    let kept: Vec<&str> = lines.split_inclusive('\n').filter(|line| !line.starts_with("      id: ")).collect();
    let mut text = kept.concat();
    for (zone, id) in ["us-west-2a", "us-west-2d"].into_iter().zip(ids) {
        let Some(id) = id else { continue };
        let name = format!("    - name: {zone}\n");
        assert!(text.contains(&name));
        text = text.replace(&name, &format!("{name}      id: {id}\n"));
    }
    workspace.write(SPEC, text);
}

fn template(workspace: &Workspace) -> String {
    workspace.read(&format!("{FOLDER}/cloudformation/pod-network.yaml"))
}

/// What the stack answers: each subnet's zone by its name or by its id.
fn stack(zones: [(&str, &str); 2]) -> String {
    let subnets = ["a", "d"].into_iter().zip(["192.168.1.0/27", "192.168.1.32/27"]).zip(zones);
    let outputs: Vec<String> = subnets
        .flat_map(|((letter, cidr), (attribute, zone))| {
            let name = format!("PodSubnetDefaultUsWest2{letter}");
            let output = |key: String, value: &str| format!(r#"{{"OutputKey": "{key}", "OutputValue": "{value}"}}"#);
            [
                output(name.clone(), &format!("subnet-0{}", letter.repeat(16))),
                output(format!("{name}{attribute}"), zone),
                output(format!("{name}CidrBlock"), cidr),
            ]
        })
        .collect();
    format!(
        r#"{{"Stacks": [{{"StackName": "my-custom-networking-cluster-pod-network", "StackStatus": "CREATE_COMPLETE", "Outputs": [{}]}}]}}"#,
        outputs.join(", ")
    )
}

#[test]
fn new_subnets_go_by_the_id_and_are_bound_by_it() {
    let workspace = tutorial(false, [Some("usw2-az2"), None]);
    workspace.ran(&["synth", SPEC], 0);
    let made = template(&workspace);
    assert!(made.contains("      AvailabilityZoneId: usw2-az2\n"), "{made}");
    assert!(!made.contains("AvailabilityZone: us-west-2a\n"), "{made}");
    assert!(made.contains("      AvailabilityZone: us-west-2d\n"), "{made}");
    assert!(made.contains("  PodSubnetDefaultUsWest2aAvailabilityZoneId:\n"), "{made}");
    assert!(!made.contains("  PodSubnetDefaultUsWest2aAvailabilityZone:\n"), "{made}");
    assert!(made.contains("  PodSubnetDefaultUsWest2dAvailabilityZone:\n"), "{made}");
    assert!(workspace.read(LOCK).contains("state: active, zoneId: usw2-az2, seal: "));

    let runbook = workspace.read(&format!("{FOLDER}/RUNBOOK.md"));
    assert!(runbook.contains("with credentials of the account that owns the VPC"), "{runbook}");
    assert!(runbook.contains("share the new pod subnets with the cluster's account, in the AWS RAM"), "{runbook}");

    let bind = ["bind", SPEC, "--from", "stack.json"];
    workspace.write("stack.json", stack([("AvailabilityZoneId", "usw2-az1"), ("AvailabilityZone", "us-west-2d")]));
    let error = workspace.refused(&bind, 1, LOCK);
    assert!(error.contains("AvailabilityZoneId `usw2-az1`, but the plan has `usw2-az2`"), "{error}");
    // In the owner's account, the zone may have another name.
    workspace.write("stack.json", stack([("AvailabilityZoneId", "usw2-az2"), ("AvailabilityZone", "us-west-2d")]));
    workspace.ran(&bind, 0);
    workspace.ran(&["synth", SPEC], 0);
    let configs = workspace.read(&format!("{FOLDER}/kubernetes/eniconfigs.yaml"));
    // Nodes look for the name that their zone has in their own account.
    assert!(configs.contains("  name: us-west-2a\n") && configs.contains("subnet-0aaaaaaaaaaaaaaaa\n"), "{configs}");
    let plan: serde_json::Value = serde_json::from_str(&workspace.ran(&["plan", SPEC, "-o", "json"], 0)).unwrap();
    let plan = plan.get(0).unwrap_or(&plan);
    assert_eq!(plan["podSubnets"][0]["zoneId"], "usw2-az2");
    assert_eq!(plan["podSubnets"][0]["placedBy"], "id");
    assert_eq!(plan["eniConfigs"][0]["zoneId"], "usw2-az2");
}

#[test]
fn a_subnet_that_may_be_deployed_keeps_what_it_was_made_with() {
    // Bound: it is deployed.
    let workspace = tutorial(true, [None, None]);
    workspace.ran(&["synth", SPEC], 0);
    let (before, lock) = (template(&workspace), workspace.read(LOCK));
    assert!(
        !workspace.read(&format!("{FOLDER}/RUNBOOK.md")).contains("owns the VPC"),
        "nothing says that it is shared"
    );
    identify(&workspace, [Some("usw2-az2"), Some("usw2-az4")]);
    let said = workspace.exits(&["synth", SPEC], 0);
    assert_eq!((template(&workspace), workspace.read(LOCK)), (before, lock));
    assert!(!said.1.contains("by the zone's name"), "{}", said.1);

    // Not bound, and perhaps deployed.
    let workspace = tutorial(false, [None, None]);
    workspace.ran(&["synth", SPEC], 0);
    let (before, lock) = (template(&workspace), workspace.read(LOCK));
    identify(&workspace, [Some("usw2-az2"), None]);
    let (_, said) = workspace.exits(&["synth", SPEC], 0);
    assert_eq!((template(&workspace), workspace.read(LOCK)), (before, lock));
    assert!(said.contains("still places a pod subnet by the zone's name, `us-west-2a`, not by `usw2-az2`"), "{said}");

    // Made by the id: it stays so when the spec no longer gives one, and goes nowhere when it gives another.
    let workspace = tutorial(false, [Some("usw2-az2"), Some("usw2-az4")]);
    workspace.ran(&["synth", SPEC], 0);
    let (before, lock) = (template(&workspace), workspace.read(LOCK));
    identify(&workspace, [None, None]);
    workspace.ran(&["synth", SPEC], 0);
    assert_eq!((template(&workspace), workspace.read(LOCK)), (before, lock));
    identify(&workspace, [Some("usw2-az1"), None]);
    let error = workspace.refused(&["synth", SPEC], 1, LOCK);
    assert!(error.contains("has the id `usw2-az1`, but its pod subnet was made in `usw2-az2`"), "{error}");
}

#[test]
fn a_range_that_was_never_deployed_can_go_by_the_id() {
    let workspace = tutorial(false, [None, None]);
    workspace.ran(&["synth", SPEC], 0);
    let with_both = workspace.read(SPEC);
    let key = "default/us-west-2d";
    // As the note says: the zone goes, its range is released, and the zone comes back with its id.
    let from = with_both.find("    - name: us-west-2d\n").unwrap();
    let to = from + with_both[from..].find("  podNetwork:\n").unwrap();
    workspace.write(SPEC, format!("{}{}", &with_both[..from], &with_both[to..]));
    workspace.ran(&["synth", SPEC], 0);
    workspace.ran(&["release", key, SPEC], 0);
    workspace.write(SPEC, &with_both);
    identify(&workspace, [None, Some("usw2-az4")]);
    workspace.ran(&["synth", SPEC], 0);
    assert!(template(&workspace).contains("      AvailabilityZoneId: usw2-az4\n"));
    // What was reserved has no subnet either.
    let workspace = tutorial(false, [None, None]);
    workspace.write(SPEC, format!("{}{}", &with_both[..from], &with_both[to..]));
    workspace.ran(&["synth", SPEC], 0);
    workspace.ran(&["lock", "reserve", key, SPEC, "--prefix-length", "27"], 0);
    workspace.write(SPEC, &with_both);
    identify(&workspace, [None, Some("usw2-az4")]);
    workspace.ran(&["synth", SPEC], 0);
    assert!(template(&workspace).contains("      AvailabilityZoneId: usw2-az4\n"));
}
