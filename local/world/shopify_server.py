"""The Shopify store over HTTP, below /shopify.

The Admin API, in the same version as the webhooks:

    POST /admin/oauth/access_token               client credentials grant
    POST /admin/api/2026-10/graphql.json         with `X-Shopify-Access-Token`; the schema of shopify_schema.py

The control API for tests and the demo, without a token:

    PUT    /_control/settings     {"token", "client_id", "client_secret", "token_seconds", "job_seconds"}, any of them;
                                  "services", locations that other apps manage, "compliance_url", where requests
                                  about personal data are posted, and "hides_buyers", as on a small plan
    PUT    /_control/variants     [{"id", "sku", "title", "item", "levels": {location: available}, "tracked"}]: added,
                                  or replaced
    PUT    /_control/orders       [a webhook's body of an order]: added or replaced, to be found by polls
    POST   /_control/holds        {"order", "reason", "place", "notes", "app"}: a person in the store, or another app
    DELETE /_control/holds        {"order", "id"}: a person in the store releases a hold, of whomever
    POST   /_control/sales        {"variant", "location", "quantity"}: the store itself sells units
    POST   /_control/privacy      {"topic", "customer", "orders"}: posted to the compliance url, as requests of buyers
    PUT    /_control/bucket       {"available", "maximum", "restored"}, any of them: the points of requests
    PUT    /_control/scopes       [scope]: what the app is granted
    DELETE /_control/webhooks     the store loses the webhooks that were created, as after hours of failures
    DELETE /_control/tokens       revoke every token that was fetched
    POST   /_control/failures     as of the generic shop (server.py)
    PUT    /_control/delay        {"seconds"}
    GET    /_control/received     the whole state: settings, locations, variants, updates, ...
    DELETE /_control              reset the state
"""

from typing import Any

from local.world import control
from local.world.control import Protocol, Request
from local.world.routes import BAD_REQUEST, OK, Answer, Query, routes
from local.world.shopify import API_VERSION
from local.world.shopify_events import PRIVACY, privacy_event
from local.world.shopify_schema import execute
from local.world.shopify_store import Bucket, Json, Store

PREFIX = "/shopify"
GRANT = "/admin/oauth/access_token"


def post_graphql(store: Store, _: Query, body: Json) -> Answer:
    """POST /admin/api/{version}/graphql.json."""
    return OK, execute(store, body)


def post_grant(store: Store, _: Query, body: Json) -> Answer:
    """POST /admin/oauth/access_token."""
    if body.get("grant_type") != "client_credentials":
        return BAD_REQUEST, {"error": "unsupported_grant_type"}
    token = store.grant(body.get("client_id", ""), body.get("client_secret", ""))
    if token is None:
        return BAD_REQUEST, {"error": "invalid_client"}
    return OK, {"access_token": token, "scope": ",".join(store.scopes), "expires_in": store.settings.token_seconds}


def put_variants(store: Store, _: Query, body: list[Json]) -> Answer:
    """PUT /_control/variants."""
    for variant in body:
        store.put_variant(variant)
    return OK, {"variants": list(store.variants)}


def put_orders(store: Store, _: Query, body: list[Json]) -> Answer:
    """PUT /_control/orders."""
    for order in body:
        store.put_order(order)
    return OK, {"orders": list(store.orders)}


def post_hold(store: Store, _: Query, body: Json) -> Answer:
    """POST /_control/holds."""
    with store.lock:
        order = store.orders[str(body.pop("order"))]
        hold = {"id": store.new_hold_id(), "place": next(iter(store.locations)), **body}
        order["holds"] = [*(order.get("holds") or ()), hold]
    return OK, order["holds"]


def delete_hold(store: Store, _: Query, body: Json) -> Answer:
    """DELETE /_control/holds."""
    with store.lock:
        order = store.orders[str(body["order"])]
        order["holds"] = [hold for hold in order.get("holds") or () if hold["id"] != body["id"]]
    return OK, order["holds"]


def post_sale(store: Store, _: Query, body: Json) -> Answer:
    """POST /_control/sales."""
    with store.lock:
        location = str(body.get("location") or next(iter(store.locations)))
        store.sell(str(body["variant"]), location, int(body["quantity"]))
    return OK, store.variants[str(body["variant"])].levels


def post_privacy(store: Store, _: Query, body: Json) -> Answer:
    """POST /_control/privacy."""
    if body.get("topic") not in PRIVACY:
        return BAD_REQUEST, {"error": f"topic: one of {', '.join(PRIVACY)}"}
    with store.lock:
        store.requests_made += 1
        event = privacy_event(store.requests_made, body["topic"], body.get("customer", {}), body.get("orders", []))
        store.events.append(event)
    return OK, event["payload"]


def put_bucket(store: Store, _: Query, body: Json) -> Answer:
    """PUT /_control/bucket."""
    store.bucket.refill()
    store.bucket = Bucket(**{**vars(store.bucket), **body})
    return OK, vars(store.bucket)


def revoke_tokens(store: Store, _: Query, __: Any) -> Answer:
    """DELETE /_control/tokens."""
    store.tokens.clear()
    return OK, {}


def put_scopes(store: Store, _: Query, body: list[str]) -> Answer:
    """PUT /_control/scopes."""
    store.scopes = body
    return OK, store.scopes


def lose_webhooks(store: Store, _: Query, __: Any) -> Answer:
    """DELETE /_control/webhooks."""
    store.webhooks.clear()
    return OK, {}


ROUTES = routes(
    ("POST", GRANT, post_grant),
    ("POST", rf"/admin/api/{API_VERSION}/graphql\.json", post_graphql),
    ("PUT", r"/_control/variants", put_variants),
    ("PUT", r"/_control/orders", put_orders),
    ("POST", r"/_control/holds", post_hold),
    ("DELETE", r"/_control/holds", delete_hold),
    ("POST", r"/_control/sales", post_sale),
    ("POST", r"/_control/privacy", post_privacy),
    ("PUT", r"/_control/bucket", put_bucket),
    ("PUT", r"/_control/scopes", put_scopes),
    ("DELETE", r"/_control/webhooks", lose_webhooks),
    ("DELETE", r"/_control/tokens", revoke_tokens),
)


UNAUTHORIZED = "[API] Invalid API key or access token (unrecognized login or wrong password)"
PROTOCOL = Protocol(ROUTES, lambda text: {"errors": text}, UNAUTHORIZED)


def answer(store: Store, method: str, target: str, token: str, body: bytes) -> Answer:
    """Answer a request with the given `X-Shopify-Access-Token`, which a request for a token does not have."""
    path = target.removeprefix(PREFIX)
    is_authorized = path == GRANT or store.accepts(token)
    return control.answer(PROTOCOL, store, Request(method, path, body, is_authorized))
