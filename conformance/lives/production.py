"""Types, zones, additional subnets and numbers of nodes of a cluster change, and no subnet ever moves."""
from __future__ import annotations

from typing import Any

import yaml

from deployment import NETWORK, NODES
from edits import drop_zone, edit, group, reorder
from life import Life
from outcome import Failure, Step, require_none
from plan import Place

POOL, NEW_ZONE, LEAVING_ZONE = "default", "us-west-2d", "us-west-2b"
ZONES = ("us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d")
LEFT = (Place(POOL, LEAVING_ZONE), Place(POOL, LEAVING_ZONE, "b"))
NEW_BLOCK = "100.65.0.0/16"
RESERVATION = "AWS::EC2::SubnetCidrReservation"


class Production(Life):
    """Types, zones, additional subnets and numbers of nodes change; no subnet ever moves."""

    name = "production"
    _removed: dict[str, Any]

    def steps(self) -> list[Step]:
        """Lists the edits by what they show."""
        return [
            Step("the example is deployed from nothing, as its spec asks", self._start),
            Step("other instance types: node groups change, no subnet is touched", self._other_types),
            Step("a zone more: its subnet comes, the others keep ids and ranges", self._add_zone),
            Step("nodes go by name and batch has a group in every zone: podnet warns of nodes that run, no subnet is touched",
                 self._by_name),
            Step("more nodes than fit: podnet refuses, and writes neither a file nor the lock", self._too_many),
            Step("podnet grow, and the network again: additional subnets come in their zones, the others keep ids and ranges",
                 self._grow_network),
            Step("with them bound, groups of their own use them, by the ENIConfigs that name them", self._grow_nodes),
            Step("a zone goes: its subnets stay with their ranges, which are retired, and nothing else moves", self._drop_zone),
            Step("the zone comes back: podnet says that it has its subnets and ranges again, and nothing is made",
                 self._zone_back),
            Step("it goes for good, its subnets are deleted and their ranges released, as the runbook has it", self._release),
            Step("a new zone of that name gets subnets of its own, the others keep ids and ranges", self._zone_anew),
            Step("every list and mapping of the spec turned round: no change set, no other file", self._reorder),
            Step("some more nodes: more is kept for prefixes, never over what is kept already, and no subnet is touched",
                 lambda: self._resize(6, "Add")),
            Step("fewer nodes: less is kept for prefixes, and no subnet is touched", lambda: self._resize(-11, "Remove")),
            Step("both stacks go, and leave only what they are told to", self._of.delete),
        ]

    def _other_types(self) -> None:
        def change(body: Any) -> None:
            group(body, "general")["instanceTypes"] = ["m6i.xlarge", "m6a.xlarge"]
            group(body, "batch")["instanceTypes"] = ["c6i.4xlarge"]

        edit(self._of.spec, change)
        self._update()
        if not any(change.type == "AWS::EC2::LaunchTemplate" for change in self._changes(NODES)):
            raise Failure("no launch template changes")

    def _add_zone(self) -> None:
        of, before = self._of, self._of.inventory()
        ec2 = of.emulator.client("ec2", of.spec.region)
        subnet = ec2.create_subnet(VpcId=of.network.vpc, CidrBlock="10.20.48.0/20", AvailabilityZone=NEW_ZONE)["Subnet"]
        table = ec2.create_route_table(VpcId=of.network.vpc)["RouteTable"]["RouteTableId"]
        require_none(before.lost(of.inventory()))
        edit(of.spec, lambda body: body["zones"].append({
            "name": NEW_ZONE, "nodeSubnets": [{"id": subnet["SubnetId"], "cidr": "10.20.48.0/20"}], "podRouteTableId": table}))
        self._update({Place(POOL, NEW_ZONE)})

    def _by_name(self) -> None:
        def change(body: Any) -> None:
            group(body, "batch")["perZone"] = True
            body["podNetwork"]["selectBy"] = "name"

        edit(self._of.spec, change)
        said = self._update()
        if "warning[lock/selection]" not in said:
            raise Failure(f"podnet does not warn of nodes that go by their zone: {said}")

    def _too_many(self) -> None:
        edit(self._of.spec, lambda body: group(body, "general")["size"].update(max=130))
        before = self._written()
        try:
            self._of.synthesize()
        except Failure as refused:
            if "error[capacity/exceeded]" not in str(refused):
                raise
        else:
            raise Failure("podnet writes a network that does not suffice")
        after = self._written()
        require_none([f"{path} was written" for path in sorted(before.keys() | after.keys())
                      if before.get(path) != after.get(path)])

    def _grow_network(self) -> None:
        of = self._of
        edit(of.spec, lambda body: body["podNetwork"]["cidrBlocks"].append(NEW_BLOCK))
        of.podnet("grow", POOL, str(of.spec.path), "--out", str(of.out))
        self._update_network({Place(POOL, zone, "b") for zone in ZONES}, {NEW_BLOCK})
        require_none([*of.found.blocks(), *of.found.subnets(), *of.found.reservations(of.made())])

    def _grow_nodes(self) -> None:
        of = self._of
        of.bind()
        of.synthesize()
        self._untouched(lambda: of.deploy_again(NETWORK))
        self._untouched(lambda: of.deploy(NODES))
        require_none(self._not_as_asked())
        names = {config["metadata"]["name"] for config in of.objects if config.get("kind") == "ENIConfig"}
        require_none([f"no ENIConfig {POOL}-{zone}-b" for zone in ZONES if f"{POOL}-{zone}-b" not in names])

    def _drop_zone(self) -> None:
        of = self._of
        zones, pools = of.spec.body["zones"], of.spec.body["podNetwork"]["pools"]
        self._removed = {"zone": next(zone for zone in zones if zone["name"] == LEAVING_ZONE),
                         "special": pools[POOL]["zones"][LEAVING_ZONE]}
        before = self._allocations()
        edit(of.spec, lambda body: drop_zone(body, LEAVING_ZONE))
        self._update(leaving=set(LEFT))
        for key, allocation in self._allocations().items():
            state = "retired" if key.split("/")[1] == LEAVING_ZONE else "active"
            if (allocation["cidr"], allocation["state"]) != (before[key]["cidr"], state):
                raise Failure(f"the lock has {allocation} for {key}, after {before[key]}")

    def _zone_back(self) -> None:
        self._add_again(self._removed["special"])
        said, after = self._update(), self._allocations()
        require_none([f"podnet does not say that `{place}` is in the spec again: {said}" for place in LEFT
                      if f"`{place}` is in the spec again" not in said] +
                     [f"the lock has {after[key]} for {key}" for key in after if after[key]["state"] != "active"])

    def _release(self) -> None:
        of = self._of
        ranges = {of.plan.subnets[place] for place in LEFT}
        edit(of.spec, lambda body: drop_zone(body, LEAVING_ZONE))
        self._update(leaving=set(LEFT))
        for identifier, subnet in of.inventory().subnets.items():
            if subnet.cidr in ranges:
                of.emulator.client("ec2", of.spec.region).delete_subnet(SubnetId=identifier)
        subnets = of.described("subnets.json", "ec2", "describe-subnets", "--filters", f"Name=vpc-id,Values={of.network.vpc}")
        for place in LEFT:
            of.podnet("release", str(place), str(of.spec.path), "--subnets", str(subnets))
        self._update()
        require_none([f"the lock still has {key}" for key in self._allocations() if key.split("/")[1] == LEAVING_ZONE])

    def _zone_anew(self) -> None:
        special = {key: value for key, value in self._removed["special"].items() if key != "size"}
        self._add_again({"prefixLength": 18, **special})
        self._update(set(LEFT))

    def _add_again(self, special: dict[str, Any]) -> None:
        def change(body: Any) -> None:
            body["zones"].append(self._removed["zone"])
            body["podNetwork"]["pools"][POOL]["zones"][LEAVING_ZONE] = special

        edit(self._of.spec, change)

    def _reorder(self) -> None:
        of, before = self._of, self._written()
        edit(of.spec, reorder)
        of.synthesize()
        self._untouched(of.nothing_changes)
        after = self._written()
        spec = str(of.spec.path)  # the manifest has its hash
        require_none([f"{path} is another" for path in sorted(before.keys() | after.keys())
                      if before.get(path) != after.get(path) and path != spec and not path.endswith("manifest.json")])

    def _resize(self, more: int, action: str) -> None:
        """Changes how many nodes the additional subnets are for, and with it what is kept for prefixes there."""
        def change(body: Any) -> None:
            group(body, "general")["size"]["max"] += more
            for zone in body["podNetwork"]["pools"][POOL]["zones"].values():
                zone["further"]["b"]["nodeGroups"]["general"] += more

        edit(self._of.spec, change)
        self._update()
        if action not in {change.action for change in self._changes(NETWORK) if change.type == RESERVATION}:
            raise Failure(f"no reservation is changed by {action}: {self._changes(NETWORK)}")

    def _allocations(self) -> dict[str, dict[str, str]]:
        return yaml.safe_load(self._of.spec.lock.read_text(encoding="utf-8"))["allocations"]
