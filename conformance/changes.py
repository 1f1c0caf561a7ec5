"""What `podnet diff` says of edits agrees with @aws-cdk/cloudformation-diff: no replacement or deletion is missed, none is made up."""
from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from change_edits import EDITS
from outcome import Failure, Outcomes, Skipped, require_none
from rendered import Inputs

EXAMPLES = ["production", "china-pools", "tutorial", "eks-2021"]
AT_LEAST = 120
ORACLE = Path(__file__).parent / "oracle"

# What becomes of a resource, in the oracle's words and in podnet's.
OPERATIONS = {"WILL_REPLACE": "replace", "MAY_REPLACE": "may replace", "WILL_DESTROY": "delete", "WILL_ORPHAN": "retain"}
# Where the two differ, and why podnet is right.
CONDITIONAL = {
    "AWS::AutoScaling::AutoScalingGroup": "the schema calls these properties create-only under conditions; with a rolling update, which "
    "every group of podnet has, CloudFormation replaces the nodes and keeps the group",
}


@dataclass(frozen=True)
class Change:
    """An edit of an example, or its way back."""

    name: str
    before: dict[str, Any]
    after: dict[str, Any]
    effects: list[dict[str, Any]]


def main() -> None:
    """Compares every edit of every example in both directions."""
    inputs, outcomes = Inputs.parse(), Outcomes("changes")
    with tempfile.TemporaryDirectory() as scratch:
        try:
            if inputs.podnet is None:
                raise Skipped("no --podnet BINARY")
            changes = [change for example in EXAMPLES for change in _changes(inputs, example, Path(scratch))]
            impacts = _impacts(changes, Path(scratch))
        except Skipped as reason:
            outcomes.skip("edits", str(reason))
            outcomes.finish()
            return
    with outcomes.item(f"{len(changes)} edits, at least {AT_LEAST}"):
        if len(changes) < AT_LEAST:
            raise Failure("too few of them are edits that podnet takes")
    for change, found in zip(changes, impacts, strict=True):
        with outcomes.item(change.name):
            require_none(_differences(change, found))
    outcomes.finish()


def _changes(inputs: Inputs, example: str, scratch: Path) -> Iterator[Change]:
    deployed = _Folder(inputs, scratch / example / "deployed", example)
    if not deployed.synthesized(inputs.examples, lambda _: None):
        raise Failure(f"{example} cannot be synthesized")
    for name, edit in EDITS:
        edited = _Folder(inputs, scratch / example / name.replace(" ", "-"), example)
        if not edited.synthesized(deployed.path, edit):
            continue  # not an edit for this example
        back = _Folder(inputs, scratch / example / (name.replace(" ", "-") + "-back"), example)
        yield Change(f"{example}: {name}", deployed.templates(), edited.templates(), edited.effects(deployed))
        original = yaml.safe_load((deployed.path / f"{example}.yaml").read_text(encoding="utf-8"))["spec"]
        if back.synthesized(edited.path, lambda spec, original=original: (spec.clear(), spec.update(original))):
            yield Change(f"{example}: {name}, and back", edited.templates(), back.templates(), back.effects(edited))


class _Folder:
    """A spec, its lock, and what it renders to."""

    def __init__(self, inputs: Inputs, path: Path, example: str) -> None:
        self._inputs, self.path, self._example = inputs, path, example

    def synthesized(self, origin: Path, edit: Callable[[Any], Any]) -> bool:
        """Copies a spec with all that is beside it, edits it, and synthesizes it; says whether podnet takes it."""
        shutil.copytree(origin, self.path, ignore=shutil.ignore_patterns("out"))
        spec = self.path / f"{self._example}.yaml"
        document = yaml.safe_load(spec.read_text(encoding="utf-8"))
        before = json.dumps(document["spec"])
        try:
            edit(document["spec"])
        except (KeyError, IndexError):
            return False
        spec.write_text(json.dumps(document), encoding="utf-8")
        changed = json.dumps(document["spec"]) != before or not (origin / "out").exists()
        return changed and self._podnet("synth", spec, "--out", self.path / "out").returncode == 0

    def templates(self) -> dict[str, Any]:
        """Reads the templates, by file name."""
        files = sorted((self.path / "out").glob("*/cloudformation/*.yaml"))
        return {file.name: yaml.safe_load(file.read_text(encoding="utf-8")) for file in files}

    def effects(self, deployed: _Folder) -> list[dict[str, Any]]:
        """Asks podnet what comes of deploying this after that."""
        spec = self.path / f"{self._example}.yaml"
        run = self._podnet("diff", spec, "--out", self.path / "out", "--before", deployed.path / "out", "-o", "json")
        if run.returncode not in (0, 1):
            raise Failure(run.stderr)
        (cluster,) = json.loads(run.stdout)
        return cluster["effects"]

    def _podnet(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([self._inputs.podnet, *arguments], capture_output=True, text=True, check=False)


def _impacts(changes: list[Change], scratch: Path) -> list[dict[str, dict[str, str]]]:
    """Asks the oracle, once for all pairs of templates: by change and file, the impact on each resource."""
    node, modules = Path(sys.prefix) / "oracle" / "node", Path(sys.prefix) / "oracle" / "node_modules"
    if not (Path(sys.prefix) / "oracle" / "complete").exists():
        raise Skipped("cloudformation-diff is not installed")
    pairs, places = [], []
    for number, change in enumerate(changes):
        for file in sorted(change.before.keys() | change.after.keys()):
            pairs.append([change.before.get(file, {}), change.after.get(file, {})])
            places.append((number, file))
    program = scratch / "impacts.js"
    program.write_text((ORACLE / "impacts.js").read_text(encoding="utf-8"), encoding="utf-8")
    run = subprocess.run([node, program], input=json.dumps(pairs), env={"NODE_PATH": str(modules)}, capture_output=True, text=True, check=True)
    found: list[dict[str, dict[str, str]]] = [{} for _ in changes]
    for (number, file), impacts in zip(places, json.loads(run.stdout), strict=True):
        found[number][file] = impacts
    return found


def _differences(change: Change, impacts: dict[str, dict[str, str]]) -> list[str]:
    types = {
        (file, name): resource["Type"]
        for templates in (change.before, change.after)
        for file, template in templates.items()
        for name, resource in template["Resources"].items()
    }
    theirs = {(file, name): OPERATIONS[impact] for file, found in impacts.items() for name, impact in found.items() if impact in OPERATIONS}
    theirs = {at: does for at, does in theirs.items() if not (does == "may replace" and types[at] in CONDITIONAL)}
    cloudformation = [effect for effect in change.effects if effect["file"].startswith("cloudformation/")]
    ours = {(effect["file"].removeprefix("cloudformation/"), effect["name"]): effect["operation"] for effect in cloudformation}
    twice = [at for at, number in Counter((effect["file"], effect["name"]) for effect in cloudformation).items() if number > 1]
    ours = {at: does for at, does in ours.items() if does in OPERATIONS.values()}
    return [f"{at} is told twice" for at in twice] + [
        f"{file} {name}: {theirs.get((file, name), 'nothing')} by the oracle, {ours.get((file, name), 'nothing')} by podnet"
        for file, name in sorted(theirs.keys() | ours.keys())
        if theirs.get((file, name)) != ours.get((file, name))
    ]


if __name__ == "__main__":
    main()
