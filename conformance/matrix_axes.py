"""What a spec can say, as axes with a few values each, and which values go together.

A value is a word; `matrix_specs.py` says what it comes to in a spec. `absent` means that the field is not there. A new field of
the spec gets an axis here, a new value of a field a word: the check fails for what the JSON Schema has and no spec of the matrix.
"""
from __future__ import annotations

from pairs import Axes, Rule
from regions import Region, regions

AXES: dict[str, tuple[str, ...]] = {
    # The cluster and its VPC.
    "kubernetes": ("1.14", "1.21", "1.24", "1.30", "1.33", "1.36"),
    "clusterFacts": ("absent", "endpoint", "certificate", "both"),
    "clusterGroup": ("given", "absent"),
    "serviceCidr": ("absent", "given"),
    "quota": ("absent", "given"),
    "avoid": ("absent", "given"),
    "tags": ("absent", "given"),
    "silence": ("absent", "given"),
    "zones": ("one", "two", "three"),
    "edge": ("none", "local", "wavelength"),
    "zoneIds": ("absent", "given"),
    "routeTables": ("absent", "zone", "pool"),
    # Pod subnets.
    "blocks": ("new", "existing", "part", "two", "absent"),
    "pools": ("one", "two"),
    "subnets": ("made", "fixed", "given", "givenRange", "mixed"),
    "further": ("none", "made", "fixed", "given", "unused"),
    "poolSize": ("auto", "prefixLength", "addresses", "pods"),
    "zoneSize": ("absent", "auto", "prefixLength", "addresses", "pods"),
    "eniConfigName": ("absent", "given"),
    "poolGroups": ("absent", "given"),
    "spread": ("absent", "balanced", "zoneLost", "oneZone"),
    "growth": ("absent", "given"),
    "adopted": ("absent", "true", "false"),
    "selectBy": ("absent", "zone", "name", "label"),
    "podGroups": ("absent", "empty", "cluster", "managed", "nodeGroup", "ids", "five", "none"),
    "egress": ("absent", "node", "external", "exclude"),
    # The CNI.
    "cni": ("1.5.0", "1.7.5", "1.12.6", "1.16.4", "1.18.5", "1.21.1", "1.23.1"),
    "delivery": ("absent", "patch", "manifest", "base"),
    "crd": ("absent", "auto", "always", "never"),
    "prefixes": ("absent", "true"),
    "warm": ("absent", "eni", "ip", "prefix"),
    "maxEni": ("absent", "given"),
    "groupsForPods": ("absent", "true"),
    "credentials": ("absent", "node", "serviceAccount"),
    "env": ("absent", "given"),
    # A node group, and another one beside it.
    "kind": ("managed", "self-managed"),
    "family": ("al2", "al2023"),
    "image": ("absent", "launchTemplate", "id", "parameter", "pinned", "eks"),
    "types": ("one", "several", "arm", "xen", "accelerated", "metal", "own", "ownX86", "ownArm"),
    "size": ("min", "desired", "zero"),
    "perZone": ("absent", "false"),
    "groupZones": ("absent", "given"),
    "groupPool": ("absent", "given"),
    "maxPods": ("absent", "auto", "number"),
    "capacityType": ("absent", "on-demand", "spot"),
    "update": ("absent", "one", "other", "all"),
    "labels": ("absent", "given"),
    "taints": ("absent", "value", "bare", "all"),
    "rootVolume": ("absent", "size", "type", "both"),
    "hopLimit": ("absent", "one", "two"),
    "autoscaler": ("absent", "true", "false"),
    "groupTags": ("absent", "given"),
    "nodeSecurityGroups": ("absent", "one", "five", "cluster", "pods"),
    "role": ("absent", "given"),
    "nodeAccess": ("absent", "awsAuth", "accessEntry"),
    "other": ("absent", "managed", "self-managed"),
}

OWN_IMAGE = frozenset({"id", "parameter", "pinned"})
GIVEN = frozenset({"given", "givenRange"})


def _release(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def _implies(condition: bool, consequence: bool) -> bool:
    return consequence or not condition


RULES = (
    # Images: each family has EKS optimized ones for some versions of Kubernetes; an AMI of one's own is for any.
    Rule(("family", "kubernetes", "image"), lambda family, kubernetes, image: image in OWN_IMAGE or (
        _release(kubernetes) <= (1, 32) if family == "al2" else _release(kubernetes) >= (1, 23))),
    Rule(("types", "image"), lambda types, image: _implies(types == "accelerated", image in OWN_IMAGE)),
    Rule(("image", "kind"), lambda image, kind: _implies(image == "eks", kind == "managed")),
    Rule(("image", "maxPods"), lambda image, pods: not (image == "eks" and pods == "number")),
    Rule(("image", "maxEni"), lambda image, enis: not (image == "eks" and enis == "given")),
    Rule(("image", "groupsForPods"), lambda image, groups: not (image == "eks" and groups == "true")),
    # The other group has the same family and no AMI of its own.
    Rule(("family", "kubernetes", "other"), lambda family, kubernetes, other: _implies(
        other != "absent", _release(kubernetes) <= (1, 32) if family == "al2" else _release(kubernetes) >= (1, 23))),
    # Kinds.
    Rule(("role", "kind"), lambda role, kind: _implies(role == "given", kind == "managed")),
    Rule(("autoscaler", "kind"), lambda tags, kind: _implies(tags == "false", kind == "self-managed")),
    Rule(("edge", "kind", "other"), lambda edge, kind, other: _implies(edge == "wavelength", "managed" not in (kind, other))),
    # Security groups.
    Rule(("clusterGroup", "podGroups"), lambda cluster, pods: _implies(cluster == "absent", pods in ("ids", "five", "none"))),
    Rule(("clusterGroup", "kind", "nodeSecurityGroups"), lambda cluster, kind, nodes: _implies(
        cluster == "absent", nodes in ("one", "five", "pods") or (kind == "managed" and nodes == "absent"))),
    Rule(("clusterGroup", "other"), lambda cluster, other: _implies(cluster == "absent", other != "self-managed")),
    Rule(("nodeSecurityGroups", "podGroups"), lambda nodes, pods: _implies(nodes == "pods", pods in ("ids", "five"))),
    # Pod subnets.
    Rule(("blocks", "subnets"), lambda blocks, subnets: _implies(blocks == "absent", subnets in GIVEN)),
    # Half a block is full soon.
    Rule(("blocks", "poolSize", "zoneSize"), lambda blocks, *sizes: _implies(blocks == "part", "pods" not in sizes)),
    Rule(("types", "poolSize", "zoneSize"), lambda types, *sizes: _implies(types in ("xen", "metal"), "pods" not in sizes)),
    Rule(("blocks", "further"), lambda blocks, further: _implies(blocks == "absent", further in ("none", "given"))),
    Rule(("subnets", "zones"), lambda subnets, zones: _implies(subnets == "mixed", zones != "one")),
    Rule(("subnets", "routeTables"), lambda subnets, tables: _implies(subnets in GIVEN, tables != "pool")),
    Rule(("further", "routeTables", "subnets"), lambda further, tables, subnets: _implies(
        subnets in GIVEN and tables == "zone", further not in GIVEN)),
    # With external translation, pods leave by a route of their own subnet, which podnet has to know where it makes the subnet.
    Rule(("egress", "routeTables", "subnets", "further"), lambda egress, tables, subnets, further: _implies(
        egress == "external" and not (subnets in GIVEN and further in ("none", "given")),
        tables == "zone" or (tables == "pool" and subnets in ("made", "fixed") and further != "given"))),
    # Nodes select one of several pod subnets in a zone by a name.
    Rule(("selectBy", "pools"), lambda by, pools: _implies(by == "zone", pools == "one")),
    Rule(("selectBy", "further"), lambda by, further: _implies(by == "zone", further == "none")),
    Rule(("eniConfigName", "selectBy", "pools", "further"), lambda name, by, pools, further: _implies(
        name == "given", by in ("name", "label") or (by == "absent" and (pools, further) != ("one", "none")))),
    Rule(("perZone", "selectBy", "pools", "further"), lambda single, by, pools, further: _implies(
        single == "false", by == "zone" or (by == "absent" and (pools, further) == ("one", "none")))),
    Rule(("further", "perZone"), lambda further, single: _implies(further != "none", single == "absent")),
    Rule(("pools", "groupPool"), lambda pools, pool: _implies(pools == "two", pool == "given")),
    # The CNI.
    Rule(("cni", "prefixes"), lambda cni, prefixes: _implies(prefixes == "true", _release(cni) >= (1, 9))),
    Rule(("cni", "groupsForPods"), lambda cni, groups: _implies(groups == "true", _release(cni) >= (1, 7))),
    Rule(("cni", "egress"), lambda cni, egress: _implies(egress == "exclude", _release(cni) >= (1, 6))),
    Rule(("cni", "warm"), lambda cni, warm: _implies(warm == "ip", _release(cni) >= (1, 6))),
    Rule(("cni", "delivery"), lambda cni, delivery: _implies(delivery in ("manifest", "base"), cni == "1.21.1")),
    Rule(("prefixes", "warm"), lambda prefixes, warm: warm != ("eni" if prefixes == "true" else "prefix")),
)


def axes() -> Axes:
    """The axes of the matrix: those above, and the regions that cfn-lint knows."""
    known = regions()
    details: dict[str, Region] = {region.name: region for region in known}
    of_regions = (
        # What zone ids begin with is known only of the regions in podnet's table.
        Rule(("region", "zoneIds"), lambda region, ids: _implies(ids == "given", details[region].zone_id_prefix is not None)),
    )
    return Axes({"region": tuple(details), **AXES}, (*of_regions, *RULES))
