"""What the deployment reads out of `podnet plan SPEC -o json`: what podnet computes or names and a spec does not say.

Everything else that a deployment is compared with comes from the spec itself, so that an error of podnet's in carrying it
over is seen. The shape of the JSON is known here and nowhere else in this folder.
"""
from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outcome import Failure


@dataclass(frozen=True)
class Rule:
    """An ingress rule. A group is its id, or its logical id in the network's template."""

    group: str
    source: str
    protocol: str
    ports: tuple[int, int] | None


@dataclass(frozen=True)
class Plan:
    """The computed part of a plan."""

    stacks: dict[str, str]
    """The name of the stack of each template, by the template's name without its extension."""
    subnets: dict[tuple[str, str], str]
    """The range of each pod subnet, by pool and zone."""
    rules: tuple[Rule, ...]
    """The rules between security groups that podnet makes."""
    max_pods: dict[str, int]
    """The max pods of each node group, by its name in the spec."""


def read(podnet: Path, spec: Path) -> Plan:
    """Runs `podnet plan`."""
    done = subprocess.run([str(podnet), "plan", str(spec), "-o", "json"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"podnet plan: {done.stderr}")
    document = json.loads(done.stdout)
    return of_json(document[0] if isinstance(document, list) else document)


def of_json(document: dict[str, Any]) -> Plan:
    """Takes a plan's JSON apart."""
    try:
        stacks = {"pod-network": document["stacks"]["podNetwork"], "node-groups": document["stacks"]["nodeGroups"]}
        subnets = {(s["pool"], s["zone"]): s["cidr"] for s in document["podSubnets"] if s.get("cidr")}
        rules = tuple(Rule(_group(rule["group"]), _group(rule["source"]), rule["protocol"],
                           None if rule.get("fromPort") is None else (rule["fromPort"], rule["toPort"]))
                      for rule in document["securityGroups"]["rules"])
        max_pods = {group["group"]: group["maxPods"]["value"] for group in document["nodeGroups"]}
    except (KeyError, TypeError) as error:
        raise Failure(f"the plan has another shape than conformance/plan.py reads ({error!r}); "
                      f"its keys are {', '.join(document)}") from error
    return Plan(stacks, subnets, rules, max_pods)


def _group(reference: dict[str, str]) -> str:
    """A group is written as `{"id": "sg-…"}` or as `{"logicalId": "…"}`."""
    (name,) = (value for value in reference.values() if value is not None)
    return name
