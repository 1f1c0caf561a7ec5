"""What the emulated AWS does not do as AWS does, and how the checks live with it. Templates go to it as podnet wrote them."""
from __future__ import annotations

from typing import Any

# Types that the emulator leaves out without a word; what they do is not tested by the deployment.
NOT_EMULATED = frozenset({"AWS::EKS::AccessEntry"})


def not_made(template: dict[str, Any]) -> list[str]:
    """Says which resources of a template the emulator does not make."""
    return [f"{name} ({resource['Type']}) is not made" for name, resource in template["Resources"].items()
            if resource["Type"] in NOT_EMULATED]


def cluster_answer(answer: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    """Corrects what the emulator makes up in `describe-cluster` and EKS would not answer."""
    cluster = answer["cluster"]
    given = spec.get("cluster") or {}
    # Its endpoint ends with a slash; its certificate is random letters; it does not take the service range that is asked for.
    cluster["endpoint"] = given.get("apiServerEndpoint") or cluster["endpoint"].rstrip("/")
    cluster["certificateAuthority"]["data"] = given.get("certificateAuthority") or "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"
    # It cannot upgrade a control plane, which comes first: the answer is that of a cluster of the spec's version.
    cluster["version"] = str(spec["kubernetesVersion"])
    if service := spec["vpc"].get("serviceCidr"):
        cluster["kubernetesNetworkConfig"]["serviceIpv4Cidr"] = service
    return answer
