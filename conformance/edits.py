"""Edits of a spec, as a person makes them: what is not edited stays as it is written."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML

from specs import Spec

# Lists whose order means something: the primary block comes first, and the preferred type.
ORDERED = frozenset({("vpc", "cidrBlocks"), ("nodeGroups", "instanceTypes")})


def edit(spec: Spec, change: Callable[[Any], None]) -> None:
    """Writes the spec anew with a change to what is under `spec:`."""
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 4096
    document = yaml.load(spec.path)
    change(document["spec"])
    yaml.dump(document, spec.path)


def group(body: Any, name: str) -> Any:
    """Finds a node group."""
    return next(group for group in body["nodeGroups"] if group["name"] == name)


def drop_zone(body: Any, name: str) -> None:
    """Drops a zone, and what the pools say of it."""
    body["zones"][:] = [zone for zone in body["zones"] if zone["name"] != name]
    for pool in body["podNetwork"]["pools"].values():
        pool.get("zones", {}).pop(name, None)


def reorder(value: Any, at: tuple[str, ...] = ("", "")) -> None:
    """Turns round every mapping and every list whose order means nothing; `at` is the way to the value by its last two keys."""
    if isinstance(value, dict):
        entries = list(value.items())
        value.clear()
        for key, entry in reversed(entries):
            reorder(entry, (at[-1], key))
            value[key] = entry
    elif isinstance(value, list):
        for entry in value:
            reorder(entry, at)
        if at not in ORDERED:
            value.reverse()
