"""Dispatch the requests of a simulated shop by method and path."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree

Answer = tuple[int, Any]
"""A status, and a value that is written as JSON, or a `Reply`."""
Query = dict[str, list[str]]
Routes = tuple[tuple[str, re.Pattern[str], Callable[..., Answer]], ...]
OK, BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT = 200, 400, 401, 403, 404, 409
JSON = "application/json"


class Reply(NamedTuple):
    """A body with its media type and further headers."""

    body: bytes
    media_type: str = JSON
    headers: Mapping[str, str] = {}


def reply_of(content: Any) -> Reply:
    """Return the reply that a handler's content is."""
    return content if isinstance(content, Reply) else Reply(json.dumps(content).encode())


def routes(*rows: tuple[str, str, Callable[..., Answer]]) -> Routes:
    """Compile rows of method, path pattern and handler: a function of shop, query, body and the groups of the path."""
    return tuple((method, re.compile(path), handle) for method, path, handle in rows)


def dispatch(table: Routes, shop: Any, method: str, path: str, query: str, body: bytes) -> Answer:
    """Call the handler of the path; input that it cannot read is a bad request."""
    for route_method, route, handle in table:
        match = route.fullmatch(path)
        if match and route_method == method:
            return _call(handle, shop, parse_qs(query), body, [unquote(part) for part in match.groups()])
    return NOT_FOUND, {"error": f"no {method} {path}"}


def _call(handle: Callable[..., Answer], shop: Any, query: Query, body: bytes, parts: list[str]) -> Answer:
    try:
        return handle(shop, query, _parse(body), *parts)
    except (LookupError, AttributeError, TypeError, ValueError, ElementTree.ParseError) as error:
        return BAD_REQUEST, {"error": repr(error)}


def _parse(body: bytes) -> Any:
    """Parse a body as JSON or, as in an OAuth token request, as a form; XML stays as it is."""
    if not body:
        return None
    if body[:1] == b"<":
        return body
    if body[:1] in b'{["':
        return json.loads(body)
    return {name: values[-1] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
