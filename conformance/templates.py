"""Every CloudFormation template passes cfn-lint and cloudformation-validate with no finding of any level.

Both work offline: cfn-lint from its own copy of the resource schemas, cloudformation-validate (AWS's validator, in Rust)
from one engine with schemas and rules compiled in. They agree on most rules; each knows some that the other does not.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cloudformation_validate as validator
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from outcome import Failure, Outcomes, note, require_none
from rendered import Cluster, Inputs, documents


@dataclass(frozen=True)
class Ignored:
    """A rule that is not applied to resources of one type (`*`: to anything), and why that is right here."""

    rule: str
    resource_type: str
    reason: str


IGNORED = (
    Ignored("W3010", "AWS::EC2::Subnet",
            "A pod subnet belongs to the zone that the spec names: the lock, the ENIConfig and the nodes name that zone too, "
            "so a template whose zone followed the region would put pods out of reach of their nodes."),
    Ignored("I9001", "*",
            "Says of each create-only property that changing it replaces the resource. They have to be given; podnet's "
            "replacement guard is what refuses such a change."),
    Ignored("W9013", "AWS::EKS::Nodegroup",
            "The role of a group is an ARN that the spec gives, with its account; podnet does not know whose account the stack is "
            "in, and a role's path cannot be told from its name."),
    Ignored("I4010", "*",
            "Wants a Metadata block of prose on each resource. The templates explain themselves in comments, which is "
            "where reviewers look; the same prose a second time, as data, would be two texts to keep true."),
)

# CloudFormation takes a template of at most this many bytes in the call itself; a longer one has to go through S3.
INLINE_BYTES = 51_200
DEPLOYMENT_KEYS = {"template-file-path", "parameters", "tags"}


@dataclass(frozen=True)
class Finding:
    """One finding of either tool."""

    tool: str
    rule: str
    resource_type: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.tool} {self.rule} {self.where}: {self.message}"


def main() -> None:
    """Runs both tools on each template, in its cluster's region."""
    inputs, outcomes, used = Inputs.parse(), Outcomes("templates"), Counter()
    engine = validator.CompositeEngine()
    for cluster in inputs.clusters():
        for path in cluster.templates():
            for tool, findings in (("cfn-lint", cfn_lint), ("cloudformation-validate", lambda *a: validate(engine, *a))):
                with outcomes.item(f"{cluster.label(path)}: {tool}, {cluster.region}"):
                    require_none([str(f) for f in _applied(findings(path, cluster.region), used)])
            with outcomes.item(f"{cluster.label(path)}: fits into the call"):
                if (size := path.stat().st_size) > INLINE_BYTES:
                    raise Failure(f"{size} bytes; a template of more than {INLINE_BYTES} has to be uploaded to S3 first")
        for path in cluster.deployment_files():
            with outcomes.item(f"{cluster.label(path)}: names a template and nothing that Git sync does not know"):
                require_none(_deployment_problems(cluster, path))
    for entry in IGNORED:
        if times := used[entry.rule]:
            note(f"{entry.rule} ignored {times} times: {entry.reason}")
    outcomes.finish()


def ignored(finding: Finding) -> Ignored | None:
    """Gives the entry of `IGNORED` that covers a finding."""
    return next((entry for entry in IGNORED
                 if finding.rule == entry.rule and entry.resource_type in ("*", finding.resource_type)), None)


def _applied(findings: Iterator[Finding], used: Counter[str]) -> Iterator[Finding]:
    """Passes on the findings that no entry of `IGNORED` covers, and counts those that one does."""
    for finding in findings:
        if entry := ignored(finding):
            used[entry.rule] += 1
        else:
            yield finding


def cfn_lint(path: Path, region: str) -> Iterator[Finding]:
    """Runs cfn-lint on a template of one region."""
    text = path.read_text(encoding="utf-8")
    types = _resource_types(path)
    for match in lint(text, config=ManualArgs(regions=[region], include_checks=["I"])):
        place = [str(step) for step in match.path or []]
        resource = types.get(place[1], "") if place[:1] == ["Resources"] and len(place) > 1 else ""
        yield Finding("cfn-lint", match.rule.id, resource, "/".join(place) or f"line {match.linenumber}", match.message)


def validate(engine: validator.CompositeEngine, path: Path, region: str) -> Iterator[Finding]:
    """Runs cloudformation-validate on a template of one region."""
    # The region decides which resource types exist; left out, every region's types are taken together.
    options = validator.ValidateConfig(pseudo_parameter_overrides=validator.PseudoParameterOverrides(region=region))
    report = engine.validate_template(str(path), options)
    if report.status is not validator.ReportStatus.OK:
        yield Finding("cloudformation-validate", "", "", str(path), f"did not finish: {report.status.name}")
    for found in report.diagnostics:
        entity = found.entity
        where = "/".join(part for part in (entity and entity.logical_id, found.property_path) if part)
        yield Finding("cloudformation-validate", found.rule_id, (entity and entity.resource_type) or "", where, found.message)


def _resource_types(path: Path) -> dict[str, Any]:
    return {name: resource.get("Type", "") for name, resource in documents(path)[0]["Resources"].items()}


def _deployment_problems(cluster: Cluster, path: Path) -> list[str]:
    document = documents(path)[0]
    problems = [f"unknown key `{key}`" for key in document if key not in DEPLOYMENT_KEYS]
    template = Path(document["template-file-path"])
    # The path is written from the repository's root, which is not known here: the end of it has to be one of ours.
    if not any(template.name == known.name for known in cluster.templates()):
        problems.append(f"`{template}` is none of the templates beside it")
    problems += [f"the parameter `{key}` is not text: {value!r}"
                 for key, value in (document.get("parameters") or {}).items() if not isinstance(value, str)]
    return problems


if __name__ == "__main__":
    main()
