//! What a list says of subnets besides their ranges: Outposts, and how many addresses are free.

use super::workspace::{LIST, SPEC, Workspace, listed, subnet, terraform};

const POD_SUBNET: &str = "subnet-0a44444444444440a";
const NODE_SUBNET: &str = "subnet-0a11111111111110a";
const OUTPOST: &str = "arn:aws:outposts:us-west-2:111122223333:outpost/op-0ab23c4567EXAMPLE";

#[test]
fn a_pod_subnet_is_on_the_outpost_of_its_nodes_or_on_none() {
    let mut list = listed("terraform");
    subnet(&mut list, POD_SUBNET)["OutpostArn"] = OUTPOST.into();
    let workspace = Workspace::new(&terraform("abc"), &list);
    let said = workspace.import_refused(&[]);
    assert!(said.contains("error[bind/outpost-subnet]"), "{said}");
    assert!(said.contains(&format!("`{POD_SUBNET}` for `default/us-west-2a` is on an Outpost")), "{said}");
    assert!(said.contains(&format!("the node subnet `{NODE_SUBNET}`")), "{said}");
    subnet(&mut list, NODE_SUBNET)["OutpostArn"] = OUTPOST.into();
    workspace.list(&list);
    workspace.import(&[]);
}

#[test]
fn fewer_free_addresses_than_nodes_can_take_are_told() {
    let groups = "  nodeGroups:
    - name: general
      kind: managed
      ami: {family: al2023}
      instanceTypes: [m6i.large]
      size: {min: 1, max: 10}
";
    let mut list = listed("terraform");
    let workspace = Workspace::new(&(terraform("abc") + groups), &list);
    let arguments = ["lock", "import", SPEC, "--subnets", LIST];
    let (_, enough) = workspace.exits(&arguments, 0);
    assert!(!enough.contains("bind/free-addresses"), "{enough}");
    subnet(&mut list, POD_SUBNET)["AvailableIpAddressCount"] = 100.into();
    workspace.list(&list);
    let (_, said) = workspace.exits(&arguments, 0);
    assert_eq!(said.matches("note[bind/free-addresses]").count(), 1, "{said}");
    // 10 nodes with two interfaces of ten addresses each.
    let message = format!("`{POD_SUBNET}` of `default/us-west-2a` has 100 free addresses, and its nodes can take ");
    assert!(said.contains(&message), "{said}");
}
