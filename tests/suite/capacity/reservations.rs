//! CIDR reservations that keep /28s whole for prefixes: where in a subnet they are, and who makes them.
//!
//! m5.large and m6g.large have 2 interfaces for pods with 9 slots each. 110 pods take 7 prefixes on one interface, so a node
//! takes 7 × 16 + 1 = 113 addresses.

use std::collections::BTreeSet;

use podnet::address::Cidr;
use podnet::diagnostic::Code;
use podnet::lock;
use podnet::lock::{Allocation, Lock, Reservations, State};
use serde_json::{Value, json};

use crate::harness::{Example, Output, small};

const NETWORK: &str = "cloudformation/pod-network.yaml";

/// The small cluster in one zone of a region, with prefix delegation.
fn cluster(region: &str) -> Example {
    small(region, "a").with(|spec| spec["cni"]["prefixDelegation"] = true.into())
}

/// The same with a lock that something was done to.
fn locked(example: &Example, change: impl FnOnce(&mut Lock)) -> Example {
    let mut lock = example.compile().lock;
    change(&mut lock);
    Example { lock: Some(lock::write(&lock)), ..example.clone() }
}

fn range(value: &Value) -> Cidr {
    value.as_str().unwrap().parse().unwrap()
}

/// The first subnet's range, and those that are kept for prefixes in it.
fn kept(output: &Output) -> (Cidr, Vec<Cidr>) {
    let subnet = output.plan()["podSubnets"][0].clone();
    let all = subnet["reservations"].as_array().unwrap().iter().map(|kept| range(&kept["cidr"])).collect();
    (range(&subnet["cidr"]), all)
}

/// The commands of the runbook that make reservations.
fn commands(output: &Output) -> Vec<String> {
    let lines = output.text("RUNBOOK.md").lines();
    lines.filter(|line| line.starts_with("aws ec2 create-subnet-cidr-reservation ")).map(ToOwned::to_owned).collect()
}

/// The ranges of the template's reservations.
fn resources(output: &Output) -> BTreeSet<Cidr> {
    let template = output.document(NETWORK);
    let all = template["Resources"].as_object().unwrap().values();
    let made = all.filter(|resource| resource["Type"] == "AWS::EC2::SubnetCidrReservation");
    made.map(|resource| {
        let properties = &resource["Properties"];
        assert_eq!(properties["ReservationType"], "prefix");
        let subnet = properties["SubnetId"]["Ref"].as_str().unwrap();
        assert_eq!(template["Resources"][subnet]["Type"], "AWS::EC2::Subnet");
        range(&properties["Cidr"])
    })
    .collect()
}

fn self_managed(max: u32) -> Example {
    cluster("us-west-2").with(|spec| {
        spec["nodeGroups"][0]["kind"] = "self-managed".into();
        spec["nodeGroups"][0]["size"]["max"] = max.into();
    })
}

#[test]
fn enough_whole_blocks_are_kept() {
    for max in [1, 2, 3, 7, 10, 40, 100, 500] {
        let output = self_managed(max).compiled();
        let (subnet, kept) = kept(&output);
        let proof = output.plan()["podSubnets"][0]["proof"].clone();
        assert_eq!(proof["need"], json!({"single": max, "prefixes": 7 * max}), "{max}");
        assert_eq!(proof["demand"], 113 * max);
        let held: u64 = kept.iter().map(|block| block.addresses()).sum();
        assert!(held >= u64::from(7 * 16 * max), "{max}: {kept:?}");
        assert!(u64::from(max) + held <= subnet.addresses() - 5, "{max}: room for the interfaces' own");
        // The five of AWS are in the first and the last /28.
        let usable = |block: &Cidr| subnet.contains(*block) && block.prefix_length() <= 28;
        assert!(kept.iter().all(usable), "{max}: {kept:?}");
        let spoiled = [subnet.first(), subnet.last()].map(|address| Cidr::around(address, 28));
        assert!(!kept.iter().any(|block| spoiled.iter().any(|spoiled| block.overlaps(*spoiled))), "{max}: {kept:?}");
        for (number, block) in kept.iter().enumerate() {
            assert!(!kept.iter().skip(number + 1).any(|other| block.overlaps(*other)), "{max}: {kept:?}");
        }
    }
}

#[test]
fn prefixes_decide_before_addresses_do() {
    let length = |max| kept(&self_managed(max).compiled()).0.prefix_length();
    // A /24 has 14 whole /28s: two nodes' worth, 226 of its 251 addresses. A third takes 21, and a /23 has 30.
    assert_eq!([1, 2, 3, 4, 5, 8, 9].map(length), [24, 24, 23, 23, 22, 22, 21]);
    let fixed =
        |max| self_managed(max).with(|spec| spec["podNetwork"]["pools"]["default"] = json!({"prefixLength": 24}));
    assert_eq!(kept(&fixed(2).compiled()).0.to_string(), "100.64.0.0/24");
    assert_eq!(fixed(3).refused().into_iter().map(|(code, _)| code).collect::<Vec<_>>(), [Code::CapacityExceeded]);
    // t3.medium has 5 slots an interface, so that 7 prefixes are on two.
    let tight = fixed(2).with(|spec| spec["nodeGroups"][0]["instanceTypes"] = json!(["m5.large", "t3.medium"]));
    assert_eq!(
        tight.compiled().plan()["podSubnets"][0]["proof"]["prefixes"],
        "2 × 7 (general) = 14 ≤ 14 whole /28, and 4 ≤ 27 outside those reserved for prefixes"
    );
}

#[test]
fn the_stack_makes_them_where_it_makes_the_subnet() {
    let output = cluster("us-west-2").compiled();
    // 12 nodes × 7 = 84 prefixes and 12 addresses: 1,356 of a /21's 2,043.
    let (subnet, kept) = kept(&output);
    assert_eq!(subnet.to_string(), "100.64.0.0/21");
    assert!(!kept.is_empty());
    assert_eq!(resources(&output), kept.into_iter().collect());
    let bound = locked(&cluster("us-west-2"), |lock| {
        lock.bindings.insert("PodSubnetDefaultUsWest2a".to_owned(), "subnet-0aaaaaaaa".to_owned());
    });
    assert_eq!(commands(&bound.compiled()), Vec::<String>::new());
    assert!(!bound.compiled().text("RUNBOOK.md").contains("## Reservations"));
}

#[test]
fn no_reservations_without_prefixes() {
    let output = cluster("us-west-2").with(|spec| spec["cni"] = json!({"version": "1.21.1"})).compiled();
    assert_eq!((kept(&output).1, resources(&output)), (Vec::new(), BTreeSet::new()));
}

#[test]
fn people_make_them_where_cloudformation_cannot() {
    for (region, output_name) in [
        ("cn-north-1", "PodSubnetDefaultCnNorth1a"),
        ("us-gov-west-1", "PodSubnetDefaultUsGovWest1a"),
        ("eu-west-1", "PodSubnetDefaultEuWest1a"),
    ] {
        let example = cluster(region);
        let waiting = example.compiled();
        let (_, kept) = kept(&waiting);
        assert!(!kept.is_empty());
        assert_eq!(resources(&waiting), BTreeSet::new(), "{region}");
        assert_eq!(commands(&waiting), Vec::<String>::new(), "{region}: no id is made up");
        let bound = locked(&example, |lock| {
            lock.bindings.insert(output_name.to_owned(), "subnet-0aaaaaaaa".to_owned());
        });
        let bound = bound.compiled();
        let command = |kept: &Cidr| {
            format!(
                "aws ec2 create-subnet-cidr-reservation --region {region} --subnet-id subnet-0aaaaaaaa --cidr {kept} --reservation-type prefix   # default/{region}a"
            )
        };
        assert_eq!(commands(&bound), kept.iter().map(command).collect::<Vec<_>>());
        let runbook = bound.text("RUNBOOK.md");
        assert!(runbook.contains(&format!("CloudFormation in `{region}` had no such resource")));
        let section = runbook.find("\n## Reservations\n").unwrap();
        assert!(
            section < runbook.find("\n### Enable custom networking\n").unwrap(),
            "they come before custom networking is enabled"
        );
    }
}

/// The lock of an earlier podnet, whose template had reservations in every commercial region: where its stack is deployed, the
/// region's CloudFormation can make them.
#[test]
fn those_that_are_deployed_already_stay() {
    let sized = cluster("eu-west-1").with(|spec| spec["podNetwork"]["pools"]["default"] = json!({"prefixLength": 21}));
    let bound = |example: &Example, change: fn(&mut Lock)| {
        locked(example, |lock| {
            lock.bindings.insert("PodSubnetDefaultEuWest1a".to_owned(), "subnet-0aaaaaaaa".to_owned());
            change(lock);
        })
    };
    let of_before = |lock: &mut Lock| {
        for allocation in lock.allocations.values_mut() {
            allocation.reservations = Reservations::Stack;
        }
    };
    let deployed = bound(&sized, of_before);
    let output = deployed.compiled();
    assert_eq!(resources(&output), kept(&output).1.into_iter().collect());
    assert!(!resources(&output).is_empty() && !lock::write(&output.compiled.lock).contains("byHand"));

    // Nothing was deployed where prefixes come later: by hand, now and at every later change.
    let without = |example: &Example| example.with(|spec| spec["cni"]["prefixDelegation"] = false.into());
    let off = bound(&without(&sized), of_before).compiled();
    let lock = lock::write(&off.compiled.lock);
    assert!(lock.contains("reservations: byHand"), "{lock}");
    let on = Example { lock: Some(lock), ..sized.clone() }.compiled();
    assert_eq!((resources(&on).len(), commands(&on).len()), (0, kept(&on).1.len()));
    assert_eq!(lock::write(&on.compiled.lock), lock::write(&off.compiled.lock));
}

#[test]
fn people_make_them_in_subnets_that_no_stack_of_podnets_makes() {
    let wanted = "aws ec2 create-subnet-cidr-reservation --region us-west-2 --subnet-id subnet-0eeeeeeee --cidr 100.64.4.0/23 --reservation-type prefix   # default/us-west-2a";
    let given = cluster("us-west-2").with(|spec| {
        spec["podNetwork"]["cidrBlocks"] = json!(["100.64.0.0/16"]);
        let zone = json!({"subnetId": "subnet-0eeeeeeee", "cidr": "100.64.0.0/21"});
        spec["podNetwork"]["pools"]["default"] = json!({"zones": {"us-west-2a": zone}});
    });
    let adopted = locked(&cluster("us-west-2"), |lock| {
        let subnet_id = Some("subnet-0eeeeeeee".parse().unwrap());
        let allocation = Allocation {
            cidr: "100.64.0.0/21".parse().unwrap(),
            state: State::Active,
            subnet_id,
            reservations: Reservations::Stack,
            route_table_id: None,
            zone_id: None,
        };
        lock.allocations.insert("default/us-west-2a".parse().unwrap(), allocation);
    });
    for example in [given, adopted] {
        let output = example.compiled();
        let (subnet, kept) = kept(&output);
        assert_eq!(subnet.to_string(), "100.64.0.0/21");
        assert_eq!(commands(&output).len(), kept.len());
        assert!(commands(&output).iter().any(|command| command == wanted), "{:#?}", commands(&output));
        assert!(output.text("RUNBOOK.md").contains("podnet's stacks do not create these subnets"));
    }
    // Without its range, there is nothing to count in it.
    let unknown = cluster("us-west-2").with(|spec| {
        spec["podNetwork"]["pools"]["default"] = json!({"zones": {"us-west-2a": {"subnetId": "subnet-0eeeeeeee"}}});
    });
    assert_eq!(commands(&unknown.compiled()), Vec::<String>::new());
}
