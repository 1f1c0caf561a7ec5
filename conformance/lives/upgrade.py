"""A cluster is upgraded: another AMI family, another Kubernetes version, another architecture, and each time the image arrives."""
from __future__ import annotations

from typing import Any

from deployment import NODES
from edits import group
from life import Life
from outcome import Failure, Step

ARM = ["m7g.large"]


class Upgrade(Life):
    """1.32 with AL2 on m6i comes to 1.33 with AL2023 on m7g."""

    name = "upgrade"

    def begin(self, body: Any) -> None:
        """An older cluster, whose groups are replaced in place."""
        for one in body["nodeGroups"]:
            one["update"] = {"replace": "inPlace"}
        body["kubernetesVersion"] = "1.32"
        for one in body["nodeGroups"]:
            one["ami"]["family"] = "al2"
        group(body, "general")["instanceTypes"] = ["m6i.large"]

    def steps(self) -> list[Step]:
        """Lists the edits by what they show."""
        return [
            Step("a cluster of 1.32 is deployed, with the images of AL2", self._start),
            Step("al2 becomes al2023: images and user data of AL2023, in one step", self._family),
            Step("1.32 becomes 1.33, the control plane first: every group gets the image of 1.33", self._version),
            Step("m6i becomes m7g: that group gets the image for arm64", self._architecture),
            Step("an image of one's own, by id: that group gets it, the other keeps the looked up one", self._own_image),
            Step("the same templates again: no change set", self._of.nothing_changes),
        ]

    def _family(self) -> None:
        def change(body: Any) -> None:
            for one in body["nodeGroups"]:
                one["ami"]["family"] = "al2023"

        self._edit(change)
        self._all_templates_change()

    def _version(self) -> None:
        self._edit(lambda body: body.update(kubernetesVersion="1.33"))
        self._all_templates_change()

    def _architecture(self) -> None:
        self._edit(lambda body: group(body, "general").update(instanceTypes=ARM))

    def _own_image(self) -> None:
        self._edit(lambda body: group(body, "batch")["ami"].update(id="ami-0aaaaaaaaaaaaaaa1"))

    def _all_templates_change(self) -> None:
        """The point of it: what an upgrade changes is in the template, not in a parameter's default that nobody takes."""
        resources = self._of.stacks[NODES].resources()
        launch = {name for name, resource in resources.items() if resource.type == "AWS::EC2::LaunchTemplate"}
        if left := launch - {change.name for change in self._changes(NODES)}:
            raise Failure(f"the change set leaves {', '.join(sorted(left))} as they are")
