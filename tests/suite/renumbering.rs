//! Reports about tools that give subnets their ranges by position: each with the ranges that the tool computes before and
//! after the edit that was reported, and with what the same edit does here, which is to move nothing.

use std::collections::BTreeMap;

use podnet::address::Cidr;
use podnet::compile::{Named, compile};
use podnet::diagnostic::{Code, any_error};
use podnet::lock;
use podnet::lock::{Lock, State};

/// Subnets by name, with their ranges.
type Layout = BTreeMap<String, Cidr>;

fn cidr(text: &str) -> Cidr {
    text.parse().unwrap()
}

fn layout(subnets: &[(&str, &str)]) -> Layout {
    subnets.iter().map(|(name, range)| ((*name).to_owned(), cidr(range))).collect()
}

/// Places subnets one after the other, each at the next address that its size may begin at. Names decide nothing.
fn in_a_row(block: Cidr, subnets: impl IntoIterator<Item = (String, u8)>) -> Layout {
    let mut next = u32::from(block.first());
    let place = |(name, length): (String, u8)| {
        let size = 1_u32 << (32 - length);
        let first = next.next_multiple_of(size);
        next = first + size;
        (name, Cidr::new(first.into(), length).unwrap())
    };
    subnets.into_iter().map(place).collect()
}

/// The prefix length of so many equal parts of so many addresses.
fn even(addresses: u64, parts: usize) -> u8 {
    u8::try_from(32 - (addresses / parts as u64).ilog2()).unwrap()
}

/// The AWS CDK's `Vpc`: group after group of `subnetConfiguration`, each in zone after zone; those without a mask come last
/// and share what is left.
fn cdk(block: &str, groups: &[(&str, Option<u8>)], zones: usize) -> Layout {
    let in_zones = |name: &str, length: u8| -> Vec<_> {
        (1..=zones).map(|zone| (format!("{name}Subnet{zone}"), length)).collect::<Vec<_>>()
    };
    let masked = groups.iter().filter_map(|(name, mask)| Some(in_zones(name, (*mask)?)));
    let mut subnets: Vec<(String, u8)> = masked.flatten().collect();
    let taken: u64 = subnets.iter().map(|(_, length)| 1 << (32 - length)).sum();
    let rest: Vec<&str> = groups.iter().filter(|(_, mask)| mask.is_none()).map(|(name, _)| *name).collect();
    if !rest.is_empty() {
        let length = even(cidr(block).addresses() - taken, rest.len() * zones);
        subnets.extend(rest.iter().flat_map(|name| in_zones(name, length)));
    }
    in_a_row(cidr(block), subnets)
}

/// aws-ia's Terraform module: kind after kind in the order of the alphabet, each in zone after zone.
fn terraform(block: &str, kinds: &[(&str, u8)], zones: &[&str]) -> Layout {
    let kinds: BTreeMap<&str, u8> = kinds.iter().copied().collect();
    let subnets = kinds.iter().flat_map(|(kind, mask)| zones.iter().map(move |zone| (format!("{kind}/{zone}"), *mask)));
    in_a_row(cidr(block), subnets)
}

/// Pulumi's awsx before 1.0: kind after kind, each in zone after zone, all of one size.
fn awsx_classic(block: &str, kinds: &[&str], zones: usize) -> Layout {
    let length = even(cidr(block).addresses(), kinds.len() * zones);
    let subnets = kinds.iter().flat_map(|kind| (0..zones).map(move |zone| (format!("{kind}-{zone}"), length)));
    in_a_row(cidr(block), subnets)
}

/// Pulumi's awsx 1.0: an equal part for each zone, in which the subnets stand one after the other.
fn awsx(block: &str, subnets: &[(&str, u8)], zones: u32) -> Layout {
    let block = cidr(block);
    let length = block.prefix_length() + u8::try_from(zones.next_power_of_two().ilog2()).unwrap();
    let of_zone = |zone: u32| {
        let part = Cidr::new((u32::from(block.first()) + (zone << (32 - length))).into(), length).unwrap();
        in_a_row(part, subnets.iter().map(|(name, mask)| (format!("{name}-{}", zone + 1), *mask)))
    };
    (0..zones).flat_map(of_zone).collect()
}

/// Subnets that are to have another range than they have: each is replaced, with all that is in it.
fn moved(before: &Layout, after: &Layout) -> Vec<String> {
    let other = |name: &String, range: &Cidr| after.get(name).is_some_and(|now| now != range);
    before.iter().filter(|(name, range)| other(name, range)).map(|(name, _)| name.clone()).collect()
}

/// Ranges that are asked for while a subnet of another name is there: new subnets are made before old ones go, and EC2
/// answers `InvalidSubnet.Conflict`.
fn conflicts(before: &Layout, after: &Layout) -> Vec<String> {
    let is_new = |name: &String, range: &Cidr| before.get(name) != Some(range);
    let in_use = |range: &Cidr| before.values().any(|other| other.overlaps(*range));
    let asked = after.iter().filter(|(name, range)| is_new(name, range) && in_use(range));
    asked.map(|(_, range)| range.to_string()).collect()
}

/// A spec with these blocks for pods, these pools, and these zones of us-east-1.
fn spec(blocks: &[&str], pools: &[(&str, u8)], zones: &[&str]) -> String {
    let zone = |zone: &&str| {
        let number = u32::from(zone.as_bytes()[0] - b'a');
        let subnet = format!("{{id: subnet-0a00000000000000{number}, cidr: 192.168.{number}.0/24}}");
        format!("    - {{name: us-east-1{zone}, nodeSubnets: [{subnet}]}}\n")
    };
    let zones: String = zones.iter().map(zone).collect();
    let pool = |(name, length): &(&str, u8)| format!("      {name}: {{prefixLength: {length}}}\n");
    let pools: String = pools.iter().map(pool).collect();
    let blocks = blocks.join(", ");
    format!(
        "apiVersion: podnet.dev/v1alpha1
kind: PodNetwork
metadata: {{name: reported}}
spec:
  region: us-east-1
  kubernetesVersion: \"1.33\"
  vpc:
    id: vpc-0a1b2c3d4e5f67890
    cidrBlocks: [192.168.0.0/16, {blocks}]
    clusterSecurityGroupId: sg-0a1b2c3d4e5f67890
    serviceCidr: 172.20.0.0/16
  zones:
{zones}  podNetwork:
    selectBy: name
    cidrBlocks: [{blocks}]
    pools:
{pools}  cni: {{version: 1.21.1}}
"
    )
}

/// Compiles a spec with the lock of before: the next lock, or the codes of what is wrong.
fn synthesize(spec: &str, lock: Option<&str>) -> Result<String, Vec<Code>> {
    let read = podnet::spec::read(spec);
    let document = read.document.unwrap_or_else(|| panic!("{:#?}", read.diagnostics));
    let compiled = compile(&document, lock.map(|text| Named { name: "reported.lock.yaml", text }), None);
    if any_error(&compiled.diagnostics) {
        return Err(compiled.diagnostics.iter().filter(|found| found.is_error()).map(|found| found.code).collect());
    }
    Ok(lock::write(&compiled.lock))
}

fn read(lock: &str) -> Lock {
    lock::read("reported.lock.yaml", lock, "reported").lock.unwrap()
}

/// The ranges in some state, by pool and zone.
fn in_state(lock: &str, state: State) -> Layout {
    let allocations = read(lock).allocations.into_iter().filter(|(_, allocation)| allocation.state == state);
    allocations.map(|(key, allocation)| (key.to_string(), allocation.cidr)).collect()
}

fn active(lock: &str) -> Layout {
    in_state(lock, State::Active)
}

/// Synthesizes a spec and then another: what the first one has keeps its range in the second one's lock, and what is new
/// is nowhere near it. Gives both locks.
fn edit(before: &str, after: &str) -> (String, String) {
    let first = synthesize(before, None).unwrap();
    let second = synthesize(after, Some(&first)).unwrap();
    let all: Layout =
        read(&second).allocations.into_iter().map(|(key, allocation)| (key.to_string(), allocation.cidr)).collect();
    assert_eq!(moved(&active(&first), &all), Vec::<String>::new());
    assert!(active(&first).keys().all(|name| all.contains_key(name)));
    assert_eq!(conflicts(&active(&first), &all), Vec::<String>::new());
    (first, second)
}

// aws/aws-cdk #6683: `maxAzs` from 3 to 4, two groups of /24 in 172.21.0.0/16. The fourth public subnet gets the range of
// the first private one, and every private one moves up by one.
#[test]
fn aws_cdk_6683_a_fourth_zone() {
    let groups = [("public", Some(24)), ("private", Some(24))];
    let (three, four) = (cdk("172.21.0.0/16", &groups, 3), cdk("172.21.0.0/16", &groups, 4));
    assert_eq!(three["privateSubnet1"], four["publicSubnet4"]);
    assert_eq!(moved(&three, &four), ["privateSubnet1", "privateSubnet2", "privateSubnet3"]);
    assert_eq!(four["publicSubnet4"], cidr("172.21.3.0/24"), "the range of the report's error");
    assert_eq!(conflicts(&three, &four), ["172.21.4.0/24", "172.21.5.0/24", "172.21.3.0/24"]);

    let with = |zones: &[&str]| spec(&["172.21.0.0/16"], &[("public", 24), ("private", 24)], zones);
    let (first, second) = edit(&with(&["a", "b", "c"]), &with(&["a", "b", "c", "d"]));
    let before = [
        ("private/us-east-1a", "172.21.0.0/24"),
        ("private/us-east-1b", "172.21.1.0/24"),
        ("private/us-east-1c", "172.21.2.0/24"),
        ("public/us-east-1a", "172.21.3.0/24"),
        ("public/us-east-1b", "172.21.4.0/24"),
        ("public/us-east-1c", "172.21.5.0/24"),
    ];
    assert_eq!(active(&first), layout(&before));
    let new = [("private/us-east-1d", "172.21.6.0/24"), ("public/us-east-1d", "172.21.7.0/24")];
    assert_eq!(active(&second), layout(&[&before[..], &new[..]].concat()));
}

// aws/aws-cdk #24708: `max_azs` from 2 to 3, `PubA` and `PrvA` of /24 each. The report's error names 10.121.2.0/24, the
// range of the first private subnet; its VPC is taken to begin at 10.121.0.0.
#[test]
fn aws_cdk_24708_a_third_zone() {
    let groups = [("PubA", Some(24)), ("PrvA", Some(24))];
    let (two, three) = (cdk("10.121.0.0/16", &groups, 2), cdk("10.121.0.0/16", &groups, 3));
    assert_eq!((two["PrvASubnet1"], three["PubASubnet3"]), (cidr("10.121.2.0/24"), cidr("10.121.2.0/24")));
    assert_eq!(moved(&two, &three), ["PrvASubnet1", "PrvASubnet2"]);
    assert!(conflicts(&two, &three).contains(&"10.121.2.0/24".to_owned()));

    let with = |zones: &[&str]| spec(&["10.121.0.0/16"], &[("pub-a", 24), ("prv-a", 24)], zones);
    let (first, second) = edit(&with(&["a", "b"]), &with(&["a", "b", "c"]));
    assert_eq!(active(&first)["pub-a/us-east-1a"], cidr("10.121.2.0/24"));
    assert_eq!(active(&second)["pub-a/us-east-1a"], cidr("10.121.2.0/24"));
    let new = ["prv-a/us-east-1c", "pub-a/us-east-1c"].map(|name| active(&second)[name]);
    assert_eq!(new, [cidr("10.121.4.0/24"), cidr("10.121.5.0/24")]);
}

// aws/aws-cdk #28369: one isolated group without a mask in two zones, which shares the whole default block, 10.0.0.0/16;
// later public and private groups are added. The report's error names 10.0.2.0/24, which groups of /24 come to. Whatever
// they get lies where the isolated subnets are, and those are to shrink and move, with databases in them.
#[test]
fn aws_cdk_28369_groups_beside_one_that_fills_the_block() {
    let isolated = ("isolated", None);
    let before = cdk("10.0.0.0/16", &[isolated], 2);
    assert_eq!(before, layout(&[("isolatedSubnet1", "10.0.0.0/17"), ("isolatedSubnet2", "10.0.128.0/17")]));
    let after = cdk("10.0.0.0/16", &[("public", Some(24)), ("egress", Some(24)), isolated], 2);
    assert_eq!(moved(&before, &after), ["isolatedSubnet1", "isolatedSubnet2"]);
    assert_eq!(after["egressSubnet1"], cidr("10.0.2.0/24"));
    assert_eq!(conflicts(&before, &after).len(), after.len());

    // Here there is no room, which is said before anything is deployed; another block makes some.
    let zones = ["a", "b"];
    let one = spec(&["10.0.0.0/16"], &[("isolated", 17)], &zones);
    let three = [("isolated", 17), ("public", 24), ("egress", 24)];
    let first = synthesize(&one, None).unwrap();
    assert_eq!(
        active(&first),
        layout(&[("isolated/us-east-1a", "10.0.0.0/17"), ("isolated/us-east-1b", "10.0.128.0/17")])
    );
    let refused = synthesize(&spec(&["10.0.0.0/16"], &three, &zones), Some(&first)).unwrap_err();
    assert!(!refused.is_empty() && refused.iter().all(|code| *code == Code::CapacityFull), "{refused:?}");
    let (same, second) = edit(&one, &spec(&["10.0.0.0/16", "10.1.0.0/16"], &three, &zones));
    assert_eq!(same, first);
    let new = ["egress/us-east-1a", "egress/us-east-1b", "public/us-east-1a", "public/us-east-1b"];
    let ranges = ["10.1.0.0/24", "10.1.1.0/24", "10.1.2.0/24", "10.1.3.0/24"];
    assert_eq!(new.map(|name| active(&second)[name]), ranges.map(cidr));
}

// aws-ia/terraform-aws-vpc #136: `az_count` from 1 to 2 moves a /28 with interfaces in it from 10.32.0.64 to 10.32.0.128.
// 64 addresses a zone stand before it, as of a /26 of a kind that the alphabet has first.
#[test]
fn terraform_aws_vpc_136_a_second_zone() {
    let kinds = [("private", 26), ("transit_gateway", 28)];
    let (one, two) = (terraform("10.32.0.0/24", &kinds, &["a"]), terraform("10.32.0.0/24", &kinds, &["a", "b"]));
    assert_eq!(one["transit_gateway/a"], cidr("10.32.0.64/28"));
    assert_eq!(two["transit_gateway/a"], cidr("10.32.0.128/28"));
    assert_eq!(moved(&one, &two), ["transit_gateway/a"]);

    let with = |zones: &[&str]| spec(&["10.32.0.0/24"], &[("private", 26), ("transit-gateway", 28)], zones);
    let (first, second) = edit(&with(&["a"]), &with(&["a", "b"]));
    for lock in [&first, &second] {
        assert_eq!(active(lock)["transit-gateway/us-east-1a"], cidr("10.32.0.64/28"));
    }
    let new = ["private/us-east-1b", "transit-gateway/us-east-1b"].map(|name| active(&second)[name]);
    assert_eq!(new, [cidr("10.32.0.128/26"), cidr("10.32.0.80/28")]);
}

// pulumi/pulumi-awsx #520: `numberOfAvailabilityZones` from 4 to 2 in 10.1.0.0/16. Eight /19 become four /18, so that all
// four subnets that stay are replaced, at ranges that are in use.
#[test]
fn pulumi_awsx_520_two_zones_fewer() {
    let kinds = ["public", "private"];
    let (four, two) = (awsx_classic("10.1.0.0/16", &kinds, 4), awsx_classic("10.1.0.0/16", &kinds, 2));
    assert_eq!((four["private-1"], two["private-1"]), (cidr("10.1.160.0/19"), cidr("10.1.192.0/18")));
    assert_eq!(moved(&four, &two), ["private-0", "private-1", "public-0", "public-1"]);
    assert_eq!(conflicts(&four, &two).len(), 4);

    let with = |zones: &[&str]| spec(&["10.1.0.0/16"], &[("public", 19), ("private", 19)], zones);
    let (first, second) = edit(&with(&["a", "b", "c", "d"]), &with(&["a", "b"]));
    let stay = [
        ("private/us-east-1a", "10.1.0.0/19"),
        ("private/us-east-1b", "10.1.32.0/19"),
        ("public/us-east-1a", "10.1.128.0/19"),
        ("public/us-east-1b", "10.1.160.0/19"),
    ];
    assert_eq!(active(&second), layout(&stay));
    // Those that go keep theirs as well, for as long as their subnets may be there, and have them when they come back.
    assert_eq!(in_state(&second, State::Retired).len(), 4);
    assert_eq!(synthesize(&with(&["a", "b", "c", "d"]), Some(&second)).unwrap(), first);
}

// pulumi/pulumi-awsx #910: of two isolated /24 in each of three zones of 10.0.0.0/16, the first is taken out. The second
// moves up into the ranges of those that are still there: 10.0.0.0/24 and 10.0.64.0/24 in the report's errors.
#[test]
fn pulumi_awsx_910_the_first_of_two_is_taken_out() {
    let both = awsx("10.0.0.0/16", &[("isolated1", 24), ("isolated2", 24)], 3);
    let second = awsx("10.0.0.0/16", &[("isolated2", 24)], 3);
    assert_eq!(both["isolated2-1"], cidr("10.0.1.0/24"));
    assert_eq!(moved(&both, &second), ["isolated2-1", "isolated2-2", "isolated2-3"]);
    assert_eq!(conflicts(&both, &second), ["10.0.0.0/24", "10.0.64.0/24", "10.0.128.0/24"]);

    let zones = ["a", "b", "c"];
    let with = |pools: &[(&str, u8)]| spec(&["10.0.0.0/16"], pools, &zones);
    let (both, second) = edit(&with(&[("isolated1", 24), ("isolated2", 24)]), &with(&[("isolated2", 24)]));
    let stay = zones.map(|zone| format!("isolated2/us-east-1{zone}"));
    assert_eq!(active(&second).into_keys().collect::<Vec<_>>(), stay);
    assert_eq!(stay.map(|name| active(&both)[&name]), ["10.0.3.0/24", "10.0.4.0/24", "10.0.5.0/24"].map(cidr));
}

// buildkite/elastic-ci-stack-for-aws #319: the template has 10.0.1.0/24 for the first zone of `Fn::GetAZs` and 10.0.2.0/24
// for the second. When AWS lists zones otherwise, an update with the same parameters puts a range into another zone, and
// CloudFormation answers that the CIDR block must change if the zone does.
#[test]
fn elastic_ci_stack_319_zones_are_listed_otherwise() {
    let by_position = |zones: [&str; 2]| [("10.0.1.0/24", zones[0].to_owned()), ("10.0.2.0/24", zones[1].to_owned())];
    let (before, after) = (by_position(["b", "c"]), by_position(["a", "b"]));
    assert!(before.iter().zip(&after).all(|((range, was), (same, is))| range == same && was != is));

    let with = |zones: &[&str]| spec(&["10.0.0.0/16"], &[("default", 24)], zones);
    let (first, second) = edit(&with(&["b", "c"]), &with(&["c", "a", "b"]));
    let stay = [("default/us-east-1b", "10.0.0.0/24"), ("default/us-east-1c", "10.0.1.0/24")];
    assert_eq!(active(&first), layout(&stay));
    assert_eq!(active(&second), layout(&[("default/us-east-1a", "10.0.2.0/24"), stay[0], stay[1]]));
    assert_eq!(synthesize(&with(&["c", "b"]), Some(&first)).unwrap(), first);
}
