"""What tests of labels stand on: a connected carrier, orders, and the functions behind the API."""

from datetime import timedelta
from typing import Any

import pytest

from functions.fulfil import label
from functions.operate import documents
from local.world.carriers import shippo_server
from local.world.carriers.easypost import EasyPostAccount
from local.world.carriers.shippo import ShippoAccount
from local.world.failures import Failure
from packhorse.aws import secrets
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.carrier import CarrierAccount, CarrierKind
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.configuration.web_address import origin_of
from packhorse.domain.labels.label import LabelState
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId
from packhorse.store import catalogue, configuration, orders
from simulation.aws.boundary import World
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from simulation.carrier import ACCOUNT, SENDER, answer_with, connect_carrier
from simulation.merchant import MUG, Context, put_stock, set_up
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import one_routed

GRAMS = 350
AT_SHIPPO = "http://shippo.example"
SHIPPO = CarrierAccount(id="shippo", kind=CarrierKind.SHIPPO, base_url=f"{AT_SHIPPO}/shippo", calls_per_second=100)


def connected(cloud: World) -> EasyPostAccount:
    """A carrier that is connected; the warehouse has an address, and the mug a weight."""
    account = connect_carrier(cloud)
    set_up(a_configuration(a_warehouse(address=SENDER)).with_carrier(ACCOUNT))
    catalogue.put_product(Product(sku=MUG, name="Mug", weight_g=GRAMS))
    put_stock(1000)
    cloud.functions.handlers["test-label"] = run_label
    cloud.functions.handlers["test-documents"] = lambda event: documents.handler(event, Context())
    return account


def connected_to_shippo(cloud: World) -> ShippoAccount:
    """An account of Shippo, beside those that are connected."""
    account = ShippoAccount()
    keys = secrets.Credentials(token=account.settings.key, origin=origin_of(AT_SHIPPO))
    secrets.save_credentials(SHIPPO.id, keys, of=secrets.CARRIERS)
    cloud.web.serve(AT_SHIPPO, lambda request: answer_with(shippo_server.answer, account, request))
    configuration.apply_edit(lambda before: before.with_carrier(SHIPPO), "owner", NOON)
    return account


def run_label(event: dict[str, Any]) -> Any:
    """The answer of the label function."""
    return label.handler(event, Context())


def configured(**warehouse: Any) -> None:
    """Change settings of the warehouse."""
    new = Warehouse(**{"id": "main", "address": SENDER, **warehouse})
    configuration.apply_edit(lambda before: before.with_warehouse(new), "owner", NOON)


def an_order_of(quantity: int = 2, **more: Any) -> str:
    return one_routed(a_line(quantity=quantity), **more)


def merge(*names: str, **more: Any) -> Answer:
    """Put the first fulfilment orders of several orders into one parcel."""
    refs = [{"order": each, "fulfilment": 1} for each in names]
    return call("POST", "/merges", {"fulfilments": refs}, () if "who" in more else ("owner",), **more)


def stored(order: str) -> Order:
    return orders.get_order(OrderId(order))


def labels(order: str) -> list[LabelState]:
    return [each.state for each in stored(order).fulfilments[0].labels]


def fails(carrier: EasyPostAccount, status: int, ending: str = "", **more: Any) -> None:
    carrier.failures.append(Failure(status, ending=ending, **more))


def after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the carrier had been called two minutes ago."""
    monkeypatch.setattr("packhorse.domain.orders.labelling.CALL_LASTS", timedelta(0))


def files(cloud: World) -> dict[str, bytes]:
    """The labels in the bucket, by key."""
    [bucket] = cloud.s3.buckets.values()
    return {name: found.body for name, found in bucket.items() if name.startswith("labels/")}
