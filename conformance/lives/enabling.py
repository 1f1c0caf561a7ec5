"""Custom networking comes to a cluster whose nodes run already: old and new ones reach each other until the old ones go."""
from __future__ import annotations

from typing import Any

from life import Life
from outcome import Failure, Step, require_none

OLD = "old"


class Enabling(Life):
    """A managed group from before, made by hand, has the cluster's security group, and so have its pods, CoreDNS among them."""

    name = "enabling"

    def begin(self, body: Any) -> None:
        """First, new pods have the group of their nodes."""
        body["podNetwork"]["securityGroups"]["use"] = "nodeGroup"

    def steps(self) -> list[Step]:
        """Lists the edits by what they show."""
        return [
            Step("new groups of their own come beside old nodes, all reach each other and CoreDNS on either side", self._start),
            Step("without the rules of the migration this check fails", self._without_rules),
            Step("the new pods get a group of their own, old ones still reach them", lambda: self._use("managed", made=True)),
            Step("without its rules this check fails again", self._without_rules),
            Step("the new pods get the cluster's group, the new nodes keep theirs", lambda: self._use("cluster")),
            Step("the old nodes go, and nothing of the new ones changes", self._old_go),
        ]

    def _beside(self) -> None:
        of = self._of
        subnets = [subnet["id"] for zone in of.spec.body["zones"] for subnet in zone["nodeSubnets"]]
        self._cli("iam", "create-role", "--role-name", OLD, "--assume-role-policy-document", "{}")
        self._cli("eks", "create-nodegroup", "--cluster-name", of.spec.cluster, "--nodegroup-name", OLD, "--subnets", *subnets,
                  "--node-role", f"arn:aws:iam::123456789012:role/{OLD}", "--scaling-config", "minSize=1,maxSize=3,desiredSize=3")
        of.beside.add(OLD)

    def _use(self, what: str, made: bool = False) -> None:
        before = self._old()
        self._edit(lambda body: body["podNetwork"]["securityGroups"].update(use=what), again=made)
        if (after := self._old()) != before:
            raise Failure(f"the old group was {before} and is {after}")

    def _without_rules(self) -> None:
        """What the check is worth: the cluster's group closed to every other one, it has to see that DNS breaks."""
        ec2, group = self._of.emulator.client("ec2", self._of.spec.region), self._of.network.cluster_group
        rules = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
        others = [{**{key: rule[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in rule},
                   "UserIdGroupPairs": [{"GroupId": pair["GroupId"]} for pair in rule["UserIdGroupPairs"]
                                        if pair["GroupId"] != group]}
                  for rule in rules]
        others = [rule for rule in others if rule["UserIdGroupPairs"]]
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=others)
        seen = self._of.found.migration(self._of.objects)
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=others)
        if not any("udp 53, tcp 53" in problem for problem in seen):
            raise Failure(f"with {others} revoked, the check sees only {seen}")
        require_none(self._of.found.migration(self._of.objects))

    def _old(self) -> Any:
        return self._of.emulator.client("eks", self._of.spec.region).describe_nodegroup(
            clusterName=self._of.spec.cluster, nodegroupName=OLD)["nodegroup"]

    def _old_go(self) -> None:
        self._cli("eks", "delete-nodegroup", "--cluster-name", self._of.spec.cluster, "--nodegroup-name", OLD)
        self._of.beside.clear()
        self._of.synthesize()
        self._untouched(self._of.nothing_changes)
        require_none(self._not_as_asked())
