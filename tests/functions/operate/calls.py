"""Calls of the operator API: HTTP API events as API Gateway makes them, through the real handler."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from functions.operate import api
from simulation.api_requests import request
from simulation.merchant import Context


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
    """What the handler answers."""
    answer = api.handler(event, Context())
    headers = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
    assert isinstance(answer["body"], str)
    return Answer(answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None, headers)


def call(method: str, path: str, body: Any = None, roles: Iterable[str] = ("owner",), **more: Any) -> Answer:
    """Sends a request."""
    return send(request(method, path, body, roles, **more))
