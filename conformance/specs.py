"""The specs among the examples: every YAML file of `kind: PodNetwork`, wherever it lies."""
from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Spec:
    """One spec file. Only what the checks need of it is read; podnet itself judges the rest."""

    path: Path

    @cached_property
    def document(self) -> dict[str, Any]:
        """The file's one document."""
        return yaml.safe_load(self.path.read_text(encoding="utf-8"))

    @property
    def body(self) -> dict[str, Any]:
        """Everything under `spec:`."""
        return self.document["spec"]

    @property
    def cluster(self) -> str:
        """The EKS cluster's name, which is also the name of the rendered folder."""
        return self.document["metadata"]["name"]

    @property
    def region(self) -> str:
        """The AWS region, as `us-west-2`."""
        return self.body["region"]

    @property
    def kubernetes_version(self) -> str:
        """The minor version, as `1.33`."""
        return str(self.body["kubernetesVersion"])

    @property
    def lock(self) -> Path:
        """Where podnet keeps this spec's lock; it need not exist."""
        return self.path.with_name(self.path.stem + ".lock.yaml")


def find(folder: Path) -> list[Spec]:
    """Lists the specs below `folder`, sorted by path."""
    found = []
    for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")]):
        if path.name.endswith(".lock.yaml"):
            continue
        try:
            document = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError:
            continue  # several documents, or no YAML: not a spec
        if isinstance(document, dict) and document.get("kind") == "PodNetwork":
            found.append(Spec(path))
    return found


if __name__ == "__main__":
    for spec in find(Path(sys.argv[1])):
        print(spec.path)
