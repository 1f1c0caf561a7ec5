//! What `podnet bind` refuses of a stack: each with a code of its own, and the lock is unchanged.

use serde_json::{Value, json};

use crate::harness::Workspace;

const SPEC: &str = "examples/tutorial.yaml";
const LOCK: &str = "examples/tutorial.lock.yaml";
const NAME: &str = "my-custom-networking-cluster-pod-network";
const FIRST: &str = "subnet-0e1fbd78efcc208f1";
const SECOND: &str = "subnet-09f074d767dde8542";

fn stack(region: &str, first: &str, second: &str, more: &[(&str, &str)]) -> Value {
    let outputs = [("PodSubnetDefaultUsWest2a", first), ("PodSubnetDefaultUsWest2d", second)];
    let outputs: Vec<Value> =
        outputs.iter().chain(more).map(|(key, value)| json!({"OutputKey": key, "OutputValue": value})).collect();
    json!({"Stacks": [{
        "StackName": NAME,
        "StackId": format!("arn:aws:cloudformation:{region}:111122223333:stack/{NAME}/1"),
        "StackStatus": "CREATE_COMPLETE",
        "Outputs": outputs,
    }]})
}

#[test]
fn each_contradiction_has_a_code_and_leaves_the_lock() {
    let workspace = Workspace::of_examples();
    for (described, code, message) in [
        (stack("eu-west-1", FIRST, SECOND, &[]), "bind/region", "is of `eu-west-1`"),
        (stack("us-west-2", FIRST, FIRST, &[]), "bind/duplicate-id", "have the same id"),
        (
            stack("us-west-2", "subnet-0d2ac3b4c5d6e7f80", SECOND, &[]),
            "bind/node-subnet",
            "a node subnet of `us-west-2a`",
        ),
        (
            stack("us-west-2", FIRST, SECOND, &[("PodSubnetDefaultUsWest2aAvailabilityZone", "us-west-2b")]),
            "bind/zone",
            "has AvailabilityZone `us-west-2b`, but the plan has `us-west-2a`",
        ),
        (
            stack("us-west-2", FIRST, SECOND, &[("PodSubnetDefaultUsWest2aCidrBlock", "10.9.0.0/18")]),
            "bind/zone",
            "has CidrBlock `10.9.0.0/18`, but the plan has `192.168.1.0/27`",
        ),
    ] {
        workspace.write("stack.json", described.to_string());
        let said = workspace.refused(&["bind", SPEC, "--from", "stack.json"], 1, LOCK);
        assert!(said.contains(&format!("error[{code}]")) && said.contains(message), "{code}: {said}");
    }
    workspace.write("stack.json", stack("us-west-2", FIRST, SECOND, &[]).to_string());
    workspace.ran(&["bind", SPEC, "--from", "stack.json"], 0);
}

#[test]
fn an_id_that_the_spec_has_for_something_else_is_refused() {
    let workspace = Workspace::of_examples();
    let spec = workspace.read(SPEC);
    // The stack makes one of the two; the other is given by its id.
    let given = "subnet-0a0a0a0a0a0a0a0a0";
    let zones = format!("        prefixLength: 27\n        zones: {{us-west-2d: {{subnetId: {given}}}}}\n");
    workspace.write(SPEC, spec.replace("        prefixLength: 27\n", &zones));
    fs_err::remove_file(workspace.path(LOCK)).unwrap();
    workspace.write("stack.json", stack("us-west-2", given, SECOND, &[]).to_string());
    let (_, said) = workspace.exits(&["bind", SPEC, "--from", "stack.json"], 1);
    assert!(said.contains("error[bind/duplicate-id]"), "{said}");
    assert!(
        said.contains(&format!("the given pod subnet of `default/us-west-2d` have the same id `{given}`")),
        "{said}"
    );

    let workspace = Workspace::of_examples();
    let groups = "  podNetwork:\n    securityGroups: {use: managed}\n";
    workspace.write(SPEC, spec.replace("  podNetwork:\n", groups));
    let described = stack("us-west-2", FIRST, SECOND, &[("PodSecurityGroup", "sg-0a1b2c3d4e5f67890")]);
    workspace.write("stack.json", described.to_string());
    let said = workspace.refused(&["bind", SPEC, "--from", "stack.json"], 1, LOCK);
    assert!(said.contains("error[bind/duplicate-id]") && said.contains("the cluster security group"), "{said}");
}
