"""Nodes run through it all: what the spec lets go of stays until they are drained and it is released."""
from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from deployment import NETWORK, NODES
from edits import drop_zone, edit, group
from life import Life
from outcome import Step, require_none
from plan import Place
from running import Running

POOL, LEAVING_ZONE = "default", "us-west-2b"
ZONES = ("us-west-2a", "us-west-2c")
JOBS, BLOCK = "jobs", "100.65.0.0/16"


class Retirement(Life):
    """At no step is something missing that a node or a pod uses (`running.py`)."""

    name = "retirement"
    _running: Running

    def begin(self, body: Any) -> None:
        """ENIConfigs named after zones, also when there are more of them in a zone."""
        body["podNetwork"]["selectBy"] = "zone"

    def steps(self) -> list[Step]:
        """Lists the edits by what they show."""
        return [
            Step("the cluster is deployed, and nodes run", self._begin_running),
            Step("a self-managed group gets another name: the old one stays beside it until its nodes are drained", self._renamed),
            Step("a managed group gets other types: the same", self._types),
            Step("a self-managed group becomes a managed one, and the managed one another's", self._kinds),
            Step("pods get the cluster's group: theirs stays with its rules until no node has it", lambda: self._use("cluster")),
            Step("and one of their own again", lambda: self._use("managed")),
            Step("a zone goes: its nodes are drained before anything of them goes", self._zone),
            Step("a second pool comes: a label wins over the zone's, and nodes that run keep what they have", self._pool),
            Step("podnet grow: the same, with additional subnets", self._grow),
            Step("the same templates again: no change set", self._of.nothing_changes),
        ]

    def _begin_running(self) -> None:
        self._start()
        self._running = Running(self._of)
        self._running.start()
        self._of.watch = self._running.check

    def _drain(self) -> None:
        self._running.start()
        self._running.end(self._of.plan.retired_nodes)

    def _retiring(self, change: Callable[[Any], None], retired: int, again: bool = False) -> None:
        """Edits; so many node groups are retired, and gone at the end."""
        seen: list[int] = []
        watch, of = self._running.check, self._of

        def counted() -> None:
            seen.append(len(of.plan.retired_nodes))
            watch()

        of.watch = counted
        self._edit(change, again=again)
        of.watch = watch
        require_none([] if max(seen) == retired and not of.plan.retired_nodes else
                     [f"{max(seen)} groups were retired, not {retired}, and {of.plan.retired_nodes} are left"])
        self._running.start()

    def _renamed(self) -> None:
        self._retiring(lambda body: group(body, "batch").update(name="bulk"), 1)

    def _types(self) -> None:
        self._retiring(lambda body: group(body, "general").update(instanceTypes=["m6i.xlarge"]), 3)

    def _kinds(self) -> None:
        def change(body: Any) -> None:
            group(body, "bulk").update(kind="managed", taints=[])
            group(body, "general").update(kind="self-managed")

        self._retiring(change, 4)

    def _use(self, what: str) -> None:
        of = self._of
        self._edit(lambda body: body["podNetwork"].update(securityGroups={"use": what}), again=what == "managed")
        self._running.start()
        self._running.renew()
        self._release_names()
        require_none([f"{name} is still retired" for name in of.plan.retired_groups])

    def _zone(self) -> None:
        edit(self._of.spec, lambda body: drop_zone(body, LEAVING_ZONE))
        self._update(leaving={Place(POOL, LEAVING_ZONE)})
        self._running.start()
        self._release_names()

    def _release_names(self) -> None:
        """Gives back what no node uses any more."""
        of = self._of
        for name in [*(f"ENIConfig {config}" for config in sorted(of.plan.retired_configs)), *of.plan.retired_groups]:
            of.podnet("release", name, str(of.spec.path))
        of.synthesize()
        of.deploy(NETWORK)
        of.deploy(NODES)

    def _pool(self) -> None:
        def change(body: Any) -> None:
            body["podNetwork"]["cidrBlocks"].append(BLOCK)
            body["podNetwork"]["pools"][JOBS] = {"prefixLength": 20}
            for one in body["nodeGroups"]:
                one["pool"] = POOL
            jobs = deepcopy(group(body, "general")) | {"name": JOBS, "pool": JOBS}
            body["nodeGroups"].append(jobs)

        edit(self._of.spec, change)
        self._alone(lambda: self._update({Place(JOBS, zone) for zone in ZONES}, blocks={BLOCK}))

    def _grow(self) -> None:
        of = self._of
        edit(of.spec, lambda body: group(body, "general")["size"].update(max=110))
        of.podnet("grow", POOL, str(of.spec.path), "--out", str(of.out))
        self._alone(lambda: self._update({Place(POOL, zone, "b") for zone in ZONES}))

    def _alone(self, act: Callable[[], Any]) -> None:
        """Does something for which no group is retired, no ENIConfig that is there changes, and aws-node neither."""
        of, before = self._of, {f"{o['kind']} {o['metadata']['name']}": o for o in self._of.objects if "metadata" in o}
        act()
        after = {f"{o['kind']} {o['metadata']['name']}": o for o in of.objects if "metadata" in o}
        require_none([f"{name} changes" for name, was in before.items() if after.get(name) != was] +
                     [f"{name} is retired" for name in of.plan.retired_nodes])
        self._running.start()
