"""Write the description of the HTTP API, `docs/openapi.json`, from the code: `python -m local.openapi`."""

import importlib
import inspect
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from local.home import CHECKOUT

FILE = Path("docs/openapi.json")
PROBLEM = "application/problem+json"
WRITES = frozenset({"post", "put", "patch", "delete"})
PRECONDITIONS = frozenset({"if-match", "if-none-match"})
OPEN: list[dict[str, list[str]]] = []
STATUS = re.compile(r"\b\d{3}\b")
"""A status of HTTP in a docstring."""

PROBLEMS = {
    "400": "The body cannot be read, or the header that says what it is about",
    "401": "The token is missing, invalid or expired, or the account was disabled or reset after it was issued",
    "403": "The caller's role does not allow this",
    "404": "The resource does not exist",
    "405": "This kind of channel sends no challenge",
    "409": "The state of the resource does not allow this, or another request changed it first",
    "412": "What the request changes is not as the caller read it (`If-Match`), or exists already (`If-None-Match`)",
    "413": "The body is too large",
    "415": "The body is not JSON",
    "422": "The input is invalid; `errors` names the fields",
    "503": "An outside system did not respond; the same request may succeed later",
}

SCHEMAS: dict[str, Any] = {
    "Money": {
        "type": "object",
        "description": "An exact amount of at most 15 digits, with as many decimals as its currency has.",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {"type": "string", "maxLength": 20, "examples": ["12.34"]},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["EUR"]},
        },
    },
    "Problem": {
        "type": "object",
        "description": "A problem document (RFC 9457).",
        "required": ["type", "title", "status", "detail", "errors"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
            "earlier": {"anyOf": [{"$ref": "#/components/schemas/EarlierRequest"}, {"type": "null"}]},
        },
    },
    "EarlierRequest": {
        "type": "object",
        "description": "What another request with the same Idempotency-Key was answered; null if it got no answer.",
        "required": ["request", "status", "id"],
        "properties": {
            "request": {"type": "string", "examples": ["POST /orders"]},
            "status": {"type": "integer"},
            "id": {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "The id of what it made."},
        },
    },
    "FieldError": {
        "type": "object",
        "required": ["field", "message"],
        "properties": {
            "field": {"type": "string", "description": "A path such as `lines.0.quantity`."},
            "message": {"type": "string"},
        },
    },
}
"""Schemas that the models cannot generate."""

NOT_OURS = ("Money-Input", "Money-Output", "HTTPValidationError", "ValidationError", "ResponseValidationError")

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The same key with the same request within a day returns the first response and does nothing again.",
}

WEBHOOK: dict[str, Any] = {
    "tags": ["webhooks"],
    "operationId": "webhooks_receive",
    "summary": "Receive an order of a channel",
    "description": "Body and signature are in the channel's own format. 200 once the payload is stored and queued.",
    "parameters": [{"name": "channel", "in": "path", "required": True, "schema": {"type": "string"}}],
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
    "responses": {"200": {"description": "Queued", "content": {"text/plain": {"schema": {"type": "string"}}}}},
    "security": OPEN,
}
TRACKING: dict[str, Any] = {
    "tags": ["webhooks"],
    "operationId": "webhooks_track",
    "summary": "Receive what a carrier reports of parcels",
    "description": "Body and signature are in the carrier's own format. 200 once it is queued.",
    "parameters": [{"name": "carrier", "in": "path", "required": True, "schema": {"type": "string"}}],
    "requestBody": WEBHOOK["requestBody"],
    "responses": WEBHOOK["responses"],
    "security": OPEN,
}
CHALLENGE: dict[str, Any] = {
    "tags": ["webhooks"],
    "operationId": "webhooks_challenge",
    "summary": "Answer the challenge of a channel",
    "description": "For kinds of channels that check who is behind the url before they post to it.",
    "parameters": WEBHOOK["parameters"],
    "responses": {"200": {"description": "The proof", "content": {"text/plain": {"schema": {"type": "string"}}}}},
    "security": OPEN,
}


def description() -> dict[str, Any]:
    """Generate the description: the routes of the resolver, completed, and the webhooks, which are other functions."""
    resolver = _resolver()
    made = json.loads(resolver.get_openapi_json_schema(title="Packhorse", version=_version()))
    schemas = {**made["components"]["schemas"], **SCHEMAS}
    whole = {
        "openapi": made["openapi"],
        "info": {**made["info"], "description": "Orders of all channels, and the merchant's configuration."},
        "security": [{"token": []}],
        "paths": {path: made["paths"][path] for path in sorted(made["paths"])},
        "components": {
            "schemas": {name: schemas[name] for name in sorted(schemas) if name not in NOT_OURS},
            "x-channel-kinds": _channel_kinds(),
            "x-amazon-marketplaces": _marketplaces(),
            "responses": dict(_problems()),
            "parameters": {"IdempotencyKey": KEY},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }
    for route in (*resolver._static_routes, *resolver._dynamic_routes):
        _complete(whole["paths"][route.openapi_path][route.method.lower()], route)
    whole["paths"]["/webhooks/{channel}"] = {
        "get": _with_problems(deepcopy(CHALLENGE), ["403", "404", "405"]),
        "post": _with_problems(deepcopy(WEBHOOK), ["400", "401", "404", "413", "503"]),
    }
    whole["paths"]["/carriers/{carrier}/webhook"] = {
        "post": _with_problems(deepcopy(TRACKING), ["400", "401", "404", "413"])
    }
    return dict(json.loads(json.dumps(whole).replace("Money-Input", "Money").replace("Money-Output", "Money")))


def _resolver() -> Any:
    """Import the resolver; its settings require resource names, whose values do not matter here."""
    sys.path.insert(0, str(CHECKOUT / "layers" / "shared"))
    for name in _variables():
        os.environ.setdefault(name, name.lower())
    return importlib.import_module("packhorse.api.resolver").app


def _roles_of(function: Any) -> frozenset[str]:
    """Return the roles that a route allows: the console hides what would be refused."""
    roles: frozenset[str] = importlib.import_module("packhorse.api.access").roles_of(function)
    return roles


def _channel_kinds() -> dict[str, Any]:
    """Return what each kind of channel signs in by and who signs its webhooks: the console's forms are made of it."""
    channels = importlib.import_module("packhorse.channels").CHANNELS
    return {
        str(kind): {
            "sign_in_by": [list(way) for way in adapter.sign_in_by],
            "has_webhook_secret": bool(adapter.receive or adapter.challenge),
            "signs_with_app": adapter.signs_with_app,
        }
        for kind, adapter in channels.items()
    }


def _marketplaces() -> dict[str, Any]:
    """Return Amazon's marketplaces: the country and endpoint of each."""
    found = importlib.import_module("packhorse.channels.amazon.marketplaces").MARKETPLACES
    return {name: {"country": each.country, "endpoint": each.endpoint} for name, each in found.items()}


def _variables() -> list[str]:
    class Loader(yaml.SafeLoader):
        """A YAML loader that ignores the functions of CloudFormation."""

    Loader.add_multi_constructor("!", lambda *_: None)
    template = yaml.load((CHECKOUT / "template.yaml").read_text(), Loader)  # noqa: S506 - a safe loader
    return list(template["Globals"]["Function"]["Environment"]["Variables"])


def _version() -> str:
    return str(tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"])


def _problems() -> Iterator[tuple[str, Any]]:
    schema = {"$ref": "#/components/schemas/Problem"}
    for status, text in PROBLEMS.items():
        yield status, {"description": text, "content": {PROBLEM: {"schema": schema}}}


def _complete(operation: dict[str, Any], route: Any) -> None:
    """Complete an operation from its route's docstring, method and path."""
    operation["operationId"] = f"{operation['tags'][0].replace('-', '')}_{route.func.__name__}"
    operation["description"] = inspect.getdoc(route.func)
    operation.get("responses", {}).get("204", {}).pop("content", None)
    if route.method.lower() in WRITES:
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
    if route.path == "/health":
        operation["security"] = OPEN
    else:
        operation["x-roles"] = sorted(_roles_of(route.func))
    _with_problems(operation, _statuses(operation, route))


def _statuses(operation: dict[str, Any], route: Any) -> Iterator[str]:
    if route.path != "/health":
        yield from ("401", "403", "422", "503")  # any address may get a parameter that it does not take
    if "<" in route.path:
        yield "404"
    if any(each.get("name") in PRECONDITIONS for each in operation.get("parameters", ())):
        yield "412"
    if route.method.lower() in WRITES:
        yield "409"
    if "requestBody" in operation:
        yield from ("413", "415")
    yield from PROBLEMS.keys() & set(STATUS.findall(operation["description"]))  # such as the 409 of a GET


def _with_problems(operation: dict[str, Any], statuses: Iterable[str]) -> dict[str, Any]:
    operation["responses"].pop("422", None)
    references = {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}
    operation["responses"] = dict(sorted({**operation["responses"], **references}.items()))
    return operation


def text() -> str:
    """Return the content of the file."""
    return json.dumps(description(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (CHECKOUT / FILE).write_text(text())
    print(f"{FILE}: written")
