"""What a VPC has that must never move under nodes that run: its blocks and its subnets, by their ids."""
from __future__ import annotations

from dataclasses import dataclass

from emulator import Emulator


@dataclass(frozen=True)
class Subnet:
    """A subnet, without its id."""

    cidr: str
    zone: str
    route_table: str | None
    """The route table that it is associated with; none for the VPC's main one."""


@dataclass(frozen=True)
class Inventory:
    """The blocks and subnets that were there at one time."""

    subnets: dict[str, Subnet]
    blocks: dict[str, str]
    """The range of each block of the VPC, by the id of its association."""

    @staticmethod
    def read(emulator: Emulator, region: str, vpc: str) -> Inventory:
        """Describes the VPC."""
        ec2 = emulator.client("ec2", region)
        here = [{"Name": "vpc-id", "Values": [vpc]}]
        tables = {association["SubnetId"]: table["RouteTableId"]
                  for table in ec2.describe_route_tables(Filters=here)["RouteTables"]
                  for association in table["Associations"] if "SubnetId" in association}
        subnets = {s["SubnetId"]: Subnet(s["CidrBlock"], s["AvailabilityZone"], tables.get(s["SubnetId"]))
                   for s in ec2.describe_subnets(Filters=here)["Subnets"]}
        blocks = {block["AssociationId"]: block["CidrBlock"]
                  for block in ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlockAssociationSet"]
                  if block["CidrBlockState"]["State"] == "associated"}
        return Inventory(subnets, blocks)

    def lost(self, after: Inventory) -> list[str]:
        """Lists what is no longer there, or no longer as it was."""
        return [f"{identifier} was {was} and is {after.subnets.get(identifier, 'gone')}"
                for identifier, was in sorted(self.subnets.items()) if after.subnets.get(identifier) != was] + \
               [f"the block {cidr} ({identifier}) is gone or another"
                for identifier, cidr in sorted(self.blocks.items()) if after.blocks.get(identifier) != cidr]

    def new_subnets(self, after: Inventory) -> dict[str, Subnet]:
        """Gives the subnets that came, by id."""
        return {identifier: subnet for identifier, subnet in after.subnets.items() if identifier not in self.subnets}

    def new_blocks(self, after: Inventory) -> set[str]:
        """Gives the ranges of the blocks that came."""
        return {cidr for identifier, cidr in after.blocks.items() if identifier not in self.blocks}
