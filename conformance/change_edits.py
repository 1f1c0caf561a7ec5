"""Ordinary edits of a spec, for every example that has what they are about."""
from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

Edit = Callable[[Any], Any]


def _each_group(**fields: Any) -> Edit:
    return lambda spec: [group.update(copy.deepcopy(fields)) for group in spec["nodeGroups"]]


def _group(index: int, **fields: Any) -> Edit:
    return lambda spec: spec["nodeGroups"][index].update(copy.deepcopy(fields))


def _network(**fields: Any) -> Edit:
    return lambda spec: spec["podNetwork"].update(copy.deepcopy(fields))


def _cni(**fields: Any) -> Edit:
    return lambda spec: spec["cni"].update(copy.deepcopy(fields))


def _larger(spec: Any) -> None:
    for group in spec["nodeGroups"]:
        group["size"]["max"] += 1


def _other_kind(spec: Any) -> None:
    group = spec["nodeGroups"][0]
    group["kind"] = "self-managed" if group["kind"] == "managed" else "managed"
    group.pop("update", None)


def _across_zones(spec: Any) -> None:
    group = spec["nodeGroups"][0]
    group["perZone"] = not group.get("perZone", True)


def _one_more(spec: Any) -> None:
    spec["nodeGroups"].append(copy.deepcopy(spec["nodeGroups"][0]) | {"name": "more", "size": {"min": 0, "max": 1}})


def _zone_gone(spec: Any) -> None:
    name = spec["zones"].pop()["name"]
    for pool in spec["podNetwork"]["pools"].values():
        pool.get("zones", {}).pop(name, None)


def _route_tables(spec: Any) -> None:
    for zone in spec["zones"]:
        zone["podRouteTableId"] = "rtb-0dddddddddddddddd"


def _version(spec: Any) -> None:
    major, minor = spec["kubernetesVersion"].split(".")
    spec["kubernetesVersion"] = f"{major}.{int(minor) + 1}"


EDITS: list[tuple[str, Edit]] = [
    ("larger groups", _larger),
    ("a desired number", _group(0, size={"min": 1, "desired": 1, "max": 2})),
    ("another instance type", _group(0, instanceTypes=["m5.large"])),
    ("two instance types", _group(-1, instanceTypes=["c5.xlarge", "c5a.xlarge"])),
    ("a label", _each_group(labels={"team": "a"})),
    ("a taint", _group(0, taints=[{"key": "dedicated", "effect": "NoSchedule"}])),
    ("a tag for all", lambda spec: spec.setdefault("tags", {}).update({"cost-center": "1"})),
    ("a tag of a group", _group(0, tags={"owner": "a"})),
    ("a larger volume", _group(-1, rootVolume={"sizeGiB": 333})),
    ("a volume of another type", _each_group(rootVolume={"sizeGiB": 100, "type": "gp2"})),
    ("a role", _group(0, roleArn="arn:aws:iam::111122223333:role/nodes")),
    ("two hops", _each_group(metadataHopLimit=2)),
    ("spot", _each_group(capacityType="spot")),
    ("fewer pods", _each_group(maxPods=8)),
    ("a group less", lambda spec: spec["nodeGroups"].pop()),
    ("a group more", _one_more),
    ("a group renamed", _group(0, name="renamed")),
    ("another kind", _other_kind),
    ("a group across zones", _across_zones),
    ("an AMI by its id", lambda spec: spec["nodeGroups"][0]["ami"].update({"id": "ami-0a1b2c3d4e5f67890"})),
    ("an AMI that EKS chooses", lambda spec: spec["nodeGroups"][0]["ami"].update({"managedBy": "eks"})),
    ("a zone less", _zone_gone),
    ("other route tables", _route_tables),
    ("the cluster's security group", _network(securityGroups={"use": "cluster"})),
    ("a security group for pods", _network(securityGroups={"use": "managed"})),
    ("the nodes' security group", _network(securityGroups={"use": "nodeGroup"})),
    ("security groups by id", _network(securityGroups={"use": "ids", "ids": ["sg-0aaaaaaaaaaaaaaaa"]})),
    ("security groups of nodes", _group(0, securityGroupIds=["sg-0bbbbbbbbbbbbbbbb"])),
    ("prefixes", _cni(prefixDelegation=True)),
    ("no prefixes", lambda spec: spec.update(cni={"version": spec["cni"]["version"]})),
    ("credentials of a service account", _cni(credentials="serviceAccount")),
    ("access entries", lambda spec: spec.update(nodeAccess="accessEntry")),
    ("aws-auth", lambda spec: spec.update(nodeAccess="awsAuth")),
    ("a block more", lambda spec: spec["podNetwork"]["cidrBlocks"].append("100.127.0.0/20")),
    ("the next Kubernetes version", _version),
    ("updates in place", lambda spec: [group.update(update={"strategy": "minimal"}) for group in spec["nodeGroups"] if group["kind"] == "managed"]),
    ("updates with signals", lambda spec: [group.update(update={"waitForSignal": True}) for group in spec["nodeGroups"] if group["kind"] != "managed"]),
]
