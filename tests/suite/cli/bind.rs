//! Ids of what was deployed, bound with `podnet bind`, and what is not written before they are.

use crate::harness::Workspace;

#[test]
fn ids_are_bound_in_two_rounds() {
    let workspace = Workspace::of_examples();
    fs_err::remove_file(workspace.path("examples/tutorial.lock.yaml")).unwrap();
    let spec = "examples/tutorial.yaml";
    let folder = "rendered/my-custom-networking-cluster";
    let first = workspace.ran(&["synth", spec], 0);
    assert!(
        first.contains(
            "pending: ENIConfigs (us-west-2a, us-west-2d), aws-node, node groups (my-nodegroup-us-west-2a, my-nodegroup-us-west-2d) wait for PodSubnetDefaultUsWest2a, PodSubnetDefaultUsWest2d"
        ),
        "{first}"
    );
    assert!(first.contains("    podnet bind examples/tutorial.yaml --from stack.json\n"), "{first}");
    assert!(!workspace.path(&format!("{folder}/kubernetes")).exists());
    let output = |key: &str, value: &str| format!(r#"{{"OutputKey": "{key}", "OutputValue": "{value}"}}"#);
    let subnet = |zone: &str, id: &str, cidr: &str| {
        let name = format!("PodSubnetDefaultUsWest2{zone}");
        [
            output(&name, id),
            output(&format!("{name}AvailabilityZone"), &format!("us-west-2{zone}")),
            output(&format!("{name}CidrBlock"), cidr),
        ]
        .join(", ")
    };
    let stack = |status: &str, outputs: &str| {
        format!(
            r#"{{"Stacks": [{{"StackName": "my-custom-networking-cluster-pod-network", "StackStatus": "{status}", "Outputs": [{outputs}]}}]}}"#
        )
    };
    let (a, d) = (
        subnet("a", "subnet-0aaaaaaaaaaaaaaaa", "192.168.1.0/27"),
        subnet("d", "subnet-0dddddddddddddddd", "192.168.1.32/27"),
    );
    let both = format!("{a}, {d}");
    for (text, message) in [
        (stack("CREATE_IN_PROGRESS", &both), "the stack is `CREATE_IN_PROGRESS`"),
        (stack("CREATE_COMPLETE", &a), "the stack has no output `PodSubnetDefaultUsWest2d`"),
        (
            stack("CREATE_COMPLETE", &both.replace("192.168.1.32/27", "192.168.1.64/27")),
            "has CidrBlock `192.168.1.64/27`, but the plan has `192.168.1.32/27`",
        ),
        (stack("CREATE_COMPLETE", &both.replace("subnet-0d", "sn-0d")), "`sn-0dddddddddddddddd` is not a subnet id"),
        (
            stack("CREATE_COMPLETE", &both).replace("my-custom-networking-cluster", "other").replace("PodSubnet", "X"),
            "has no stack `my-custom-networking-cluster-pod-network`",
        ),
        ("{}".to_owned(), "`stack.json` is neither a stack nor a cluster"),
    ] {
        workspace.write("stack.json", &text);
        let lock = workspace.read("examples/tutorial.lock.yaml");
        let error = workspace.failed(&["bind", spec, "--from", "stack.json"], 1);
        assert!(error.contains(message), "{error}");
        assert_eq!(workspace.read("examples/tutorial.lock.yaml"), lock);
    }
    workspace.write("stack.json", "not json");
    assert!(workspace.failed(&["bind", spec, "--from", "stack.json"], 2).contains("`stack.json` is not JSON"));
    workspace.write("stack.json", stack("CREATE_COMPLETE", &both));
    workspace.ran(&["bind", spec, "--from", "stack.json"], 0);
    let second = workspace.ran(&["synth", spec], 0);
    assert!(second.contains("pending: node groups wait for the cluster's API server endpoint"), "{second}");
    let configs = workspace.read(&format!("{folder}/kubernetes/eniconfigs.yaml"));
    assert!(
        configs.contains("  name: us-west-2d\n") && configs.contains("  subnet: subnet-0dddddddddddddddd\n"),
        "{configs}"
    );
    assert!(!workspace.path(&format!("{folder}/cloudformation/node-groups.yaml")).exists());
    let cluster = r#"{"cluster": {"name": "my-custom-networking-cluster", "endpoint": "https://ABC.gr7.us-west-2.eks.amazonaws.com",
        "certificateAuthority": {"data": "LS0tLQ=="}, "resourcesVpcConfig": {"vpcId": "vpc-01c47e3e8a1f2b3c4"},
        "kubernetesNetworkConfig": {"serviceIpv4Cidr": "10.100.0.0/16"}}}"#;
    for (wrong, message) in [
        (cluster.replace("my-custom", "your-custom"), "is of the cluster `your-custom-networking-cluster`"),
        (cluster.replace("vpc-01c47e3e8a1f2b3c4", "vpc-0ffffffff"), "the cluster is in `vpc-0ffffffff`"),
        (cluster.replace("10.100.0.0/16", "10.101.0.0/16"), "the cluster's service CIDR is `10.101.0.0/16`"),
    ] {
        workspace.write("cluster.json", &wrong);
        assert!(workspace.failed(&["bind", spec, "--from", "cluster.json"], 1).contains(message), "{message}");
    }
    workspace.write("cluster.json", cluster);
    workspace.ran(&["bind", spec, "--from", "cluster.json"], 0);
    assert!(!workspace.ran(&["synth", spec], 0).contains("waiting"));
    let groups = workspace.read(&format!("{folder}/cloudformation/node-groups.yaml"));
    assert!(groups.contains("apiServerEndpoint: https://ABC.gr7.us-west-2.eks.amazonaws.com\n"), "{groups}");
    assert!(workspace.ran(&["bind", spec, "--from", "cluster.json"], 0).ends_with("nothing changed\n"));
}

#[test]
fn a_zone_that_is_added_waits_alone() {
    let workspace = Workspace::of_examples();
    let spec = "examples/production.yaml";
    let more =
        "    - name: us-west-2d\n      nodeSubnets:\n        - {id: subnet-0d44444444444444d, cidr: 10.20.48.0/20}\n";
    let text = workspace.read(spec).replace("  podNetwork:\n", &format!("{more}  podNetwork:\n"));
    workspace.write(spec, &text);
    let said = workspace.ran(&["synth", spec], 0);
    assert!(
        said.contains(
            "pending: ENIConfigs (us-west-2d), node groups (general-us-west-2d) wait for PodSubnetDefaultUsWest2d"
        ),
        "{said}"
    );
    let folder = "rendered/prod-usw2";
    let groups = workspace.read(&format!("{folder}/cloudformation/node-groups.yaml"));
    assert!(
        groups.contains("  ManagedNodesGeneralUsWest2c:\n") && groups.contains("  NodesBatch:\n"),
        "what runs stays"
    );
    assert!(!groups.contains("UsWest2d") && !groups.contains("subnet-0d44444444444444d"), "what is new waits");
    assert!(workspace.path(&format!("{folder}/kubernetes/aws-node.yaml")).exists());
    assert!(!workspace.read(&format!("{folder}/kubernetes/eniconfigs.yaml")).contains("us-west-2d"));
}
