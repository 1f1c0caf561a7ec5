"""A full aws-node made from a published release manifest keeps everything of it but what custom networking needs.

The release is vendored beside a spec (`delivery: manifest`, `baseManifest`), and what podnet makes of it is compared with the
release as PyYAML reads both.
"""
from __future__ import annotations

import copy
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import yaml

import aws_node
from outcome import Failure, Outcomes, Skipped, require_none
from rendered import Inputs, documents

# Argo CD's annotations are podnet's to set on every object.
OWN_ANNOTATIONS = {"argocd.argoproj.io/sync-wave", "argocd.argoproj.io/sync-options"}
REGISTRY = re.compile(r"^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/")
HERE = "918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn/"
WANTED = {"AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true", "AWS_VPC_K8S_CNI_LOGLEVEL": "INFO"}
# What the plan counts on and releases leave to the CNI's defaults: these defaults, where a release has the variable.
COUNTED_ON = {"AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS": "", "AWS_VPC_K8S_CNI_EXTERNALSNAT": "false", "DISABLE_NETWORK_RESOURCE_PROVISIONING": "false",
              "ENABLE_IMDS_ONLY_MODE": "false", "ENABLE_IPv4": "true", "ENABLE_IPv6": "false", "ENABLE_MULTI_NIC": "false", "ENABLE_POD_ENI": "false",
              "ENABLE_PREFIX_DELEGATION": "false", "ENABLE_SUBNET_DISCOVERY": "false", "MAX_ENI": "-1", "MINIMUM_IP_TARGET": "0",
              "WARM_ENI_TARGET": "1", "WARM_IP_TARGET": "0", "WARM_PREFIX_TARGET": "1",
              "ENI_CONFIG_ANNOTATION_DEF": "k8s.amazonaws.com/eniConfig"}


def main() -> None:
    """Makes one spec for each release manifest in the data folder, synthesizes it, compares."""
    inputs, outcomes = Inputs.parse(), Outcomes("releases")
    releases = sorted(inputs.data.glob("aws-node/aws-k8s-cni-*.yaml")) if inputs.data else []
    if not releases:
        outcomes.skip("release manifests", "no --data DIR with aws-node/aws-k8s-cni-*.yaml")
    for release in releases:
        with outcomes.item(f"aws-node made from {release.name}"), tempfile.TemporaryDirectory() as scratch:
            made = _synthesize(inputs, release, Path(scratch))
            require_none(_differences(documents(release), made))
    outcomes.finish()


def _synthesize(inputs: Inputs, release: Path, scratch: Path) -> list[dict[str, Any]]:
    if inputs.podnet is None:
        raise Skipped("no --podnet BINARY")
    version = release.stem.removeprefix("aws-k8s-cni-")
    old = tuple(map(int, version.split("."))) < (1, 10, 0)  # its definition is of v1beta1, gone with Kubernetes 1.22
    spec = yaml.safe_load((inputs.examples / "china-pools.yaml").read_text(encoding="utf-8"))
    spec["metadata"]["name"] = "release"
    body = spec["spec"]
    body["kubernetesVersion"] = "1.21" if old else "1.32"
    body["nodeGroups"] = []
    body["podNetwork"] = {
        "pools": {"default": {"zones": {zone["name"]: {"subnetId": f"subnet-0000000{i}"} for i, zone in enumerate(body["zones"])}}},
    }
    body["cni"] = {"version": version, "delivery": "manifest", "baseManifest": release.name,
                   "env": {"AWS_VPC_K8S_CNI_LOGLEVEL": "INFO"}}
    (scratch / release.name).write_text(release.read_text(encoding="utf-8"), encoding="utf-8")
    path = scratch / "release-spec.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    run = subprocess.run([inputs.podnet, "synth", path, "--out", scratch / "out"], capture_output=True, text=True, check=False)
    if run.returncode:
        raise Failure(run.stderr + run.stdout)
    return documents(scratch / "out" / "release" / "kubernetes" / "aws-node.yaml")


def _differences(release: list[dict[str, Any]], made: list[dict[str, Any]]) -> list[str]:
    if len(release) != len(made):
        return [f"{len(release)} documents became {len(made)}"]
    problems = [f"{before.get('kind')} {before['metadata']['name']}: something was changed"
                for before, after in zip(release, made) if _bare(before) != _bare(after)]
    daemon_set = aws_node.find(made)
    for container in aws_node.containers(daemon_set):
        image = container["image"]
        if REGISTRY.match(image) and not image.startswith(HERE):
            problems.append(f"{container['name']}: {image} is not the region's image")
    old = {entry["name"]: entry for entry in _environment(aws_node.find(release))}
    new = {entry["name"]: entry for entry in _environment(daemon_set)}
    for name, value in WANTED.items():
        if new.get(name) != {"name": name, "value": value}:
            problems.append(f"{name} is {new.get(name)}")
    ours = {name for name in new if new[name] != old.get(name)}
    problems += [f"{name} is gone" for name in old if name not in new]
    problems += [f"{name} was changed" for name in ours - set(WANTED) - {"ENI_CONFIG_LABEL_DEF"}
                 if new[name] != {"name": name, "value": COUNTED_ON.get(name)}]
    return problems


def _environment(daemon_set: dict[str, Any]) -> list[dict[str, Any]]:
    (container,) = (c for c in daemon_set["spec"]["template"]["spec"]["containers"] if c["name"] == "aws-node")
    return container["env"]


def _bare(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what podnet may change: its own annotations, aws-node's environment and registry hosts."""
    bare = copy.deepcopy(document)
    annotations = bare["metadata"].get("annotations") or {}
    kept = {key: value for key, value in annotations.items() if key not in OWN_ANNOTATIONS}
    bare["metadata"]["annotations"] = kept
    if aws_node.is_aws_node(bare):
        for container in aws_node.containers(bare):
            container["image"] = REGISTRY.sub("", container["image"])
            if container["name"] == "aws-node":
                container.pop("env", None)
    return bare


if __name__ == "__main__":
    main()
