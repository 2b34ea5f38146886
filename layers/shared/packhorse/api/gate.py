"""The gate of the API: refuse a request before anything of it is read, or let it pass with its caller's limits."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from packhorse.api.access import CALLER, EVERYBODY, LIMITS, is_open, roles_of, token_of
from packhorse.api.answers import problem_answer
from packhorse.api.problems import OUTSIDE, SERVICE_FAILED, status_of
from packhorse.api.requests import JSON, body_of, media_type_of, method_of, normalise_event, path_of
from packhorse.api.resolver import app
from packhorse.aws.telemetry import logger
from packhorse.domain.errors import NotAllowed, PackhorseError
from packhorse.domain.users import Caller, limits_of
from packhorse.usecases.users.identify import identify
from packhorse.usecases.users.require_mfa import require_mfa

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
MAX_BODY_BYTES = 1_000_000
MEDIA_TYPES = frozenset({"", JSON, "application/merge-patch+json", "application/x-www-form-urlencoded"})
"""Content types of a JSON body; curl sends that of a form, and many clients none."""


class RefusedRequest(Exception):
    """A request that does not pass, with the answer to it."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.answer = problem_answer(status, detail)


def admit(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request as the routes read it, with its caller; raises RefusedRequest."""
    method = method_of(event)
    if method not in METHODS:
        raise RefusedRequest(HTTPStatus.METHOD_NOT_ALLOWED, f"no route takes {method}")
    route = route_of(method, path_of(event))
    passed = {CALLER: None, LIMITS: None} if route and is_open(route) else _passed(route, event)
    _check_body(event)
    return {**normalise_event(event), **passed}


def route_of(method: str, path: str) -> Callable[..., Any] | None:
    """Return the route that answers the request, found as Powertools finds it; None if no route has the path."""
    for route in (*app._static_routes, *app._dynamic_routes):
        if route.method == method and route.rule.match(path):
            return route.func
    return None


def _passed(route: Callable[..., Any] | None, event: Mapping[str, Any]) -> dict[str, Any]:
    try:
        caller = identify(token_of(event))
        return {CALLER: caller, LIMITS: _limits(caller, route)}
    except PackhorseError as error:
        raise RefusedRequest(status_of(error), str(error)) from error
    except OUTSIDE as error:
        logger.exception("a service failed")
        raise RefusedRequest(HTTPStatus.SERVICE_UNAVAILABLE, SERVICE_FAILED) from error


def _limits(caller: Caller, route: Callable[..., Any] | None) -> Any:
    """Return the limits of the caller at the route; of a path without a route any role gets to know that."""
    named = roles_of(route) if route else EVERYBODY
    allowing = caller.roles & named
    if not allowing:
        raise NotAllowed("your role does not allow this")
    require_mfa(caller, named)
    return limits_of(caller, allowing)


def _check_body(event: Mapping[str, Any]) -> None:
    body = body_of(event)
    if len(body) > MAX_BODY_BYTES:
        raise RefusedRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {MAX_BODY_BYTES} bytes")
    if body and media_type_of(event) not in MEDIA_TYPES:
        raise RefusedRequest(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send {JSON}")
