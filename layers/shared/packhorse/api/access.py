"""The caller of a request, the rights of roles, and the ids that are equal for repeated requests."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import uuid4


class Role(StrEnum):
    """Groups of the user pool."""

    OWNER = "owner"
    OPERATOR = "operator"
    WAREHOUSE = "warehouse"
    READ_ONLY = "read_only"


EVERY_ROLE = frozenset(Role)
SHIPPING = frozenset({Role.OWNER, Role.OPERATOR, Role.WAREHOUSE})
OPERATING = frozenset({Role.OWNER, Role.OPERATOR})
OWNING = frozenset({Role.OWNER})

RIGHTS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("GET", "/", EVERY_ROLE),
    ("POST", "/stock", SHIPPING),
    ("POST", "/orders/{order_id}/fulfilments", SHIPPING),
    ("POST", "/orders", OPERATING),
    ("POST", "/uploads", OPERATING),
    ("POST", "/routing/dry-run", EVERY_ROLE),
    ("POST", "/exceptions", OPERATING),
    ("PUT", "/products", OPERATING),
    ("PUT", "/orders", OPERATING),
    ("DELETE", "/orders", OPERATING),
    ("PATCH", "/products", OPERATING),
    ("PATCH", "/orders/{order_id}/fulfilments", SHIPPING),
    ("PATCH", "/orders", OPERATING),
    ("DELETE", "/products", OPERATING),
    ("POST", "/", OWNING),
    ("PUT", "/", OWNING),
    ("PATCH", "/", OWNING),
    ("DELETE", "/", OWNING),
)
"""Roles by method and beginning of the path: the first row that fits decides; a request that fits none is forbidden."""


def is_allowed(roles: frozenset[Role], method: str, path: str) -> bool:
    """Return whether one of the roles allows the request.

    >>> is_allowed(frozenset({Role.WAREHOUSE}), "POST", "/orders/1a2b/fulfilments/1/ship")
    True
    >>> is_allowed(frozenset({Role.WAREHOUSE}), "POST", "/orders/1a2b/cancel")
    False
    """
    allowed = (who for verb, start, who in RIGHTS if verb == method and _begins(path, start))
    return bool(roles & next(allowed, frozenset()))


def _begins(path: str, start: str) -> bool:
    parts = [part for part in start.split("/") if part]
    given = [part for part in path.split("/") if part][: len(parts)]
    return len(given) == len(parts) and all(a.startswith("{") or a == b for a, b in zip(parts, given, strict=True))


def claims(event: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the claims of the token, which API Gateway has verified."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    return dict((authorizer.get("jwt") or {}).get("claims") or {})


def roles(event: Mapping[str, Any]) -> frozenset[Role]:
    """Return the caller's roles; API Gateway writes groups as `[owner operator]`."""
    groups = claims(event).get("cognito:groups") or ""
    names = groups if isinstance(groups, list) else groups.strip("[]").replace(",", " ").split()
    return frozenset(Role(name) for name in names if name in set(Role))


def caller_name(event: Mapping[str, Any]) -> str:
    """Return the caller's name in timelines and the ledger."""
    caller = claims(event)
    return f"user:{caller.get('email') or caller.get('username') or caller.get('sub', '')}"


def idempotency_key(event: Mapping[str, Any]) -> str | None:
    """Return the key that makes two requests of this caller one; the subject in it keeps callers apart."""
    key = event["headers"].get("idempotency-key")
    return f"{claims(event).get('sub', '')}#{key}" if key else None


def fingerprint(event: Mapping[str, Any]) -> str:
    """Return a digest that is equal for requests with equal method, path and body."""
    parts = [event["requestContext"]["http"]["method"], event["rawPath"], event["body"]]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def request_id(event: Mapping[str, Any]) -> str:
    """Return an id that is equal for every try of a request with an Idempotency-Key; writes under it happen once."""
    key = idempotency_key(event)
    return hashlib.sha256(f"{key}\n{fingerprint(event)}".encode()).hexdigest()[:32] if key else uuid4().hex
