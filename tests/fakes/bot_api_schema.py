"""The published Bot API description as JSON Schema: what a method takes, what a type looks like, and examples of any type.

Read where it lies beside the project; tests that need it are skipped, with the reason, where it is absent.
"""

import functools
import json
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

SPECIFICATION = Path(__file__).parents[2] / "../shared/specs/telegram_bot_api.json"
_SCALARS = {"String": "string", "Integer": "integer", "Float": "number", "Boolean": "boolean"}
_LENGTH = re.compile(r"(\d+)-(\d+) (characters|bytes)", re.IGNORECASE)
_ITEMS = re.compile(r"(?:list of|include) (\d+)-(\d+) ")
_RANGE = re.compile(r"(?:[;,] |between )(\d+)-(\d+)(?:\.| are accepted|$)")
_CONSTANT = re.compile(r"(?:must be|always) [\"“]?(\w+)[\"”]?\.?$")


def specification() -> "Schema":
    """Skips the test that asks for it where the description is absent."""
    if not SPECIFICATION.exists():
        pytest.skip(f"the published Bot API description is not at {SPECIFICATION}")
    return _read()


@functools.cache
def _read() -> "Schema":
    return Schema(json.loads(SPECIFICATION.read_text("utf-8")))


def _at_most_bytes(validator: Any, limit: int, value: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and len(value.encode("utf-8", "replace")) > limit:
        yield ValidationError(f"is longer than {limit} bytes")


_Validator: Any = extend(Draft202012Validator, {"maxBytes": _at_most_bytes})  # type: ignore[no-untyped-call]


class Schema:
    """All methods and types; `limits` counts the length limits found in their descriptions."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.version: str = spec["version"]
        self.methods: Mapping[str, Any] = spec["methods"]
        self.types: Mapping[str, Any] = spec["types"]
        self.limits = 0
        definitions = {name: self._type(each) for name, each in self.types.items()}
        definitions["InputFile"] = {"type": "object", "required": ["file_name", "bytes"]}
        contents = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": definitions}
        self._registry: Any = Registry().with_resource("urn:bot-api", DRAFT202012.create_resource(contents))
        self._calls = {name: self._validator(self._object(each)) for name, each in self.methods.items()}

    def problem_with_call(self, method: str, parameters: Mapping[str, Any]) -> str | None:
        """In one line, with the place; None when the call keeps to the description."""
        return _said(self._calls[method], parameters)

    def problem_with_result(self, method: str, result: Any) -> str | None:
        return _said(self._validator({"anyOf": [self._of(each) for each in self.methods[method]["returns"]]}), result)

    def problem_with(self, type_name: str, value: Any) -> str | None:
        return _said(self._validator(self._of(type_name)), value)

    def decoded(self, method: str, name: str, value: Any) -> Any:
        """A form field as the JSON value it stands for; what cannot be one is left to `problem_with_call`."""
        fields = {field["name"]: field["types"] for field in self.methods[method].get("fields", ())}
        if not isinstance(value, str) or fields.get(name, ["String"]) == ["String"]:
            return value
        try:
            found = json.loads(value.lower() if fields[name] == ["Boolean"] else value)
        except ValueError:
            return value
        return value if "String" in fields[name] and not isinstance(found, int) else found

    def example(self, type_name: str, chance: random.Random, *, depth: int = 4) -> Any:
        """Any value of that type; optional fields come by chance, and no more when `depth` is used up."""
        if type_name.startswith("Array of "):
            inner = type_name.removeprefix("Array of ")
            return [self.example(inner, chance, depth=depth - 1) for _ in range(chance.randint(0, 2) if depth > 0 else 0)]
        if type_name == "String":
            return chance.choice(
                ("", "kk", "Сізге 1414-тен код келді", "/start x", "🙂" * 9, "https://kaspi.kz@evil.top/", "\x00")
            )
        if type_name in ("Integer", "Float"):
            return chance.choice((0, 1, -1, 7_700_000_001, 2**31, 2**52, 1_764_000_000))
        if type_name == "Boolean":
            return chance.random() < 0.5
        described = self.types[type_name]
        if kinds := described.get("subtypes"):
            return self.example(chance.choice(kinds), chance, depth=depth)
        value = {}
        fields = described.get("fields", ())
        optional = [field["name"] for field in fields if not field["required"]]
        also = chance.sample(optional, min(len(optional), chance.randint(0, 4))) if depth > 0 else ()
        for field in fields:
            if field["required"] or field["name"] in also:
                constant = _CONSTANT.search(field["description"]) if field["types"] == ["String"] else None
                of = chance.choice(field["types"])
                value[field["name"]] = constant[1] if constant else self.example(of, chance, depth=depth - 1)
        return value

    def _type(self, described: Mapping[str, Any]) -> dict[str, Any]:
        if kinds := described.get("subtypes"):
            return {"anyOf": [self._of(kind) for kind in kinds]}
        return self._object(described)

    def _object(self, described: Mapping[str, Any]) -> dict[str, Any]:
        fields = described.get("fields", ())
        return {
            "type": "object",
            "properties": {field["name"]: self._field(field) for field in fields},
            "required": [field["name"] for field in fields if field["required"]],
            "additionalProperties": False,
        }

    def _field(self, field: Mapping[str, Any]) -> dict[str, Any]:
        says, types = field["description"], field["types"]
        found: dict[str, Any] = self._of(types[0]) if len(types) == 1 else {"anyOf": [self._of(each) for each in types]}
        if length := _LENGTH.search(says):
            self.limits += 1
            if "after entities parsing" not in says:  # bot_entities counts those
                longest = "maxBytes" if length[3].lower() == "bytes" else "maxLength"
                found = {**found, "minLength": int(length[1]), longest: int(length[2])}
        elif types[0].startswith("Array of") and (items := _ITEMS.search(says)):
            found = {**found, "minItems": int(items[1]), "maxItems": int(items[2])}
        elif types in (["Integer"], ["Float"]) and (span := _RANGE.search(says)):
            found = {**found, "minimum": int(span[1]), "maximum": int(span[2])}
        elif types == ["String"] and (constant := _CONSTANT.search(says)):
            found = {**found, "const": constant[1]}
        return found

    def _of(self, type_name: str) -> dict[str, Any]:
        if type_name.startswith("Array of "):
            return {"type": "array", "items": self._of(type_name.removeprefix("Array of "))}
        return {"type": _SCALARS[type_name]} if type_name in _SCALARS else {"$ref": f"urn:bot-api#/$defs/{type_name}"}

    def _validator(self, schema: Mapping[str, Any]) -> Any:
        return _Validator(schema, registry=self._registry)


def _said(validator: Any, value: Any) -> str | None:
    error = best_match(validator.iter_errors(value))
    return f"{error.json_path.removeprefix('$').lstrip('.')} {error.message}".strip()[:300] if error else None
