"""The common part of the simulated shops: injected failures, a delay, and the control API below /_control."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from local.world.failures import Failure, take_failure
from local.world.routes import OK, UNAUTHORIZED, Answer, Query, Reply, Routes, dispatch, reply_of, routes

CONTROL = "/_control"


class Request(NamedTuple):
    """A request to a shop; `is_authorized` is true also where no token is needed."""

    method: str
    target: str
    body: bytes
    is_authorized: bool


class Protocol(NamedTuple):
    """The protocol of a shop: its routes, the body of an error by its text, the text of an unauthorized request."""

    routes: Routes
    error: Callable[[str], Any]
    unauthorized: str


def post_failure(shop: Any, _: Query, body: dict[str, Any]) -> Answer:
    """POST /_control/failures."""
    shop.failures.append(Failure(**body))
    return OK, [vars(failure) for failure in shop.failures]


def put_settings(shop: Any, _: Query, body: dict[str, Any]) -> Answer:
    """PUT /_control/settings: those that are named."""
    shop.settings = type(shop.settings)(**{**vars(shop.settings), **body})
    return OK, vars(shop.settings)


def put_delay(shop: Any, _: Query, body: dict[str, Any]) -> Answer:
    """PUT /_control/delay."""
    shop.delay = float(body["seconds"])
    return OK, {"seconds": shop.delay}


def get_received(shop: Any, _: Query, __: Any) -> Answer:
    """GET /_control/received."""
    while True:
        with suppress(RuntimeError):  # another request changed the state while it was read
            return OK, asdict(shop)


def reset(shop: Any, _: Query, __: Any) -> Answer:
    """DELETE /_control."""
    vars(shop).update(vars(type(shop)()))
    return OK, {}


CONTROLS = routes(
    ("GET", rf"{CONTROL}/health", lambda *_: (OK, {})),
    ("POST", rf"{CONTROL}/failures", post_failure),
    ("PUT", rf"{CONTROL}/settings", put_settings),
    ("PUT", rf"{CONTROL}/delay", put_delay),
    ("GET", rf"{CONTROL}/received", get_received),
    ("DELETE", CONTROL, reset),
)


def answer(protocol: Protocol, shop: Any, request: Request) -> Answer:
    """Answer a request; except below /_control, injected failure and authorization come before the route."""
    path, query = urlsplit(request.target).path, urlsplit(request.target).query
    if path.startswith(CONTROL):
        return dispatch((*CONTROLS, *protocol.routes), shop, request.method, path, query, request.body)
    time.sleep(shop.delay)
    failure = take_failure(shop.failures, request.method, path)
    if failure and not failure.after:
        return _failed(protocol, failure, "injected failure")
    if not request.is_authorized:
        return UNAUTHORIZED, protocol.error(protocol.unauthorized)
    response = dispatch(protocol.routes, shop, request.method, path, query, request.body)
    return _failed(protocol, failure, "injected failure, after the effect") if failure else response


def _failed(protocol: Protocol, failure: Failure, text: str) -> Answer:
    content = protocol.error(text) if failure.text is None else Reply(failure.text.encode())
    return failure.status, reply_of(content)._replace(headers=failure.headers) if failure.headers else content
