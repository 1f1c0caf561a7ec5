//! What a node takes of the pod subnet, against the CNI's own loop, step by step.
//!
//! The loop is that of `pkg/ipamd/ipamd.go` and `pkg/ipamd/datastore/data_store.go` of aws/amazon-vpc-cni-k8s, restated:
//! `rules` says when it wants more and how much, `node` follows it on one node, and `search` follows every order in which
//! pods can come and every address that they can get. The search is exact, so the number computed has to be its maximum:
//! neither less, nor more.

mod node;
mod numbers;
mod rules;
mod search;
mod settings;

use std::collections::BTreeMap;

use podnet::capacity::{InstanceLimits, NodeAddressing, NodeDemand, max_pods};
use podnet::catalog::{InstanceType, instance_types};

use node::{Node, Order, Place};
use rules::Rules;
use search::{Event, Histories, most_held};
use settings::every_setting;

/// What the node takes with so many slots held.
fn taken(rules: &Rules, held: u64) -> NodeDemand {
    let interfaces = held.div_ceil(rules.slots);
    NodeDemand {
        interfaces,
        addresses: held * rules.slot + interfaces,
        prefixes: if rules.prefixes() { held } else { 0 },
    }
}

/// Where the two differ, of all numbers of pods up to the given one.
fn differences(what: &str, addressing: &NodeAddressing, rules: &Rules, pods: u64) -> Vec<String> {
    let most = most_held(rules, pods);
    most.iter()
        .zip(0..)
        .map(|(held, pods)| (pods, addressing.with_pods(pods), taken(rules, *held)))
        .filter(|(_, computed, stepped)| computed != stepped)
        .map(|(pods, computed, stepped)| format!("{what}, {pods} pods: computed {computed:?}, stepped {stepped:?}"))
        .collect()
}

#[test]
fn every_type_with_every_setting_and_every_number_of_pods() {
    let mut compared: BTreeMap<Rules, NodeAddressing> = BTreeMap::new();
    let mut combinations = 0;
    let mut wrong = Vec::new();
    for known in instance_types::all() {
        let limits = InstanceLimits::from(*known);
        for setting in every_setting() {
            let Some(most) = max_pods(&limits, &setting.network()).map(|most| most.value) else {
                assert_eq!(
                    NodeAddressing::new(&limits, &setting.network(), &setting.warm, 110),
                    None,
                    "{}",
                    known.name
                );
                continue;
            };
            let addressing = NodeAddressing::new(&limits, &setting.network(), &setting.warm, most).unwrap();
            let rules = setting.rules(known, most);
            combinations += u64::from(most) + 1;
            // Types with the same numbers are compared once; that they come to the same description is seen here.
            if let Some(same) = compared.get(&rules) {
                assert_eq!(&addressing, same, "{}, {setting:?}", known.name);
                continue;
            }
            wrong.extend(differences(&format!("{}, {setting:?}", known.name), &addressing, &rules, most.into()));
            compared.insert(rules, addressing);
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(combinations > 10_000_000, "{combinations} of {} rules", compared.len());
}

/// A type that the catalog does not have.
fn made_up(interfaces: u32, addresses: u32) -> InstanceType {
    let any = instance_types::find("m5.large").unwrap();
    InstanceType { interfaces, addresses_per_interface: addresses, ..any }
}

#[test]
fn small_nodes_with_any_max_pods() {
    let mut wrong = Vec::new();
    for (interfaces, addresses) in [(2, 2), (2, 4), (3, 3), (4, 2), (3, 5), (2, 8), (5, 4)] {
        let known = made_up(interfaces, addresses);
        for most in [1, 2, 3, 4, 5, 7, 8, 11, 15, 16, 17, 31, 33, 48, 70] {
            for setting in every_setting().chain(settings::extreme()) {
                let addressing =
                    NodeAddressing::new(&InstanceLimits::from(known), &setting.network(), &setting.warm, most).unwrap();
                let what = format!("{interfaces} interfaces of {addresses}, max pods {most}, {setting:?}");
                wrong.extend(differences(&what, &addressing, &setting.rules(&known, most), u64::from(most) + 20));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Pods that come one by one, in bursts that use up all that is free, and with the loop running now and then. What the node
/// holds is never more than what was computed.
#[test]
fn orders_of_pods_stay_below_it() {
    for name in ["m5.large", "t3.small", "p3dn.24xlarge", "c5.4xlarge", "m4.large", "t3.nano"] {
        let known = instance_types::find(name).unwrap();
        let limits = InstanceLimits::from(known);
        for setting in every_setting() {
            let most = max_pods(&limits, &setting.network()).unwrap().value;
            let addressing = NodeAddressing::new(&limits, &setting.network(), &setting.warm, most).unwrap();
            for order in [Order::Quiet(Place::Together), Order::Quiet(Place::Apart), Order::Bursts, Order::Mixed] {
                for (pods, (interfaces, slots)) in
                    order.held(&setting.rules(&known, most), most).into_iter().enumerate()
                {
                    let computed = addressing.with_pods(pods as u64);
                    assert!(
                        computed.interfaces >= interfaces && computed.addresses >= slots + interfaces,
                        "{name}, {setting:?}, {order:?}, {pods} pods: computed {computed:?}, stepped {interfaces}, {slots}"
                    );
                }
            }
        }
    }
}

/// The other way round: what the search found happens to a node on which every address is followed.
#[test]
fn the_most_is_reached_on_a_node() {
    for name in ["t3.small", "c5.4xlarge"] {
        let known = instance_types::find(name).unwrap();
        for setting in every_setting() {
            let most = max_pods(&InstanceLimits::from(known), &setting.network()).unwrap().value;
            let rules = setting.rules(&known, most);
            let histories = Histories::of(&rules, most.into());
            for (pods, slots) in (0..).zip(most_held(&rules, most.into())).step_by(5) {
                let mut node = Node::new(rules);
                for event in histories.to(pods, slots) {
                    assert!(match event {
                        Event::Loop => node.run_loop(),
                        Event::Pod(place) => node.place(place),
                    });
                }
                assert_eq!(node.slots(), slots, "{name}, {setting:?}, {pods} pods");
                assert_eq!(node.interfaces() as u64, taken(&rules, slots).interfaces);
            }
        }
    }
}
