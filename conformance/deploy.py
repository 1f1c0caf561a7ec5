"""Every example, carried out: deployed to an emulated AWS from nothing to nodes, compared, deployed again, and taken down.

The steps are the runbook's: synthesize, deploy the network, bind what it made, synthesize again, deploy the node groups.
"""
from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plan
from compare import Comparison
from emulator import Emulator
from network import Network, make
from outcome import Failure, Outcomes, note, require_none
from quirks import NOT_EMULATED, adapted, cluster_answer
from rendered import Inputs, documents
from specs import Spec, find
from stack import Resource, Stack

# The templates in the order in which they are deployed; the outputs of the first are bound.
NETWORK, NODES = "pod-network", "node-groups"


@dataclass(frozen=True)
class Step:
    """A step, by what it shows when it passes."""

    shows: str
    run: Callable[[], None]
    needed: bool = True
    """Whether the steps after it make no sense without it."""


class Deployment:
    """The way of one spec through the emulated AWS; its steps are run in order."""

    def __init__(self, podnet: Path, emulator: Emulator, original: Spec, scratch: Path, out: Path) -> None:
        self._podnet, self._emulator, self._original = podnet, emulator, original
        self._specs, self._out = scratch / "specs", out
        self._answers = scratch
        self.spec = original
        self._network: Network
        self._plan: plan.Plan
        self._found: Comparison
        self._objects: list[dict[str, Any]] = []
        self._stacks: dict[str, Stack] = {}
        self._created: dict[str, dict[str, Resource]] = {}
        self._told: set[str] = set()

    def steps(self) -> list[Step]:
        """Lists the steps."""
        return [
            Step("the network that the spec takes for granted can be made", self._make_network),
            Step("podnet synthesizes it from the spec alone", self._synthesize),
            Step("pod-network.yaml deploys", lambda: self._deploy(NETWORK)),
            Step("podnet binds what the stack and the cluster say", self._bind),
            Step("podnet synthesizes it with everything bound", self._synthesize),
            Step("pod-network.yaml still says what is deployed", lambda: self._deploy_again(NETWORK)),
            Step("node-groups.yaml deploys", lambda: self._deploy(NODES)),
            Step("the VPC's blocks are those asked for", lambda: require_none(self._found.blocks()), False),
            Step("the pod subnets are those planned", lambda: require_none(self._found.subnets()), False),
            Step("the ENIConfigs name them", lambda: require_none(self._found.eni_configs(self._objects)), False),
            Step("the security groups let through what they must",
                 lambda: require_none(self._found.security_groups(self._objects)), False),
            Step("the rules between them are those planned", lambda: require_none(self._found.rules(self._made())), False),
            Step("the node groups are those asked for, with the max pods planned",
                 lambda: require_none(self._found.node_groups()), False),
            Step("the instances are safe to run", lambda: require_none(self._found.instances()), False),
            Step("both templates deploy again and nothing changes", self._nothing_changes, False),
            Step("podnet has nothing left to write", self._check, False),
            Step("both stacks go, and leave only what they are told to", self._delete, False),
        ]

    def _make_network(self) -> None:
        self._network = make(self._emulator, self._original)
        self.spec = self._network.copy(self._original, self._specs)

    def _synthesize(self) -> None:
        self._run("synth", str(self.spec.path), "--out", str(self._out))
        self._plan = plan.read(self._podnet, self.spec.path)
        self._found = Comparison(self._emulator, self._network, self.spec, self._plan)
        self._objects = [document for path in sorted((self._out / self.spec.cluster).rglob("*.yaml"))
                         if path.parent.name != "cloudformation" for document in documents(path)]

    def _check(self) -> None:
        self._run("check", str(self.spec.path), "--out", str(self._out))

    def _bind(self) -> None:
        if NETWORK in self._stacks:
            said = self._emulator.cli(self.spec.region, "cloudformation", "describe-stacks",
                                      "--stack-name", self._stacks[NETWORK].name)
            self._run("bind", str(self.spec.path), "--from", str(self._write("stack.json", said)))
        said = self._emulator.cli(self.spec.region, "eks", "describe-cluster", "--name", self.spec.cluster)
        said = cluster_answer(said, self.spec.body)
        self._run("bind", str(self.spec.path), "--from", str(self._write("cluster.json", said)))

    def _deploy(self, template: str) -> None:
        path = self._template(template)
        if not path.exists():
            if template == NODES and self.spec.body.get("nodeGroups"):
                raise Failure(f"podnet wrote no {path.name}, though the spec has node groups")
            note(f"{self.spec.cluster}: no {path.name}, nothing to deploy")
            return
        stack = Stack(self._emulator, self.spec.region, self._plan.stacks[template])
        self._stacks[template] = stack
        stack.deploy(self._adapted(template))
        self._created[template] = stack.resources()
        document = documents(path)[0]
        missing = {logical for logical, resource in document["Resources"].items() if resource["Type"] not in NOT_EMULATED
                   and "Condition" not in resource} - self._created[template].keys()
        require_none([f"{logical}: not made, a {document['Resources'][logical]['Type']}" for logical in sorted(missing)])

    def _deploy_again(self, template: str) -> None:
        if template in self._stacks:
            self._stacks[template].deploy(self._adapted(template))
            self._same_resources(template)

    def _nothing_changes(self) -> None:
        for template, stack in self._stacks.items():
            if stack.deploy(self._adapted(template)):
                raise Failure(f"{template}: the change set is not empty")
            self._same_resources(template)

    def _same_resources(self, template: str) -> None:
        before, after = self._created[template], self._stacks[template].resources()
        require_none([f"{template} {name}: {before.get(name)} became {after.get(name)}"
                      for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)])

    def _made(self) -> dict[str, str]:
        return {name: resource.id for created in self._created.values() for name, resource in created.items() if resource.id}

    def _delete(self) -> None:
        kept: list[tuple[str, Resource, Stack]] = []
        problems: list[str] = []
        for template, stack in reversed(self._stacks.items()):
            declared = documents(self._template(template))[0]["Resources"]
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
        ec2 = self._emulator.client("ec2", self.spec.region)
        calls = {"AWS::EC2::SubnetRouteTableAssociation": ("disassociate_route_table", "AssociationId"),
                 "AWS::EC2::SecurityGroup": ("delete_security_group", "GroupId"),
                 "AWS::EC2::Subnet": ("delete_subnet", "SubnetId"),
                 "AWS::EC2::VPCCidrBlock": ("disassociate_vpc_cidr_block", "AssociationId")}
        for kind, (call, parameter) in calls.items():
            for resource in resources:
                if resource.type == kind:
                    getattr(ec2, call)(**{parameter: resource.id})

    def _adapted(self, template: str) -> str:
        document = documents(self._template(template))[0]
        zones = {zone["id"]: zone["name"] for zone in self.spec.body["zones"] if "id" in zone}
        text, notes = adapted(document, self._emulator, self.spec.region, zones)
        for line in notes:
            if line not in self._told:
                self._told.add(line)
                note(f"{self.spec.cluster} {template}, for the emulator only: {line}")
        return text

    def _template(self, template: str) -> Path:
        return self._out / self.spec.cluster / "cloudformation" / f"{template}.yaml"

    def _run(self, *arguments: str) -> None:
        done = subprocess.run([str(self._podnet), *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failure(f"podnet {' '.join(arguments)} exits with {done.returncode}:\n{done.stderr}{done.stdout}")

    def _write(self, name: str, answer: dict[str, Any]) -> Path:
        path = self._answers / name
        path.write_text(json.dumps(answer, indent=4, default=str), encoding="utf-8")
        return path


def _carry_out(deployment: Deployment, outcomes: Outcomes) -> None:
    name = deployment.spec.path.name
    for step in deployment.steps():
        failed = outcomes.failed
        with outcomes.item(f"{name}: {step.shows}"):
            step.run()
        if outcomes.failed > failed and step.needed:
            note(f"{name}: the steps after this one need it and are left out")
            break


def main() -> None:
    """Deploys each example to an emulated AWS of its own."""
    inputs, outcomes = Inputs.parse(), Outcomes("deploy")
    if not inputs.aws or not inputs.podnet:
        outcomes.skip("every example", "needs an emulated AWS: --aws PROGRAM, or PODNET_EMULATED_AWS")
        outcomes.finish()
    examples = find(inputs.examples)
    if not examples:
        outcomes.fail(str(inputs.examples), "has no spec")
    for spec in examples:
        with tempfile.TemporaryDirectory() as scratch:
            out = Path(scratch, "rendered")
            try:
                with Emulator(inputs.aws) as emulator:
                    _carry_out(Deployment(inputs.podnet, emulator, spec, Path(scratch), out), outcomes)
            except Failure as problem:
                outcomes.fail(f"{spec.path.name}: the emulated AWS starts", str(problem))
            if inputs.deployed and out.is_dir():  # for the other checks to look at
                shutil.copytree(out, inputs.deployed, dirs_exist_ok=True)
    outcomes.finish()


if __name__ == "__main__":
    main()
