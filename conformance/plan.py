"""What the deployment reads out of `podnet plan SPEC -o json`: what podnet computes or names and a spec does not say.

Everything else that a deployment is compared with comes from the spec itself, so that an error of podnet's in carrying it
over is seen. The shape of the JSON is known here and nowhere else in this folder.
"""
from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from outcome import Failure


class Place(NamedTuple):
    """Which pod subnet: its pool, its zone, and its name if it is an additional one."""

    pool: str
    zone: str
    further: str | None = None

    def __str__(self) -> str:
        return "/".join(filter(None, self))


@dataclass(frozen=True)
class Rule:
    """An ingress rule. A group is its id, or its logical id in the network's template."""

    group: str
    source: str
    protocol: str
    ports: tuple[int, int] | None


@dataclass(frozen=True)
class Nodes:
    """A managed node group or an Auto Scaling group; a group of the spec has several where it has one a zone."""

    logical_id: str
    group: str
    """Its name in the spec."""
    eni_configs: tuple[str, ...]
    """The ENIConfigs that its nodes use."""
    security_groups: tuple[str, ...]
    """What its nodes have."""


@dataclass(frozen=True)
class Plan:
    """The computed part of a plan."""

    stacks: dict[str, str]
    """The name of the stack of each template, by the template's name without its extension."""
    subnets: dict[Place, str]
    """The range of each pod subnet."""
    in_stack: frozenset[Place]
    """The pod subnets that the network's template makes; the others are there without it."""
    reservations: dict[Place, dict[str, str]]
    """The ranges of each pod subnet that are kept for prefixes, by logical id."""
    rules: tuple[Rule, ...]
    """The rules between security groups that podnet makes."""
    max_pods: dict[str, int]
    """The max pods of each node group, by its name in the spec."""
    nodes: tuple[Nodes, ...]
    """The groups that the node groups' template makes."""
    retired_configs: frozenset[str]
    """The ENIConfigs that stay for nodes from before, by name."""
    retired_nodes: tuple[str, ...]
    """The node groups that stay until they are released, by logical id."""
    retired_groups: tuple[str, ...]
    """The security groups that stay until they are released, by the name that they are released by."""


def read(podnet: Path, spec: Path, out: Path) -> Plan:
    """Runs `podnet plan` for a spec and the folder that has its output."""
    done = subprocess.run([str(podnet), "plan", str(spec), "--out", str(out), "-o", "json"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"podnet plan: {done.stderr}")
    document = json.loads(done.stdout)
    return of_json(document[0] if isinstance(document, list) else document)


def of_json(document: dict[str, Any]) -> Plan:
    """Takes a plan's JSON apart."""
    try:
        stacks = {"pod-network": document["stacks"]["podNetwork"], "node-groups": document["stacks"]["nodeGroups"]}
        planned = {Place(s["pool"], s["zone"], s["further"]): s for s in document["podSubnets"]}
        subnets = {place: subnet["cidr"] for place, subnet in planned.items() if subnet.get("cidr")}
        in_stack = frozenset(place for place, subnet in planned.items() if subnet["logicalId"])
        reservations = {place: {kept["logicalId"]: kept["cidr"] for kept in subnet["reservations"] if kept["logicalId"]}
                        for place, subnet in planned.items()}
        rules = tuple(Rule(_group(rule["group"]), _group(rule["source"]), rule["protocol"],
                           None if rule.get("fromPort") is None else (rule["fromPort"], rule["toPort"]))
                      for rule in document["securityGroups"]["rules"])
        max_pods = {group["group"]: group["maxPods"]["value"] for group in document["nodeGroups"]}
        retired_configs = frozenset(config["name"] for config in document["retiredConfigs"])
        retired_nodes = tuple(group["logicalId"] for group in document["retiredGroups"])
        retired_groups = tuple(group["name"] for group in document["securityGroups"]["retired"])
        nodes = tuple(Nodes(group["logicalId"], group["group"], tuple(group["eniConfigs"]), tuple(group["securityGroupIds"]))
                      for group in document["nodeGroups"] if group["logicalId"])
    except (KeyError, TypeError) as error:
        raise Failure(f"the plan has another shape than conformance/plan.py reads ({error!r}); "
                      f"its keys are {', '.join(document)}") from error
    return Plan(stacks, subnets, in_stack, reservations, rules, max_pods, nodes, retired_configs, retired_nodes, retired_groups)


def _group(reference: dict[str, str]) -> str:
    """A group is written as `{"id": "sg-…"}` or as `{"logicalId": "…"}`."""
    (name,) = (value for value in reference.values() if value is not None)
    return name
