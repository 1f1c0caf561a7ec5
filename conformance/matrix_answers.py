"""What AWS would answer about a spec of the matrix: its stack, whose ids are made up, and its cluster."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from matrix_specs import ACCOUNT, AUTHORITY, ENDPOINT, SERVICE_CIDR, MatrixSpec
from outcome import Failure


def stack(spec: MatrixSpec, template: dict[str, Any]) -> dict[str, Any]:
    """Answers `aws cloudformation describe-stacks` for the network's template."""
    outputs = [{"OutputKey": name, "OutputValue": _value(spec, template, output["Value"])}
               for name, output in template.get("Outputs", {}).items()]
    region, name = spec.region, f"{spec.name}-pod-network"
    return {"Stacks": [{"StackId": f"arn:{region.partition}:cloudformation:{region.name}:{ACCOUNT}:stack/{name}/0", "StackName": name,
                        "StackStatus": "CREATE_COMPLETE", "Outputs": outputs}]}


def cluster(spec: MatrixSpec) -> dict[str, Any]:
    """Answers `aws eks describe-cluster`."""
    body, region = spec.document()["spec"], spec.region
    subnets = [subnet["id"] for zone in body["zones"] for subnet in zone["nodeSubnets"]]
    return {"cluster": {
        "name": spec.name, "arn": f"arn:{region.partition}:eks:{region.name}:{ACCOUNT}:cluster/{spec.name}", "status": "ACTIVE",
        "version": body["kubernetesVersion"], "endpoint": ENDPOINT, "certificateAuthority": {"data": AUTHORITY},
        "resourcesVpcConfig": {"vpcId": body["vpc"]["id"], "clusterSecurityGroupId": spec.cluster_group, "subnetIds": subnets},
        "kubernetesNetworkConfig": {"serviceIpv4Cidr": SERVICE_CIDR, "ipFamily": "ipv4"},
        "accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"}}}


def made_id(spec: MatrixSpec, template: dict[str, Any], logical: str) -> str:
    """Makes up the id of a resource of the network's template."""
    prefix = {"AWS::EC2::Subnet": "subnet", "AWS::EC2::SecurityGroup": "sg"}[template["Resources"][logical]["Type"]]
    return spec.identifier(prefix, logical)


def write(answer: dict[str, Any], path: Path) -> Path:
    """Writes an answer as `aws` prints it."""
    path.write_text(json.dumps(answer, indent=4), encoding="utf-8")
    return path


def _value(spec: MatrixSpec, template: dict[str, Any], value: Any) -> str:
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return made_id(spec, template, value["Ref"])
    logical, attribute = value["Fn::GetAtt"]
    if attribute in ("GroupId", "SubnetId"):
        return made_id(spec, template, logical)
    properties = template["Resources"][logical]["Properties"]
    if attribute not in properties:
        raise Failure(f"the output asks for `{attribute}` of {logical}, which its properties do not say")
    return str(properties[attribute])
