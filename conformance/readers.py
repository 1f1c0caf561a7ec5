"""Every rendered YAML file means the same to a YAML 1.1 reader (PyYAML) and to a YAML 1.2 reader (ruamel).

CloudFormation, kubectl and Argo CD each bring a reader of their own; a scalar that two of them type differently
(`on`, `1:20`, `0o17`, `2010-09-09`) is a trap for whoever edits the file next.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML

from outcome import Outcomes, listed, require_none
from rendered import Inputs

# What JSON knows. A date, a set or bytes would mean that a reader saw more in a scalar than was meant.
PLAIN = (str, int, float, bool, type(None))


def main() -> None:
    """Reads each file twice."""
    inputs, outcomes = Inputs.parse(), Outcomes("readers")
    for cluster in inputs.clusters():
        for path in cluster.yaml_files():
            with outcomes.item(f"{cluster.label(path)}: read alike"):
                require_none(_differences(path))
    outcomes.finish()


def _differences(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    older = list(yaml.safe_load_all(text))
    reader = YAML(typ="safe", pure=True)
    reader.allow_duplicate_keys = False  # PyYAML takes the last of two equal keys without a word
    newer = list(reader.load_all(text))
    if len(older) != len(newer):
        return [f"{len(older)} documents in YAML 1.1, {len(newer)} in YAML 1.2"]
    return [problem for number, pair in enumerate(zip(older, newer)) for problem in _compare(f"[{number}]", *pair)]


def _compare(path: str, older: Any, newer: Any) -> list[str]:
    """Names each place where the two disagree in type or value, or where either is not plain data."""
    if type(older) is not type(newer):
        return [f"{path}: {older!r} in YAML 1.1, {newer!r} in YAML 1.2"]
    if isinstance(older, dict):
        if list(older) != list(newer):
            return [f"{path}: keys {listed([str(list(older)), str(list(newer))])}"]
        odd = [f"{path}: the key {key!r} is not a string" for key in older if not isinstance(key, str)]
        return odd + [problem for key in older for problem in _compare(f"{path}.{key}", older[key], newer[key])]
    if isinstance(older, list):
        if len(older) != len(newer):
            return [f"{path}: {len(older)} items in YAML 1.1, {len(newer)} in YAML 1.2"]
        return [problem for i, pair in enumerate(zip(older, newer)) for problem in _compare(f"{path}[{i}]", *pair)]
    if not isinstance(older, PLAIN):
        return [f"{path}: {older!r} is a {type(older).__name__}; quote it"]
    return [] if older == newer else [f"{path}: {older!r} in YAML 1.1, {newer!r} in YAML 1.2"]


if __name__ == "__main__":
    main()
