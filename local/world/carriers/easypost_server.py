"""EasyPost over HTTP, below /easypost.

Its API, with `Authorization: Basic <key:>`:

    POST /v2/shipments               GET /v2/shipments/{id}          POST /v2/shipments/{id}/buy
    POST /v2/shipments/{id}/refund   GET /v2/shipments/{id}/label?file_format=
    POST /v2/scan_forms              GET /v2/scan_forms/{id}
    GET  /files/postage_label/{id}.{pdf,png,zpl}    without credentials, as the bucket where such files are
    GET  /files/scan_form/{id}.pdf                  likewise

The control API for tests and the demo, without credentials:

    PUT    /_control/settings     {"key", "webhook_url", "webhook_secret", "funds", "currency", "refused_zips",
                                  "refusing": {carrier: why}}, any of them
    POST   /_control/parcels      {"tracking", "status", "at", "message"}: a scan; sends its webhook, with "times": 2
                                  twice, with "webhook": false not at all
    POST   /_control/webhooks     {"tracking", "places": [1, 0]}: send webhooks of a parcel again, in this order
    POST   /_control/refunds      {"tracking"}: the carrier decides a refund that was requested, with "rejected": true
                                  against it; sends its webhook, with "webhook": false not
    POST   /_control/failures     as of the generic shop (server.py)
    PUT    /_control/delay        {"seconds"}
    GET    /_control/received     the whole state: settings, shipments, parcels, purchases, events, deliveries, ...
    DELETE /_control              reset the state
"""

from base64 import b64encode
from typing import Any

from local.world import control
from local.world.carriers import easypost, easypost_forms, easypost_shipments, easypost_trackers
from local.world.carriers.account import file_of, in_turn
from local.world.carriers.controlling import Means, control_routes
from local.world.carriers.easypost import EasyPostAccount
from local.world.control import Protocol, Request
from local.world.routes import BAD_REQUEST, NOT_FOUND, OK, Answer, Query, routes

PREFIX = "/easypost"
FILES = "/files/"
CREATED = 201


@in_turn
def post_shipment(account: EasyPostAccount, _: Query, body: Any) -> Answer:
    """POST /v2/shipments."""
    return CREATED, easypost_shipments.create_shipment(account, body)


@in_turn
def get_shipment(account: EasyPostAccount, _: Query, __: Any, shipment: str) -> Answer:
    """GET /v2/shipments/{id}."""
    return OK, easypost_shipments.shipment_of(account, shipment)


@in_turn
def post_buy(account: EasyPostAccount, _: Query, body: Any, shipment: str) -> Answer:
    """POST /v2/shipments/{id}/buy."""
    return OK, easypost_shipments.buy(account, easypost_shipments.shipment_of(account, shipment), body)


@in_turn
def post_refund(account: EasyPostAccount, _: Query, __: Any, shipment: str) -> Answer:
    """POST /v2/shipments/{id}/refund."""
    return OK, easypost_shipments.refund(account, easypost_shipments.shipment_of(account, shipment))


@in_turn
def get_label(account: EasyPostAccount, query: Query, __: Any, shipment: str) -> Answer:
    """GET /v2/shipments/{id}/label."""
    return OK, easypost_shipments.convert(
        account, easypost_shipments.shipment_of(account, shipment), query["file_format"][0]
    )


@in_turn
def post_form(account: EasyPostAccount, _: Query, body: Any) -> Answer:
    """POST /v2/scan_forms."""
    return CREATED, easypost_forms.create_form(account, body)


@in_turn
def get_form(account: EasyPostAccount, _: Query, __: Any, form: str) -> Answer:
    """GET /v2/scan_forms/{id}."""
    return OK, easypost_forms.form_of(account, form)


@in_turn
def get_sheet(account: EasyPostAccount, _: Query, __: Any, form: str) -> Answer:
    """GET /files/scan_form/{id}.pdf."""
    return OK, file_of(easypost_forms.sheet_of(easypost_forms.form_of(account, form)), "pdf")


@in_turn
def get_file(account: EasyPostAccount, _: Query, __: Any, shipment: str, ending: str) -> Answer:
    """GET /files/postage_label/{id}.{ending}."""
    found = account.shipments.get(shipment)
    if found is None or not found["postage_label"]:
        return NOT_FOUND, {"error": "no such file"}
    return OK, file_of(easypost_shipments.label_of(found), ending)


CONTROL = Means(
    advance=easypost_trackers.advance,
    bought=lambda account, parcel: account.shipments[parcel["shipment_id"]],
    settle_refund=easypost_shipments.settle_refund,
    refund_decided=easypost_trackers.refund_decided,
    signature=easypost_trackers.signature,
)
ROUTES = routes(
    ("POST", r"/v2/shipments", post_shipment),
    ("GET", r"/v2/shipments/([^/]+)", get_shipment),
    ("POST", r"/v2/shipments/([^/]+)/buy", post_buy),
    ("POST", r"/v2/shipments/([^/]+)/refund", post_refund),
    ("GET", r"/v2/shipments/([^/]+)/label", get_label),
    ("POST", r"/v2/scan_forms", post_form),
    ("GET", r"/v2/scan_forms/([^/]+)", get_form),
    ("GET", rf"{FILES}scan_form/([^/.]+)\.pdf", get_sheet),
    ("GET", rf"{FILES}postage_label/([^/.]+)\.(pdf|png|zpl)", get_file),
    *control_routes(CONTROL),
)

UNAUTHORIZED = "Please provide a valid API key."
PROTOCOL = Protocol(ROUTES, lambda text: easypost.error("ERROR", text), UNAUTHORIZED)


def answer(account: EasyPostAccount, method: str, target: str, token: str, body: bytes, host: str = "") -> Answer:
    """Answer a request with the given `Authorization` header; `host` is that of the URLs of files."""
    path = target.removeprefix(PREFIX)
    account.base_url = f"http://{host}{PREFIX}"
    is_file = path.startswith(FILES)
    if is_file and token:
        return BAD_REQUEST, {"error": "only one way of authorization is allowed: that of the URL"}
    basic = f"Basic {b64encode(f'{account.settings.key}:'.encode()).decode()}"
    return control.answer(PROTOCOL, account, Request(method, path, body, is_file or token == basic))
