"""Route tables of zones and of pools come, change and go, a second pool comes, and a self-managed group is updated otherwise."""
from __future__ import annotations

from typing import Any

from deployment import NETWORK, NODES
from edits import edit, group
from life import Life
from outcome import Failure, Step, require_none
from plan import Place

ZONE, ZONES = "us-west-2a", ("us-west-2a", "us-west-2b", "us-west-2c")
JOBS, BLOCK = "jobs", "100.65.0.0/16"


class Routes(Life):
    """Subnets keep ids and ranges under all of it; only their route tables change, as asked."""

    name = "pools and routes"
    _table: str

    def begin(self, body: Any) -> None:
        """ENIConfigs by name from the start, because a second pool asks for it."""
        body["podNetwork"]["selectBy"] = "name"
        group(body, "batch")["perZone"] = True
        group(body, "batch")["size"]["max"] = 6

    def steps(self) -> list[Step]:
        """Lists the edits by what they show."""
        return [
            Step("the cluster is deployed, with a route table for each zone", self._start),
            Step("a zone gets another route table: its pod subnet goes over, the others stay", self._other_table),
            Step("a second pool comes, with subnets of its own in a block of its own, and a group that uses it", self._pool),
            Step("a pool gets a route table of its own in a zone: only its subnet goes over", self._pool_table),
            Step("it is taken away: the subnet goes back to the zone's", self._pool_table_gone),
            Step("the zone's is taken away: podnet warns that it stays, and there is nothing to deploy", self._no_table),
            Step("the zone gets another one: its subnets go over, of both pools", self._table_again),
            Step("the self-managed group is updated in other batches, and waits for signals: its user data sends them", self._signals),
            Step("and without signals again", self._no_signals),
            Step("the same templates again: no change set", self._of.nothing_changes),
        ]

    def _new_table(self) -> str:
        ec2 = self._of.emulator.client("ec2", self._of.spec.region)
        return ec2.create_route_table(VpcId=self._of.network.vpc)["RouteTable"]["RouteTableId"]

    def _route(self, change: Any) -> None:
        """Edits and deploys what changes route tables and nothing else of a subnet; the comparison looks at the tables."""
        of = self._of
        before = of.inventory()
        edit(of.spec, change)
        of.synthesize()
        of.deploy(NETWORK)
        after = of.inventory()
        if moved := {identifier for identifier, was in before.subnets.items()
                     if (is_ := after.subnets.get(identifier)) is None or (is_.cidr, is_.zone) != (was.cidr, was.zone)}:
            raise Failure(f"{', '.join(sorted(moved))} moved")
        self._untouched(lambda: of.deploy(NODES))
        if problems := self._not_as_asked() + self._beyond({}):
            raise Failure("\n".join(problems))

    def _zone(self, body: Any) -> Any:
        return next(zone for zone in body["zones"] if zone["name"] == ZONE)

    def _other_table(self) -> None:
        self._table = self._new_table()
        self._route(lambda body: self._zone(body).update(podRouteTableId=self._table))

    def _pool(self) -> None:
        def change(body: Any) -> None:
            body["podNetwork"]["cidrBlocks"].append(BLOCK)
            body["podNetwork"]["pools"][JOBS] = {"prefixLength": 19}
            group(body, "batch")["pool"] = JOBS
            group(body, "general")["pool"] = "default"

        edit(self._of.spec, change)
        self._update({Place(JOBS, zone) for zone in ZONES}, blocks={BLOCK})

    def _pool_table(self) -> None:
        table = self._new_table()
        self._route(lambda body: body["podNetwork"]["pools"][JOBS].update(zones={ZONE: {"podRouteTableId": table}}))

    def _pool_table_gone(self) -> None:
        self._route(lambda body: body["podNetwork"]["pools"][JOBS].pop("zones"))

    def _no_table(self) -> None:
        of = self._of
        edit(of.spec, lambda body: self._zone(body).pop("podRouteTableId"))
        said = of.synthesize()
        require_none([f"podnet does not say that {pool}/{ZONE} keeps its route table: {said}" for pool in ("default", JOBS)
                      if f"`{pool}/{ZONE}` keeps the route table `{self._table}`" not in said])
        self._untouched(of.nothing_changes)

    def _table_again(self) -> None:
        self._table = self._new_table()
        self._route(lambda body: self._zone(body).update(podRouteTableId=self._table))

    def _signals(self) -> None:
        self._edit(lambda body: group(body, "batch").update(
            update={"maxBatchSize": 2, "minInstancesInService": 1, "pauseMinutes": 20, "waitForSignal": True}))
        if not all("cfn-signal" in text or "SignalResource" in text for text in self._user_data()):
            raise Failure("user data of a group that waits for signals sends none")

    def _no_signals(self) -> None:
        self._edit(lambda body: group(body, "batch").pop("update"))
        if any("cfn-signal" in text or "SignalResource" in text for text in self._user_data()):
            raise Failure("user data still sends signals")

    def _user_data(self) -> list[str]:
        return self._of.found.user_data("batch", self._of.made())
