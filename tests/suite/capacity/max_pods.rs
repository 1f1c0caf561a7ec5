//! Max pods against the numbers that AWS publishes.
//!
//! Without custom networking: `templates/shared/runtime/eni-max-pods.txt` of awslabs/amazon-eks-ami, which EKS nodes
//! themselves start from, at commit 0254c5b490f8 (December 2025 or later: it has the types of that month).
//! With custom networking: the formula of the EKS user guide, (interfaces - 1) * (addresses - 1) + 2, whose example is
//! m5.large with 20. Interfaces and addresses are those of `pkg/vpc/vpc_ip_resource_limit.go` of
//! aws/amazon-vpc-cni-k8s at commit 01c4ad5afb0c (August 2025 or later: it has r8i), and for the few types that it
//! lacks or that were not looked up in it (c8, d3, g5, hpc, i4, i8, m7, m8, p5, r4, x) those of
//! `aws ec2 describe-instance-types`.
//! With prefixes: the same with 16 addresses for each, capped at 110 up to 30 virtual CPUs and at 250 above, which is
//! the rule of amazon-eks-ami's `max-pods-calculator.sh`.

use podnet::capacity::{InstanceLimits, NetworkSettings, TypeMaxPods, max_pods};
use podnet::catalog::{CniVersion, InstanceType, instance_types};

const DEFAULT: NetworkSettings = settings(false, false);
const CUSTOM: NetworkSettings = settings(true, false);
const PREFIXES: NetworkSettings = settings(true, true);

const fn settings(custom_networking: bool, prefix_delegation: bool) -> NetworkSettings {
    NetworkSettings {
        version: CniVersion::new(1, 21, 1),
        custom_networking,
        prefix_delegation,
        max_eni: None,
        security_groups_for_pods: false,
        multi_nic: false,
    }
}

/// A type with one network card: its number in eni-max-pods.txt, what its addresses allow with custom networking, and
/// the number to use with custom networking and prefixes.
const PUBLISHED: &[(&str, u32, u32, u32)] = &[
    ("a1.4xlarge", 234, 205, 110),
    ("a1.medium", 8, 5, 50),
    ("c1.medium", 12, 7, 7),
    ("c3.8xlarge", 234, 205, 205),
    ("c4.8xlarge", 234, 205, 205),
    ("c4.large", 29, 20, 20),
    ("c5.18xlarge", 737, 688, 250),
    ("c5.4xlarge", 234, 205, 110),
    ("c5.9xlarge", 234, 205, 250),
    ("c5.large", 29, 20, 110),
    ("c5.metal", 737, 688, 250),
    ("c5.xlarge", 58, 44, 110),
    ("c5a.16xlarge", 737, 688, 250),
    ("c5d.2xlarge", 58, 44, 110),
    ("c8a.12xlarge", 758, 695, 250),
    ("c8gn.16xlarge", 786, 737, 250),
    ("d3.xlarge", 10, 8, 98),
    ("g5.48xlarge", 345, 296, 250),
    ("hpc7g.4xlarge", 198, 149, 110),
    ("i4i.24xlarge", 437, 408, 250),
    ("i8ge.3xlarge", 176, 147, 110),
    ("inf1.24xlarge", 321, 292, 250),
    ("m3.2xlarge", 118, 89, 89),
    ("m3.medium", 12, 7, 7),
    ("m4.16xlarge", 234, 205, 205),
    ("m4.large", 20, 11, 11),
    ("m5.24xlarge", 737, 688, 250),
    ("m5.large", 29, 20, 110),
    ("m5dn.8xlarge", 234, 205, 250),
    ("m5n.24xlarge", 737, 688, 250),
    ("m5zn.3xlarge", 234, 205, 110),
    ("m5zn.metal", 737, 688, 250),
    ("m6a.48xlarge", 737, 688, 250),
    ("m6a.large", 29, 20, 110),
    ("m6g.16xlarge", 737, 688, 250),
    ("m6g.medium", 8, 5, 50),
    ("m6g.xlarge", 58, 44, 110),
    ("m6gd.4xlarge", 234, 205, 110),
    ("m6gd.metal", 737, 688, 250),
    ("m6i.12xlarge", 234, 205, 250),
    ("m6i.large", 29, 20, 110),
    ("m7g.medium", 8, 5, 50),
    ("m8a.xlarge", 78, 59, 110),
    ("p5.4xlarge", 118, 89, 110),
    ("r4.16xlarge", 737, 688, 250),
    ("r8i-flex.8xlarge", 492, 443, 250),
    ("r8i-flex.large", 59, 40, 110),
    ("r8i.12xlarge", 590, 541, 250),
    ("r8i.16xlarge", 1010, 947, 250),
    ("r8i.4xlarge", 394, 345, 110),
    ("r8i.96xlarge", 1514, 1451, 250),
    ("r8i.metal-48xl", 1514, 1451, 250),
    ("r8i.xlarge", 118, 89, 110),
    ("t1.micro", 4, 3, 3),
    ("t2.large", 35, 24, 24),
    ("t2.medium", 17, 12, 12),
    ("t2.small", 11, 8, 8),
    ("t2.xlarge", 44, 30, 30),
    ("t3.large", 35, 24, 110),
    ("t3.medium", 17, 12, 110),
    ("t3.nano", 4, 3, 18),
    ("t3.small", 11, 8, 98),
    ("t3.xlarge", 58, 44, 110),
    ("t3a.2xlarge", 58, 44, 110),
    ("t3a.small", 8, 5, 50),
    ("t4g.2xlarge", 58, 44, 110),
    ("t4g.large", 35, 24, 110),
    ("t4g.medium", 17, 12, 110),
    ("t4g.micro", 4, 3, 18),
    ("trn1.2xlarge", 58, 44, 110),
    ("x1e.xlarge", 29, 20, 20),
    ("x8aedz.large", 78, 59, 110),
];

/// A type with several network cards: its number in eni-max-pods.txt, which counts the default card alone, and what the
/// addresses of that card allow with custom networking.
const SEVERAL_CARDS: &[(&str, u32, u32)] = &[
    ("c6in.32xlarge", 394, 345),
    ("c8gn.48xlarge", 590, 541),
    ("p4d.24xlarge", 737, 688),
    ("p5.48xlarge", 100, 51),
    ("p5en.48xlarge", 198, 149),
    ("p6-b200.48xlarge", 198, 149),
    ("trn1.32xlarge", 247, 198),
    ("trn2.48xlarge", 100, 51),
];

fn compute(name: &str, settings: &NetworkSettings) -> Option<TypeMaxPods> {
    let known = instance_types::find(name).unwrap_or_else(|| panic!("{name} is not in the catalog"));
    max_pods(&InstanceLimits::from(known), settings)
}

fn some(name: &str, settings: &NetworkSettings) -> TypeMaxPods {
    compute(name, settings).unwrap_or_else(|| panic!("{name} has no interface for pods"))
}

/// Every row whose number is not the expected one, so that one run shows them all.
fn wrong<'a>(rows: impl Iterator<Item = (&'a str, u32, u32)>) -> Vec<String> {
    rows.filter(|(_, found, expected)| found != expected)
        .map(|(name, found, expected)| format!("{name}: {found}, published {expected}"))
        .collect()
}

#[test]
fn without_custom_networking_they_are_those_of_the_eks_image() {
    assert!(PUBLISHED.len() >= 45);
    let one = PUBLISHED.iter().map(|row| (row.0, some(row.0, &DEFAULT).by_addresses, row.1));
    assert_eq!(wrong(one), Vec::<String>::new());
    let several = SEVERAL_CARDS.iter().map(|row| (row.0, some(row.0, &DEFAULT).by_addresses, row.1));
    assert_eq!(wrong(several), Vec::<String>::new());
}

#[test]
fn with_custom_networking_they_are_those_of_the_user_guides_formula() {
    let one = PUBLISHED.iter().map(|row| (row.0, some(row.0, &CUSTOM).by_addresses, row.2));
    assert_eq!(wrong(one), Vec::<String>::new());
    let several = SEVERAL_CARDS.iter().map(|row| (row.0, some(row.0, &CUSTOM).by_addresses, row.2));
    assert_eq!(wrong(several), Vec::<String>::new());
}

#[test]
fn with_prefixes_they_are_those_of_the_calculator() {
    let rows = PUBLISHED.iter().map(|row| (row.0, some(row.0, &PREFIXES).value, row.3));
    assert_eq!(wrong(rows), Vec::<String>::new());
}

#[test]
fn the_tables_hold_what_they_say() {
    let cards = |name: &str| instance_types::find(name).unwrap().network_cards;
    assert!(PUBLISHED.iter().all(|row| cards(row.0) == 1));
    assert!(SEVERAL_CARDS.iter().all(|row| cards(row.0) > 1));
    assert!(PUBLISHED.is_sorted_by(|one, next| one.0 < next.0));
}

#[test]
fn the_pages_own_example() {
    let m5 = some("m5.large", &CUSTOM);
    assert_eq!((m5.value, m5.by_addresses, m5.cap), (20, 20, 110));
    assert_eq!(m5.how, "(3 - 1) * (10 - 1) + 2 = 20");
}

#[test]
fn the_number_to_use_is_capped_by_virtual_cpus_and_the_other_is_not() {
    let m5 = some("m5.large", &PREFIXES);
    assert_eq!((m5.value, m5.by_addresses, m5.cap), (110, 290, 110));
    assert_eq!(m5.how, "(3 - 1) * (10 - 1) * 16 + 2 = 290, capped at 110 for 2 vCPUs");
    let c5 = some("c5.18xlarge", &PREFIXES);
    assert_eq!((c5.value, c5.by_addresses, c5.cap), (250, 10_978, 250));
    // 30 virtual CPUs are the border: 16 are below it, 32 and 36 above.
    assert_eq!(some("c5.4xlarge", &CUSTOM).value, 110);
    assert_eq!(some("c5.9xlarge", &CUSTOM).value, 205);
    assert_eq!(some("m5dn.8xlarge", &PREFIXES).value, 250);
    // Without custom networking too: 737 addresses, 250 pods.
    assert_eq!(some("c5.18xlarge", &DEFAULT).value, 250);
}

#[test]
fn thirty_virtual_cpus_are_the_last_that_are_few() {
    let any = instance_types::find("m5.24xlarge").unwrap();
    let of = |vcpus: u32| max_pods(&InstanceLimits::from(InstanceType { vcpus, ..any }), &PREFIXES).unwrap();
    assert_eq!(
        [29, 30, 31, 32].map(|vcpus| (of(vcpus).cap, of(vcpus).value)),
        [(110, 110), (110, 110), (250, 250), (250, 250)]
    );
    assert!(of(30).how.ends_with("capped at 110 for 30 vCPUs"), "{}", of(30).how);
    assert!(of(31).how.ends_with("capped at 250 for 31 vCPUs"), "{}", of(31).how);
}

#[test]
fn a_small_type_stays_below_the_cap_even_with_prefixes() {
    let t3 = some("t3.small", &PREFIXES);
    assert_eq!((t3.value, t3.by_addresses, t3.cap), (98, 98, 110));
    assert_eq!(t3.how, "(3 - 1) * (4 - 1) * 16 + 2 = 98");
}

#[test]
fn of_several_cards_the_default_one_counts() {
    let p5 = some("p5.48xlarge", &CUSTOM);
    assert_eq!(p5.by_addresses, 51, "{}", p5.how);
    assert_eq!(some("p5.48xlarge", &PREFIXES).value, 250);
}

#[test]
fn xen_types_get_no_prefixes() {
    for name in ["m4.large", "t2.medium", "r4.16xlarge", "x1e.xlarge", "c3.8xlarge"] {
        assert_eq!(some(name, &PREFIXES), some(name, &CUSTOM), "{name}");
    }
}

#[test]
fn bare_metal_types_get_prefixes_from_cni_1_11_on() {
    let with = |minor| NetworkSettings { version: CniVersion::new(1, minor, 0), ..PREFIXES };
    for name in ["c5.metal", "m5zn.metal", "m6gd.metal"] {
        assert_eq!(some(name, &with(10)).by_addresses, 688, "{name}");
        assert_eq!(some(name, &with(11)).by_addresses, 10_978, "{name}");
    }
}

#[test]
fn nitro_types_get_prefixes_from_cni_1_9_on() {
    let with = |minor| NetworkSettings { version: CniVersion::new(1, minor, 0), ..PREFIXES };
    assert_eq!(some("m5.large", &with(8)).value, 20);
    assert_eq!(some("m5.large", &with(9)).value, 110);
}

#[test]
fn a_type_with_one_interface_has_none_left_for_pods() {
    assert_eq!(some("hpc6id.32xlarge", &DEFAULT).by_addresses, 51);
    assert_eq!(compute("hpc6id.32xlarge", &CUSTOM), None);
    assert_eq!(compute("hpc6id.32xlarge", &PREFIXES), None);
}

#[test]
fn max_eni_counts_before_the_primary_interface_goes() {
    let with = |most| NetworkSettings { max_eni: Some(most), ..CUSTOM };
    assert_eq!(some("m5.large", &with(2)).value, 11);
    assert_eq!(some("m5.large", &with(3)).value, 20);
    // More than the type has is no more.
    assert_eq!(some("m5.large", &with(64)).value, 20);
    assert_eq!(some("c5.18xlarge", &with(4)).value, 149);
}

#[test]
fn security_groups_for_pods_take_one_more_interface() {
    let settings = NetworkSettings { security_groups_for_pods: true, ..CUSTOM };
    let m5 = some("m5.large", &settings);
    assert_eq!((m5.value, m5.how.as_str()), (11, "(3 - 1 - 1) * (10 - 1) + 2 = 11"));
    // t3a.small has no trunk: its two interfaces are the primary one and one for pods. Before 1.20.4, that one is kept.
    assert_eq!(some("t3a.small", &settings).how, "(2 - 1) * (4 - 1) + 2 = 5");
    let before = NetworkSettings { version: CniVersion::new(1, 20, 3), ..settings.clone() };
    assert_eq!(compute("t3a.small", &before), None);
    let both = NetworkSettings { max_eni: Some(2), ..settings };
    assert_eq!(compute("m5.large", &both), None);
}
