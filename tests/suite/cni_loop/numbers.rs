//! Numbers that AWS publishes, and single cases.

use podnet::capacity::{InstanceLimits, NetworkSettings, NodeAddressing, NodeDemand, WarmTargets, max_pods};
use podnet::catalog::{Architecture, Trunk, instance_types};

use super::rules::Rules;
use super::search::most_held;
use super::settings::{AFTER, BEFORE, NONE, Setting};
use super::taken;

/// The tables of `docs/eni-and-ip-target.md`. They count the primary interface too: no custom networking.
#[test]
fn the_table_of_warm_addresses() {
    let t3 = |warm: &WarmTargets, pods| counted("t3.small", false, warm, pods);
    assert_eq!([0, 5, 9].map(|pods| t3(&NONE, pods)), [(1, 3), (3, 9), (3, 9)]);
    assert_eq!([0, 5, 9].map(|pods| t3(&warm(1, 1), pods)), [(1, 1), (2, 6), (3, 9)]);
    assert_eq!([0, 5, 9].map(|pods| t3(&warm(2, 5), pods)), [(2, 5), (3, 7), (3, 9)]);
    let p3 = |warm: &WarmTargets, pods| counted("p3dn.24xlarge", false, warm, pods);
    assert_eq!([0, 3, 95].map(|pods| p3(&NONE, pods)), [(1, 49), (2, 98), (3, 147)]);
    assert_eq!([0, 7, 15, 45].map(|pods| p3(&warm(5, 10), pods)), [(1, 10), (1, 12), (1, 20), (2, 50)]);
}

/// The tables of `docs/prefix-and-ip-target.md`, without the row of t3.small with targets of 7 and 20 and no pod, which says
/// one prefix and two, and without the interfaces of p3dn.24xlarge, some of which have no prefix there.
#[test]
fn the_table_of_prefixes() {
    let one = WarmTargets { prefix_target: Some(1), ..NONE };
    let t3 = |warm: &WarmTargets, pods| counted("t3.small", true, warm, pods);
    assert_eq!([0, 5, 16, 17, 58].map(|pods| t3(&one, pods)), [(1, 1), (1, 2), (1, 2), (1, 3), (2, 5)]);
    assert_eq!([0, 5, 17, 58].map(|pods| t3(&warm(1, 1), pods)), [(1, 1), (1, 1), (1, 2), (2, 4)]);
    assert_eq!([5, 17, 58].map(|pods| t3(&warm(7, 20), pods)), [(1, 2), (1, 2), (2, 5)]);
    let p3 = |warm: &WarmTargets, pods| counted("p3dn.24xlarge", true, warm, pods).1;
    assert_eq!([0, 3, 95].map(|pods| p3(&one, pods)), [1, 2, 7]);
    assert_eq!([0, 7, 15, 45].map(|pods| p3(&warm(5, 10), pods)), [1, 1, 2, 4]);
}

/// Interfaces, and the addresses or prefixes for pods on them, without custom networking.
fn counted(name: &str, prefix_delegation: bool, warm: &WarmTargets, pods: u64) -> (u64, u64) {
    let limits = InstanceLimits::from(instance_types::find(name).unwrap());
    let setting = Setting { version: AFTER, prefix_delegation, warm: warm.clone() };
    let network = NetworkSettings { custom_networking: false, ..setting.network() };
    let most = max_pods(&limits, &network).unwrap().value;
    let demand = NodeAddressing::new(&limits, &network, warm, most).unwrap().with_pods(pods);
    let slots = if prefix_delegation { demand.prefixes } else { demand.addresses - demand.interfaces };
    (demand.interfaces, slots)
}

/// Address targets.
fn warm(ip_target: u32, minimum_ip_target: u32) -> WarmTargets {
    WarmTargets { ip_target: Some(ip_target), minimum_ip_target: Some(minimum_ip_target), ..NONE }
}

/// A node with custom networking and one setting more.
fn custom(
    name: &str,
    prefix_delegation: bool,
    warm: &WarmTargets,
    change: impl Fn(&mut NetworkSettings),
) -> NodeAddressing {
    let limits = InstanceLimits::from(instance_types::find(name).unwrap());
    let setting = Setting { version: AFTER, prefix_delegation, warm: warm.clone() };
    let mut network = setting.network();
    change(&mut network);
    let most = max_pods(&limits, &network).unwrap().value;
    NodeAddressing::new(&limits, &network, warm, most).unwrap()
}

#[test]
fn m5_large() {
    let addresses = custom("m5.large", false, &NONE, |_| ());
    assert_eq!([0, 1, 18].map(|pods| addresses.with_pods(pods).addresses), [10, 20, 20]);
    let prefixes = custom("m5.large", true, &NONE, |_| ());
    let full = NodeDemand { interfaces: 1, addresses: 113, prefixes: 7 };
    assert_eq!(prefixes.with_pods(110), full);
    assert_eq!((full.single(), prefixes.with_pods(0).addresses), (1, 17));
}

/// With several prefixes ready, pods that lie on one each leave none free, and the next step takes all of them anew.
#[test]
fn scattered_pods_take_more_prefixes_than_packed_ones() {
    let five = WarmTargets { prefix_target: Some(5), ..NONE };
    let prefixes = custom("c5.4xlarge", true, &five, |_| ());
    assert_eq!([0, 1, 2, 5].map(|pods| prefixes.with_pods(pods).prefixes), [5, 6, 7, 10]);
}

/// Nothing is taken beyond the minimum without a warm target: pods that find no address wait.
#[test]
fn a_minimum_alone_is_a_limit() {
    let addresses = custom("c5.4xlarge", false, &warm(0, 12), |_| ());
    assert_eq!([0, 12, 100].map(|pods| addresses.with_pods(pods).addresses), [13, 13, 13]);
}

/// The trunk takes an address, and any pod may have a branch with one of its own.
#[test]
fn security_groups_for_pods() {
    let trunk = |name, prefixes| custom(name, prefixes, &NONE, |network| network.security_groups_for_pods = true);
    // One interface of 10 is left: those, the trunk's, and one for each pod.
    let m5 = trunk("m5.large", false);
    assert_eq!([0, 1, 9].map(|pods| m5.with_pods(pods).addresses), [11, 12, 20]);
    // A trunk of m5.large has 9 branches, however many pods there are.
    assert_eq!(m5.with_pods(20).addresses, 1 + 9 + 10);
    // A pod that has one of the node's addresses keeps both interfaces of 15, and the nine others have branches.
    assert_eq!(trunk("m5.xlarge", false).with_pods(10).addresses, 1 + 30 + 9);
    let prefixes = trunk("m5.large", true).with_pods(20);
    assert_eq!((prefixes.prefixes, prefixes.single()), (3, 1 + 9 + 1));
    // A type that is in no table may have any number of branches; one without a trunk has none.
    let limits =
        InstanceLimits { trunk: Trunk::Unknown, ..InstanceLimits::from(instance_types::find("m5.large").unwrap()) };
    let mut network = Setting { version: AFTER, prefix_delegation: false, warm: NONE }.network();
    network.security_groups_for_pods = true;
    let unknown = NodeAddressing::new(&limits, &network, &NONE, 250).unwrap();
    assert_eq!(unknown.with_pods(20).addresses, 1 + 20 + 10);
    assert_eq!(trunk("t3.medium", false).with_pods(20).addresses, 2 * 6);
}

/// Each further card has one address ready beside those of its pods, whatever the targets; with prefixes, in prefixes.
/// Unlike on the default card, none of its interfaces is the node's primary one.
#[test]
fn several_network_cards() {
    let cards = |prefixes| custom("p4d.24xlarge", prefixes, &NONE, |network| network.multi_nic = true);
    let one_card = |prefixes| custom("p4d.24xlarge", prefixes, &NONE, |_| ());
    let further = u64::from(instance_types::find("p4d.24xlarge").unwrap().network_cards) - 1;
    assert_eq!(further, 3);
    for prefix_delegation in [false, true] {
        let known = instance_types::find("p4d.24xlarge").unwrap();
        let setting = Setting { version: AFTER, prefix_delegation, warm: warm(1, 1) };
        let rules = setting.rules(&known, 250);
        let card = Rules { interfaces: rules.interfaces + 1, ..rules };
        for (pods, held) in (0..).zip(most_held(&card, 250)) {
            let (all, first, each) = (
                cards(prefix_delegation).with_pods(pods),
                one_card(prefix_delegation).with_pods(pods),
                taken(&card, held),
            );
            assert_eq!(all.interfaces, first.interfaces + further * each.interfaces, "{pods}");
            assert_eq!(all.addresses, first.addresses + further * each.addresses, "{pods}");
            assert_eq!(all.prefixes, first.prefixes + further * each.prefixes, "{pods}");
        }
    }
    assert_eq!(cards(false).with_pods(0).addresses, 50 + 3 * 2);
    assert_eq!(cards(true).with_pods(0).addresses, 17 + 3 * 17);
}

/// Limits that a spec gives stand in for those of the catalog.
#[test]
fn a_type_that_the_spec_describes() {
    let limits = InstanceLimits {
        name: "m5.large".to_owned(),
        interfaces: 3,
        addresses: 10,
        vcpus: 2,
        nitro: true,
        bare_metal: false,
        architecture: Architecture::X86_64,
        cards: 1,
        trunk: Trunk::Unknown,
    };
    let setting = Setting { version: BEFORE, prefix_delegation: false, warm: NONE };
    let addressing = NodeAddressing::new(&limits, &setting.network(), &NONE, 5).unwrap();
    // Before 1.16.3 max pods is no limit.
    assert_eq!([0, 5].map(|pods| addressing.with_pods(pods).addresses), [10, 20]);
}
