"""What every simulated shop has: failures on order, a delay, and what tests and the demo do to it below /_control."""

import time
from dataclasses import asdict
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from local.world.failures import Failure, met
from local.world.routes import OK, UNAUTHORIZED, Answer, Query, Routes, routed, routes

CONTROL = "/_control"


class Asked(NamedTuple):
    """A request; `is_welcome`: whether its token opens the shop, if it needs one."""

    method: str
    target: str
    body: bytes
    is_welcome: bool


class Protocol(NamedTuple):
    """What a shop speaks: its routes, the field that says what is wrong, and how it turns strangers away."""

    routes: Routes
    wrong: str
    refusal: str


def post_failure(shop: Any, _: Query, body: dict[str, Any]) -> Answer:
    """POST /_control/failures."""
    shop.failures.append(Failure(**body))
    return OK, [vars(failure) for failure in shop.failures]


def put_delay(shop: Any, _: Query, body: dict[str, Any]) -> Answer:
    """PUT /_control/delay."""
    shop.delay = float(body["seconds"])
    return OK, {"seconds": shop.delay}


def get_received(shop: Any, _: Query, __: Any) -> Answer:
    """GET /_control/received."""
    return OK, asdict(shop)


def reset(shop: Any, _: Query, __: Any) -> Answer:
    """DELETE /_control."""
    vars(shop).update(vars(type(shop)()))
    return OK, {}


CONTROLS = routes(
    ("GET", rf"{CONTROL}/health", lambda *_: (OK, {})),
    ("POST", rf"{CONTROL}/failures", post_failure),
    ("PUT", rf"{CONTROL}/delay", put_delay),
    ("GET", rf"{CONTROL}/received", get_received),
    ("DELETE", CONTROL, reset),
)


def answer(protocol: Protocol, shop: Any, asked: Asked) -> Answer:
    """What the shop says to a request: by its failures, its token, its route, in this order; /_control by its route."""
    path, query = urlsplit(asked.target).path, urlsplit(asked.target).query
    if path.startswith(CONTROL):
        return routed((*CONTROLS, *protocol.routes), shop, asked.method, path, query, asked.body)
    time.sleep(shop.delay)
    failure = met(shop.failures, asked.method, path)
    if failure and not failure.after:
        return failure.status, {protocol.wrong: "told to fail"}
    if not asked.is_welcome:
        return UNAUTHORIZED, {protocol.wrong: protocol.refusal}
    said = routed(protocol.routes, shop, asked.method, path, query, asked.body)
    return (failure.status, {protocol.wrong: "told to fail, after it was done"}) if failure else said
