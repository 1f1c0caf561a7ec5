"""The network and the EKS cluster that a spec takes for granted, made in the emulated AWS, and a copy of the spec for them."""
from __future__ import annotations

import ipaddress
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator import Emulator
from outcome import Failure
from specs import Spec
from stack import Stack

ID = re.compile(r"\b(?:vpc|subnet|rtb|sg)-[0-9a-f]{8,17}\b")


@dataclass(frozen=True)
class Network:
    """What was made."""

    stack: Stack
    vpc: str
    cluster_group: str
    ids: dict[str, str]
    """What the spec calls a thing, to what the emulator calls it."""

    def copy(self, spec: Spec, folder: Path) -> Spec:
        """Copies the spec's folder, puts the emulator's ids in place of the spec's, and drops the lock."""
        shutil.copytree(spec.path.parent, folder, dirs_exist_ok=True)
        copy = Spec(folder / spec.path.name)
        text = copy.path.read_text(encoding="utf-8")
        copy.path.write_text(ID.sub(lambda found: self.ids.get(found[0], found[0]), text), encoding="utf-8")
        copy.lock.unlink(missing_ok=True)
        if left := _ids(copy.body) - set(self.ids.values()):
            raise Failure(f"no counterpart was made for {', '.join(sorted(left))}")
        return copy


def make(emulator: Emulator, spec: Spec, scratch: Path) -> Network:
    """Makes the VPC with its blocks, every subnet, route table and security group that the spec names, and the cluster."""
    body, resources, logical = spec.body, {}, {}
    blocks = body["vpc"]["cidrBlocks"]
    resources["Vpc"] = _resource("EC2::VPC", CidrBlock=blocks[0])
    for number, block in enumerate(blocks[1:], 1):
        resources[f"Block{number}"] = _resource("EC2::VPCCidrBlock", VpcId={"Ref": "Vpc"}, CidrBlock=block)
    waits = [name for name in resources if name.startswith("Block")]

    def add(identifier: str, name: str, kind: str, **properties: Any) -> None:
        logical[identifier] = name
        resources[name] = _resource(kind, VpcId={"Ref": "Vpc"}, **properties) | ({"DependsOn": waits} if waits else {})

    nodes = {subnet["id"]: (zone["name"], subnet["cidr"]) for zone in body["zones"] for subnet in zone["nodeSubnets"]}
    for number, (identifier, (zone, cidr)) in enumerate(sorted(nodes.items())):
        add(identifier, f"NodeSubnet{number}", "EC2::Subnet", CidrBlock=cidr, AvailabilityZone=zone)
    taken = [cidr for _, cidr in nodes.values()]
    for number, (identifier, zone, cidr) in enumerate(_existing_pod_subnets(body)):
        taken.append(cidr := cidr or _free(blocks, taken))
        add(identifier, f"PodSubnet{number}", "EC2::Subnet", CidrBlock=cidr, AvailabilityZone=zone)
    own = body["vpc"].get("clusterSecurityGroupId")
    for number, identifier in enumerate(sorted(_ids(body))):
        if identifier.startswith("rtb-"):
            add(identifier, f"RouteTable{number}", "EC2::RouteTable")
        elif identifier.startswith("sg-") and identifier != own:
            add(identifier, f"Group{number}", "EC2::SecurityGroup", GroupDescription=f"stands for {identifier}")
    resources["ClusterRole"] = _resource("IAM::Role", AssumeRolePolicyDocument={
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
    resources["Cluster"] = _resource(
        "EKS::Cluster", Name=spec.cluster, Version=spec.kubernetes_version, RoleArn={"Fn::GetAtt": ["ClusterRole", "Arn"]},
        ResourcesVpcConfig={"SubnetIds": [{"Ref": logical[identifier]} for identifier in sorted(nodes)]})

    stack = Stack(emulator, spec.region, f"{re.sub('[^A-Za-z0-9]', '-', spec.cluster)}-given")
    template = scratch / "given.json"
    template.write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}), encoding="utf-8")
    stack.deploy(template)
    made = stack.resources()
    ids = {identifier: str(made[name].id) for identifier, name in logical.items()}
    ids[body["vpc"]["id"]] = str(made["Vpc"].id)
    answer = emulator.client("eks", spec.region).describe_cluster(name=spec.cluster)
    group = answer["cluster"]["resourcesVpcConfig"]["clusterSecurityGroupId"]
    # EKS makes this rule with the group, the emulator does not: everything that has the group reaches everything else.
    emulator.client("ec2", spec.region).authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}])
    if own:
        ids[own] = group
    return Network(stack, str(made["Vpc"].id), group, ids)


def _existing_pod_subnets(body: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """Lists the pod subnets that the spec says are there: id, zone, and range if it is given."""
    return sorted({(special["subnetId"], zone, special.get("cidr"))
                   for pool in body["podNetwork"]["pools"].values()
                   for zone, special in (pool or {}).get("zones", {}).items() if "subnetId" in special})


def _free(blocks: list[str], taken: list[str]) -> str:
    """Finds a /24 for a subnet whose range the spec leaves out, from the end of the VPC's first block with room.

    The first block, because podnet carves from the later ones and cannot know of a range that it is not told.
    """
    used = [ipaddress.ip_network(cidr) for cidr in taken]
    for block in map(ipaddress.ip_network, blocks):
        for candidate in reversed(list(block.subnets(new_prefix=max(24, block.prefixlen)))):
            if not any(candidate.overlaps(other) for other in used):
                return str(candidate)
    raise Failure("the VPC's blocks have no room for the pod subnets that the spec says are there")


def _ids(value: Any) -> set[str]:
    """Collects the ids in a value."""
    if isinstance(value, dict):
        return set().union(*map(_ids, value.values()))
    if isinstance(value, list):
        return set().union(*map(_ids, value))
    return {value} if isinstance(value, str) and ID.fullmatch(value) else set()


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}
