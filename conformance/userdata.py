"""User data: what a launch template hands its instances, taken apart, and the max pods that is written in it."""
from __future__ import annotations

import base64
import email
import re
import tomllib
from dataclasses import dataclass
from email import policy
from typing import Any

import yaml

from outcome import Failure

NODE_CONFIG = "application/node.eks.aws"
SHELL = "text/x-shellscript"
TOML = "application/toml"

# What stands in for a value that CloudFormation fills in: text that is right for every place it can stand in.
FILLED_IN = "ZXhhbXBsZQ=="


@dataclass(frozen=True)
class Part:
    """One part of user data; text that is not MIME is one part, of the type that its first line shows."""

    content_type: str
    text: str

    @property
    def node_config(self) -> dict[str, Any]:
        """The part as nodeadm reads it."""
        return yaml.safe_load(self.text)

    @property
    def settings(self) -> dict[str, Any]:
        """The part as Bottlerocket reads it."""
        return tomllib.loads(self.text)


def in_template(template: dict[str, Any]) -> dict[str, str]:
    """Collects the user data of a CloudFormation template, by the launch template's logical id."""
    found = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::EC2::LaunchTemplate":
            value = resource["Properties"]["LaunchTemplateData"].get("UserData")
            if value is not None:
                found[name] = _resolved(value)
    return found


def decode(encoded: str) -> str:
    """Decodes what `describe-launch-template-versions` answers."""
    return base64.b64decode(encoded, validate=True).decode("utf-8")


def parts(text: str) -> list[Part]:
    """Takes user data apart as cloud-init does.

    Fails where the MIME form is broken: cloud-init would then drop a part without a word, and the node would come up with
    the wrong number of pods.
    """
    if text.startswith("#!"):
        return [Part(SHELL, text)]
    if not re.match(r"(MIME-Version|Content-Type):", text):
        return [Part(TOML, text)]
    message = email.message_from_string(text, policy=policy.default)
    if message.defects or not message.is_multipart():
        raise Failure(f"not a MIME message of parts: {message.defects or message.get_content_type()}")
    if message["MIME-Version"] != "1.0":
        raise Failure("without the header `MIME-Version: 1.0`")
    found = []
    for part in message.iter_parts():
        if part.defects:
            raise Failure(f"{part.get_content_type()}: {part.defects}")
        found.append(Part(part.get_content_type(), part.get_payload()))
    if not text.rstrip().endswith(f"--{message.get_boundary()}--"):
        raise Failure("does not end with its closing boundary")
    return found


def max_pods(text: str) -> set[int]:
    """Reads every max pods that the user data sets, in any of the forms: one number, unless two of them disagree."""
    found: set[int] = set()
    for part in parts(text):
        if part.content_type == NODE_CONFIG:
            kubelet = part.node_config.get("spec", {}).get("kubelet", {})
            if "maxPods" in kubelet.get("config", {}):
                found.add(kubelet["config"]["maxPods"])
            if str(kubelet.get("maxPodsExpression", "")).isdigit():
                found.add(int(kubelet["maxPodsExpression"]))
        elif part.content_type == TOML:
            kubernetes = part.settings.get("settings", {}).get("kubernetes", {})
            if "max-pods" in kubernetes:
                found.add(kubernetes["max-pods"])
        else:
            found.update(int(number) for number in re.findall(r"--max-pods[= ](\d+)", part.text))
    return found


def _resolved(value: Any) -> str:
    """Resolves the intrinsics of a template's user data, with placeholders for what only CloudFormation knows."""
    if isinstance(value, str):
        return decode(value)
    (function, argument), = value.items()
    if function != "Fn::Base64":
        raise Failure(f"user data is `{function}`, not `Fn::Base64`")
    if isinstance(argument, str):
        return argument
    (function, argument), = argument.items()
    if function == "Fn::Sub":
        text = argument[0] if isinstance(argument, list) else argument
        return re.sub(r"\$\{!([^}]*)\}", r"${\1}", re.sub(r"\$\{[^!}][^}]*\}", FILLED_IN, text))
    if function == "Fn::Join":
        return argument[0].join(item if isinstance(item, str) else FILLED_IN for item in argument[1])
    raise Failure(f"user data is built by `{function}`, which this check does not resolve")
