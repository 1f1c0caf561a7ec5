"""Pods change their security groups, from one kind to the next; tags, labels and taints change too."""
from __future__ import annotations

from typing import Any

from deployment import NETWORK
from life import Life
from outcome import Failure, Step


class Groups(Life):
    """`use` goes from `cluster` over `managed` and `nodeGroup` to `ids`."""

    name = "security groups"

    def begin(self, body: Any) -> None:
        """Pods with the cluster's group."""
        body["podNetwork"]["securityGroups"]["use"] = "cluster"

    def steps(self) -> list[Step]:
        """Lists the edits by what they show."""
        return [
            Step("pods have the cluster's group", self._start),
            Step("they get a group of their own, that reaches all others", lambda: self._use("managed", made=True)),
            Step("other tags, labels and taints arrive, on groups and in user data", self._marks),
            Step("labels and taints that leave the spec are gone", self._unmark),
            Step("pods get the nodes' group", lambda: self._use("nodeGroup")),
            Step("pods get a group that the user has", self._ids),
            Step("the same templates again: no change set", self._of.nothing_changes),
        ]

    def _use(self, what: str, made: bool = False) -> None:
        self._edit(lambda body: body["podNetwork"].update(securityGroups={"use": what}), again=made)

    def _ids(self) -> None:
        of = self._of
        made = of.emulator.client("ec2", of.spec.region).create_security_group(
            GroupName="pods-of-our-own", Description="pods", VpcId=of.network.vpc)["GroupId"]
        self._edit(lambda body: body["podNetwork"].update(securityGroups={"use": "ids", "ids": [made]}))

    def _marks(self) -> None:
        def change(body: Any) -> None:
            body["tags"]["team"] = "network"
            for one in body["nodeGroups"]:
                one["labels"]["tier"] = "gold"
                one["taints"] = [{"key": "dedicated", "value": "net", "effect": "NoSchedule"},
                                 {"key": "bare", "effect": "PreferNoSchedule"}]

        self._edit(change, tags=True)
        self._tagged("network")

    def _unmark(self) -> None:
        def change(body: Any) -> None:
            body["tags"]["team"] = "platform"
            for one in body["nodeGroups"]:
                del one["labels"]["tier"]
                del one["taints"]

        self._edit(change, tags=True)
        self._tagged("platform")

    def _tagged(self, team: str) -> None:
        """The pod subnets have the tag: their tags change in place."""
        of = self._of
        found = {subnet["CidrBlock"]: {tag["Key"]: tag["Value"] for tag in subnet.get("Tags", [])}.get("team")
                 for subnet in of.emulator.client("ec2", of.spec.region).describe_subnets(
                     Filters=[{"Name": "vpc-id", "Values": [of.network.vpc]}])["Subnets"]}
        if wrong := {cidr: found.get(cidr) for cidr in of.plan.subnets.values() if found.get(cidr) != team}:
            raise Failure(f"the tag `team` of {wrong} is not {team}; changes: {self._changes(NETWORK)}")
