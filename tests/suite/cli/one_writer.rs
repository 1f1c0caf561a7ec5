//! Many commands at once on one cluster: none loses what another wrote.

use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::harness::{SMALL, Workspace, podnet, text};

const SPEC: &str = "clusters/prod.yaml";
const LOCK: &str = "clusters/prod.lock.yaml";
/// Commands that run at once.
const COMMANDS: usize = 20;

#[test]
fn no_update_is_lost() {
    rounds(5);
}

/// Takes minutes: `cargo test -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn no_update_is_lost_in_many_rounds() {
    rounds(200);
}

/// Every round, a cluster that was synthesized once gets ids of its stack, access to the cluster and seventeen reserved ranges,
/// by as many commands at once, with a synthesis among them.
fn rounds(number: usize) {
    let workspace = deployed();
    let start = workspace.read(LOCK);
    let reserve = |pool: usize| format!("pool{pool}/us-west-2a");
    for round in 0..number {
        workspace.write(LOCK, &start);
        fs_err::remove_dir_all(workspace.path("rendered")).unwrap();
        let mut commands: Vec<Vec<String>> = (0..COMMANDS - 3)
            .map(|pool| vec!["lock".into(), "reserve".into(), reserve(pool), SPEC.into(), "--prefix-length=28".into()])
            .collect();
        for (at, command) in
            [["bind", SPEC, "--from=stack.json"], ["bind", SPEC, "--from=cluster.json"], ["synth", SPEC, "-q"]]
                .iter()
                .enumerate()
        {
            commands.insert((round + at * 7) % commands.len(), command.iter().map(ToString::to_string).collect());
        }
        let running: Vec<Child> = commands.iter().map(|command| started(&workspace, command)).collect();
        for (child, command) in running.into_iter().zip(&commands) {
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{command:?}: {}", text(&output.stderr));
        }
        let lock = workspace.read(LOCK);
        let lost = |what: &str| assert!(lock.contains(what), "round {round} lost {what}:\n{lock}");
        (0..COMMANDS - 3).for_each(|pool| lost(&format!("  {}: {{cidr: ", reserve(pool))));
        lost("PodSubnetDefaultUsWest2b: {id: subnet-00000000000000001, ");
        lost("apiServerEndpoint: https://ABC.gr7.us-west-2.eks.amazonaws.com");
        // What a command wrote while the synthesis ran is in the next one.
        workspace.ran(&["synth", SPEC], 0);
        workspace.ran(&["check", SPEC], 0);
    }
    let guards = fs_err::read_dir(workspace.path("clusters")).unwrap().count();
    assert_eq!(guards, 2, "a spec and a lock are there, and no guard");
}

fn started(workspace: &Workspace, arguments: &[String]) -> Child {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = podnet(&workspace.path(""), &arguments);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// A cluster whose network is deployed, and the files that say so.
fn deployed() -> Workspace {
    let workspace = Workspace::empty();
    workspace.write(SPEC, SMALL);
    workspace.ran(&["synth", SPEC], 0);
    let outputs: Vec<Value> = [("a", "100.64.0.0/24"), ("b", "100.64.1.0/24")]
        .iter()
        .enumerate()
        .flat_map(|(number, (zone, cidr))| {
            let name = format!("PodSubnetDefaultUsWest2{zone}");
            [
                json!({"OutputKey": name, "OutputValue": format!("subnet-{number:017x}")}),
                json!({"OutputKey": format!("{name}AvailabilityZone"), "OutputValue": format!("us-west-2{zone}")}),
                json!({"OutputKey": format!("{name}CidrBlock"), "OutputValue": cidr}),
            ]
        })
        .collect();
    let stack = json!({"StackName": "prod-pod-network", "StackStatus": "CREATE_COMPLETE", "Outputs": outputs});
    workspace.write("stack.json", json!({"Stacks": [stack]}).to_string());
    let cluster = json!({
        "name": "prod", "endpoint": "https://ABC.gr7.us-west-2.eks.amazonaws.com", "certificateAuthority": {"data": "LS0tLQ=="},
        "resourcesVpcConfig": {"vpcId": "vpc-0a1b2c3d4e5f67890"}, "kubernetesNetworkConfig": {"serviceIpv4Cidr": "172.20.0.0/16"},
    });
    workspace.write("cluster.json", json!({"cluster": cluster}).to_string());
    workspace
}

#[test]
fn who_is_waited_for_is_told() {
    let workspace = deployed();
    // A guard that a crashed run left behind is no obstacle.
    workspace.write("clusters/.prod.lock.yaml.held", "`podnet synth` (process 1)\n");
    let error = workspace.exits(&["bind", SPEC, "--from=stack.json"], 0).1;
    assert_eq!(error, "");
    assert!(!workspace.path("clusters/.prod.lock.yaml.held").exists());
    // One that is held is.
    let held = fs_err::File::create(workspace.path("clusters/.prod.lock.yaml.held")).unwrap();
    fs_err::write(workspace.path("clusters/.prod.lock.yaml.held"), "`podnet synth` (process 7)\n").unwrap();
    held.file().lock().unwrap();
    let arguments = ["bind", SPEC, "--from=cluster.json"].map(ToOwned::to_owned);
    let mut waiting = started(&workspace, &arguments);
    let mut said = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(waiting.stderr.take().unwrap()), &mut said).unwrap();
    assert_eq!(said, "clusters/prod.lock.yaml: waiting for `podnet synth` (process 7)\n");
    drop(held);
    assert!(waiting.wait().unwrap().success());
}

#[test]
fn ids_are_not_bound_into_a_lock_that_is_lost() {
    let workspace = deployed();
    fs_err::remove_file(workspace.path(LOCK)).unwrap();
    for command in
        [vec!["bind", SPEC, "--from=stack.json"], vec!["lock", "reserve", "a/us-west-2a", SPEC, "--prefix-length=28"]]
    {
        let error = workspace.failed(&command, 1);
        assert!(error.contains("the lock `clusters/prod.lock.yaml` is missing"), "{error}");
        assert!(!workspace.path(LOCK).exists());
    }
}
