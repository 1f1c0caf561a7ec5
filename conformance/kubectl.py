"""kubectl, for what it does without a cluster: `kubectl kustomize`, and `set env --list` of a file."""
from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import yaml

from outcome import Failure, Skipped, note

MISSING = "no kubectl on PATH; install it (Debian: apt-get install kubernetes-client)"


@functools.cache
def program() -> tuple[str, int]:
    """Finds kubectl, installing Debian's where that is possible, and tells its minor version."""
    found = shutil.which("kubectl")
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        note("no kubectl on PATH: installing Debian's kubernetes-client")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        subprocess.run(["apt-get", "update"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "kubernetes-client"], **quiet)
        found = shutil.which("kubectl")
    if not found:
        raise Skipped(MISSING)
    told = subprocess.run([found, "version", "--client", "-o", "json"], capture_output=True, text=True, check=True)
    version = json.loads(told.stdout)["clientVersion"]
    note(f"kubectl {version['gitVersion']} at {found}")
    return found, int(version["minor"].rstrip("+"))


def build(folder: Path) -> list[dict[str, Any]]:
    """Builds a folder as Argo CD or `kubectl apply -k` would; without a kustomization.yaml, all its files as resources."""
    if any((folder / name).exists() for name in ("kustomization.yaml", "kustomization.yml", "Kustomization")):
        if program()[1] >= 27:
            return _kustomize(folder)
        # kustomize 5, which knows `sortOptions`, came with kubectl 1.27.
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(shutil.copytree(folder, Path(scratch) / "copy"))
            for path in copy.glob("[kK]ustomization*"):
                content = yaml.safe_load(path.read_text(encoding="utf-8"))
                content.pop("sortOptions", None)
                path.write_text(yaml.safe_dump(content), encoding="utf-8")
            return _kustomize(copy)
    with tempfile.TemporaryDirectory() as scratch:
        names = []
        for path in sorted(folder.glob("*.yaml")):
            shutil.copy(path, scratch)
            names.append(path.name)
        _write(Path(scratch), {"resources": names})
        return _kustomize(Path(scratch))


def environment(daemon_set: dict[str, Any], container: str) -> str:
    """Lists the variables of a container, as the runbook does with the running DaemonSet."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "daemon-set.yaml"
        path.write_text(yaml.safe_dump(daemon_set), encoding="utf-8")
        result = subprocess.run([program()[0], "set", "env", "--local", "-f", str(path), "--containers", container, "--list"],
                                capture_output=True, text=True, check=False)
    if result.returncode:
        raise Failure(f"kubectl set env: {result.stderr}")
    return result.stdout


def merge(base: Path, patch: dict[str, Any]) -> list[dict[str, Any]]:
    """Applies a strategic merge patch to a file of manifests."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copy(base, folder / "base.yaml")
        (folder / "patch.yaml").write_text(yaml.safe_dump(patch), encoding="utf-8")
        # `patches` by path is known from kubectl 1.21 on; the word before it is deprecated since. Debian 12 has 1.20.
        modern = program()[1] >= 21
        _write(folder, {"resources": ["base.yaml"],
                        **({"patches": [{"path": "patch.yaml"}]} if modern else {"patchesStrategicMerge": ["patch.yaml"]})})
        return _kustomize(folder)


def _write(folder: Path, content: dict[str, Any]) -> None:
    header = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization"}
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(header | content), encoding="utf-8")


def _kustomize(folder: Path) -> list[dict[str, Any]]:
    result = subprocess.run([program()[0], "kustomize", str(folder)], capture_output=True, text=True, check=False)
    if result.returncode:
        raise Failure(f"kubectl kustomize: {result.stderr}")
    return [document for document in yaml.safe_load_all(result.stdout) if document]
