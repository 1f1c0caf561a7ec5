"""What each group starts its nodes with, against the spec: the image, the user data, labels and taints.

What is looked at is the version of the launch template that the group uses now, and the image that was looked up for it.
"""
from __future__ import annotations

import re
from typing import Any

import userdata
from emulator import Emulator
from outcome import Failure
from plan import Nodes, Plan
from specs import Spec

# Where AWS keeps the ids of its images, by family and architecture. EKS user guide, "retrieve recommended AMI IDs".
IMAGES = {
    ("al2", "x86_64"): "/aws/service/eks/optimized-ami/{version}/amazon-linux-2/recommended/image_id",
    ("al2", "arm64"): "/aws/service/eks/optimized-ami/{version}/amazon-linux-2-arm64/recommended/image_id",
    ("al2023", "x86_64"): "/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/x86_64/standard/recommended/image_id",
    ("al2023", "arm64"): "/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/arm64/standard/recommended/image_id",
    ("bottlerocket", "x86_64"): "/aws/service/bottlerocket/aws-k8s-{version}/x86_64/latest/image_id",
    ("bottlerocket", "arm64"): "/aws/service/bottlerocket/aws-k8s-{version}/arm64/latest/image_id",
}
# What says the cluster's name in the user data of each family, as its program reads it.
CLUSTER = {"al2": "/etc/eks/bootstrap.sh {cluster} ", "al2023": "name: {cluster}\n", "bottlerocket": 'cluster-name = "{cluster}"'}
CONTENT = {"al2": userdata.SHELL, "al2023": userdata.NODE_CONFIG, "bottlerocket": userdata.TOML}
EFFECTS = {"NO_SCHEDULE": "NoSchedule", "PREFER_NO_SCHEDULE": "PreferNoSchedule", "NO_EXECUTE": "NoExecute"}
# Types with Graviton processors: a `g` after the generation, as in m7g and c7gn. A fact of the names, not of podnet's table.
GRAVITON = re.compile(r"^(a1|[a-z]+\d+g[a-z]*)\.")
# Labels that podnet adds to the user's.
OWN_LABELS = ("podnet.dev/", "k8s.amazonaws.com/", "vpc.amazonaws.com/")


class NodeComparison:
    """The groups of one spec as they are now."""

    def __init__(self, emulator: Emulator, spec: Spec, plan: Plan) -> None:
        self._spec, self._plan = spec, plan
        self._ec2 = emulator.client("ec2", spec.region)
        self._eks = emulator.client("eks", spec.region)
        self._scaling = emulator.client("autoscaling", spec.region)
        self._ssm = emulator.client("ssm", spec.region)

    def problems(self, made: dict[str, str]) -> list[str]:
        """Lists what is not as it should be; `made` gives the id of a group by its logical id."""
        asked = {group["name"]: group for group in self._spec.body.get("nodeGroups", [])}
        return [f"{nodes.logical_id}: {problem}" for nodes in self._plan.nodes
                for problem in self._of(nodes, asked[nodes.group], made)]

    def _of(self, nodes: Nodes, asked: dict[str, Any], made: dict[str, str]) -> list[str]:
        if (identifier := made.get(nodes.logical_id)) is None:
            return ["not made"]
        labels = {key: str(value) for key, value in asked.get("labels", {}).items()}
        taints = {(taint["key"], taint.get("value", ""), taint["effect"]) for taint in asked.get("taints", [])}
        problems = []
        if asked["kind"] == "managed":
            group = self._managed(identifier)
            found = {(taint["key"], taint.get("value") or "", EFFECTS[taint["effect"]]) for taint in group.get("taints") or []}
            problems += _differ("labels of the group", labels, _users_own(group.get("labels") or {}))
            problems += _differ("taints of the group", taints, found)
        data = self._data(asked, identifier)
        problems += _differ("image", self._image(asked), data.get("ImageId"))
        family = asked["ami"]["family"]
        if family not in CONTENT or asked["ami"].get("managedBy") == "eks":
            return problems
        text = userdata.decode(data["UserData"])
        if CONTENT[family] not in {part.content_type for part in userdata.parts(text)}:
            problems.append(f"no user data for {family}: {text[:200]}")
        if (name := CLUSTER[family].format(cluster=self._spec.cluster)) not in text:
            problems.append(f"user data without {name.strip()!r}")
        problems += _differ("max pods in user data", {self._plan.max_pods[asked["name"]]}, userdata.max_pods(text))
        if family != "bottlerocket":
            problems += _differ("labels in user data", labels, _users_own(_pairs(text)))
            if asked["kind"] == "self-managed":
                problems += _differ("taints in user data", taints, _taints(text))
        return problems

    def user_data(self, group: str, made: dict[str, str]) -> list[str]:
        """Gives the user data of each part of a group of the spec."""
        asked = next(one for one in self._spec.body["nodeGroups"] if one["name"] == group)
        return [userdata.decode(self._data(asked, made[nodes.logical_id])["UserData"])
                for nodes in self._plan.nodes if nodes.group == group]

    def _managed(self, identifier: str) -> dict[str, Any]:
        name = identifier.split("/")[-1]
        return self._eks.describe_nodegroup(clusterName=self._spec.cluster, nodegroupName=name)["nodegroup"]

    def _data(self, asked: dict[str, Any], identifier: str) -> dict[str, Any]:
        """Describes the version of the launch template that the group uses."""
        if asked["kind"] == "managed":
            used = self._managed(identifier)["launchTemplate"]
            template, version = used["id"], used["version"]
        else:
            (group,) = self._scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[identifier])["AutoScalingGroups"]
            used = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {}).get("LaunchTemplateSpecification") \
                or group["LaunchTemplate"]
            template, version = used["LaunchTemplateId"], used["Version"]
        found = self._ec2.describe_launch_template_versions(LaunchTemplateId=template, Versions=[str(version)])
        return found["LaunchTemplateVersions"][0]["LaunchTemplateData"]

    def _image(self, asked: dict[str, Any]) -> str | None:
        """The image that the spec asks for: its id, or what the parameter of its family says now."""
        if identifier := asked["ami"].get("id"):
            return identifier
        if asked["ami"].get("managedBy") == "eks":
            return None
        (architecture,) = {"arm64" if GRAVITON.match(name) else "x86_64" for name in asked["instanceTypes"]}
        if (path := asked["ami"].get("ssmParameter")) is None:
            if (key := (asked["ami"]["family"], architecture)) not in IMAGES:
                raise Failure(f"conformance/nodes.py knows no images of {key}")
            path = IMAGES[key].format(version=self._spec.kubernetes_version)
        return self._ssm.get_parameter(Name=path)["Parameter"]["Value"]


def _pairs(text: str) -> dict[str, str]:
    """Reads the node labels among kubelet's flags."""
    found = re.search(r"--node-labels=([^\s\"']+)", text)
    return dict(pair.split("=", 1) for pair in found[1].split(",")) if found else {}


def _taints(text: str) -> set[tuple[str, str, str]]:
    """Reads the taints among kubelet's flags."""
    found = re.search(r"--register-with-taints=([^\s\"']+)", text)
    taken = [re.fullmatch(r"([^=:]+)(?:=([^:]*))?:(\w+)", one) for one in found[1].split(",")] if found else []
    return {(taint[1], taint[2] or "", taint[3]) for taint in taken if taint}


def _users_own(labels: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in labels.items() if not key.startswith(OWN_LABELS)}


def _differ(what: str, wanted: Any, found: Any) -> list[str]:
    return [] if wanted == found else [f"{what}: {found}, not {wanted}"]
