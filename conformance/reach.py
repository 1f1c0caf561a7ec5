"""Which packets the security groups of a VPC let through, as EC2 decides it: by the union of an interface's groups."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Any protocol, any port.
ALL = ("-1", None)
# What EKS needs: the API server reaches kubelets and webhooks (which choose their own ports), and everything reaches the
# API server. EKS user guide, "security group requirements"; 9443 stands for a webhook.
FROM_CONTROL_PLANE = (("tcp", 443), ("tcp", 9443), ("tcp", 10250))
TO_CONTROL_PLANE = (("tcp", 443),)
# What pods ask CoreDNS, wherever it runs.
DNS = (("udp", 53), ("tcp", 53))

Packet = tuple[str, int | None]


def refused(groups: dict[str, dict[str, Any]], sources: Iterable[str], targets: Iterable[str],
            packets: Iterable[Packet]) -> list[str]:
    """Names the packets that do not pass from interfaces with some groups to interfaces with others.

    `groups` is what `describe-security-groups` answers, by id. For example, of `(("tcp", 443), ("-1", None))` a rule for
    port 443 alone leaves `["-1"]`.
    """
    sources, targets = set(sources), set(targets)
    leave = [rule for group in sources for rule in groups[group]["IpPermissionsEgress"] if _meets(rule, targets)]
    enter = [rule for group in targets for rule in groups[group]["IpPermissions"] if _meets(rule, sources)]
    return [_written(packet) for packet in packets
            if not any(_covers(rule, packet) for rule in leave) or not any(_covers(rule, packet) for rule in enter)]


def _meets(rule: dict[str, Any], peers: set[str]) -> bool:
    """Whether a rule is about interfaces with these groups. Of ranges only the whole Internet counts: addresses differ."""
    return any(pair["GroupId"] in peers for pair in rule["UserIdGroupPairs"]) or \
        any(where["CidrIp"] == "0.0.0.0/0" for where in rule["IpRanges"])


def _covers(rule: dict[str, Any], packet: Packet) -> bool:
    protocol, port = packet
    if rule["IpProtocol"] == "-1":
        return True
    return rule["IpProtocol"] == protocol and port is not None and rule["FromPort"] <= port <= rule["ToPort"]


def _written(packet: Packet) -> str:
    protocol, port = packet
    return "everything" if packet == ALL else f"{protocol} {port}"
