"""Requests in the one form that routes read.

An HTTP API sends paths decoded, except for `%25`. Here they are encoded again: routes match paths whose every part is
percent-encoded, and decode the parts themselves. So a sku may hold a `#`, an umlaut or a per cent sign. A slash ends a
part, unless it is in the id of an order's line, which is as the channel has it.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.unseen import unseen_in

JSON = "application/json"
SURROGATE = re.compile("[\ud800-\udfff]")
NOT_SHOWN = frozenset({"code"})
"""Fields that people do not read: what a scanner sends, which parts the data of a GS1 code by a control character."""
LINE_OF_ORDER = re.compile("(/orders/[^/]+/lines/)(.+)(/[^/]+)")
"""What comes before the id of a line in a path, the id, and what comes after it."""
MAX_DEPTH = 100
TOO_DEEP = f"is nested more than {MAX_DEPTH} deep"
NO_TEXT = "holds half of a surrogate pair or bytes that are not UTF-8: no text has these"


def method_of(event: Mapping[str, Any]) -> str:
    """Return the HTTP method."""
    return str(event["requestContext"]["http"]["method"])


def normalise_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event with a percent-encoded path, without empty parameters, and with its body as text.

    Bytes that are not UTF-8 become text that no field accepts.
    """
    parameters = event.get("queryStringParameters") or {}
    return {
        **event,
        "rawPath": path_of(event),
        "queryStringParameters": {name: value for name, value in parameters.items() if value},
        "headers": {**event["headers"], "content-type": JSON},
        "body": body_of(event).decode(errors="surrogateescape"),
        "isBase64Encoded": False,
    }


def parse_object(text: str) -> dict[str, Any]:
    """Return the object of a body; raises Rejected for any other body."""
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Rejected("the body is not JSON", [FieldError("body", str(error))]) from error
    if not isinstance(found, dict):
        raise Rejected("the body is not an object", [FieldError("body", "should be a JSON object")])
    if wrong := [*unreadable_texts(found)]:
        raise Rejected("the input does not fit", wrong)
    return found


def unreadable_texts(body: Mapping[str, Any]) -> Iterator[FieldError]:
    r"""Yield each text or name that UTF-8 cannot hold or people cannot see, whose field may quote or store it.

    What is nested deeper than any document, which would exhaust the stack of what reads it, is a fault of the body.

    >>> [error.field for error in unreadable_texts({"lines": [{"sku": "MUG"}, {"sku": "\ud800"}], "name": "\x00"})]
    ['name', 'lines.1.sku']
    """
    left: list[tuple[int, str, Any]] = [(0, "", body)]
    while left:  # no recursion: a body may be nested as deep as the stack is
        depth, path, value = left.pop()
        if depth > MAX_DEPTH:
            yield FieldError("body", TOO_DEEP)
            return
        if isinstance(value, str) and path not in NOT_SHOWN and (fault := fault_of(value)):
            yield FieldError(path, fault)
        elif isinstance(value, dict):
            inside = ((f"{path}.{name}".lstrip("."), each) for name, each in value.items() if not fault_of(name))
            left += ((depth + 1, *each) for each in inside)
            yield from (FieldError(path or "body", fault) for name in value if (fault := fault_of(name)))
        elif isinstance(value, list):
            left += ((depth + 1, f"{path}.{index}", each) for index, each in enumerate(value))


def fault_of(text: str) -> str | None:
    """Return why a text that people send is refused; None if it is not."""
    if not is_utf8(text):
        return NO_TEXT
    unseen = unseen_in(text)
    return f"holds the character {unseen}, which is not shown: take it out" if unseen else None


def is_utf8(text: str) -> bool:
    """Return whether UTF-8 can hold the text: JSON may name the half of a surrogate pair, which is no character."""
    return text.isascii() or not SURROGATE.search(text)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def path_of(event: Mapping[str, Any]) -> str:
    """Return the path, every part of it percent-encoded."""
    path = quote(unquote(event["rawPath"]))
    found = LINE_OF_ORDER.fullmatch(path)
    return f"{found[1]}{found[2].replace('/', '%2F')}{found[3]}" if found else path


def body_of(event: Mapping[str, Any]) -> bytes:
    """Return the bytes of the body."""
    body: str = event.get("body") or ""
    return base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()


def media_type_of(event: Mapping[str, Any]) -> str:
    """Return the content type, without its parameters."""
    return str(event["headers"].get("content-type", "")).partition(";")[0].strip().lower()
