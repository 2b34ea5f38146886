"""The simulated eBay over HTTP, below /ebay.

    POST /identity/v1/oauth2/token             Basic App ID:Cert ID; refresh_token and client_credentials
    /sell/fulfillment/v1/order...              ebay_orders.py, with `Authorization: Bearer <token>` of the right scope
    /sell/inventory/v1/...                     ebay_items.py, in the same way
    /commerce/notification/v1/...              ebay_notifications.py, in the same way, or with an application's token
    POST /ws/api.dll                           ebay_trading.py, with `X-EBAY-API-IAF-TOKEN` and its other headers

The control API for tests and the demo, without a token:

    PUT    /_control/settings     {"client_id", "client_secret", "refresh_token", "token_seconds", "scopes", ...}: any
    PUT    /_control/orders       [an order of the Fulfillment API]: added or replaced
    PUT    /_control/items        [{"sku", "quantity", "title"}]: of the Inventory API, added or replaced
    PUT    /_control/listings     [{"item", "sku", "quantity", "variations": {sku: {"quantity"}}}]: of the Trading API
    POST   /_control/shipments    {"order", "lineItems", ...}: the seller marks it as shipped on eBay itself
    POST   /_control/notifications {"topic", "order" or "data", "url"}: signed, to the url or to whoever subscribed
    DELETE /_control/tokens       let every access token expire
    POST   /_control/failures     as of the generic shop (server.py)
    PUT    /_control/delay        {"seconds"}
    GET    /_control/received     the whole state
    DELETE /_control              reset the state
"""

import base64
import re
from collections.abc import Callable, Mapping
from email.message import Message
from typing import Any
from urllib.parse import quote, urlsplit

from local.world import control, ebay_items, ebay_notifications, ebay_orders, ebay_trading
from local.world.control import CONTROL, Protocol, Request
from local.world.ebay import SCOPE, Ebay, Json
from local.world.ebay_orders import errors
from local.world.routes import BAD_REQUEST, FORBIDDEN, OK, UNAUTHORIZED, Answer, Query, routes

PREFIX = "/ebay"
GRANT = "/identity/v1/oauth2/token"
SCOPES = tuple(
    (re.compile(path), scopes) for path, scopes in (*ebay_orders.SCOPES, *ebay_items.SCOPES, *ebay_notifications.SCOPES)
)


def post_grant(ebay: Ebay, _: Query, body: Json) -> Answer:
    """POST /identity/v1/oauth2/token; `basic` is the Authorization header, which travels with the form."""
    own = f"{ebay.settings.client_id}:{ebay.settings.client_secret}".encode()
    if body.get("basic") != f"Basic {base64.b64encode(own).decode()}":
        return UNAUTHORIZED, {"error": "invalid_client", "error_description": "client authentication failed"}
    kind, wanted = body.get("grant_type"), body.get("scope", "").split()
    if kind == "refresh_token" and body.get("refresh_token") != ebay.settings.refresh_token:
        text = "the provided authorization refresh token is invalid or was issued to another client"
        return BAD_REQUEST, {"error": "invalid_grant", "error_description": text}
    if kind not in ("refresh_token", "client_credentials"):
        return BAD_REQUEST, {"error": "unsupported_grant_type"}
    of_seller = kind == "refresh_token"
    granted = list(ebay.settings.scopes) if of_seller else [SCOPE]
    if not set(wanted) <= set(granted) or not (wanted or of_seller):
        return BAD_REQUEST, {"error": "invalid_scope"}
    token = ebay.issue(wanted or granted, of_seller=of_seller)
    named = "User Access Token" if of_seller else "Application Access Token"
    return OK, {"access_token": token, "expires_in": ebay.settings.token_seconds, "token_type": named}


def put_orders(ebay: Ebay, _: Query, body: list[Json]) -> Answer:
    """PUT /_control/orders."""
    for order in body:
        ebay.put_order(order)
    return OK, {"orders": list(ebay.orders)}


def post_shipment(ebay: Ebay, _: Query, body: Json) -> Answer:
    """POST /_control/shipments."""
    with ebay.lock:
        return OK, ebay.ship(body.pop("order"), body)


def expire_tokens(ebay: Ebay, _: Query, __: Any) -> Answer:
    """DELETE /_control/tokens."""
    ebay.tokens.clear()
    return OK, {}


ROUTES = routes(
    ("POST", GRANT, post_grant),
    *ebay_orders.ROUTES,
    *ebay_items.ROUTES,
    *ebay_trading.ROUTES,
    *ebay_notifications.ROUTES,
    ("PUT", rf"{CONTROL}/orders", put_orders),
    ("POST", rf"{CONTROL}/shipments", post_shipment),
    ("DELETE", rf"{CONTROL}/tokens", expire_tokens),
)
INVALID = "Invalid access token"
PROTOCOL = Protocol(ROUTES, lambda text: errors((1001, text), domain="OAuth"), INVALID)


def beside(ebay: Ebay) -> Callable[[str, str, Message, bytes], Answer | None]:
    """Return what answers a request to eBay, and None to any other."""

    def answered(method: str, target: str, headers: Message, body: bytes) -> Answer | None:
        return answer(ebay, method, target, headers, body) if target.startswith(f"{PREFIX}/") else None

    return answered


def answer(ebay: Ebay, method: str, target: str, headers: Mapping[str, str] | Message, body: bytes) -> Answer:
    """Answer a request; a token without the scope of its path is forbidden."""
    target = target.removeprefix(PREFIX)
    path = urlsplit(target).path
    authorization = headers.get("Authorization") or ""
    if path == GRANT:
        form = body + b"&basic=" + quote(authorization).encode()
        return control.answer(PROTOCOL, ebay, Request(method, target, form, is_authorized=True))
    if path == ebay_trading.PATH:
        return _traded(ebay, Request(method, target, body, is_authorized=True), headers)
    scopes = ebay.scopes_of(authorization.removeprefix("Bearer "))
    if scopes is not None and not _allows(scopes, f"{method} {path}"):
        text = "Insufficient permissions to fulfill the request."
        return FORBIDDEN, errors((1100, text), domain="ACCESS")
    return control.answer(PROTOCOL, ebay, Request(method, target, body, is_authorized=scopes is not None))


def _traded(ebay: Ebay, request: Request, headers: Mapping[str, str] | Message) -> Answer:
    """Answer a call of the Trading API, which says in its answer that a token is none, or a header lacks."""
    name = headers.get("X-EBAY-API-CALL-NAME") or ""
    if not name or not headers.get("X-EBAY-API-COMPATIBILITY-LEVEL") or not headers.get("X-EBAY-API-SITEID"):
        return OK, ebay_trading.reply(name, [ebay_trading.TradingError(*ebay_trading.UNSUPPORTED)])
    scopes = ebay.scopes_of(headers.get("X-EBAY-API-IAF-TOKEN") or "")
    if scopes is None or len(scopes) == 1:  # that of the application names no seller
        return OK, ebay_trading.reply(name, [ebay_trading.TradingError(*ebay_trading.EXPIRED)])
    return control.answer(PROTOCOL, ebay, request)


def _allows(scopes: list[str], request: str) -> bool:
    needed = next((each for pattern, each in SCOPES if pattern.fullmatch(request)), None)
    return needed is None or not set(needed).isdisjoint(scopes)
