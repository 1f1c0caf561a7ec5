"""CloudFormation stacks, deployed by `aws cloudformation deploy` as the runbook has it.

The command is what decides about parameters: on an update it sends `UsePreviousValue` for each that it is not told, so that a
new default in a template comes to nothing. A change set of one's own, which leaves parameters out, would not show that.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator import Emulator
from outcome import Failure

# The last word of what `aws cloudformation deploy --no-execute-changeset` prints.
CHANGE_SET = re.compile(r"--change-set-name (\S+)")

# How to ask whether a resource is there, by type: the service, the call, the parameter that takes the physical id (in a list
# where the API wants one), and the key of the answer, which is empty where nothing is found.
LOOK_UP = {
    "AWS::EC2::Subnet": ("ec2", "describe_subnets", "SubnetIds", "Subnets"),
    "AWS::EC2::SecurityGroup": ("ec2", "describe_security_groups", "GroupIds", "SecurityGroups"),
    "AWS::EC2::LaunchTemplate": ("ec2", "describe_launch_templates", "LaunchTemplateIds", "LaunchTemplates"),
    "AWS::AutoScaling::AutoScalingGroup": ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroupNames",
                                           "AutoScalingGroups"),
    "AWS::IAM::Role": ("iam", "get_role", "RoleName", "Role"),
    "AWS::IAM::InstanceProfile": ("iam", "get_instance_profile", "InstanceProfileName", "InstanceProfile"),
}


@dataclass(frozen=True)
class Resource:
    """A resource of a stack as it is there; the emulator gives a rule of a security group no id."""

    type: str
    id: str | None


@dataclass(frozen=True)
class Change:
    """What a change set does to one resource; the emulator does not tell which changes are replacements."""

    action: str
    name: str
    type: str


class Stack:
    """One stack of one region."""

    def __init__(self, emulator: Emulator, region: str, name: str) -> None:
        self.name = name
        self.changes: tuple[Change, ...] = ()
        """What the last change set did, or would have done."""
        self._emulator, self._region = emulator, region
        self._api = emulator.client("cloudformation", region)

    def deploy(self, template: Path) -> bool:
        """Creates or updates the stack from a template's file; tells whether there was anything to do."""
        try:
            return self._deploy(template)
        except (BotoCoreError, ClientError) as error:
            raise Failure(f"stack {self.name}: {_first_line(error)}; emulator: {self._emulator.last_error()}") from error
        except Failure as failed:
            raise Failure(f"stack {self.name}: {failed}\nemulator: {self._emulator.last_error()}") from failed

    def resources(self) -> dict[str, Resource]:
        """Lists the resources by logical id; those that the emulator does not know are not in it."""
        found = self._api.describe_stack_resources(StackName=self.name)["StackResources"]
        return {r["LogicalResourceId"]: Resource(r["ResourceType"], r.get("PhysicalResourceId"))
                for r in found if "LogicalResourceId" in r}

    def outputs(self) -> dict[str, str]:
        """Lists the outputs."""
        described = self._api.describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}

    def protect(self, policy: Path) -> None:
        """Sets the stack's policy."""
        self._api.set_stack_policy(StackName=self.name, StackPolicyBody=policy.read_text(encoding="utf-8"))

    def delete(self) -> None:
        """Deletes the stack."""
        try:
            self._api.delete_stack(StackName=self.name)
        except (BotoCoreError, ClientError) as error:
            raise Failure(f"stack {self.name}: {_first_line(error)}; emulator: {self._emulator.last_error()}") from error
        if self._exists():
            raise Failure(f"stack {self.name} is still there")

    def there(self, resource: Resource) -> bool | None:
        """Whether a resource is there now; nothing where its type is not looked at."""
        try:
            if resource.type == "AWS::EC2::VPCCidrBlock":
                vpcs = self._emulator.client("ec2", self._region).describe_vpcs()["Vpcs"]
                return any(block["AssociationId"] == resource.id and block["CidrBlockState"]["State"] == "associated"
                           for vpc in vpcs for block in vpc["CidrBlockAssociationSet"])
            if resource.type == "AWS::EC2::SubnetRouteTableAssociation":
                tables = self._emulator.client("ec2", self._region).describe_route_tables()["RouteTables"]
                return any(a["RouteTableAssociationId"] == resource.id for table in tables for a in table["Associations"])
            if resource.type == "AWS::EKS::Nodegroup":
                cluster, _, group = str(resource.id).partition("/")
                return group in self._emulator.client("eks", self._region).list_nodegroups(clusterName=cluster)["nodegroups"]
            if resource.type not in LOOK_UP:
                return None
            service, call, parameter, answer = LOOK_UP[resource.type]
            asked: Any = [resource.id] if parameter.endswith("s") else resource.id
            return bool(getattr(self._emulator.client(service, self._region), call)(**{parameter: asked})[answer])
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if "NotFound" in code or "NoSuchEntity" in code:
                return False
            raise

    def _deploy(self, template: Path) -> bool:
        self.changes = ()
        # Held back, so that its changes can be looked at: executed, a change set does not tell any more.
        said = self._emulator.cli_text(
            self._region, "cloudformation", "deploy", "--stack-name", self.name, "--template-file", str(template),
            "--capabilities", "CAPABILITY_IAM", "--no-execute-changeset", "--no-fail-on-empty-changeset")
        if "No changes to deploy" in said:
            return False
        if (named := CHANGE_SET.search(said)) is None:
            raise Failure(f"`aws cloudformation deploy` names no change set: {said}")
        described = self._api.describe_change_set(ChangeSetName=named[1])
        self.changes = tuple(Change(change["Action"], change["LogicalResourceId"], change["ResourceType"])
                             for change in (c["ResourceChange"] for c in described["Changes"]))
        self._api.execute_change_set(ChangeSetName=named[1])
        after = self._api.describe_stacks(StackName=self.name)["Stacks"][0]
        if after["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise Failure(f"stack {self.name} is {after['StackStatus']}: {after.get('StackStatusReason')}")
        return True

    def _exists(self) -> bool:
        try:
            self._api.describe_stacks(StackName=self.name)
        except ClientError:
            return False
        return True


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
