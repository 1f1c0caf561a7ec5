"""An autoscaler decides how many nodes run, and edits of the bounds do not undo it."""
from __future__ import annotations

from typing import Any

from edits import edit, group
from life import Life
from outcome import Failure, Step

NODES_NOW = 4


class Sizes(Life):
    """One managed and one self-managed group, with an autoscaler at work."""

    name = "sizes"

    def begin(self, body: Any) -> None:
        """One group over all zones, so that the autoscaler has one number for it."""
        group(body, "general").update(perZone=False)

    def steps(self) -> list[Step]:
        """Lists the edits by what they show."""
        return [
            Step("the groups are deployed, each with as many nodes as its minimum", self._start),
            Step("an autoscaler makes them larger: nothing is deployed, nothing is undone", self._scale),
            Step("other maxima: as many nodes run as before", lambda: self._bounds(max=22)),
            Step("other minima: as many nodes run as before", lambda: self._bounds(min=2)),
            Step("other instance types in the launch template's group: as many nodes run as before", self._label),
            Step("desired where the user gives it: podnet warns, the managed group comes to it", self._given),
            Step("desired leaves the spec: as many nodes run as before", self._taken),
            Step("other maxima again: as many nodes run as before", lambda: self._bounds(max=23)),
        ]

    def _scale(self) -> None:
        of = self._of
        (managed,) = of.emulator.client("eks", of.spec.region).list_nodegroups(clusterName=of.spec.cluster)["nodegroups"]
        self._cli("eks", "update-nodegroup-config", "--cluster-name", of.spec.cluster, "--nodegroup-name", managed,
                  "--scaling-config", f"desiredSize={NODES_NOW}")
        (scaling,) = of.emulator.client("autoscaling", of.spec.region).describe_auto_scaling_groups()["AutoScalingGroups"]
        self._cli("autoscaling", "set-desired-capacity", "--auto-scaling-group-name", scaling["AutoScalingGroupName"],
                  "--desired-capacity", str(NODES_NOW))
        of.desired.update(general=NODES_NOW, batch=NODES_NOW)
        self._update()

    def _bounds(self, **bounds: int) -> None:
        def change(body: Any) -> None:
            for one in body["nodeGroups"]:
                one["size"].update(bounds)

        self._edit(change)

    def _label(self) -> None:
        def change(body: Any) -> None:
            group(body, "batch")["labels"]["tier"] = "night"
            group(body, "general")["rootVolume"] = {"sizeGiB": 90}

        self._edit(change)

    def _given(self) -> None:
        of = self._of
        edit(of.spec, lambda body: group(body, "general")["size"].update(desired=6))
        of.desired["general"] = 6
        said = self._update()
        if "warning[" not in said or "desired" not in said:
            raise Failure(f"podnet does not warn of desired: {said}")

    def _taken(self) -> None:
        self._edit(lambda body: group(body, "general")["size"].pop("desired"))
