"""The Shopify store over HTTP, below /shopify.

Its own protocol, of the API version that webhooks are of, too:

    POST /admin/oauth/access_token               client credentials grant
    POST /admin/api/2026-10/graphql.json         with `X-Shopify-Access-Token`; the schema of shopify_schema.py

What tests and the demo do to it, without a token:

    PUT    /_control/settings     {"token", "client_id", "client_secret", "token_seconds"}, any of them
    PUT    /_control/variants     [{"id", "sku", "item", "levels": {location: available}}]: added or replaced
    POST   /_control/sales        {"variant", "location", "quantity"}: sold in the store itself
    PUT    /_control/bucket       {"available", "maximum", "restored"}, any of them: points for questions
    DELETE /_control/tokens       every token that was fetched ends now
    POST   /_control/failures     as the generic shop has it
    PUT    /_control/delay        {"seconds"}
    GET    /_control/received     everything: settings, locations, variants, updates, ...
    DELETE /_control              forget everything
"""

import time
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from local.world.failures import Failure, met
from local.world.routes import BAD_REQUEST, OK, UNAUTHORIZED, Answer, Query, routed, routes
from local.world.shopify import API_VERSION
from local.world.shopify_schema import said
from local.world.shopify_store import Bucket, Json, Settings, Store

PREFIX = "/shopify"
GRANT = "/admin/oauth/access_token"


def post_question(store: Store, _: Query, body: Json) -> Answer:
    """POST /admin/api/{version}/graphql.json."""
    return OK, said(store, body)


def post_grant(store: Store, _: Query, body: Json) -> Answer:
    """POST /admin/oauth/access_token."""
    if body.get("grant_type") != "client_credentials":
        return BAD_REQUEST, {"error": "unsupported_grant_type"}
    token = store.grant(body.get("client_id", ""), body.get("client_secret", ""))
    if token is None:
        return BAD_REQUEST, {"error": "invalid_client"}
    scope = "read_products,read_inventory,write_inventory,read_locations"
    return OK, {"access_token": token, "scope": scope, "expires_in": store.settings.token_seconds}


def put_settings(store: Store, _: Query, body: Json) -> Answer:
    """PUT /_control/settings."""
    store.settings = Settings(**{**vars(store.settings), **body})
    return OK, vars(store.settings)


def put_variants(store: Store, _: Query, body: list[Json]) -> Answer:
    """PUT /_control/variants."""
    for variant in body:
        store.put_variant(variant)
    return OK, {"variants": list(store.variants)}


def post_sale(store: Store, _: Query, body: Json) -> Answer:
    """POST /_control/sales."""
    with store.lock:
        location = str(body.get("location") or next(iter(store.locations)))
        store.sell(str(body["variant"]), location, int(body["quantity"]))
    return OK, store.variants[str(body["variant"])].levels


def put_bucket(store: Store, _: Query, body: Json) -> Answer:
    """PUT /_control/bucket."""
    store.bucket.refill()
    store.bucket = Bucket(**{**vars(store.bucket), **body})
    return OK, vars(store.bucket)


def end_tokens(store: Store, _: Query, __: Any) -> Answer:
    """DELETE /_control/tokens."""
    store.tokens.clear()
    return OK, {}


def post_failure(store: Store, _: Query, body: Json) -> Answer:
    """POST /_control/failures."""
    store.failures.append(Failure(**body))
    return OK, [vars(failure) for failure in store.failures]


def put_delay(store: Store, _: Query, body: Json) -> Answer:
    """PUT /_control/delay."""
    store.delay = float(body["seconds"])
    return OK, {"seconds": store.delay}


def get_received(store: Store, _: Query, __: Any) -> Answer:
    """GET /_control/received."""
    return OK, asdict(store)


def reset(store: Store, _: Query, __: Any) -> Answer:
    """DELETE /_control."""
    vars(store).update(vars(Store()))
    return OK, {}


ROUTES = routes(
    ("POST", GRANT, post_grant),
    ("POST", rf"/admin/api/{API_VERSION}/graphql\.json", post_question),
    ("PUT", r"/_control/settings", put_settings),
    ("PUT", r"/_control/variants", put_variants),
    ("POST", r"/_control/sales", post_sale),
    ("PUT", r"/_control/bucket", put_bucket),
    ("DELETE", r"/_control/tokens", end_tokens),
    ("POST", r"/_control/failures", post_failure),
    ("PUT", r"/_control/delay", put_delay),
    ("GET", r"/_control/received", get_received),
    ("DELETE", r"/_control", reset),
)


def answer(store: Store, method: str, target: str, token: str, body: bytes) -> Answer:
    """What the store says to a request: by its failures, its token, its route, in this order."""
    path, query = urlsplit(target).path.removeprefix(PREFIX), urlsplit(target).query
    if path.startswith("/_control"):
        return routed(ROUTES, store, method, path, query, body)
    time.sleep(store.delay)
    failure = met(store.failures, method, path)
    if failure and not failure.after:
        return failure.status, {"errors": "told to fail"}
    if path != GRANT and not store.knows(token):
        return UNAUTHORIZED, {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}
    answered = routed(ROUTES, store, method, path, query, body)
    return (failure.status, {"errors": "told to fail, after it was done"}) if failure else answered
