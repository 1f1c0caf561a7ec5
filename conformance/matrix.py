"""A matrix of specs, of which every pair of values is in one: each renders, passes both validators in its own region, and holds
the rules of `matrix_rules.py`.

Only a sample is checked, in which every value and every region is, unless `--whole` is given.
"""
from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import cloudformation_validate as validator

import matrix_answers as answers
from matrix_fields import fields_without_both
from matrix_rules import eni_config_problems, template_problems, user_data_problems
from matrix_specs import MatrixSpec, matrix
from outcome import Failure, Outcomes, note, require_none
from pairs import sample
from regions import beyond, regions
from rendered import Inputs, documents
from templates import Finding, cfn_lint, ignored, validate

BASE_MANIFEST = Path(__file__).resolve().parent.parent / "blueprints" / "kubernetes" / "aws-node-base.yaml"
SAMPLE = 60
# Specs that podnet is given at a time, and that one process checks.
TOGETHER = 10
# Files without which a spec was not rendered as a whole. The network's template is not there if it has nothing to make.
WHOLE = ("cloudformation/node-groups.yaml", "kubernetes/eniconfigs.yaml", "kubernetes/aws-node.yaml", "RUNBOOK.md")
# Which instance types a region has is for the spec to say. Those of the matrix are the same everywhere, and one is no type of
# EC2's at all. cfn-lint's E3628 says so of launch templates that name a type.
IGNORED_HERE = frozenset({"E3628"})


@dataclass(frozen=True)
class Verdict:
    """What was found about a spec."""

    spec: MatrixSpec
    problems: list[str]
    ignored: Counter[str]


def main() -> None:
    """Checks the sample, or all specs."""
    inputs, outcomes = Inputs.parse(), Outcomes("matrix")
    if inputs.podnet is None:
        outcomes.skip("the matrix", "no --podnet BINARY")
        outcomes.finish()
        return
    specs, rows = matrix()
    with outcomes.item(f"every field of the spec is in one of {len(specs)} specs, and every optional one is absent from another"):
        schema = json.loads(_run(inputs.podnet, "schema"))
        require_none(fields_without_both(schema, [spec.document() for spec in specs]))
    chosen = specs if inputs.whole else [specs[number] for number in sample(rows, SAMPLE)]
    note(f"{len(chosen)} of {len(specs)} specs, in {len({spec.region for spec in chosen})} of {len(regions())} regions"
         + ("" if inputs.whole else "; `conformance/run --whole matrix` checks all"))
    if others := beyond():
        note(f"regions that podnet knows and cfn-lint does not: {', '.join(others)}")
    if missing := [region.name for region in regions() if region.details]:
        note(f"regions that podnet's table lacks, given by `regionDetails`: {', '.join(missing)}")
    used: Counter[str] = Counter()
    groups = [chosen[start:start + TOGETHER] for start in range(0, len(chosen), TOGETHER)]
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for verdicts in pool.map(partial(check, inputs.podnet), groups):
            for verdict in verdicts:
                used.update(verdict.ignored)
                with outcomes.item(f"{verdict.spec.name}, {verdict.spec.region.name}: {_told(verdict.spec)}"):
                    if verdict.problems:
                        verdict.problems.append(f"the spec: conformance/matrix_specs.py {verdict.spec.name}")
                    require_none(verdict.problems)
    for rule, times in sorted(used.items()):
        note(f"{rule} ignored {times} times; templates.py says why")
    outcomes.finish()


def check(podnet: Path, specs: list[MatrixSpec]) -> list[Verdict]:
    """Takes specs through both rounds of synthesis, and checks what comes out."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, out = Path(scratch) / "specs", Path(scratch) / "rendered"
        folder.mkdir()
        paths = {spec.name: spec.write(folder, BASE_MANIFEST) for spec in specs}
        refused = _synthesized(podnet, paths, out)
        for spec in specs:
            if spec.name not in refused and (problem := _bound(podnet, spec, paths[spec.name], out)):
                refused[spec.name] = problem
        refused |= _synthesized(podnet, {name: path for name, path in paths.items() if name not in refused}, out)
        return [Verdict(spec, [refused[spec.name]], Counter()) if spec.name in refused
                else _verdict(podnet, spec, paths[spec.name], out / spec.name) for spec in specs]


def _synthesized(podnet: Path, paths: dict[str, Path], out: Path) -> dict[str, str]:
    """Synthesizes specs in one run; gives what podnet says of those that it refuses."""
    arguments = ("synth", "--quiet", "--out", str(out))
    if not paths or subprocess.run([podnet, *arguments, *paths.values()], capture_output=True, check=False).returncode == 0:
        return {}
    alone = {name: subprocess.run([podnet, *arguments, path], capture_output=True, text=True, check=False)
             for name, path in paths.items()}
    return {name: done.stderr for name, done in alone.items() if done.returncode}


def _bound(podnet: Path, spec: MatrixSpec, path: Path, out: Path) -> str | None:
    """Binds a spec to what AWS would answer; gives what podnet says if it refuses that."""
    given = [answers.write(answers.cluster(spec), path.with_name(f"{spec.name}-cluster.json"))]
    template = out / spec.name / "cloudformation" / "pod-network.yaml"
    if template.exists() and "Outputs" in documents(template)[0]:
        try:
            answer = answers.stack(spec, documents(template)[0])
        except (Failure, LookupError, TypeError, ValueError) as problem:
            return f"the outputs of the stack cannot be answered: {problem!r}"
        given.append(answers.write(answer, path.with_name(f"{spec.name}-stack.json")))
    arguments = [argument for file in given for argument in ("--from", file)]
    done = subprocess.run([podnet, "bind", "--quiet", path, "--out", out, *arguments], capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else None


def _verdict(podnet: Path, spec: MatrixSpec, path: Path, folder: Path) -> Verdict:
    try:
        return _checked(podnet, spec, path, folder)
    except Exception as problem:  # a template that breaks a tool must not hide what there is to say about the others
        return Verdict(spec, [f"cannot be checked: {problem!r}"], Counter())


def _checked(podnet: Path, spec: MatrixSpec, path: Path, folder: Path) -> Verdict:
    problems = [f"{name} was not written" for name in WHOLE if not (folder / name).exists()]
    used: Counter[str] = Counter()
    network = folder / "cloudformation" / "pod-network.yaml"
    made = documents(network)[0] if network.exists() else {"Resources": {}}
    plan = json.loads(_run(podnet, "plan", str(path), "--out", str(folder.parent), "-o", "json"))
    (plan,) = plan if isinstance(plan, list) else [plan]
    for template in sorted((folder / "cloudformation").glob("*.yaml")):
        document = documents(template)[0]
        found = [f"{problem}" for problem in template_problems(document, lambda logical: answers.made_id(spec, made, logical))]
        if template.stem == "node-groups":
            found += user_data_problems(document, _max_pods(plan))
        findings = [*cfn_lint(template, spec.region.name), *validate(_engine(), template, spec.region.name)]
        found += [str(finding) for finding in findings if not _is_ignored(finding, used)]
        problems += [f"{template.name}: {problem}" for problem in found]
    if (configs := folder / "kubernetes" / "eniconfigs.yaml").exists():
        problems += [f"eniconfigs.yaml: {problem}" for problem in eni_config_problems(documents(configs))]
    return Verdict(spec, problems, used)


def _is_ignored(finding: Finding, used: Counter[str]) -> bool:
    if finding.rule in IGNORED_HERE:
        return True
    if reason := ignored(finding):
        used[reason.rule] += 1
    return reason is not None


@cache
def _engine() -> validator.CompositeEngine:
    return validator.CompositeEngine()


def _max_pods(plan: dict[str, Any]) -> dict[str, int]:
    """Takes out of a plan what each launch template has to say; EKS says it where it chooses the AMI."""
    return {group["launchTemplateLogicalId"]: group["maxPods"]["value"] for group in plan["nodeGroups"]
            if group["image"]["amiType"] is None}


def _told(spec: MatrixSpec) -> str:
    """Says in a few words what a spec is about."""
    words = spec.words
    return ", ".join([words["kind"], words["family"], *(f"{axis} {words[axis]}" for axis in (
        "image", "types", "podGroups", "selectBy", "subnets", "delivery", "other") if words[axis] not in ("absent", "none"))])


def _run(podnet: Path, *arguments: str) -> str:
    done = subprocess.run([podnet, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"podnet {' '.join(arguments)}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
