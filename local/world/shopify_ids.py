"""Global ids and errors of the Admin API."""

import base64
import re
from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

MAX_INPUT = 250


def limited(several: list[Any]) -> list[Any]:
    """Return a list of an input, unless it is too long."""
    if len(several) > MAX_INPUT:
        text = f"The input array size of {len(several)} is greater than the maximum allowed of {MAX_INPUT}."
        raise error("MAX_INPUT_SIZE_EXCEEDED", text)
    return several


def page_size(first: int | None) -> int:
    """Return the requested length of a page."""
    if first is None or not 0 < first <= MAX_INPUT:
        raise error("BAD_REQUEST", "you must provide one of first or last, from 1 to 250")
    return first


def split(gid: str) -> tuple[str, str]:
    """Return the kind and the number of a global id."""
    found = re.fullmatch(r"gid://shopify/([A-Za-z]+)/([0-9]{1,19})", gid)
    if not found:
        raise error("INVALID_GLOBAL_ID", f"Invalid global id '{gid}'")
    return found[1], found[2]


def number_of(kind: str, gid: str) -> str:
    """Return the number of a global id of that kind."""
    found, name = split(gid)
    if found != kind:
        raise error("INVALID_GLOBAL_ID", f"Invalid global id '{gid}': no {kind}")
    return name


def error(code: str, message: str) -> GraphQLError:
    """Return an error with a code."""
    return GraphQLError(message, extensions={"code": code})


def page_of(several: Sequence[Any], first: int | None, after: str | None) -> dict[str, Any]:
    """Return a page of objects; a cursor is the place after it."""
    start = int(base64.b64decode(after)) if after else 0
    end = start + page_size(first)
    return {
        "nodes": several[start:end],
        "pageInfo": {"hasNextPage": end < len(several), "endCursor": base64.b64encode(str(end).encode()).decode()},
    }
