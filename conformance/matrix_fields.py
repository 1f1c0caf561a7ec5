"""Which fields of the JSON Schema the specs of the matrix have."""
from __future__ import annotations

from typing import Any

# What the matrix cannot leave out, because everything else in it is about node groups: examples/eks-2019-zones.yaml has none.
ALWAYS = frozenset({"/spec/nodeGroups"})


def fields_without_both(schema: dict[str, Any], specs: list[dict[str, Any]]) -> list[str]:
    """Lists the fields that no spec has, the optional ones that every spec has, and the words of fields that no spec has."""
    present: set[str] = set()
    absent: set[str] = set()
    words: set[tuple[str, str]] = set()
    problems: list[str] = []
    definitions = schema["$defs"]

    def walk(definition: dict[str, Any], path: str) -> None:
        definition = _resolved(definition, definitions)
        if definition.get("type") == "array" and "items" in definition:
            walk(definition["items"], f"{path}/-")
        for below in definition.get("patternProperties", {}).values():
            walk(below, f"{path}/*")
        if isinstance(below := definition.get("additionalProperties"), dict):
            walk(below, f"{path}/*")
        for word in _words(definition):
            if (path, word) not in words:
                problems.append(f"no spec says `{word}` at {path}")
        for name, field in definition.get("properties", {}).items():
            at = f"{path}/{name}"
            if at not in present:
                problems.append(f"no spec has {at}: give it an axis in matrix_axes.py")
                continue
            if name not in definition.get("required", []) and at not in absent | ALWAYS:
                problems.append(f"every spec has {at}, which is optional")
            walk(field, at)

    def mark(definition: dict[str, Any], value: Any, path: str) -> None:
        """Notes what a section lacks."""
        definition = _resolved(definition, definitions)
        if isinstance(value, list):
            for item in value:
                mark(definition.get("items", {}), item, f"{path}/-")
        elif isinstance(value, dict):
            fields = definition.get("properties", {})
            absent.update(f"{path}/{name}" for name in fields if name not in value)
            for name, item in value.items():
                if name in fields:
                    present.add(f"{path}/{name}")
                    mark(fields[name], item, f"{path}/{name}")
                else:
                    below = [*definition.get("patternProperties", {}).values(), definition.get("additionalProperties")]
                    mark(next((one for one in below if isinstance(one, dict)), {}), item, f"{path}/*")
        elif isinstance(value, str):
            words.add((path, value))

    for spec in specs:
        mark(schema, spec, "")
    walk(schema, "")
    return problems


def _resolved(definition: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    while (reference := definition.get("$ref", "")).startswith("#/$defs/"):
        definition = definitions[reference.removeprefix("#/$defs/")]
    return definition


def _words(definition: dict[str, Any]) -> list[str]:
    """Lists the words that a field can have, if it is one of a few."""
    ways = [*definition.get("anyOf", []), *definition.get("oneOf", []), definition]
    found = [word for way in ways for word in [way.get("const"), *way.get("enum", [])]]
    return [word for word in found if isinstance(word, str)]
