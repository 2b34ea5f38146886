"""The simulated Amazon over HTTP, below /amazon.

    POST /auth/o2/token                        refresh_token, and client_credentials for calls of the application itself
    /orders/...                                amazon_orders.py, with `x-amz-access-token`
    /listings/..., /sellers/...                amazon_listings.py, in the same way
    /reports/2021-06-30/...                    amazon_reports.py, in the same way
    /notifications/v1/...                      amazon_notifications.py, in the same way, or with an application's token

The control API for tests and the demo, without a token:

    PUT    /_control/settings     any of `amazon.Settings`
    PUT    /_control/orders       [an order of the Orders API]: added or replaced, and announced to who is subscribed
    PUT    /_control/listings     [{"sku", "title", "quantity", "channel"}]: added or replaced
    DELETE /_control/tokens       let every access token expire
    POST   /_control/failures     as of the generic shop (server.py)
    PUT    /_control/delay        {"seconds"}
    GET    /_control/received     the whole state
"""

import re
import threading
from collections.abc import Callable, Mapping
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

from local.world import (
    amazon_listings,
    amazon_notifications,
    amazon_orders,
    amazon_outbound,
    amazon_reports,
    amazon_warehouses,
    control,
)
from local.world.amazon import ROLES, Amazon, Json, errors
from local.world.amazon_notifications import GRANTLESS, Deliver, send_all, send_to_queue
from local.world.control import CONTROL, Protocol, Request
from local.world.routes import BAD_REQUEST, FORBIDDEN, OK, UNAUTHORIZED, Answer, Query, reply_of, routes

PREFIX = "/amazon"
GRANT = "/auth/o2/token"
TOO_MANY = 429
DENIED = "Access to requested resource is denied."
EXPIRED = "The access token you provided is revoked, malformed or invalid, or has expired."
RATES = tuple(
    (name, re.compile(path), rate, burst)
    for name, path, rate, burst in (
        *amazon_orders.RATES,
        *amazon_listings.RATES,
        *amazon_notifications.RATES,
        *amazon_outbound.RATES,
        *amazon_reports.RATES,
        *amazon_warehouses.RATES,
    )
)
SCOPES = frozenset({"sellingpartnerapi::notifications", "sellingpartnerapi::migration"})


def post_grant(amazon: Amazon, _: Query, body: Json) -> Answer:
    """POST /auth/o2/token."""
    known = amazon.settings
    if (body.get("client_id"), body.get("client_secret")) != (known.client_id, known.client_secret):
        return UNAUTHORIZED, {"error": "invalid_client", "error_description": "Client authentication failed"}
    kind = body.get("grant_type")
    if kind == "refresh_token" and body.get("refresh_token") != known.refresh_token:
        text = "The request has an invalid grant parameter : refresh_token"
        return BAD_REQUEST, {"error": "invalid_grant", "error_description": text}
    if kind == "client_credentials":
        if body.get("scope") not in SCOPES:
            return BAD_REQUEST, {"error": "invalid_scope", "error_description": "An unknown scope was requested"}
        token = amazon.issue(is_grantless=True)
        return OK, {"access_token": token, "token_type": "bearer", "expires_in": known.token_seconds}
    if kind != "refresh_token":
        return BAD_REQUEST, {"error": "unsupported_grant_type"}
    return OK, {"access_token": amazon.issue(), "token_type": "bearer", "expires_in": known.token_seconds}


def put_orders(amazon: Amazon, _: Query, body: list[Json]) -> Answer:
    """PUT /_control/orders."""
    for order in body:
        amazon.put_order(order)
        amazon_notifications.announce(amazon, amazon.orders[order["orderId"]])
    return OK, {"orders": list(amazon.orders)}


def expire_tokens(amazon: Amazon, _: Query, __: Any) -> Answer:
    """DELETE /_control/tokens."""
    amazon.tokens.clear()
    amazon.grantless.clear()
    return OK, {}


ROUTES = routes(
    ("POST", GRANT, post_grant),
    *amazon_orders.ROUTES,
    *amazon_listings.ROUTES,
    *amazon_notifications.ROUTES,
    *amazon_reports.ROUTES,
    *amazon_outbound.ROUTES,
    *amazon_warehouses.ROUTES,
    ("PUT", rf"{CONTROL}/orders", put_orders),
    ("PUT", rf"{CONTROL}/listings", amazon_listings.put_listings),
    ("PUT", rf"{CONTROL}/stock", amazon_warehouses.put_stock),
    ("POST", rf"{CONTROL}/outbound/([^/]+)/(plan|pick|ship|fail)", amazon_warehouses.move),
    ("DELETE", rf"{CONTROL}/tokens", expire_tokens),
)
PROTOCOL = Protocol(ROUTES, lambda text: errors("InternalFailure", text), DENIED)


def beside(amazon: Amazon, deliver: Deliver = send_to_queue) -> Callable[[str, str, Message, bytes], Answer | None]:
    """Return what answers a request to Amazon, and None to any other; notifications are sent after an answer."""

    def answered(method: str, target: str, headers: Message, body: bytes) -> Answer | None:
        if not target.startswith(f"{PREFIX}/"):
            return None
        found = answer(amazon, method, target, headers, body)
        if amazon.outbox:
            threading.Thread(target=send_all, args=(amazon, deliver)).start()
        return found

    return answered


def answer(amazon: Amazon, method: str, target: str, headers: Mapping[str, str] | Message, body: bytes) -> Answer:
    """Answer a request: 403 without a valid token or a role, 429 beyond the rate of its operation."""
    target = target.removeprefix(PREFIX)
    path = urlsplit(target).path
    if host := headers.get("host"):
        amazon.origin = f"http://{host}{PREFIX}"
    if path == GRANT or path.startswith((CONTROL, amazon_reports.DOWNLOAD)):
        return control.answer(PROTOCOL, amazon, Request(method, target, body, is_authorized=True))
    called = f"{method} {path}"
    is_grantless = bool(GRANTLESS.fullmatch(called))
    if not amazon.is_valid(headers.get("x-amz-access-token") or "", is_grantless=is_grantless):
        return FORBIDDEN, errors("Unauthorized", DENIED, EXPIRED)
    if not set(_roles_of(path)) <= set(amazon.settings.roles):
        return FORBIDDEN, errors("Unauthorized", DENIED, "The application has not the role that this takes.")
    name, rate, burst = _rate_of(called)
    if name and not amazon.takes(name, rate, burst):
        return TOO_MANY, _limited(errors("QuotaExceeded", "You exceeded your quota for the requested resource."), rate)
    status, content = control.answer(PROTOCOL, amazon, Request(method, target, body, is_authorized=True))
    return status, _limited(content, rate) if name else content


def _roles_of(path: str) -> list[str]:
    listing, tracking, fulfilling = ROLES
    starts = (("/listings/", listing), ("/reports/", listing), ("/orders/", tracking), ("/fba/outbound/", fulfilling))
    return [role for start, role in starts if path.startswith(start)]


def _rate_of(called: str) -> tuple[str, float, float]:
    for name, pattern, rate, burst in RATES:
        if pattern.fullmatch(called):
            return name, rate, burst
    return "", 0, 0


def _limited(content: Any, rate: float) -> Any:
    reply = reply_of(content)
    return reply._replace(headers={**reply.headers, "x-amzn-RateLimit-Limit": str(rate)})
