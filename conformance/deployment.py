"""One spec on its way through the emulated AWS: synthesized, deployed, bound, compared."""
from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from compare import Comparison
from emulator import Emulator
from inventory import Inventory
from network import Network, make
from outcome import Failure, note, require_none
from plan import Plan, read
from quirks import NOT_EMULATED, cluster_answer, not_made
from rendered import documents
from specs import Spec
from stack import Resource, Stack

# The templates in the order in which they are deployed; the outputs of the first are bound.
NETWORK, NODES = "pod-network", "node-groups"
ALLOWED = "to allow this one change: podnet "


class Deployment:
    """A spec and what was made for it so far; each method is something that a person does with it."""

    plan: Plan
    found: Comparison
    """What is there, to be compared with the spec and its plan as they were at the last synthesis."""
    network: Network

    def __init__(self, podnet: Path, emulator: Emulator, original: Spec, scratch: Path, out: Path) -> None:
        self._podnet, self.emulator, self._original = podnet, emulator, original
        self._specs, self.out = scratch / "specs", out
        self._answers = scratch
        self.spec = original
        self.objects: list[dict[str, Any]] = []
        self.stacks: dict[str, Stack] = {}
        self._created: dict[str, dict[str, Resource]] = {}
        self._told: set[str] = set()
        self.desired: dict[str, int] = {}
        """How many nodes an autoscaler, or an earlier spec, has made of a group, by the group's name in the spec."""
        self.beside: set[str] = set()
        """Managed node groups that others made, by name."""
        self.watch: Callable[[], None] = lambda: None
        """Is called whenever something was deployed or applied."""

    @property
    def folder(self) -> Path:
        """The folder that podnet writes."""
        return self.out / self.spec.cluster

    def inventory(self) -> Inventory:
        """Describes the VPC's blocks and subnets as they are now."""
        return Inventory.read(self.emulator, self.spec.region, self.network.vpc)

    def podnet(self, *arguments: str) -> str:
        """Runs podnet; gives what it says on standard error."""
        done = subprocess.run([str(self._podnet), *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failure(f"podnet {' '.join(arguments)} exits with {done.returncode}:\n{done.stderr}{done.stdout}")
        return done.stderr

    def described(self, name: str, *arguments: str) -> Path:
        """Writes what `aws` prints into a file."""
        return self._write(name, self.emulator.cli(self.spec.region, *arguments))

    def make_network(self) -> None:
        """Makes what the spec takes for granted, and a copy of the spec for it, without a lock."""
        self.network = make(self.emulator, self._original, self._answers)
        self.spec = self.network.copy(self._original, self._specs)

    def synthesize(self) -> str:
        """Synthesizes the spec as it is now; gives what podnet says."""
        self.spec = Spec(self.spec.path)  # it may have been edited
        said = self._allowing("synth", str(self.spec.path), "--out", str(self.out))
        self.plan = read(self._podnet, self.spec.path, self.out)
        if NODES not in self.stacks and self.plan.retired_nodes:  # written, and never deployed
            self.release()
            return self.synthesize()
        self.found = Comparison(self.emulator, self.network, self.spec, self.plan, self.desired, self.beside)
        self.objects = [document for path in sorted(self.folder.rglob("*.yaml"))
                        if path.parent.name != "cloudformation" for document in documents(path)]
        self.watch()
        return said

    def _allowing(self, *arguments: str) -> str:
        """Runs podnet; what it refuses for what it would do to what runs, is allowed by the commands that it prints."""
        try:
            return self.podnet(*arguments)
        except Failure as refused:
            commands = [line.split(ALLOWED, 1)[1] for line in str(refused).splitlines() if ALLOWED in line]
            if not commands:
                raise
            for command in commands:
                self.podnet(*shlex.split(command))
            return self.podnet(*arguments)

    def release(self) -> None:
        """Gives back every node group that is retired, as after a drain."""
        for name in self.plan.retired_nodes:
            self.podnet("release", name, str(self.spec.path))

    def there(self, logical_id: str) -> bool:
        """Whether a resource of either stack is there now."""
        found = [(self.stacks[template], made[logical_id]) for template, made in self._created.items() if logical_id in made]
        return bool(found) and all(stack.there(resource) is not False for stack, resource in found)

    def check(self) -> None:
        """Has podnet check that nothing is left to write."""
        self.podnet("check", str(self.spec.path), "--out", str(self.out))

    def bind(self) -> None:
        """Takes the ids that the stack and the cluster say into the lock."""
        if NETWORK in self.stacks:
            stack = self.described("stack.json", "cloudformation", "describe-stacks", "--stack-name", self.stacks[NETWORK].name)
            self.podnet("bind", str(self.spec.path), "--out", str(self.out), "--from", str(stack))
        said = self.emulator.cli(self.spec.region, "eks", "describe-cluster", "--name", self.spec.cluster)
        said = cluster_answer(said, self.spec.body)
        self.podnet("bind", str(self.spec.path), "--out", str(self.out), "--from", str(self._write("cluster.json", said)))

    def deploy(self, template: str) -> None:
        """Creates or updates a template's stack."""
        path = self._template(template)
        if not path.exists():
            if template == NODES and self.spec.body.get("nodeGroups"):
                raise Failure(f"podnet wrote no {path.name}, though the spec has node groups")
            note(f"{self.spec.cluster}: no {path.name}, nothing to deploy")
            return
        stack = Stack(self.emulator, self.spec.region, self.plan.stacks[template])
        self.stacks[template] = stack
        stack.deploy(self._told_of(template))
        policy = path.with_name(f"{template}.policy.json")
        if policy.exists():
            stack.protect(policy)
            denied = set(json.loads(policy.read_text(encoding="utf-8"))["Statement"][1]["Resource"])
            require_none([f"{change.name}: {change.action}, which the policy denies" for change in stack.changes
                          if change.action == "Remove" and f"LogicalResourceId/{change.name}" in denied])
        self._created[template] = stack.resources()
        document = documents(path)[0]
        missing = {logical for logical, resource in document["Resources"].items() if resource["Type"] not in NOT_EMULATED
                   and "Condition" not in resource} - self._created[template].keys()
        require_none([f"{logical}: not made, a {document['Resources'][logical]['Type']}" for logical in sorted(missing)])
        self.watch()

    def deploy_again(self, template: str) -> None:
        """Deploys a template after something else has changed; its resources are the same afterwards."""
        if template in self.stacks:
            self.stacks[template].deploy(self._told_of(template))
            self._same_resources(template)

    def nothing_changes(self) -> None:
        """Deploys both templates again; there are no change sets."""
        for template, stack in self.stacks.items():
            if stack.deploy(self._told_of(template)):
                raise Failure(f"{template}: the change set is not empty")
            self._same_resources(template)

    def _same_resources(self, template: str) -> None:
        before, after = self._created[template], self.stacks[template].resources()
        require_none([f"{template} {name}: {before.get(name)} became {after.get(name)}"
                      for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)])

    def declared(self, template: str) -> dict[str, Any]:
        """Gives the resources of a template as podnet wrote it last, by logical id."""
        path = self._template(template)
        return documents(path)[0]["Resources"] if path.exists() else {}

    def made(self) -> dict[str, str]:
        """Gives the id of every resource of both stacks, by logical id."""
        return {name: resource.id for created in self._created.values() for name, resource in created.items() if resource.id}

    def delete(self) -> None:
        """Deletes both stacks, and then what they leave on purpose."""
        kept: list[tuple[str, Resource, Stack]] = []
        problems: list[str] = []
        for template, stack in reversed(self.stacks.items()):
            declared = self.declared(template)
            stack.delete()
            for name, resource in self._created[template].items():
                retained = declared[name].get("DeletionPolicy", "Delete").startswith("Retain")
                there = stack.there(resource)
                if there and retained:
                    kept.append((name, resource, stack))
                elif there is not None and there != retained:
                    problems.append(f"{template} {name} ({resource.id}) is "
                                    + ("still there" if there else "gone, though it is retained"))
        require_none(problems)
        if kept:
            note(f"{self.spec.cluster}: retained as declared, removed by the check: {', '.join(name for name, _, _ in kept)}")
            self._remove([resource for _, resource, _ in kept])
            require_none([f"{name} cannot be removed" for name, resource, stack in kept if stack.there(resource)])

    def _remove(self, resources: list[Resource]) -> None:
        """Removes what the stacks left on purpose, as a person would: what lies in a block before the block."""
        ec2 = self.emulator.client("ec2", self.spec.region)
        calls = {"AWS::EC2::SubnetRouteTableAssociation": ("disassociate_route_table", "AssociationId"),
                 "AWS::EC2::SecurityGroup": ("delete_security_group", "GroupId"),
                 "AWS::EC2::Subnet": ("delete_subnet", "SubnetId"),
                 "AWS::EC2::VPCCidrBlock": ("disassociate_vpc_cidr_block", "AssociationId")}
        for kind, (call, parameter) in calls.items():
            for resource in resources:
                if resource.type == kind:
                    getattr(ec2, call)(**{parameter: resource.id})

    def _told_of(self, template: str) -> Path:
        """Gives a template's file, and says once what the emulator leaves out of it."""
        path = self._template(template)
        for line in not_made(documents(path)[0]):
            if line not in self._told:
                self._told.add(line)
                note(f"{self.spec.cluster} {template}, by the emulator: {line}")
        return path

    def _template(self, template: str) -> Path:
        return self.folder / "cloudformation" / f"{template}.yaml"

    def _write(self, name: str, answer: dict[str, Any]) -> Path:
        path = self._answers / name
        path.write_text(json.dumps(answer, indent=4, default=str), encoding="utf-8")
        return path
