"""What the emulated AWS does not do as AWS does, and how a template is changed so that the rest of it can be deployed.

Only the copy that goes to the emulator is changed; what podnet wrote stays as it is. Each change is told in the output.
"""
from __future__ import annotations

import copy
import json
from typing import Any

from emulator import Emulator

# Types that the emulator leaves out without a word; what they do is not tested by the deployment.
NOT_EMULATED = frozenset({"AWS::EKS::AccessEntry"})
IMAGE = "ami-0123456789abcdef0"


def adapted(template: dict[str, Any], emulator: Emulator, region: str, zones: dict[str, str]) -> tuple[str, list[str]]:
    """Gives the template as text for the emulator, and what is different in it. `zones` is zone id to zone name."""
    changed, notes = copy.deepcopy(template), []
    for name, parameter in changed.get("Parameters", {}).items():
        # The emulator has few of AWS's public parameters, lets nobody write below /aws, and looks a default up even when
        # another value is given. So the parameter is made under another name, and that name becomes the default.
        if parameter["Type"].startswith("AWS::SSM::Parameter::Value") and "Default" in parameter:
            parameter["Default"] = "/emulated/" + parameter["Default"].strip("/")
            emulator.client("ssm", region).put_parameter(Name=parameter["Default"], Value=IMAGE, Type="String", Overwrite=True)
            notes.append(f"{name} is looked up as {parameter['Default']}")
    for name, resource in changed["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::EC2::Subnet" and "AvailabilityZoneId" in properties:
            # Ignored by the emulator, which would put the subnet into us-east-1a.
            properties["AvailabilityZone"] = zones[properties.pop("AvailabilityZoneId")]
            notes.append(f"{name} is placed by its zone's name")
        if resource["Type"] in NOT_EMULATED:
            notes.append(f"{name} ({resource['Type']}) is not made")
    return json.dumps(changed), notes


def cluster_answer(answer: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    """Corrects what the emulator makes up in `describe-cluster` and EKS would not answer."""
    cluster = answer["cluster"]
    given = spec.get("cluster") or {}
    # Its endpoint ends with a slash; its certificate is random letters; it does not take the service range that is asked for.
    cluster["endpoint"] = given.get("apiServerEndpoint") or cluster["endpoint"].rstrip("/")
    cluster["certificateAuthority"]["data"] = given.get("certificateAuthority") or "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"
    if service := spec["vpc"].get("serviceCidr"):
        cluster["kubernetesNetworkConfig"]["serviceIpv4Cidr"] = service
    return answer
