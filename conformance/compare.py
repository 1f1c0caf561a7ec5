"""What is there after a deployment, against what the spec asked for and the plan computed."""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import reach
import userdata
from emulator import Emulator
from network import Network
from nodes import NodeComparison
from plan import Place, Plan
from specs import Spec

# What names a node's ENIConfig; since CNI 1.11, the first of them wins over the zone's label too.
ENI_CONFIG_LABELS = ("vpc.amazonaws.com/externalEniConfig", "k8s.amazonaws.com/eniConfig")


@dataclass(frozen=True, order=True)
class Group:
    """A group of nodes, as asked for or as it is there; two are the same when every field is."""

    kind: str
    subnets: tuple[str, ...]
    sizes: tuple[int, int, int]
    instance_types: tuple[str, ...]
    max_pods: tuple[int, ...]
    eni_config: str
    """The ENIConfig that its nodes name, or nothing where they go by their zone."""
    spot: bool


class Comparison:
    """One spec, its plan, and the emulated AWS that it was deployed to. Each method lists what is not as it should be."""

    def __init__(self, emulator: Emulator, network: Network, spec: Spec, plan: Plan, desired: Mapping[str, int],
                 beside: Set[str]) -> None:
        self._spec, self._plan, self._network = spec, plan, network
        self._body, self._desired, self._beside = spec.body, desired, beside
        self._nodes = NodeComparison(emulator, spec, plan)
        self._ec2 = emulator.client("ec2", spec.region)
        self._eks = emulator.client("eks", spec.region)
        self._scaling = emulator.client("autoscaling", spec.region)
        self._here = [{"Name": "vpc-id", "Values": [network.vpc]}]

    def everything(self, objects: list[dict[str, Any]], made: dict[str, str]) -> list[str]:
        """All of the below at once."""
        return [*self.blocks(), *self.subnets(), *self.reservations(made), *self.eni_configs(objects),
                *self.security_groups(objects), *self.migration(objects), *self.rules(made), *self.node_groups(),
                *self.nodes(made), *self.instances()]

    def blocks(self) -> list[str]:
        """The VPC has its own blocks and those of the pods, and no others."""
        associated = {block["CidrBlock"] for block in self._ec2.describe_vpcs(VpcIds=[self._network.vpc])["Vpcs"][0]
                      ["CidrBlockAssociationSet"] if block["CidrBlockState"]["State"] == "associated"}
        wanted = set(self._body["vpc"]["cidrBlocks"]) | set(self._body["podNetwork"].get("cidrBlocks", []))
        return [f"{cidr}: not associated" for cidr in sorted(wanted - associated)] + \
               [f"{cidr}: associated, but nobody asked for it" for cidr in sorted(associated - wanted)]

    def subnets(self) -> list[str]:
        """Every pool has its subnet in every zone, of the planned range, on the zone's route table, without public addresses."""
        problems, by_cidr = [], {s["CidrBlock"]: s for s in self._ec2.describe_subnets(Filters=self._here)["Subnets"]}
        tables = {a["SubnetId"]: table["RouteTableId"]
                  for table in self._ec2.describe_route_tables(Filters=self._here)["RouteTables"]
                  for a in table["Associations"] if "SubnetId" in a}
        zones = {zone["name"]: zone for zone in self._body["zones"]}
        for place in self._places():
            if self._special(place).get("subnetId"):
                continue
            cidr = self._plan.subnets.get(place)
            if (subnet := by_cidr.get(cidr or "")) is None:
                problems.append(f"{place}: no subnet {cidr}")
                continue
            if subnet["AvailabilityZone"] != place.zone:
                problems.append(f"{place}: {cidr} is in {subnet['AvailabilityZone']}")
            if subnet["MapPublicIpOnLaunch"] and not subnet["DefaultForAz"]:
                problems.append(f"{place}: {cidr} gives out public addresses")
            given = [self._special(place), self._of_zone(place), zones[place.zone]]
            wanted = next((of["podRouteTableId"] for of in given if "podRouteTableId" in of), None)
            if wanted != (found := tables.get(subnet["SubnetId"])):
                problems.append(f"{place}: {cidr} is on the route table {found}, not {wanted}")
        return problems

    def reservations(self, made: dict[str, str]) -> list[str]:
        """What is kept for prefixes in the VPC's subnets is what is planned; `made` gives the id of each by logical id."""
        wanted = {(self._subnet_id(place), cidr, made.get(name, f"of {name}, which was not made"))
                  for place, kept in self._plan.reservations.items() for name, cidr in kept.items()}
        found = {(subnet["SubnetId"], kept["Cidr"], kept["SubnetCidrReservationId"])
                 for subnet in self._ec2.describe_subnets(Filters=self._here)["Subnets"]
                 for kept in self._ec2.get_subnet_cidr_reservations(SubnetId=subnet["SubnetId"])["SubnetIpv4CidrReservations"]
                 if kept["ReservationType"] == "prefix"}
        return [f"{subnet}: {cidr} is not kept for prefixes ({name})" for subnet, cidr, name in sorted(wanted - found)] + \
               [f"{subnet}: {cidr} is kept, but nobody asked for it ({name})" for subnet, cidr, name in sorted(found - wanted)]

    def eni_configs(self, objects: list[dict[str, Any]]) -> list[str]:
        """There is one ENIConfig for each name that nodes look up, with the subnet of its pool and zone, and groups of this VPC."""
        configs = {o["metadata"]["name"]: o["spec"] for o in objects if o.get("kind") == "ENIConfig"}
        wanted = {self._config_name(place): self._subnet_id(place) for place in self._places()}
        kept = self._plan.retired_configs
        problems = [f"{name}: no such ENIConfig" for name in sorted((wanted.keys() | kept) - configs.keys())]
        problems += [f"{name}: no node looks for it" for name in sorted(configs.keys() - wanted.keys() - kept)]
        problems += [f"{name}: the subnet is {configs[name]['subnet']}, not {wanted[name]}"
                     for name in sorted(wanted.keys() & configs.keys()) if configs[name]["subnet"] != wanted[name]]
        there = self._groups()
        return problems + [f"{name}: {group} is no security group of this VPC" for name, config in sorted(configs.items())
                           for group in config.get("securityGroups", []) if group not in there]

    def security_groups(self, objects: list[dict[str, Any]]) -> list[str]:
        """Pods have the groups that the spec says, and those let pods, nodes and the control plane reach each other."""
        settings = self._body["podNetwork"].get("securityGroups", {})
        source, cluster = settings.get("use", "cluster"), self._network.cluster_group
        nodes = {frozenset(_groups_of(data)) or frozenset({cluster}) for data in self._launch_templates()}
        problems = []
        for config in (o for o in objects if o.get("kind") == "ENIConfig"):
            name, pods = config["metadata"]["name"], set(config["spec"].get("securityGroups", []))
            if name in self._plan.retired_configs:
                continue  # what its pods have is as it was
            special = next((self._of_zone(place) for place in self._places() if self._config_name(place) == name), {})
            wanted = {"cluster": {cluster}, "none": set(), "ids": set(settings.get("ids", [])),
                      "nodeGroup": set().union(*nodes)}.get(source)
            if ids := special.get("securityGroupIds"):
                wanted = set(ids)
            if wanted is not None and pods != wanted:
                problems.append(f"{name}: pods have {_list(pods)}, not {_list(wanted)}")
            if ids or source in ("ids", "none"):
                continue  # groups of the user's own: their rules are not podnet's to make
            if source == "managed" and (len(pods) != 1 or pods & set().union({cluster}, *nodes)):
                problems.append(f"{name}: pods have {_list(pods)}, not a group of their own")
            problems += [f"{name}: {problem}" for problem in self._unreachable(pods, nodes)]
        return problems

    def migration(self, objects: list[dict[str, Any]]) -> list[str]:
        """Nodes from before, and their pods, have the cluster's group: everything passes between them and what is new, and DNS."""
        groups, old = self._groups(), {self._network.cluster_group}
        given = set(self._network.ids.values()) - old
        new = {frozenset(config["spec"].get("securityGroups", [])) for config in objects if config.get("kind") == "ENIConfig"}
        new |= {frozenset(_groups_of(data)) for data in self._launch_templates()}
        problems = []
        # A group of the user's own has the user's rules; without any group, EKS and the CNI take the cluster's.
        for wearer in sorted((w for w in new if w and not w & given and not self._users(w)), key=sorted):
            for start, sources, end, targets in (("old nodes", old, "new", wearer), ("new", wearer, "old nodes", old)):
                if refused := reach.refused(groups, sources, targets, [*reach.DNS, reach.ALL]):
                    problems.append(f"{', '.join(refused)} does not pass from {start} ({_list(frozenset(sources))}) to {end} "
                                    f"({_list(frozenset(targets))})")
        return problems

    def rules(self, made: dict[str, str]) -> list[str]:
        """The rules between security groups are those planned; `made` gives the id of a group that a stack made, by logical id."""
        groups = self._groups()
        there = {(group, pair["GroupId"], rule["IpProtocol"], *_ports(rule)) for group in groups
                 for rule in groups[group]["IpPermissions"] for pair in rule["UserIdGroupPairs"]}
        return [f"{rule}: not there" for rule in self._plan.rules
                if (made.get(rule.group, rule.group), made.get(rule.source, rule.source), rule.protocol,
                    *(rule.ports or (None, None))) not in there]

    def _unreachable(self, pods: set[str], nodes: set[frozenset[str]]) -> list[str]:
        groups, plane, problems = self._groups(), {self._network.cluster_group}, []
        given = set(self._network.ids.values()) - plane
        ways = [("pods", pods, "pods", pods, [reach.ALL])]
        for ends in [("pods", pods)] + [("nodes", set(node)) for node in sorted(nodes, key=sorted) if not node & given]:
            ways.append((*ends, "the control plane", plane, reach.TO_CONTROL_PLANE))
            ways.append(("the control plane", plane, *ends, reach.FROM_CONTROL_PLANE))
            if ends[0] == "nodes":
                ways += [(*ends, "pods", pods, [reach.ALL]), ("pods", pods, *ends, [reach.ALL]), (*ends, *ends, [reach.ALL])]
        for start, sources, end, targets, packets in ways:
            if refused := reach.refused(groups, sources, targets, packets):
                problems.append(f"{', '.join(refused)} does not pass from {start} ({_list(sources)}) to {end} ({_list(targets)})")
        return problems

    def _users(self, wearer: frozenset[str]) -> bool:
        return bool(wearer & set(self._body["podNetwork"].get("securityGroups", {}).get("ids", [])))

    def nodes(self, made: dict[str, str]) -> list[str]:
        """Every group starts its nodes from the image, and with the user data, labels and taints, that the spec asks for."""
        return self._nodes.problems(made)

    def user_data(self, group: str, made: dict[str, str]) -> list[str]:
        """The user data of each part of a group of the spec."""
        return self._nodes.user_data(group, made)

    def node_groups(self) -> list[str]:
        """Every group is there once: its kind, subnets, sizes, types, max pods, and the ENIConfig that its nodes name."""
        wanted, found = Counter(self._wanted_groups()), Counter(self._found_groups())
        return [f"missing: {group}" for group in sorted((wanted - found).elements())] + \
               [f"not asked for: {group}" for group in sorted((found - wanted).elements())]

    def instances(self) -> list[str]:
        """Every launch template asks for signed metadata requests, encrypted volumes and an image."""
        problems = []
        for data in self._launch_templates():
            name = data.get("ImageId", "no image")
            # Kubernetes before 1.16 and CNI before 1.6 know no tokens; their nodes would not start.
            old = version(self._spec.kubernetes_version) < (1, 16) or version(self._spec.body["cni"]["version"]) < (1, 6)
            if data.get("MetadataOptions", {}).get("HttpTokens") != ("optional" if old else "required"):
                problems.append(f"{name}: metadata without a token")
            if not data.get("BlockDeviceMappings") or not all(d["Ebs"].get("Encrypted") for d in data["BlockDeviceMappings"]):
                problems.append(f"{name}: a volume that is not encrypted")
            if not data.get("ImageId", "").startswith("ami-"):
                problems.append(f"no image, so EKS would set max pods itself: {data}")
        return problems

    def _places(self) -> list[Place]:
        firsts = [Place(pool, zone["name"]) for pool in self._body["podNetwork"]["pools"] for zone in self._body["zones"]]
        return [place for first in firsts
                for place in [first, *(first._replace(further=name) for name in self._of_zone(first).get("further", {}))]]

    def _of_zone(self, place: Place) -> dict[str, Any]:
        """What the spec says of the pool in the zone."""
        return (self._body["podNetwork"]["pools"][place.pool] or {}).get("zones", {}).get(place.zone) or {}

    def _special(self, place: Place) -> dict[str, Any]:
        """What the spec says of the pod subnet itself."""
        own = self._of_zone(place)
        return own["further"][place.further] if place.further else own

    def _named(self, place: Place) -> bool:
        """Whether a pod subnet has an ENIConfig of its own name: by zone, all but the first one of the pool `default`."""
        network = self._body["podNetwork"]
        by_zone = network.get("selectBy", "zone" if len(network["pools"]) == 1 else "name") == "zone"
        return not by_zone or place.further is not None or (len(network["pools"]) > 1 and place.pool != "default")

    def _config_name(self, place: Place) -> str:
        if not self._named(place):
            return place.zone
        return self._special(place).get("eniConfigName") or "-".join(filter(None, place))

    def _subnet_id(self, place: Place) -> str:
        if existing := self._special(place).get("subnetId"):
            return existing
        cidr = self._plan.subnets.get(place)
        return next((s["SubnetId"] for s in self._ec2.describe_subnets(Filters=self._here)["Subnets"]
                     if s["CidrBlock"] == cidr), f"of {cidr}, which is not there")

    def _groups(self) -> dict[str, dict[str, Any]]:
        return {g["GroupId"]: g for g in self._ec2.describe_security_groups(Filters=self._here)["SecurityGroups"]}

    def _launch_templates(self) -> list[dict[str, Any]]:
        return [self._template(t["LaunchTemplateId"], "$Latest") for t in self._ec2.describe_launch_templates()["LaunchTemplates"]]

    def _template(self, identifier: str, version: str) -> dict[str, Any]:
        found = self._ec2.describe_launch_template_versions(LaunchTemplateId=identifier, Versions=[version])
        return found["LaunchTemplateVersions"][0]["LaunchTemplateData"]

    def _wanted_groups(self) -> list[Group]:
        nodes = {zone["name"]: [subnet["id"] for subnet in zone["nodeSubnets"]] for zone in self._body["zones"]}
        found = []
        for group in self._body.get("nodeGroups", []):
            zones = group.get("zones") or list(nodes)
            pool = group.get("pool") or next(iter(self._body["podNetwork"]["pools"]))
            for part in [[zone] for zone in zones] if group.get("perZone", True) else [zones]:
                for further, sizes in self._shares(group, Place(pool, part[0])).items():
                    found.append(Group(
                        kind=group["kind"], subnets=tuple(sorted(subnet for zone in part for subnet in nodes[zone])),
                        sizes=sizes, instance_types=tuple(sorted(group["instanceTypes"])),
                        max_pods=tuple(filter(None, [self._plan.max_pods.get(group["name"])])),
                        eni_config=self._config_name(place) if self._named(place := Place(pool, part[0], further)) else "",
                        spot=group.get("capacityType") == "spot"))
        return found

    def _shares(self, group: dict[str, Any], first: Place) -> dict[str | None, tuple[int, int, int]]:
        """The sizes of a group's parts in a zone: those of additional subnets have as many nodes as those are for, the first the rest."""
        size, further = group["size"], self._of_zone(first).get("further", {})
        parts = {name: subnet["nodeGroups"][group["name"]] for name, subnet in further.items()
                 if group["name"] in subnet.get("nodeGroups", {})}
        desired = self._desired.get(group["name"], size.get("desired", size["min"]))
        return {None: (size["min"], desired, size["max"] - sum(parts.values()))} | \
               {name: (0, 0, most) for name, most in parts.items()}

    def _found_groups(self) -> list[Group]:
        names = self._eks.list_nodegroups(clusterName=self._spec.cluster)["nodegroups"]
        return [self._managed(name) for name in names if name not in self._beside] + \
               [self._self_managed(g) for g in self._scaling.describe_auto_scaling_groups()["AutoScalingGroups"]]

    def _managed(self, name: str) -> Group:
        group = self._eks.describe_nodegroup(clusterName=self._spec.cluster, nodegroupName=name)["nodegroup"]
        data = self._template(group["launchTemplate"]["id"], group["launchTemplate"].get("version", "$Default"))
        scaling = group["scalingConfig"]
        types = group.get("instanceTypes") or [data["InstanceType"]]
        labels = group.get("labels", {})
        label = next((labels[name] for name in ENI_CONFIG_LABELS if name in labels), None) or _label(data)
        return Group("managed", tuple(sorted(group["subnets"])),
                     (scaling["minSize"], scaling.get("desiredSize", scaling["minSize"]), scaling["maxSize"]), tuple(sorted(types)),
                     _max_pods(data), label, group.get("capacityType") == "SPOT")

    def _self_managed(self, group: dict[str, Any]) -> Group:
        mixed = group.get("MixedInstancesPolicy", {})
        reference = mixed.get("LaunchTemplate", {}).get("LaunchTemplateSpecification") or group["LaunchTemplate"]
        data = self._template(reference["LaunchTemplateId"], reference["Version"])
        types = [o["InstanceType"] for o in mixed.get("LaunchTemplate", {}).get("Overrides", [])] or [data["InstanceType"]]
        shares = mixed.get("InstancesDistribution", {})
        spot = shares.get("OnDemandPercentageAboveBaseCapacity", 100) == 0 or \
            data.get("InstanceMarketOptions", {}).get("MarketType") == "spot"
        return Group("self-managed", tuple(sorted(group["VPCZoneIdentifier"].split(","))),
                     (group["MinSize"], group["DesiredCapacity"], group["MaxSize"]), tuple(sorted(types)),
                     _max_pods(data), _label(data), spot)


def _max_pods(data: dict[str, Any]) -> tuple[int, ...]:
    return tuple(sorted(userdata.max_pods(userdata.decode(data["UserData"])))) if data.get("UserData") else ()


def _label(data: dict[str, Any]) -> str:
    """Reads the ENIConfig that user data names in kubelet's node labels."""
    text = userdata.decode(data["UserData"]) if data.get("UserData") else ""
    for label in ENI_CONFIG_LABELS:
        _, found, rest = text.partition(f"{label}=")
        if found:
            return rest.split(",")[0].split("'")[0].split('"')[0].split()[0]
    return ""


def _ports(rule: dict[str, Any]) -> tuple[int | None, int | None]:
    return (None, None) if rule["IpProtocol"] == "-1" else (rule["FromPort"], rule["ToPort"])


def _groups_of(data: dict[str, Any]) -> list[str]:
    return data.get("SecurityGroupIds", []) + [g for i in data.get("NetworkInterfaces", []) for g in i.get("Groups", [])]


def _list(ids: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(ids)) or "none"


def version(text: str) -> tuple[int, ...]:
    """Takes a version apart to compare it: `1.16` is after `1.9`."""
    return tuple(int(part) for part in text.split("."))
