"""The DaemonSet kube-system/aws-node: a partial one that sets environment variables, and what merging it must not change."""
from __future__ import annotations

import copy
from typing import Any

# The fields that a partial object may have, as paths; anything else would take part of aws-node away from its owner.
ALLOWED = {
    (): {"apiVersion", "kind", "metadata", "spec"},
    ("metadata",): {"name", "namespace", "annotations"},
    ("spec",): {"template"},
    ("spec", "template"): {"spec"},
    ("spec", "template", "spec"): {"containers", "initContainers"},
}
CONTAINER_FIELDS = {"name", "env"}


def is_partial(document: dict[str, Any]) -> bool:
    """Whether this is aws-node without what makes it a DaemonSet of its own: the selector."""
    return is_aws_node(document) and "selector" not in document.get("spec", {})


def find(manifests: list[dict[str, Any]]) -> dict[str, Any]:
    """Takes aws-node out of a release's manifests."""
    return next(document for document in manifests if is_aws_node(document))


def shape_problems(patch: dict[str, Any]) -> list[str]:
    """Lists the fields of a partial aws-node that it should not have, and environment entries that are not text."""
    problems = []
    for path, allowed in ALLOWED.items():
        node: Any = patch
        for step in path:
            node = node.get(step) or {}
        problems += [f"{'.'.join((*path, key))}: not for a partial object to set" for key in node if key not in allowed]
    if patch["metadata"].get("namespace") != "kube-system":
        problems.append("metadata.namespace: not kube-system")
    for container in containers(patch):
        problems += [f"{container['name']}.{key}: not for a partial object to set"
                     for key in container if key not in CONTAINER_FIELDS]
        names = [entry["name"] for entry in container["env"]]
        problems += [f"{container['name']}: {name} twice" for name in {n for n in names if names.count(n) > 1}]
        problems += [f"{container['name']}: {entry['name']} is not text: {entry.get('value')!r}"
                     for entry in container["env"] if set(entry) != {"name", "value"} or not isinstance(entry["value"], str)]
    return problems


def merge_problems(base: list[dict[str, Any]], patch: dict[str, Any], merged: list[dict[str, Any]]) -> list[str]:
    """Lists what differs between a release as it is and with the patch, other than the patch's variables and annotations."""
    problems = []
    if sorted(map(_key, base)) != sorted(map(_key, merged)):
        problems.append("objects came or went")
    before = {_key(document): document for document in base}
    problems += [f"{_key(d)}: changed" for d in merged if not is_aws_node(d) and d != before.get(_key(d))]
    old, new = find(base), find(merged)
    if _without(old) != _without(new):
        problems.append("aws-node: something besides env and annotations changed")
    wanted = {c["name"]: {entry["name"]: entry["value"] for entry in c["env"]} for c in containers(patch)}
    olds = {container["name"]: container for container in containers(old)}
    for container in containers(new):
        name, env = container["name"], container.get("env", [])
        if name not in olds:
            continue
        names = [entry["name"] for entry in env]
        problems += [f"{name}: {n} twice" for n in sorted({n for n in names if names.count(n) > 1})]
        problems += [f"{name}: {e['name']} has both a value and a source" for e in env if "value" in e and "valueFrom" in e]
        expected = {entry["name"]: entry for entry in olds[name].get("env", [])}
        expected |= {n: {"name": n, "value": v} for n, v in wanted.pop(name, {}).items()}
        if {entry["name"]: entry for entry in env} != expected:
            problems.append(f"{name}: the environment is not the release's with the patch's variables in it")
    # A container that the release lacks is added by the merge, without an image: Kubernetes would refuse the whole object.
    return problems + [f"{name}: no such container in this release" for name in wanted]


def is_aws_node(document: dict[str, Any]) -> bool:
    return document.get("kind") == "DaemonSet" and document.get("metadata", {}).get("name") == "aws-node"


def _key(document: dict[str, Any]) -> str:
    return f"{document.get('apiVersion')}/{document.get('kind')}/{document.get('metadata', {}).get('name')}"


def containers(document: dict[str, Any]) -> list[dict[str, Any]]:
    spec = document["spec"]["template"]["spec"]
    return spec.get("containers", []) + spec.get("initContainers", [])


def _without(document: dict[str, Any]) -> dict[str, Any]:
    bare = copy.deepcopy(document)
    bare["metadata"].pop("annotations", None)
    for container in containers(bare):
        container.pop("env", None)
    return bare
