"""The caller of a request, the roles that a route names, and the ids that are equal for repeated requests.

The gate puts the caller and the caller's limits into the event; the `current_` functions read them there.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import singledispatch, wraps
from typing import Any, TypeVar
from uuid import uuid4

from aws_lambda_powertools.event_handler.api_gateway import BaseRouter

from packhorse.api.sent import sent_errors
from packhorse.domain.errors import NotAllowed, Rejected
from packhorse.domain.users import LIMITED, Caller, Limits, Role, Token

EVERYBODY = frozenset(Role)
OWNING = frozenset({Role.OWNER})
OPERATING = frozenset({Role.OWNER, Role.OPERATOR})
VIEWING = OPERATING | {Role.READ_ONLY}
AT_WAREHOUSES = frozenset({Role.WAREHOUSE})
AT_BENCH = frozenset({Role.WAREHOUSE, Role.PACKER})

NOBODY: frozenset[Role] = frozenset()
CALLER, LIMITS = "caller", "limits"
"""What the gate adds to an event."""

Route = TypeVar("Route", bound=Callable[..., Any])
Arguments = dict[str, Any]
Narrowing = Callable[[Limits, Arguments], Arguments]
"""A function that returns the arguments of a limited caller's request, or raises what it is refused with."""

_roles: dict[Callable[..., Any], frozenset[Role]] = {}
_open: set[Callable[..., Any]] = set()


def allow(roles: frozenset[Role], limit: Narrowing | None = None) -> Callable[[Route], Route]:
    """Name the roles that a route allows, and for limited roles the limit of their requests.

    The answer to a limited caller is narrowed here, whatever the route returns. What of a body its types
    do not check is checked here, too (see `sent_errors`).
    """
    if (limit is None) != (not roles & LIMITED):
        raise TypeError("a route has a limit if and only if it allows a limited role")

    def named(route: Route) -> Route:
        @wraps(route)
        def limited(*args: Any, **arguments: Any) -> Any:
            if errors := [error for sent in arguments.values() for error in sent_errors(sent)]:
                raise Rejected("the input does not fit", errors)
            limits = current_limits()
            if limits is None or limit is None:
                return route(*args, **arguments)
            return narrow(route(*args, **limit(limits, arguments)), limits)

        _roles[limited] = roles
        return limited  # type: ignore[return-value]  # same signature

    return named


def without_token(route: Route) -> Route:
    """Open a route to callers without a token."""
    _open.add(route)
    return route


def roles_of(route: Callable[..., Any]) -> frozenset[Role]:
    """Return the roles that the route allows; none for one that names no roles."""
    return _roles.get(route, NOBODY)


def is_open(route: Callable[..., Any]) -> bool:
    """Return whether the route needs no token."""
    return route in _open


@singledispatch
def narrow(_answer: Any, _limits: Limits) -> Any:
    """Return what a limited caller sees of an answer; raises NotAllowed for a type that `restricted` does not have."""
    raise NotAllowed("your role does not allow to see this")


def current_limits() -> Limits | None:
    """Return the limits of the request that is being answered, None for a caller without limits."""
    limits: Limits | None = BaseRouter.current_event.raw_event[LIMITS]
    return limits


def current_caller() -> Caller:
    """Return the caller whose request is being answered."""
    caller: Caller = BaseRouter.current_event.raw_event[CALLER]
    return caller


def current_name() -> str:
    """Return the caller's name in timelines and the ledger, one for a person whichever token came."""
    return current_caller().name


def current_request_id() -> str:
    """Return an id that is equal for every try of a request with an Idempotency-Key; writes under it happen once.

    Of a request without a key it is another one at each call.
    """
    event = BaseRouter.current_event.raw_event
    key = idempotency_key(event)
    return hashlib.sha256(f"{key}\n{fingerprint(event)}".encode()).hexdigest()[:32] if key else uuid4().hex


def claims(event: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the claims of the token, which API Gateway has verified."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    return dict((authorizer.get("jwt") or {}).get("claims") or {})


def token_of(event: Mapping[str, Any]) -> Token:
    """Return what the token says; an access token has no e-mail address."""
    claimed = claims(event)
    return Token(claimed.get("sub", ""), claimed.get("email", ""), _groups(claimed), _issued_at(claimed))


def _groups(claimed: Mapping[str, Any]) -> frozenset[Role]:
    """Return the groups that are roles; API Gateway writes groups as `[owner operator]`."""
    groups = claimed.get("cognito:groups") or ""
    names = groups if isinstance(groups, list) else groups.strip("[]").replace(",", " ").split()
    return frozenset(Role(name) for name in names if name in set(Role))


def _issued_at(claimed: Mapping[str, Any]) -> datetime | None:
    seconds = str(claimed.get("iat", ""))
    return datetime.fromtimestamp(int(seconds), UTC) if seconds.isdecimal() else None


def idempotency_key(event: Mapping[str, Any]) -> str | None:
    """Return the key that makes two requests of this caller one; the subject in it keeps callers apart."""
    key = event["headers"].get("idempotency-key")
    return f"{claims(event).get('sub', '')}#{key}" if key else None


def fingerprint(event: Mapping[str, Any]) -> str:
    """Return a digest that is equal for requests with equal method, path, query, body, preconditions and limits."""
    limits: Limits | None = event[LIMITS]
    # An answer is stored as the caller was allowed to see it then.
    seen = [[sorted(limits.warehouses), limits.shows_phone]] if limits else []
    conditions = [event["headers"][name] for name in ("if-match", "if-none-match") if name in event["headers"]]
    query = event["queryStringParameters"]
    parts = [event["requestContext"]["http"]["method"], event["rawPath"], event["body"], *seen, *conditions]
    parts += [sorted(query.items())] if query else []
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
