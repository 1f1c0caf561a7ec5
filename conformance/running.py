"""Nodes that run, as a model: what each of them, and each of its pods, uses from its start to its end."""
from __future__ import annotations

from dataclasses import dataclass, field

import reach
from deployment import Deployment
from outcome import require_none

# What a group's nodes use of the node groups' stack, by what the logical id of the group begins with.
USED = {"Managed": ("ManagedNodeRole",), "Nodes": ("NodeRole", "NodeInstanceProfile", "NodeAccessEntry")}


@dataclass
class Node:
    """A node."""

    of: str
    """Its node group, by logical id."""
    physical: str
    """The same, by its id."""
    config: str
    """The ENIConfig that it found."""
    groups: frozenset[str]
    """Its security groups."""
    pods: set[str] = field(default_factory=set)
    """Those of its pods: what the ENIConfig said whenever it attached a network interface."""


class Running:
    """The nodes of a cluster."""

    def __init__(self, of: Deployment) -> None:
        self._of = of
        self._nodes: list[Node] = []
        self._reached: set[tuple[frozenset[str], frozenset[str]]] = set()
        """From which security groups to which everything got through, when it was looked at last."""

    def start(self) -> None:
        """Starts a node for every ENIConfig of every group that has none."""
        made = self._of.made()
        there = {(node.of, node.config) for node in self._nodes}
        for group in self._of.plan.nodes:
            self._nodes += [Node(group.logical_id, made[group.logical_id], config, frozenset(group.security_groups))
                            for config in group.eni_configs if group.logical_id in made and (group.logical_id, config) not in there]
        self.check()

    def end(self, groups: tuple[str, ...]) -> None:
        """Ends the nodes of some groups, by logical id."""
        self._nodes = [node for node in self._nodes if node.of not in groups]

    def renew(self) -> None:
        """Ends every node; others start in their place."""
        self._nodes = []
        self._reached = set()
        self.start()

    def check(self) -> None:
        """Every node has all that it uses; what got through to another node or its pods still does."""
        of = self._of
        configs = {o["metadata"]["name"]: o["spec"] for o in of.objects if o.get("kind") == "ENIConfig"}
        ec2 = of.emulator.client("ec2", of.spec.region)
        groups = {group["GroupId"]: group for group in ec2.describe_security_groups()["SecurityGroups"]}
        subnets = {subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]}
        made, problems = of.made(), []
        for node in self._nodes:
            if node.of.startswith("Nodes") and node.of not in of.plan.retired_nodes:
                # The emulator makes another Auto Scaling group wherever AWS changes one in place.
                node.physical = made.get(node.of, "")
            if made.get(node.of) != node.physical or not of.there(node.of):
                problems.append(f"{node.of}: a node has lost its group")
            used = next(names for start, names in USED.items() if node.of.startswith(start))
            problems += [f"{node.of}: a node has lost {name}" for name in (*used, f"{node.of}LaunchTemplate")
                         if name in made and not of.there(name)]
            problems += [f"{node.of}: the template has lost {name}" for name in used if name not in of.declared("node-groups")]
            if (config := configs.get(node.config)) is None or config["subnet"] not in subnets:
                problems.append(f"{node.of}: a node has lost the ENIConfig {node.config}, or its subnet")
                continue
            node.pods |= set(config.get("securityGroups", []))
            problems += [f"{node.of}: a node or pod has lost {group}" for group in sorted((node.groups | node.pods) - groups.keys())]
        require_none(sorted(set(problems)))
        sides = {frozenset(side) for node in self._nodes for side in (node.groups, node.pods) if side}
        now = {(one, other) for one in sides for other in sides if not reach.refused(groups, one, other, [reach.ALL])}
        lost = {pair for pair in self._reached - now if set(pair) <= sides}
        require_none([f"nothing gets through from {sorted(one)} to {sorted(other)} any more" for one, other in lost])
        self._reached = now
