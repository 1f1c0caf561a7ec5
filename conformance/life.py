"""A cluster that lives: its spec is edited again and again, and each edit deployed on top of those before it.

Pods run in the subnets all the time, so one rule holds for every edit: no update replaces, changes or removes a subnet or
a block of the VPC. Those that the edit asks for come; one that it lets go of stays, with its range, until somebody deletes it.
After each edit, user data, images, labels, taints and sizes of every group are what the spec says.
"""
from __future__ import annotations

import hashlib
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Set
from pathlib import Path
from typing import Any

from deployment import NETWORK, NODES, Deployment
from edits import edit
from emulator import Emulator
from outcome import Failure, Step, require_none
from plan import Place
from rendered import Inputs
from specs import Spec
from stack import Change

EXAMPLE = "production.yaml"
LASTING = ("AWS::EC2::Subnet", "AWS::EC2::VPCCidrBlock")


class Life(ABC):
    """One cluster, begun as the production example with changes, and the edits that it lives through."""

    name: str
    """What the edits are about, as messages call it."""

    def __init__(self, inputs: Inputs, emulator: Emulator, scratch: Path) -> None:
        originals = scratch / "originals"
        originals.mkdir()
        spec = Spec(Path(shutil.copy(inputs.examples / EXAMPLE, originals)))
        edit(spec, self.begin)
        assert inputs.podnet
        self._of = Deployment(inputs.podnet, emulator, Spec(spec.path), scratch, scratch / "rendered")

    def begin(self, body: Any) -> None:
        """Changes what the example says before the cluster is made."""

    @abstractmethod
    def steps(self) -> list[Step]:
        """Lists the edits, in order, by what they show."""

    def _start(self) -> None:
        of = self._of
        of.make_network()
        self._beside()
        of.synthesize()
        of.deploy(NETWORK)
        of.bind()
        of.synthesize()
        of.deploy_again(NETWORK)
        of.deploy(NODES)
        require_none(self._not_as_asked())

    def _beside(self) -> None:
        """Makes what runs in the cluster already."""

    def _edit(self, change: Callable[[Any], None], again: bool = False, tags: bool = False) -> str:
        """Edits the spec and deploys both templates; `again` where the network has ids that have to be bound in between."""
        edit(self._of.spec, change)
        return self._update(again=again, tags=tags)

    def _cli(self, *arguments: str) -> None:
        """Does something beside podnet, as a person or a controller does it."""
        self._of.emulator.cli_text(self._of.spec.region, *arguments)

    def _not_as_asked(self) -> list[str]:
        return self._of.found.everything(self._of.objects, self._of.made())

    def _untouched(self, act: Callable[[], None]) -> None:
        """Does something that changes no subnet and no block."""
        before = self._of.inventory()
        act()
        after = self._of.inventory()
        require_none(before.lost(after) + after.lost(before))

    def _beyond(self, expected: dict[str, dict[str, int]]) -> list[str]:
        """Lists what the network's change set does to subnets and blocks otherwise than so many times."""
        problems = []
        for kind in LASTING:
            for action in ("Add", "Modify", "Remove"):
                names = [change.name for change in self._changes(NETWORK) if (change.type, change.action) == (kind, action)]
                if len(names) != (wanted := expected.get(kind, {}).get(action, 0)):
                    problems.append(f"the change set has {action} of {kind} for {names}, expected are {wanted}")
        return problems

    def _changes(self, template: str) -> tuple[Change, ...]:
        return self._of.stacks[template].changes

    def _update_network(self, coming: Set[Place], blocks: Set[str] = frozenset(),
                        leaving: Set[Place] = frozenset(), tags: bool = False) -> str:
        """Synthesizes and deploys the network; those subnets and blocks come; those that leave the spec stay, without their stack.

        Other `tags` change every subnet in place, and no block, which has none.
        """
        of, before = self._of, self._of.inventory()
        known, let_go = of.plan.subnets, of.plan.in_stack & leaving
        said = of.synthesize()
        of.deploy(NETWORK)
        after = of.inventory()
        problems = before.lost(after)
        wanted = {(of.plan.subnets[place], place.zone) for place in coming}
        found = {(subnet.cidr, subnet.zone) for subnet in before.new_subnets(after).values()}
        if found != wanted:
            problems.append(f"the subnets {sorted(found)} came, not {sorted(wanted)}")
        if (came := before.new_blocks(after)) != blocks:
            problems.append(f"the blocks {sorted(came)} came, not {sorted(blocks)}")
        problems += [f"{place} was {cidr} and is {of.plan.subnets.get(place)}" for place, cidr in known.items()
                     if place not in leaving and of.plan.subnets.get(place) != cidr]
        retagged = len(of.plan.in_stack) if tags else 0
        require_none(problems + self._beyond({"AWS::EC2::Subnet": {"Add": len(coming), "Modify": retagged, "Remove": len(let_go)},
                                              "AWS::EC2::VPCCidrBlock": {"Add": len(blocks)}}))
        return said

    def _update(self, coming: Set[Place] = frozenset(), leaving: Set[Place] = frozenset(),
                blocks: Set[str] = frozenset(), again: bool = False, tags: bool = False) -> str:
        """Synthesizes and deploys both templates, with what is new bound in between; gives what podnet said first."""
        of, before = self._of, (self._of.made(), self._of.declared(NODES))
        said = self._update_network(coming, blocks, leaving, tags)
        if coming or again:
            of.bind()
            of.synthesize()
            # A group over several zones spreads over the new one too now, so that less may be kept for prefixes.
            self._untouched(lambda: of.deploy(NETWORK))
            require_none(self._beyond({}))
        self._untouched(lambda: of.deploy(NODES))
        if of.plan.retired_nodes:
            self._replace_nodes(before)
        require_none(self._not_as_asked())
        return said

    def _replace_nodes(self, before: tuple[dict[str, str], dict[str, Any]]) -> None:
        """Node groups that the edit retired are there as before, beside their successors; then they are released, and go."""
        of = self._of
        retired = {name for group in of.plan.retired_nodes for name in (group, f"{group}LaunchTemplate")}
        made, declared = of.made(), of.declared(NODES)
        require_none([f"{name} was {before[0].get(name)} and is {made.get(name)}" for name in retired
                      if made.get(name) != before[0].get(name)] +
                     [f"{name} is not as it was written" for name in retired if declared[name] != before[1].get(name)])
        self._drain()
        of.release()
        of.synthesize()
        self._untouched(lambda: of.deploy(NETWORK))
        self._untouched(lambda: of.deploy(NODES))
        require_none([f"{name} is still there" for name in retired & of.made().keys()])

    def _drain(self) -> None:
        """Ends the nodes of retired groups, where the life has nodes."""

    def _written(self) -> dict[str, str]:
        """Gives the hash of the spec, of its lock and of every file that podnet wrote, by path."""
        files = [path for path in self._of.folder.rglob("*") if path.is_file()]
        files += [self._of.spec.path, self._of.spec.lock]
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
