"""An autoscaler decides how many nodes run, and edits of the bounds do not undo it."""
from __future__ import annotations

from typing import Any

from edits import group
from life import Life
from outcome import Failure, Step, require_none

NODES_NOW, NODES_GIVEN = 4, {"general": 6, "batch": 3}


class Sizes(Life):
    """One managed and one self-managed group, with an autoscaler at work."""

    name = "sizes"

    def begin(self, body: Any) -> None:
        """One group over all zones, so that the autoscaler has one number for it; another template comes to the same group."""
        for one in body["nodeGroups"]:
            one["update"] = {"replace": "inPlace"}
        group(body, "general").update(perZone=False)

    def steps(self) -> list[Step]:
        """Lists the edits by what they show."""
        return [
            Step("the groups are deployed, each with as many nodes as its minimum", self._start),
            Step("an autoscaler makes them larger: there is nothing to deploy", self._scale),
            Step("other minima and maxima: as many nodes run as before", lambda: self._bounds(min=2, max=22)),
            Step("another label, another volume: as many nodes run as before", self._other_templates),
            Step("desired where the user gives it: podnet warns of the managed group, both come to it", self._given),
            Step("desired leaves the spec: as many nodes run as before", self._taken),
        ]

    def _scale(self) -> None:
        of = self._of
        (managed,) = of.emulator.client("eks", of.spec.region).list_nodegroups(clusterName=of.spec.cluster)["nodegroups"]
        self._cli("eks", "update-nodegroup-config", "--cluster-name", of.spec.cluster, "--nodegroup-name", managed,
                  "--scaling-config", f"desiredSize={NODES_NOW}")
        (scaling,) = of.emulator.client("autoscaling", of.spec.region).describe_auto_scaling_groups()["AutoScalingGroups"]
        # As the cluster autoscaler calls it. After `update-auto-scaling-group` the emulator's group has no launch template.
        self._cli("autoscaling", "set-desired-capacity", "--auto-scaling-group-name", scaling["AutoScalingGroupName"],
                  "--desired-capacity", str(NODES_NOW))
        of.desired.update(general=NODES_NOW, batch=NODES_NOW)
        of.synthesize()
        of.nothing_changes()
        require_none(self._not_as_asked())

    def _bounds(self, **bounds: int) -> None:
        def change(body: Any) -> None:
            for one in body["nodeGroups"]:
                one["size"].update(bounds)

        self._edit(change)

    def _other_templates(self) -> None:
        def change(body: Any) -> None:
            group(body, "batch")["labels"]["tier"] = "night"
            group(body, "general")["rootVolume"] = {"sizeGiB": 90}

        self._edit(change)

    def _given(self) -> None:
        def change(body: Any) -> None:
            for name, nodes in NODES_GIVEN.items():
                group(body, name)["size"]["desired"] = nodes

        self._of.desired.update(NODES_GIVEN)
        said = self._edit(change)
        if "warning[nodes/desired]" not in said:
            raise Failure(f"podnet does not warn of desired: {said}")

    def _taken(self) -> None:
        def change(body: Any) -> None:
            for name in NODES_GIVEN:
                del group(body, name)["size"]["desired"]

        self._edit(change)
