"""From a row of the matrix to a spec.

`python matrix_specs.py m017` prints the spec of that name.
"""
from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from matrix_axes import GIVEN, axes
from pairs import covering
from regions import Region, regions

ENDPOINT = "https://0123456789ABCDEF0123456789ABCDEF.gr7.eks.example.com"
AUTHORITY = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"
SERVICE_CIDR = "172.20.0.0/16"
# The account is one of AWS's documentation.
ACCOUNT = "111122223333"
OWN_TYPE = "x9z.large"

Words = dict[str, str]


@dataclass(frozen=True)
class MatrixSpec:
    """A spec of the matrix."""

    name: str
    """The name of its cluster, and of its file without the ending."""
    words: Words
    """The word of each axis."""

    @property
    def region(self) -> Region:
        """Its region."""
        (found,) = (region for region in regions() if region.name == self.words["region"])
        return found

    def identifier(self, kind: str, of: str) -> str:
        """Makes up an id: `subnet-…`, always the same for the same thing of the same spec."""
        return f"{kind}-{hashlib.sha256(f'{self.name} {kind} {of}'.encode()).hexdigest()[:17]}"

    @property
    def cluster_group(self) -> str:
        """The cluster security group, whether the spec names it or not."""
        return self.identifier("sg", "cluster")

    def document(self) -> dict[str, Any]:
        """The whole spec."""
        return {"apiVersion": "podnet.dev/v1alpha1", "kind": "PodNetwork", "metadata": {"name": self.name}, "spec": self._body()}

    def write(self, folder: Path, base_manifest: Path) -> Path:
        """Writes the spec into a folder, with the base manifest that some specs name beside it."""
        if self.words["delivery"] == "base":
            (folder / base_manifest.name).write_bytes(base_manifest.read_bytes())
        path = folder / f"{self.name}.yaml"
        path.write_text(yaml.safe_dump(self.document(), sort_keys=False, width=120), encoding="utf-8")
        return path

    def zones(self) -> list[str]:
        """The names of the zones; one of them can be a Local or a Wavelength Zone."""
        words, region = self.words, self.region.name
        names = [region + letter for letter in "abc"[:{"one": 1, "two": 2, "three": 3}[words["zones"]]]]
        edge = {"none": [], "local": [f"{region}-lax-1a"], "wavelength": [f"{region}-wl1-bos-wlz-1"]}[words["edge"]]
        return (names[:-1] if len(names) > 1 else names) + edge if edge else names

    def _body(self) -> dict[str, Any]:
        words = self.words
        body: dict[str, Any] = {"region": words["region"]}
        if details := self.region.details:
            body["regionDetails"] = details
        body |= {"kubernetesVersion": words["kubernetes"]}
        body |= _cluster(words)
        body |= {"vpc": self._vpc(), "zones": [self._zone(number, name) for number, name in enumerate(self.zones())],
                 "podNetwork": self._pod_network(), "cni": _cni(words), "nodeGroups": self._node_groups()}
        if words["nodeAccess"] != "absent":
            body["nodeAccess"] = words["nodeAccess"]
        if words["types"].startswith("own"):
            body["instanceTypes"] = {OWN_TYPE: _limits(words)}
        if words["silence"] == "given":
            body["silence"] = [{"code": "nodes/ami", "reason": "moves to another family in March"}]
        if words["tags"] == "given":
            body["tags"] = {"team": "platform", "cost-center": "4711"}
        return body

    def _vpc(self) -> dict[str, Any]:
        words = self.words
        # A part of a block and an existing one are in the VPC already.
        blocks = ["10.20.0.0/16", *(["100.64.0.0/16"] if words["blocks"] in ("existing", "part", "absent") else [])]
        vpc: dict[str, Any] = {"id": self.identifier("vpc", ""), "cidrBlocks": blocks}
        if words["quota"] == "given":
            vpc["cidrBlockQuota"] = 10
        if words["clusterGroup"] == "given":
            vpc["clusterSecurityGroupId"] = self.cluster_group
        if words["serviceCidr"] == "given":
            vpc["serviceCidr"] = SERVICE_CIDR
        if words["avoid"] == "given":
            vpc["avoid"] = [{"cidr": "192.168.0.0/16", "name": "offices"}]
        return vpc

    def _zone(self, number: int, name: str) -> dict[str, Any]:
        zone: dict[str, Any] = {"name": name}
        if self.words["zoneIds"] == "given":
            prefix, place = self.region.zone_id_prefix, {"lax": "lax1-az1", "wl1": "wl1-bos-wlz1"}
            (short,) = {place[part] for part in name.split("-") if part in place} or {f"az{number + 1}"}
            zone["id"] = f"{prefix}-{short}"
        zone["nodeSubnets"] = [{"id": self.identifier("subnet", f"nodes {name}"), "cidr": f"10.20.{16 * number}.0/20"}]
        if self.words["routeTables"] == "zone":
            zone["podRouteTableId"] = self.identifier("rtb", name)
        return zone

    def _pod_network(self) -> dict[str, Any]:
        words = self.words
        network: dict[str, Any] = {}
        blocks = {"new": ["100.64.0.0/16"], "existing": ["100.64.0.0/16"], "part": ["100.64.0.0/17"],
                  "two": ["100.64.0.0/17", "100.65.0.0/16"], "absent": None}[words["blocks"]]
        if blocks:
            network["cidrBlocks"] = blocks
        network["pools"] = {"default": self._pool("default", 0)}
        if words["pools"] == "two":
            network["pools"]["jobs"] = self._pool("jobs", 1)
        if words["adopted"] != "absent":
            network["adopted"] = words["adopted"] == "true"
        if words["selectBy"] != "absent":
            network["selectBy"] = {"label": "example.com/eni-config"} if words["selectBy"] == "label" else words["selectBy"]
        if words["podGroups"] in ("ids", "five"):
            network["securityGroups"] = {"use": "ids", "ids": self._pod_groups()}
        elif words["podGroups"] == "empty":
            network["securityGroups"] = {}
        elif words["podGroups"] != "absent":
            network["securityGroups"] = {"use": words["podGroups"]}
        if words["egress"] == "exclude":
            network["egress"] = {"excludeSnatCidrs": ["10.96.0.0/11"]}
        elif words["egress"] != "absent":
            network["egress"] = {"snat": words["egress"]}
        capacity: dict[str, Any] = {} if words["spread"] == "absent" else {"spread": words["spread"]}
        if words["growth"] == "given":
            capacity["growthPercent"] = 50
        return network | ({"capacity": capacity} if capacity else {})

    def _pod_groups(self) -> list[str]:
        return [self.identifier("sg", f"pods {number}") for number in range({"ids": 1, "five": 5}[self.words["podGroups"]])]

    def _pool(self, pool: str, order: int) -> dict[str, Any]:
        words = self.words
        pool_size, zone_size = words["poolSize"], words["zoneSize"]
        others = words["other"] != "absent" and (pool == "jobs" or words["pools"] == "one")
        # A size is computed from the node groups that use the pool in a zone.
        if not others and (pool == "jobs" or words["groupZones"] == "given"):
            pool_size = _computed("prefixLength", pool_size)
        if not others and pool == "jobs":
            zone_size = _computed("absent", zone_size)
        section: dict[str, Any] = {} if words["subnets"] in GIVEN else _size(pool_size)
        zones: dict[str, Any] = {}
        for number, name in enumerate(self.zones()):
            of_zone: dict[str, Any] = {}
            subnets = "given" if words["subnets"] == "mixed" and number == 0 else words["subnets"]
            cidr = f"100.64.{16 * (3 * order + number)}.0/20"
            if subnets in GIVEN:
                of_zone["subnetId"] = self.identifier("subnet", f"pods {pool} {name}")
            if subnets in ("givenRange", "fixed"):
                of_zone["cidr"] = cidr
            elif subnets in ("made", "mixed") and number == 0 and zone_size != "absent":
                of_zone |= _size(zone_size)
            if words["eniConfigName"] == "given":
                of_zone["eniConfigName"] = f"{pool}-{number}"
            if words["poolGroups"] == "given" and number == 0:
                of_zone["securityGroupIds"] = [self.identifier("sg", "pods of the zone")]
            if words["routeTables"] == "pool" and subnets not in GIVEN:
                of_zone["podRouteTableId"] = self.identifier("rtb", f"{pool} {name}")
            if words["further"] != "none" and number == 0 and pool == "default":
                of_zone["further"] = {"more": self._further(name)}
            if of_zone:
                zones[name] = of_zone
        if words["subnets"] == "fixed":
            section = {}
        return section | ({"zones": zones} if zones else {})

    def _further(self, zone: str) -> dict[str, Any]:
        words = self.words
        further: dict[str, Any] = {}
        if words["further"] == "unused":
            return further | _size("prefixLength")
        if words["further"] == "made":
            further |= _size(words["poolSize"])
        if words["further"] in ("fixed", "given"):
            further["cidr"] = "100.64.96.0/20"
        if words["further"] == "given":
            further["subnetId"] = self.identifier("subnet", f"further pods {zone}")
        elif words["routeTables"] == "pool":
            further["podRouteTableId"] = self.identifier("rtb", f"further {zone}")
        if words["eniConfigName"] == "given":
            further["eniConfigName"] = "default-more"
        return further | {"nodeGroups": {"general": _most(words) // 2}}

    def _node_groups(self) -> list[dict[str, Any]]:
        words = self.words
        groups = [self._group()]
        if words["other"] != "absent":
            pool = {"pool": "jobs"} if words["pools"] == "two" else {}
            groups.append({"name": "other", "kind": words["other"], "ami": {"family": words["family"]},
                           "instanceTypes": ["m5.large"], "size": {"min": 1, "max": 3}, **pool})
        return groups

    def _group(self) -> dict[str, Any]:
        words = self.words
        group: dict[str, Any] = {"name": "general", "kind": words["kind"], "ami": _ami(words), "instanceTypes": _types(words)}
        most = _most(words)
        group["size"] = {"min": {"min": 1, "max": most}, "desired": {"min": 1, "desired": 2, "max": most},
                         "zero": {"min": 0, "max": most}}[words["size"]]
        given: dict[str, Any] = {
            "perZone": {"false": False},
            "groupZones": {"given": [self.zones()[0]]},
            "groupPool": {"given": "default"},
            "maxPods": {"auto": "auto", "number": 5 if words["types"] == "xen" else 11},
            "capacityType": {"on-demand": "on-demand", "spot": "spot"},
            "update": _updates(words),
            "labels": {"given": {"example.com/team": "platform"}},
            "taints": {"value": [{"key": "team", "value": "platform", "effect": "NoSchedule"}],
                       "bare": [{"key": "team", "effect": "PreferNoSchedule"}],
                       "all": [{"key": "team", "value": "platform", "effect": "NoExecute"},
                               {"key": "example.com/team", "effect": "NoSchedule"}]},
            "rootVolume": {"size": {"sizeGiB": 200}, "type": {"type": "gp2"}, "both": {"sizeGiB": 20, "type": "gp3"}},
            "hopLimit": {"one": 1, "two": 2},
            "autoscaler": {"true": True, "false": False},
            "groupTags": {"given": {"owner": "team-a"}},
            "nodeSecurityGroups": {
                "one": [self.identifier("sg", "nodes 0")],
                "five": [self.identifier("sg", f"nodes {number}") for number in range(5)],
                "cluster": [self.cluster_group, self.identifier("sg", "nodes 0")],
                "pods": self._pod_groups() if words["podGroups"] in ("ids", "five") else []},
            "role": {"given": f"arn:{self.region.partition}:iam::{ACCOUNT}:role/nodes"},
        }
        fields = {"groupZones": "zones", "groupPool": "pool", "hopLimit": "metadataHopLimit", "autoscaler": "clusterAutoscaler",
                  "groupTags": "tags", "nodeSecurityGroups": "securityGroupIds", "role": "roleArn"}
        return group | {fields.get(axis, axis): values[words[axis]] for axis, values in given.items() if words[axis] in values}


def matrix() -> tuple[list[MatrixSpec], list[dict[int, int]]]:
    """Makes all specs of the matrix, and gives the rows that they are made from."""
    known = axes()
    rows = covering(known)
    return [MatrixSpec(f"m{number:03}", known.words_of(row)) for number, row in enumerate(rows)], rows


def _cluster(words: Words) -> dict[str, Any]:
    return {"absent": {}, "endpoint": {"cluster": {"apiServerEndpoint": ENDPOINT}},
            "certificate": {"cluster": {"certificateAuthority": AUTHORITY}},
            "both": {"cluster": {"apiServerEndpoint": ENDPOINT, "certificateAuthority": AUTHORITY}}}[words["clusterFacts"]]


def _cni(words: Words) -> dict[str, Any]:
    cni: dict[str, Any] = {"version": words["cni"]}
    if words["delivery"] == "base":
        cni |= {"delivery": "manifest", "baseManifest": "aws-node-base.yaml"}
    elif words["delivery"] != "absent":
        cni["delivery"] = words["delivery"]
    if words["crd"] != "absent":
        cni["crd"] = words["crd"]
    if words["prefixes"] == "true":
        cni["prefixDelegation"] = True
    if words["warm"] != "absent":
        cni["warm"] = {"eni": {"eniTarget": 1}, "ip": {"ipTarget": 2, "minimumIpTarget": 4},
                       "prefix": {"prefixTarget": 1}}[words["warm"]]
    if words["maxEni"] == "given":
        cni["maxEni"] = 3
    if words["groupsForPods"] == "true":
        cni["securityGroupsForPods"] = True
    if words["credentials"] != "absent":
        cni["credentials"] = words["credentials"]
    if words["env"] == "given":
        cni["env"] = {"AWS_VPC_K8S_CNI_LOGLEVEL": "INFO"}
    return cni


def _ami(words: Words) -> dict[str, Any]:
    more = {"absent": {}, "launchTemplate": {"managedBy": "launchTemplate"}, "id": {"id": "ami-0a1b2c3d4e5f67890"},
            "parameter": {"ssmParameter": "/example/ami"}, "pinned": {"ssmParameter": "/example/ami:3"},
            "eks": {"managedBy": "eks"}}
    return {"family": words["family"]} | more[words["image"]]


def _most(words: Words) -> int:
    """How many nodes the group can have: few where each takes hundreds of addresses."""
    return 2 if words["types"] == "metal" else 4


def _types(words: Words) -> list[str]:
    return {"one": ["m5.large"], "several": ["m6i.large", "m6a.large", "m5.large"], "arm": ["m6g.large", "m7g.large"],
            "xen": ["t2.medium"], "accelerated": ["g5.xlarge"], "metal": ["m5.metal"], "own": [OWN_TYPE],
            "ownX86": [OWN_TYPE], "ownArm": [OWN_TYPE]}[words["types"]]


def _limits(words: Words) -> dict[str, Any]:
    """The limits of a type that no catalog has."""
    more = {"own": {}, "ownX86": {"architecture": "x86_64"}, "ownArm": {"nitro": True, "architecture": "arm64"}}
    return {"interfaces": 4, "addressesPerInterface": 15, "vcpus": 4} | more[words["types"]]


def _updates(words: Words) -> dict[str, Any]:
    if words["kind"] == "managed":
        return {"one": {"strategy": "minimal"}, "other": {"maxUnavailable": 2},
                "all": {"replace": "inPlace", "strategy": "default", "maxUnavailable": 2}}
    return {"one": {"maxBatchSize": 2}, "other": {"waitForSignal": True},
            "all": {"replace": "successor", "maxBatchSize": 2, "minInstancesInService": 1, "pauseMinutes": 10, "waitForSignal": True}}


def _size(how: str) -> dict[str, Any]:
    return {"auto": {"size": "auto"}, "prefixLength": {"prefixLength": 20}, "addresses": {"addresses": 4000},
            "pods": {"pods": 1000}}[how]


def _computed(instead: str, how: str) -> str:
    """Gives something else for a size that is computed from node groups."""
    return instead if how in ("auto", "pods") else how


def main() -> None:
    """Prints specs by their names."""
    specs = {spec.name: spec for spec in matrix()[0]}
    for name in sys.argv[1:]:
        print(yaml.safe_dump(specs[name].document(), sort_keys=False, width=120), end="")


if __name__ == "__main__":
    main()
