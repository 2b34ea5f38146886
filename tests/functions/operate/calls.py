"""Calls of the operator API: HTTP API events as API Gateway makes them, through the real handler."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from functions.operate import api
from packhorse.api.requests import method_of, path_of
from simulation.api_requests import request
from simulation.merchant import Context

DESCRIBED: Mapping[str, Any] = json.loads(Path("docs/openapi.json").read_text())["paths"]
ADDRESSES = [
    (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), methods)
    for path, methods in sorted(DESCRIBED.items(), key=lambda each: each[0].count("{"))
]


class Answer(NamedTuple):
    """What the caller gets."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def fields(self) -> list[str]:
        """The fields at fault that a problem document names."""
        return [error["field"] for error in self.body["errors"]]


def send(event: dict[str, Any]) -> Answer:
    """What the handler answers; a failure is one that the description has."""
    answer = api.handler(event, Context())
    assert answer["statusCode"] < 400 or str(answer["statusCode"]) in described(event), answer["body"]
    headers = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
    assert isinstance(answer["body"], str)
    return Answer(answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None, headers)


def described(event: dict[str, Any]) -> Iterable[str]:
    """The statuses that the description has of an operation; those of the gate for an address that is none."""
    path, method = path_of(event), method_of(event).lower()
    found = (
        methods[method]["responses"] for address, methods in ADDRESSES if address.fullmatch(path) and method in methods
    )
    return next(found, ("401", "403", "404", "405", "413", "415", "503"))


def call(method: str, path: str, body: Any = None, roles: Iterable[str] = ("owner",), **more: Any) -> Answer:
    """Sends a request."""
    return send(request(method, path, body, roles, **more))


def encoded(sku: str) -> str:
    """As encodeURIComponent writes it."""
    return quote(sku, safe="!~*'()")
