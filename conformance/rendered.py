"""What podnet wrote: one folder a cluster, with CloudFormation templates, Kubernetes objects and a manifest."""
from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import specs
from outcome import Failure


@dataclass(frozen=True)
class Inputs:
    """What a check is given on its command line."""

    rendered: Path
    examples: Path
    podnet: Path | None
    aws: Path | None
    data: Path | None
    deployed: Path | None
    whole: bool
    """Whether a check that takes a sample takes everything instead."""

    @staticmethod
    def parse() -> Inputs:
        """Reads the arguments that `run` gives every check alike."""
        parser = argparse.ArgumentParser()
        parser.add_argument("--rendered", type=Path, required=True)
        parser.add_argument("--examples", type=Path, required=True)
        parser.add_argument("--podnet", type=Path)
        parser.add_argument("--aws", type=Path)
        parser.add_argument("--data", type=Path)
        parser.add_argument("--deployed", type=Path)
        parser.add_argument("--whole", action="store_true")
        return Inputs(**vars(parser.parse_args()))

    def clusters(self) -> list[Cluster]:
        """Lists the clusters' folders, each with the spec of that name if there is one among the examples.

        After a deployment there are two of each: as it was rendered, and as it is with everything bound.
        """
        by_name = {spec.cluster: spec for spec in specs.find(self.examples)}
        folders = _folders(self.rendered)
        if not folders:
            raise SystemExit(f"{self.rendered}: no cluster was rendered")
        bound = _folders(self.deployed) if self.deployed and self.deployed.is_dir() else []
        return [Cluster(folder, by_name.get(folder.name), folder.name) for folder in folders] + \
               [Cluster(folder, by_name.get(folder.name), f"{folder.name} as deployed") for folder in bound]


@dataclass(frozen=True)
class Cluster:
    """The folder of one cluster."""

    folder: Path
    spec: specs.Spec | None
    name: str
    """What messages call it."""

    @property
    def region(self) -> str:
        """The AWS region."""
        return self.spec.region if self.spec else self._from_manifest("region")

    @property
    def kubernetes_version(self) -> str:
        """The Kubernetes minor version, as `1.33`."""
        return self.spec.kubernetes_version if self.spec else str(self._from_manifest("kubernetesVersion"))

    def yaml_files(self, *below: str) -> list[Path]:
        """Lists the YAML files in the cluster's folder, or in one folder of it."""
        return sorted(self.folder.joinpath(*below).rglob("*.yaml"))

    def templates(self) -> list[Path]:
        """Lists the CloudFormation templates: files with `Resources`. A Git sync deployment file is none."""
        return [path for path in self.yaml_files("cloudformation") if "Resources" in documents(path)[0]]

    def deployment_files(self) -> list[Path]:
        """Lists CloudFormation Git sync's deployment files."""
        return [path for path in self.yaml_files("cloudformation") if "template-file-path" in documents(path)[0]]

    def label(self, path: Path) -> str:
        """Names a file of this cluster in messages: `prod: kubernetes/aws-node.yaml`."""
        return f"{self.name}: {path.relative_to(self.folder)}"

    def _from_manifest(self, key: str) -> str:
        manifest = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        if key not in manifest:
            raise Failure(f"no spec among the examples is named {self.folder.name}, and its manifest.json has no {key}")
        return manifest[key]


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir())


def documents(path: Path) -> list[dict[str, Any]]:
    """Reads a file's documents as YAML 1.1; empty ones are left out."""
    found = [document for document in yaml.safe_load_all(path.read_text(encoding="utf-8")) if document is not None]
    return found or [{}]
