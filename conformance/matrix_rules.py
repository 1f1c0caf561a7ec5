"""What holds for every template and ENIConfig that podnet writes, and no validator knows."""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import yaml

import userdata
from outcome import Failure

# The parameters that every template has without saying so.
PSEUDO_PARAMETERS = frozenset(f"AWS::{name}" for name in (
    "AccountId", "NoValue", "NotificationARNs", "Partition", "Region", "StackId", "StackName", "URLSuffix"))
# "AWS CloudFormation quotas": 60 dynamic references a template. EC2 attaches five security groups to an interface by default.
MOST_DYNAMIC_REFERENCES = 60
MOST_GROUPS = 5
DYNAMIC_REFERENCE = re.compile(r"\{\{resolve:")


def template_problems(template: dict[str, Any], id_of: Callable[[str], str]) -> Iterator[str]:
    """Finds what is wrong with a template. `id_of` gives the id that stands for a logical id of the network's template."""
    resources = template["Resources"]
    yield from _unresolved(template)
    yield from _ids_that_differ_in_case(resources)
    yield from _rules_twice(resources, id_of)
    yield from _too_many_groups(resources)
    references = len(DYNAMIC_REFERENCE.findall(str(template)))
    if references > MOST_DYNAMIC_REFERENCES:
        yield f"{references} dynamic references; CloudFormation takes {MOST_DYNAMIC_REFERENCES}"


def eni_config_problems(objects: list[dict[str, Any]]) -> Iterator[str]:
    """Finds what is wrong with ENIConfigs."""
    names = Counter(found["metadata"]["name"] for found in objects)
    yield from (f"the ENIConfig {name} is written {times} times" for name, times in names.items() if times > 1)
    for found in objects:
        groups = found["spec"].get("securityGroups", [])
        if len(groups) > MOST_GROUPS or len(set(groups)) < len(groups):
            yield f"the ENIConfig {found['metadata']['name']} has {len(groups)} security groups: {', '.join(groups)}"


def user_data_problems(template: dict[str, Any], max_pods: dict[str, int]) -> Iterator[str]:
    """Finds what is wrong with user data. `max_pods` is that of each launch template whose AMI is not EKS's, by logical id."""
    found = userdata.in_template(template)
    yield from (f"{name} has no user data, but should set max pods" for name in sorted(max_pods.keys() - found.keys()))
    for name, text in found.items():
        if DYNAMIC_REFERENCE.search(text):
            yield f"{name}: a dynamic reference in user data, where CloudFormation does not resolve it"
        try:
            said = userdata.max_pods(text)
        except (Failure, ValueError, yaml.YAMLError) as problem:
            yield f"{name}: {problem}"
            continue
        wanted = {max_pods[name]} if name in max_pods else set()
        if said != wanted:
            yield f"{name}: user data sets max pods to {sorted(said)}, not to {sorted(wanted)}"


def _unresolved(template: dict[str, Any]) -> Iterator[str]:
    known = template["Resources"].keys() | template.get("Parameters", {}).keys() | PSEUDO_PARAMETERS
    for where, name in _references(template["Resources"]):
        if name not in known:
            yield f"{where}: `{name}` is nothing in this template"
    for where, name in _references(template.get("Outputs", {})):
        if name not in known:
            yield f"Outputs/{where}: `{name}` is nothing in this template"
    for name, resource in template["Resources"].items():
        waits = resource.get("DependsOn", [])
        for other in [waits] if isinstance(waits, str) else waits:
            if other not in template["Resources"]:
                yield f"{name}: waits for `{other}`, which is no resource"


def _references(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Lists what a value refers to, and where."""
    if isinstance(value, list):
        for item in value:
            yield from _references(item, where)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key == "Ref":
            yield where, item
        elif key == "Fn::GetAtt":
            yield where, item[0] if isinstance(item, list) else item.partition(".")[0]
        elif key == "Fn::Sub":
            text, own = (item[0], item[1]) if isinstance(item, list) else (item, {})
            for name in re.findall(r"\$\{([^!}][^}]*)\}", text):
                if name not in own:
                    yield where, name if "::" in name else name.partition(".")[0]
            yield from _references(own, where)
        else:
            yield from _references(item, f"{where}/{key}" if where else key)


def _ids_that_differ_in_case(resources: dict[str, Any]) -> Iterator[str]:
    names = Counter(name.lower() for name in resources)
    yield from (f"the logical id {name} is there in {times} spellings" for name, times in names.items() if times > 1)


def _rules_twice(resources: dict[str, Any], id_of: Callable[[str], str]) -> Iterator[str]:
    """EC2 refuses two rules of one meaning, with InvalidPermission.Duplicate, whatever their descriptions."""
    def group(value: Any) -> str:
        if isinstance(value, dict):
            return id_of(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])
        return str(value)

    rules: dict[tuple[Any, ...], str] = {}
    for name, resource in resources.items():
        if resource["Type"] not in ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"):
            continue
        properties = resource["Properties"]
        other = next((key for key in properties if key.startswith(("Source", "Destination", "Cidr"))), None)
        rule = (resource["Type"], group(properties["GroupId"]), str(properties["IpProtocol"]), properties.get("FromPort"),
                properties.get("ToPort"), other and group(properties[other]))
        if rule in rules:
            yield f"{name} and {rules[rule]} are one rule: {rule}"
        rules[rule] = name


def _too_many_groups(resources: dict[str, Any]) -> Iterator[str]:
    for name, resource in resources.items():
        if resource["Type"] == "AWS::EC2::LaunchTemplate":
            groups = resource["Properties"]["LaunchTemplateData"].get("SecurityGroupIds", [])
            if len(groups) > MOST_GROUPS or len({str(group) for group in groups}) < len(groups):
                yield f"{name}: {len(groups)} security groups: {groups}"
