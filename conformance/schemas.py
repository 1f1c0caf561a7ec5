"""Validates objects against the schemas that other projects publish, refusing every field that they do not name."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator

from rendered import documents

# A rendered object's metadata is what its author writes, so what only the API server sets is refused with the rest.
METADATA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "pattern": r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", "maxLength": 253},
        "namespace": {"type": "string", "pattern": r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength": 63},
        "labels": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 63}},
        "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
        "finalizers": {"type": "array", "items": {"type": "string"}},
    },
}

# CustomResourceDefinition v1beta1, for the CNI releases that came with it. Kubernetes dropped it in 1.22, and the oldest
# schemas that kubernetes-validate ships are of 1.25. Only what an ENIConfig's definition uses.
OLD_DEFINITION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "properties": {
        "apiVersion": {"const": "apiextensions.k8s.io/v1beta1"},
        "kind": {"const": "CustomResourceDefinition"},
        "metadata": {**METADATA, "required": ["name"]},
        "spec": {
            "type": "object",
            "additionalProperties": False,
            "required": ["group", "names", "scope"],
            "properties": {
                "group": {"type": "string"},
                "scope": {"enum": ["Cluster", "Namespaced"]},
                "version": {"type": "string"},
                "preserveUnknownFields": {"type": "boolean"},
                "validation": {"type": "object"},
                "names": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["plural", "kind"],
                    "properties": {name: {"type": "string"} for name in ("plural", "singular", "kind", "listKind")},
                },
                "versions": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["name", "served", "storage"],
                        "properties": {"name": {"type": "string"}, "served": {"type": "boolean"},
                                       "storage": {"type": "boolean"}, "schema": {"type": "object"}},
                    },
                },
            },
        },
    },
}


class Schemas:
    """The schemas that are known, by API version and kind. Rules in CEL (`x-kubernetes-validations`) are not evaluated."""

    def __init__(self) -> None:
        self._by_kind: dict[tuple[str, str], tuple[Validator, bool]] = {}
        self._add("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", Draft202012Validator(OLD_DEFINITION), True)

    @staticmethod
    def of(data: Path | None) -> Schemas:
        """Reads the definitions in DATA/schemas and in the CNI's release manifests, and eksctl's own schema."""
        schemas = Schemas()
        if data:
            for path in sorted(data.glob("schemas/*.crd.yaml")) + sorted(data.glob("aws-node/*.yaml")):
                for document in documents(path):
                    schemas.add_definition(document)
            for path in data.glob("schemas/eksctl-*.schema.json"):
                validator = Draft7Validator(json.loads(path.read_text(encoding="utf-8")), format_checker=FormatChecker())
                schemas._add("eksctl.io/v1alpha5", "ClusterConfig", validator, True)
        return schemas

    def add_definition(self, document: dict[str, Any]) -> None:
        """Learns the kind that a v1 CustomResourceDefinition defines; of two, the one that says more stays."""
        if document.get("kind") != "CustomResourceDefinition" or document.get("apiVersion") != "apiextensions.k8s.io/v1":
            return
        spec = document["spec"]
        for version in spec["versions"]:
            schema = _closed(version["schema"]["openAPIV3Schema"])
            typed = "spec" in schema.get("properties", {})
            schema.setdefault("properties", {}).update(
                apiVersion={"const": f"{spec['group']}/{version['name']}"}, kind={"const": spec["names"]["kind"]},
                metadata={**METADATA, "required": ["name"]})
            schema["required"] = sorted({"apiVersion", "kind", "metadata", *schema.get("required", [])})
            self._add(f"{spec['group']}/{version['name']}", spec["names"]["kind"], Draft202012Validator(schema), typed)

    def knows(self, document: dict[str, Any]) -> bool:
        """Whether there is a schema for the object's kind that says what its `spec` may hold."""
        return self._by_kind.get((document.get("apiVersion", ""), document.get("kind", "")), (None, False))[1]

    def defines(self, definition: dict[str, Any]) -> bool:
        """Whether the kind that a definition would add is known already; a publisher's definition goes before a rendered one."""
        return any(kind == definition.get("spec", {}).get("names", {}).get("kind") and typed
                   for (_, kind), (_, typed) in self._by_kind.items())

    def problems(self, document: dict[str, Any]) -> list[str]:
        """Lists where the object breaks its schema."""
        validator, _ = self._by_kind[document["apiVersion"], document["kind"]]
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]

    def _add(self, api_version: str, kind: str, validator: Validator, typed: bool) -> None:
        if typed or (api_version, kind) not in self._by_kind:
            self._by_kind[api_version, kind] = validator, typed


def strict(open_api: dict[str, Any]) -> Validator:
    """Makes a validator of one OpenAPI v3 schema, with unknown fields refused."""
    return Draft202012Validator(_closed(open_api))


def _closed(schema: Any) -> Any:
    """Rewrites a definition's OpenAPI schema as JSON Schema in which an object has the listed fields and no others."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: _closed(value) for key, value in schema.items() if key != "properties"}
    if "properties" in schema:
        out["properties"] = {name: _closed(value) for name, value in schema["properties"].items()}
        # A definition that lists its fields means them, even where it also tells the API server to keep what it does not know.
        out.setdefault("additionalProperties", False)
    elif schema.get("x-kubernetes-preserve-unknown-fields"):
        out.pop("type", None)  # stands for any value: Go's RawExtension comes out as an object of anything
    if schema.get("x-kubernetes-int-or-string"):
        out.pop("type", None)
        out.setdefault("anyOf", [{"type": "integer"}, {"type": "string"}])
    if schema.get("nullable"):
        return {"anyOf": [out, {"type": "null"}]}
    return out
