"""The user data of every node group is what its operating system reads.

AL2023: a MIME part that nodeadm's own definition of NodeConfig accepts, unknown fields refused. AL2: a script that bash
parses. Bottlerocket: TOML whose settings have the types that its API has. And in each form, one max pods.
"""
from __future__ import annotations

import base64
import binascii
import subprocess
from collections.abc import Iterator
from typing import Any

from jsonschema.protocols import Validator

import userdata
from outcome import Failure, Outcomes, Skipped, require_none
from rendered import Cluster, Inputs, documents
from schemas import strict

# The settings that a node needs to join, and those that podnet sets, with their types in Bottlerocket's API.
BOTTLEROCKET = {"api-server": str, "cluster-name": str, "cluster-certificate": str, "max-pods": int,
                "cluster-dns-ip": (str, list), "node-labels": dict, "node-taints": dict}


def main() -> None:
    """Checks every launch template, and Karpenter's node classes."""
    inputs, outcomes = Inputs.parse(), Outcomes("nodeconfigs")
    schema = None
    if inputs.data:
        definition = documents(inputs.data / "schemas" / "node.eks.aws_nodeconfigs.crd.yaml")[0]
        schema = strict(definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"])
    for cluster in inputs.clusters():
        for where, text in _user_data(cluster):
            with outcomes.item(f"{where}: the parts"):
                userdata.parts(text)
            with outcomes.item(f"{where}: one max pods"):
                if len(found := userdata.max_pods(text)) > 1:
                    raise Failure(f"{' and '.join(map(str, sorted(found)))}: the forms must agree")
            try:
                found_parts = userdata.parts(text)
            except Failure:
                continue  # said above
            for part in found_parts:
                with outcomes.item(f"{where}: {part.content_type}"):
                    _check(part, schema)
    outcomes.finish()


def _user_data(cluster: Cluster) -> Iterator[tuple[str, str]]:
    for path in cluster.templates():
        for name, text in userdata.in_template(documents(path)[0]).items():
            yield f"{cluster.label(path)} {name}", text
    for path in cluster.yaml_files():
        for document in documents(path):
            if document.get("kind") == "EC2NodeClass" and "userData" in document.get("spec", {}):
                yield f"{cluster.label(path)} {document['metadata']['name']}", document["spec"]["userData"]


def _check(part: userdata.Part, schema: Validator | None) -> None:
    if part.content_type == userdata.NODE_CONFIG:
        config = part.node_config
        if not schema:
            raise Skipped("needs nodeadm's definition, DATA/schemas/node.eks.aws_nodeconfigs.crd.yaml (--data)")
        require_none([f"{error.json_path}: {error.message}" for error in schema.iter_errors(config)])
        require_none(_node_config_problems(config))
    elif part.content_type == userdata.TOML:
        require_none(_settings_problems(part.settings))
    elif part.content_type == userdata.SHELL:
        result = subprocess.run(["bash", "-n"], input=part.text, capture_output=True, text=True, check=False)
        if result.returncode:
            raise Failure(result.stderr)
    else:
        raise Failure("not a type of part that a node reads")


def _node_config_problems(config: dict[str, Any]) -> list[str]:
    """Lists what the definition does not say: it marks no field as required and takes any text as base64."""
    problems = []
    if (config.get("apiVersion"), config.get("kind")) != ("node.eks.aws/v1alpha1", "NodeConfig"):
        problems.append("not a node.eks.aws/v1alpha1 NodeConfig")
    cluster = config.get("spec", {}).get("cluster")
    if cluster is not None:  # EKS writes it for a managed group without an image of its own; then it is left out whole
        required = ("name", "apiServerEndpoint", "certificateAuthority", "cidr")
        problems += [f"spec.cluster.{name}: missing; nodeadm needs all four" for name in required if not cluster.get(name)]
        problems += _base64_problems("spec.cluster.certificateAuthority", cluster.get("certificateAuthority", ""))
    kubelet = config.get("spec", {}).get("kubelet", {})
    pods = kubelet.get("config", {}).get("maxPods")
    if pods is not None and (not isinstance(pods, int) or isinstance(pods, bool) or pods < 1):
        problems.append(f"spec.kubelet.config.maxPods: {pods!r} is not a number of pods")
    problems += [f"spec.kubelet.flags: {flag!r} is not a flag" for flag in kubelet.get("flags", []) if not flag.startswith("--")]
    return problems


def _settings_problems(settings: dict[str, Any]) -> list[str]:
    kubernetes = settings.get("settings", {}).get("kubernetes")
    if kubernetes is None:
        return ["no [settings.kubernetes]"]
    problems = [f"settings.kubernetes.{name}: {kubernetes[name]!r} is of the wrong type"
                for name, kind in BOTTLEROCKET.items() if name in kubernetes and not isinstance(kubernetes[name], kind)]
    problems += [f"settings.kubernetes.node-labels.{name}: {value!r} is not text"
                 for name, value in kubernetes.get("node-labels", {}).items() if not isinstance(value, str)]
    return problems + _base64_problems("settings.kubernetes.cluster-certificate", kubernetes.get("cluster-certificate", ""))


def _base64_problems(where: str, text: str) -> list[str]:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        return [f"{where}: not base64: {error}"]
    return []


if __name__ == "__main__":
    main()
