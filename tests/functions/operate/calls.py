"""Calls of the operator API: HTTP API events as API Gateway makes them, through the real handler."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urlencode

from functions.operate import api
from tests.merchant import Context
from tests.permissions import granted, is_granted, recorded

GRANTED = granted("ApiFunction")


class Answer(NamedTuple):
    """What the caller gets."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def fields(self) -> list[str]:
        """The fields at fault that a problem document names."""
        return [error["field"] for error in self.body["errors"]]


def request(
    method: str,
    path: str,
    body: Any = None,
    roles: Iterable[str] = ("owner",),
    *,
    query: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    who: str = "ada@example.com",
    **more: Any,
) -> dict[str, Any]:
    """The event of a request to `path` (percent-encoded, as a client writes it); `more` replaces parts of the event."""
    arrived = as_it_arrives(path)
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    claims = {"sub": f"sub-{who}", "email": who, "cognito:groups": f"[{' '.join(roles)}]", "token_use": "id"}
    http = {"method": method, "path": arrived, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "test"}
    event = {
        "version": "2.0",
        "routeKey": f"{method} /{{proxy+}}",
        "rawPath": arrived,
        "rawQueryString": urlencode(query or {}),
        "headers": {"content-type": "application/json", "host": "api.example.com", **(headers or {})},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "a1b2c3",
            "authorizer": {"jwt": {"claims": claims, "scopes": None}},
            "domainName": "api.example.com",
            "http": http,
            "requestId": "r1",
            "routeKey": f"{method} /{{proxy+}}",
            "stage": "$default",
            "time": "23/Nov/2026:12:00:00 +0000",
            "timeEpoch": 1795435200000,
        },
        "pathParameters": {"proxy": arrived.lstrip("/")},
        "isBase64Encoded": False,
    }
    event |= {"queryStringParameters": {name: str(value) for name, value in query.items()}} if query else {}
    event |= {"body": text} if text is not None else {}
    return event | more


def as_it_arrives(path: str) -> str:
    """The path as an HTTP API hands it on: decoded, except for the percent sign itself.

    >>> as_it_arrives("/products/50%25%20M%C3%BCsli%2520")
    '/products/50%25 Müsli%2520'
    """
    return unquote(path.replace("%25", "%2525"))


def send(event: dict[str, Any]) -> Answer:
    """What the handler answers, having done nothing on AWS that its policy does not allow."""
    with recorded() as needed:
        answer = api.handler(event, Context())
    assert [permission for permission in needed if not is_granted(permission, GRANTED)] == []
    headers = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
    assert isinstance(answer["body"], str)
    return Answer(answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None, headers)


def call(method: str, path: str, body: Any = None, roles: Iterable[str] = ("owner",), **more: Any) -> Answer:
    """Sends a request."""
    return send(request(method, path, body, roles, **more))
