"""Bodies that no client should send, made of the API's description: a valid one, with one field replaced each."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

DESCRIPTION: Mapping[str, Any] = json.loads(Path("docs/openapi.json").read_text())
SCHEMAS = DESCRIPTION["components"]["schemas"]
ELSEWHERE = frozenset({"/webhooks/{channel}", "/carriers/{carrier}/webhook"})
"""Addresses whose bodies other functions read."""
MUCH = 1201
"""Characters that no field of one line takes, and that no message holds as a name."""


def _nested(depth: int) -> Any:
    found: Any = []
    for _ in range(depth):
        found = [found]
    return found


HOSTILE: Mapping[str, Any] = {
    "half of a surrogate pair": "\ud800",
    "other half behind text": "EUR\udfff",
    "overlong": "x" * MUCH,
    "very long": "ß" * 50_000,
    "empty": "",
    "null": None,
    "control characters": "\x00\r\n\t",
    "no host": "https://[x]",
    "open bracket": "https://[::1",
    "port": "https://shop.example:99999999999999999999",
    "yes": True,
    "huge": 10**400,
    "negative": -(2**63) - 1,
    "fraction": 1e308,
    "not a number": float("nan"),
    "endless": float("inf"),
    "list": [],
    "many": ["x"] * 2000,
    "object": {},
    "odd name": {"\ud800": "\udc00"},
    "nested": _nested(150),
    "amount": {"amount": "1e999999999", "currency": "\ud800"},
    "moment": "9999-12-31T23:59:59-23:59",
}


class Operation(NamedTuple):
    """An operation with a body, and the schema of that."""

    method: str
    path: str
    schema: Mapping[str, Any]


def operations() -> Iterator[Operation]:
    """Every operation of the operator API that takes a body."""
    for path, methods in DESCRIPTION["paths"].items():
        for method, each in methods.items():
            if "requestBody" in each and path not in ELSEWHERE:
                [content] = each["requestBody"]["content"].values()
                yield Operation(method.upper(), path, content["schema"])


def unbounded_texts(schema: Mapping[str, Any]) -> list[str]:
    """The texts of a body that may be of any length."""
    return sorted({place for place, each in _leaves(schema, "", ()) if not _is_bounded(each)})


class HostileBody(NamedTuple):
    """A body with one field replaced, beside valid ones: which kind of field it is, and by which hostile value."""

    place: tuple[Any, ...]
    kind: str
    hostile: str
    operation: Operation

    @property
    def name(self) -> str:
        """Where it is hostile, and how."""
        return f"{'.'.join(map(str, self.place)) or 'body'}: {self.hostile}"

    @property
    def text(self) -> str:
        """The body."""
        return json.dumps(_replaced(sample(self.operation.schema), self.place, HOSTILE[self.hostile]))


def chosen_bodies(known: Iterable[Operation], fewest: int) -> Mapping[tuple[str, str], Sequence[HostileBody]]:
    """Bodies by method and path: every kind of field with every hostile value somewhere, `fewest` of each operation."""
    seen: set[tuple[str, str]] = set()
    chosen = {}
    for operation in known:
        bodies = list(_hostile_bodies(operation))
        random.Random(operation.path).shuffle(bodies)  # noqa: S311 -- a test
        new = []
        for each in bodies:
            if (each.kind, each.hostile) not in seen:
                seen.add((each.kind, each.hostile))
                new.append(each)
        others = [each for each in bodies if each not in new]
        chosen[operation.method, operation.path] = [*new, *others[: max(0, fewest - len(new))]]
    return chosen


def _hostile_bodies(operation: Operation) -> Iterator[HostileBody]:
    for place, part in [((), operation.schema), *_places(operation.schema, ())]:
        for hostile in HOSTILE:
            yield HostileBody(place, _kind(part), hostile, operation)


def _kind(schema: Mapping[str, Any]) -> str:
    """What a field is read by: its type, and what else its text has to be."""
    schema = _resolved(schema)
    alternatives = [_kind(each) for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())) if each != NULL]
    own = [schema.get("type", ""), schema.get("format", ""), *(name for name in ("pattern", "enum") if name in schema)]
    return " or ".join(sorted(set(alternatives))) or " ".join(filter(None, own))


def sample(schema: Mapping[str, Any]) -> Any:
    """A value that fits the schema, with the fields that it requires."""
    schema = _resolved(schema)
    if "default" in schema:
        return schema["default"]
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if parts := schema.get("oneOf") or schema.get("anyOf"):
        return sample(parts[0])
    if schema.get("type") == "object":
        required = schema.get("required", ())
        return {name: sample(part) for name, part in schema.get("properties", {}).items() if name in required}
    if schema.get("type") == "array":
        return [sample(schema["items"])] * schema.get("minItems", 1)
    return _scalar(schema)


def _scalar(schema: Mapping[str, Any]) -> Any:
    if "examples" in schema:
        return schema["examples"][0]
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    if "pattern" in schema:
        return next((text for text in TEXTS if text.startswith(PREFIXES.get(schema["pattern"], "main"))), "main")
    return {"integer": max(1, schema.get("minimum", 1)), "number": 1, "boolean": True}.get(schema.get("type", ""), "x")


FORMATS = {"date-time": "2026-11-23T09:30:00Z", "date": "2026-11-23"}
TEXTS = ("main", "EUR", "https://shop.example")
PREFIXES = {"^[A-Z]{3}$": "EUR", "^https?://": "https"}


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    return schema


def _parts(schema: Mapping[str, Any]) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """The schemas inside, each with the key by which a body has it; those of alternatives with none."""
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield None, each
    yield from schema.get("properties", {}).items()
    if "items" in schema:
        yield 0, schema["items"]
    if isinstance(schema.get("additionalProperties"), dict):
        yield "main", schema["additionalProperties"]


Place = tuple[Any, ...]
NULL = {"type": "null"}


def _places(schema: Mapping[str, Any], above: Place, depth: int = 6) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    if depth:
        for key, part in _parts(_resolved(schema)):
            here = above if key is None else (*above, key)
            if key is not None:
                yield here, part
            yield from _places(part, here, depth - 1)


def _leaves(schema: Mapping[str, Any], place: str, seen: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if (name := schema.get("$ref", "").rpartition("/")[2]) in seen:
        return
    schema = _resolved(schema)
    if schema.get("type") == "string":
        yield place, schema
    for key, part in _parts(schema):
        yield from _leaves(part, place if key is None else f"{place}.{key}", (*seen, *filter(None, [name])))


def _is_bounded(text: Mapping[str, Any]) -> bool:
    return any(name in text for name in ("maxLength", "pattern", "enum", "const", "format"))


def _replaced(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    key, *rest = place
    inner = body[key] if isinstance(body, dict) and key in body else body[0] if isinstance(body, list) and body else {}
    new = _replaced(inner, tuple(rest), value)
    return [new] if key == 0 else {**(deepcopy(body) if isinstance(body, dict) else {}), key: new}
