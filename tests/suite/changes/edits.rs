//! The edits.

/// A change of the production example.
pub struct Edit {
    pub name: &'static str,
    /// Texts of the example and what is written in their place.
    pub replacements: &'static [(&'static str, &'static str)],
}

const fn edit(name: &'static str, replacements: &'static [(&'static str, &'static str)]) -> Edit {
    Edit { name, replacements }
}

const GENERAL_SIZE: &str = "size: {min: 1, max: 10}";
const BATCH_SIZE: &str = "size: {min: 0, max: 20}";
const GENERAL_TYPES: &str = "[m6i.large, m6a.large, m5.large]";
const BATCH_TYPES: &str = "[c6i.8xlarge, c5.9xlarge]";
const GENERAL_LABELS: &str = "labels: {workload-class: general}";
const BATCH_LABELS: &str = "labels: {workload-class: batch}";
const GENERAL: &str = "    - name: general\n      kind: managed\n";
const BATCH: &str = "    - name: batch\n      kind: self-managed\n";
const ZONE_C: &str = "    - name: us-west-2c
      nodeSubnets:
        - {id: subnet-0c33333333333333c, cidr: 10.20.32.0/20}
      podRouteTableId: rtb-0c33333333333333c
";
const BATCH_GROUP: &str = "    - name: batch
      kind: self-managed
      ami: {family: al2023}
      instanceTypes: [c6i.8xlarge, c5.9xlarge]
      size: {min: 0, max: 20}
      perZone: false
      labels: {workload-class: batch}
      taints:
        - {key: workload-class, value: batch, effect: NoSchedule}
      rootVolume: {sizeGiB: 200}
";
const GENERAL_GROUP: &str = "    - name: general
      kind: managed
      ami: {family: al2023}
      instanceTypes: [m6i.large, m6a.large, m5.large]
      size: {min: 1, max: 10}
      labels: {workload-class: general}
";
const ZONE_D: &str = "      podRouteTableId: rtb-0c33333333333333c
    - name: us-west-2d
      nodeSubnets:
        - {id: subnet-0d44444444444444d, cidr: 10.20.48.0/20}
";
const MORE_GROUPS: &str = "      rootVolume: {sizeGiB: 200}
    - name: web
      kind: managed
      ami: {family: al2023}
      instanceTypes: [m6i.large]
      size: {min: 1, max: 3}
";

pub const EDITS: &[Edit] = &[
    edit("size: a higher maximum of a managed group", &[(GENERAL_SIZE, "size: {min: 1, max: 12}")]),
    edit("size: a higher minimum and maximum of a self-managed group", &[(BATCH_SIZE, "size: {min: 1, max: 24}")]),
    edit("size: a desired number", &[(GENERAL_SIZE, "size: {min: 1, desired: 2, max: 10}")]),
    edit("types: one more of a managed group", &[(GENERAL_TYPES, "[m6i.large, m6a.large, m5.large, m7i.large]")]),
    edit("types: one more of a self-managed group", &[(BATCH_TYPES, "[c6i.8xlarge, c5.9xlarge, c6a.8xlarge]")]),
    edit("types: another order", &[(GENERAL_TYPES, "[m5.large, m6i.large, m6a.large]")]),
    edit("labels: another value on managed nodes", &[(GENERAL_LABELS, "labels: {workload-class: web}")]),
    edit("labels: one more on self-managed nodes", &[(BATCH_LABELS, "labels: {workload-class: batch, tier: low}")]),
    edit(
        "taints: one on managed nodes",
        &[(
            GENERAL_LABELS,
            "labels: {workload-class: general}\n      taints:\n        - {key: dedicated, effect: NoExecute}",
        )],
    ),
    edit("taints: another effect on self-managed nodes", &[("effect: NoSchedule", "effect: PreferNoSchedule")]),
    edit("tags: another value for all", &[("cost-center: \"4711\"", "cost-center: \"4712\"")]),
    edit(
        "tags: one of a managed group",
        &[(GENERAL_LABELS, "labels: {workload-class: general}\n      tags: {owner: web}")],
    ),
    edit("volumes: a larger one", &[("{sizeGiB: 200}", "{sizeGiB: 300}")]),
    edit("volumes: another type", &[("{sizeGiB: 200}", "{sizeGiB: 200, type: gp2}")]),
    edit(
        "roles: one of the managed group's own",
        &[(GENERAL_LABELS, "labels: {workload-class: general}\n      roleArn: arn:aws:iam::111122223333:role/nodes")],
    ),
    edit("metadata: two hops", &[(GENERAL_LABELS, "labels: {workload-class: general}\n      metadataHopLimit: 2")]),
    edit(
        "capacity: spot for a managed group",
        &[(GENERAL_LABELS, "labels: {workload-class: general}\n      capacityType: spot")],
    ),
    edit(
        "capacity: spot for a self-managed group",
        &[(BATCH_LABELS, "labels: {workload-class: batch}\n      capacityType: spot")],
    ),
    edit(
        "max pods: fewer on managed nodes",
        &[(GENERAL_LABELS, "labels: {workload-class: general}\n      maxPods: 58")],
    ),
    edit(
        "updates: of managed nodes, minimal",
        &[(GENERAL_LABELS, "labels: {workload-class: general}\n      update: {strategy: minimal}")],
    ),
    edit(
        "updates: of self-managed nodes, with signals",
        &[(BATCH_LABELS, "labels: {workload-class: batch}\n      update: {waitForSignal: true}")],
    ),
    edit("groups: one more", &[("      rootVolume: {sizeGiB: 200}\n", MORE_GROUPS)]),
    edit("groups: a self-managed one removed", &[(BATCH_GROUP, "")]),
    edit("groups: a managed one renamed", &[("- name: general", "- name: web")]),
    edit("groups: a self-managed one renamed", &[("- name: batch", "- name: jobs")]),
    edit("groups: a managed one across zones", &[(GENERAL_SIZE, "size: {min: 3, max: 30}\n      perZone: false")]),
    edit(
        "groups: a self-managed one in every zone",
        &[("perZone: false", "perZone: true"), (BATCH_SIZE, "size: {min: 0, max: 6}")],
    ),
    edit("kinds: self-managed instead of managed", &[(GENERAL, "    - name: general\n      kind: self-managed\n")]),
    edit("kinds: managed instead of self-managed", &[(BATCH, "    - name: batch\n      kind: managed\n")]),
    edit(
        "images: an AMI by its id",
        &[
            (GENERAL_TYPES, "[m6i.large, m6a.large, m5.large]\n      maxPods: 110"),
            (
                "{family: al2023}\n      instanceTypes: [m6i",
                "{family: al2023, id: ami-0a1b2c3d4e5f67890}\n      instanceTypes: [m6i",
            ),
        ],
    ),
    edit(
        "images: EKS chooses",
        &[(
            "{family: al2023}\n      instanceTypes: [m6i",
            "{family: al2023, managedBy: eks}\n      instanceTypes: [m6i",
        )],
    ),
    edit("versions: the next Kubernetes version", &[("kubernetesVersion: \"1.33\"", "kubernetesVersion: \"1.34\"")]),
    edit("versions: another CNI release", &[("version: 1.21.1", "version: 1.20.4")]),
    edit("architecture: arm64", &[(BATCH_TYPES, "[c6g.8xlarge, c7g.8xlarge]")]),
    edit("zones: one removed", &[(ZONE_C, "")]),
    edit(
        "route tables: another one",
        &[("podRouteTableId: rtb-0c33333333333333c", "podRouteTableId: rtb-0c44444444444444c")],
    ),
    edit("route tables: none", &[("      podRouteTableId: rtb-0c33333333333333c\n", "")]),
    edit("security groups: the cluster's", &[("{use: managed}", "{use: cluster}")]),
    edit("security groups: the nodes'", &[("{use: managed}", "{use: nodeGroup}")]),
    edit("security groups: by id", &[("{use: managed}", "{use: ids, ids: [sg-0aaaaaaaaaaaaaaaa]}")]),
    edit(
        "security groups: of managed nodes",
        &[(GENERAL_LABELS, "labels: {workload-class: general}\n      securityGroupIds: [sg-0bbbbbbbbbbbbbbbb]")],
    ),
    edit(
        "prefix delegation: off",
        &[("prefixDelegation: true", "prefixDelegation: false"), ("warm: {prefixTarget: 1}", "warm: {eniTarget: 1}")],
    ),
    edit("warm targets: more prefixes", &[("{prefixTarget: 1}", "{prefixTarget: 2}")]),
    edit("interfaces: fewer", &[("prefixDelegation: true", "prefixDelegation: true\n    maxEni: 3")]),
    edit(
        "security groups for pods",
        &[("prefixDelegation: true", "prefixDelegation: true\n    securityGroupsForPods: true")],
    ),
    edit(
        "egress: external SNAT",
        &[("securityGroups: {use: managed}", "securityGroups: {use: managed}\n    egress: {snat: external}")],
    ),
    edit(
        "variables: one of aws-node",
        &[("prefixDelegation: true", "prefixDelegation: true\n    env: {AWS_VPC_K8S_CNI_LOGLEVEL: DEBUG}")],
    ),
    edit(
        "credentials: a service account's",
        &[("version: 1.21.1", "version: 1.21.1\n    credentials: serviceAccount")],
    ),
    edit("access: aws-auth", &[("  nodeAccess: accessEntry\n", "")]),
    edit("pools: a second one", &[("default: {size: auto}", "default: {size: auto}\n      spare: {prefixLength: 24}")]),
    edit(
        "selection: by name",
        &[("securityGroups: {use: managed}", "securityGroups: {use: managed}\n    selectBy: name")],
    ),
    edit("size: a lower maximum of a managed group", &[(GENERAL_SIZE, "size: {min: 1, max: 8}")]),
    edit(
        "tags: one of a self-managed group",
        &[(BATCH_LABELS, "labels: {workload-class: batch}\n      tags: {owner: batch}")],
    ),
    edit(
        "volumes: a larger one of managed nodes",
        &[(GENERAL_LABELS, "labels: {workload-class: general}\n      rootVolume: {sizeGiB: 100}")],
    ),
    edit(
        "metadata: two hops of self-managed nodes",
        &[(BATCH_LABELS, "labels: {workload-class: batch}\n      metadataHopLimit: 2")],
    ),
    edit(
        "max pods: fewer on self-managed nodes",
        &[(BATCH_LABELS, "labels: {workload-class: batch}\n      maxPods: 110")],
    ),
    edit(
        "updates: of managed nodes, two at a time",
        &[(GENERAL_LABELS, "labels: {workload-class: general}\n      update: {maxUnavailable: 2}")],
    ),
    edit(
        "updates: of self-managed nodes, two at a time",
        &[(BATCH_LABELS, "labels: {workload-class: batch}\n      update: {maxBatchSize: 2}")],
    ),
    edit("groups: a managed one removed", &[(GENERAL_GROUP, "")]),
    edit(
        "groups: a managed one in two zones",
        &[(GENERAL_LABELS, "labels: {workload-class: general}\n      zones: [us-west-2a, us-west-2b]")],
    ),
    edit(
        "images: a pinned parameter for managed nodes",
        &[(
            "{family: al2023}\n      instanceTypes: [m6i",
            "{family: al2023, ssmParameter: \"/images/al2023:3\"}\n      instanceTypes: [m6i",
        )],
    ),
    edit(
        "images: another parameter for self-managed nodes",
        &[(
            "{family: al2023}\n      instanceTypes: [c6i",
            "{family: al2023, ssmParameter: /images/al2023}\n      instanceTypes: [c6i",
        )],
    ),
    edit("zones: one more", &[("      podRouteTableId: rtb-0c33333333333333c\n", ZONE_D)]),
    edit("pools: renamed", &[("default: {size: auto}", "pods: {size: auto}")]),
    edit(
        "security groups: of pods in one zone",
        &[(
            "default: {size: auto}",
            "default: {size: auto, zones: {us-west-2a: {securityGroupIds: [sg-0aaaaaaaaaaaaaaaa]}}}",
        )],
    ),
    edit("security groups: none", &[("{use: managed}", "{use: none}")]),
    edit("warm targets: addresses", &[("{prefixTarget: 1}", "{ipTarget: 20, minimumIpTarget: 10}")]),
    edit(
        "autoscaler: no tags for it",
        &[(BATCH_LABELS, "labels: {workload-class: batch}\n      clusterAutoscaler: false")],
    ),
    edit("blocks: one more", &[("cidrBlocks: [100.64.0.0/16]", "cidrBlocks: [100.64.0.0/16, 100.65.0.0/16]")]),
];
