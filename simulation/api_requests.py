"""Requests to the operator API as events of an HTTP API, which API Gateway sends to the function."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlencode


def request(
    method: str,
    path: str,
    body: Any = None,
    roles: Iterable[str] = ("owner",),
    *,
    query: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    who: str = "ada@example.com",
    claims: Mapping[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return the event of a request to `path` (percent-encoded, as a client writes it); `more` replaces its fields.

    `claims` are those of the token in place of an identity token of `who`.
    """
    arrived = as_it_arrives(path)
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    identity = {"sub": f"sub-{who}", "email": who, "cognito:groups": f"[{' '.join(roles)}]", "token_use": "id"}
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
            "authorizer": {"jwt": {"claims": claims or identity, "scopes": None}},
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
    """Return the path as an HTTP API decodes it: all but the percent sign itself.

    >>> as_it_arrives("/products/50%25%20M%C3%BCsli%2520")
    '/products/50%25 Müsli%2520'
    """
    return unquote(path.replace("%25", "%2525"))
