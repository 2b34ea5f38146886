"""Shippo over HTTP, below /shippo.

Its API, with `Authorization: ShippoToken <token>`:

    POST /shipments        GET /shipments/{id}
    POST /transactions     GET /transactions?rate=&object_status=&results=     GET /transactions/{id}
    POST /refunds          GET /refunds/{id}
    POST /manifests        GET /manifests?results=                             GET /manifests/{id}
    GET  /files/{transaction or manifest}.{pdf,png,zpl}    without credentials, as the bucket where such files are

The control API is that of EasyPost (easypost_server.py); {"key"} is the token.
"""

from typing import Any

from local.world import control
from local.world.carriers import shippo, shippo_manifests
from local.world.carriers.account import Json, file_of, in_turn
from local.world.carriers.controlling import Means, control_routes
from local.world.carriers.shippo import ShippoAccount
from local.world.control import Protocol, Request
from local.world.routes import BAD_REQUEST, NOT_FOUND, OK, Answer, Query, routes

PREFIX = "/shippo"
FILES = "/files/"
CREATED = 201


@in_turn
def post_shipment(account: ShippoAccount, _: Query, body: Any) -> Answer:
    """POST /shipments."""
    return CREATED, shippo.create_shipment(account, body)


@in_turn
def get_shipment(account: ShippoAccount, _: Query, __: Any, shipment: str) -> Answer:
    """GET /shipments/{id}."""
    return OK, _existing(account.shipments, shipment)


@in_turn
def post_transaction(account: ShippoAccount, _: Query, body: Any) -> Answer:
    """POST /transactions."""
    return CREATED, shippo.buy(account, body)


@in_turn
def get_transactions(account: ShippoAccount, query: Query, _: Any) -> Answer:
    """GET /transactions."""
    shippo.count_list(account)
    filters = {"rate": query.get("rate"), "status": query.get("object_status")}
    wanted = {name: values[0] for name, values in filters.items() if values}
    found = [each for each in account.transactions.values() if all(each[name] == wanted[name] for name in wanted)]
    newest = found[::-1][: int(query.get("results", ["5"])[0])]
    return OK, {"next": None, "previous": None, "results": newest}


@in_turn
def get_transaction(account: ShippoAccount, _: Query, __: Any, transaction: str) -> Answer:
    """GET /transactions/{id}."""
    return OK, _existing(account.transactions, transaction)


@in_turn
def post_refund(account: ShippoAccount, _: Query, body: Any) -> Answer:
    """POST /refunds."""
    return CREATED, shippo.refund(account, body)


@in_turn
def get_refund(account: ShippoAccount, _: Query, __: Any, refund: str) -> Answer:
    """GET /refunds/{id}."""
    return OK, _existing(account.refunds, refund)


@in_turn
def post_manifest(account: ShippoAccount, _: Query, body: Any) -> Answer:
    """POST /manifests."""
    return CREATED, shippo_manifests.create_manifest(account, body)


@in_turn
def get_manifests(account: ShippoAccount, query: Query, _: Any) -> Answer:
    """GET /manifests, newest first."""
    shippo.count_list(account)
    newest = list(account.manifests.values())[::-1][: int(query.get("results", ["5"])[0])]
    return OK, {"next": None, "previous": None, "results": newest}


@in_turn
def get_manifest(account: ShippoAccount, _: Query, __: Any, manifest: str) -> Answer:
    """GET /manifests/{id}."""
    return OK, _existing(account.manifests, manifest)


@in_turn
def get_file(account: ShippoAccount, _: Query, __: Any, transaction: str, ending: str) -> Answer:
    """GET /files/{transaction or manifest}.{ending}."""
    if manifest := account.manifests.get(transaction):
        return OK, file_of(shippo_manifests.sheet_of(account, manifest), ending)
    found = account.transactions.get(transaction)
    if found is None or not found["label_url"].endswith(f".{ending}"):
        return NOT_FOUND, {"detail": "Not found."}
    return OK, file_of(shippo.label_of(account, found), ending)


def _existing(objects: dict[str, Json], name: str) -> Json:
    if name not in objects:
        raise shippo.not_found()
    return objects[name]


CONTROL = Means(
    advance=shippo.advance,
    bought=lambda account, parcel: account.transactions[parcel["transaction"]],
    settle_refund=shippo.settle_refund,
    refund_decided=shippo.refund_decided,
    signature=shippo.signature,
)
ROUTES = routes(
    ("POST", r"/shipments/?", post_shipment),
    ("GET", r"/shipments/([^/]+)/?", get_shipment),
    ("POST", r"/transactions/?", post_transaction),
    ("GET", r"/transactions/?", get_transactions),
    ("GET", r"/transactions/([^/]+)/?", get_transaction),
    ("POST", r"/refunds/?", post_refund),
    ("GET", r"/refunds/([^/]+)/?", get_refund),
    ("POST", r"/manifests/?", post_manifest),
    ("GET", r"/manifests/?", get_manifests),
    ("GET", r"/manifests/([^/]+)/?", get_manifest),
    ("GET", rf"{FILES}([^/.]+)\.(pdf|png|zpl)", get_file),
    *control_routes(CONTROL),
)

PROTOCOL = Protocol(ROUTES, lambda text: {"detail": text}, "Token does not exist")


def answer(account: ShippoAccount, method: str, target: str, token: str, body: bytes, host: str = "") -> Answer:
    """Answer a request with the given `Authorization` header; `host` is that of the URLs of files."""
    path = target.removeprefix(PREFIX)
    account.base_url = f"http://{host}{PREFIX}"
    is_file = path.startswith(FILES)
    if is_file and token:
        return BAD_REQUEST, {"detail": "only one way of authorization is allowed: that of the URL"}
    is_authorized = is_file or token == f"ShippoToken {account.settings.key}"
    return control.answer(PROTOCOL, account, Request(method, path, body, is_authorized))
