"""What lacks for a label stands with the fulfilment order from its hand-over, until it is there."""

import pytest

from functions.allocate import route
from local.world.carriers.easypost import EasyPostAccount
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product
from packhorse.store import catalogue, configuration
from simulation.aws.boundary import World
from simulation.builders import NOON, sqs_event
from simulation.carrier import CARRIER
from simulation.merchant import MUG, Context
from tests.conftest import queued
from tests.functions.fulfil.labels import an_order_of, connected, stored
from tests.functions.operate.calls import call


@pytest.fixture(autouse=True)
def carrier(cloud: World) -> EasyPostAccount:
    return connected(cloud)


def checks(order: str) -> list[str]:
    return [each.check for each in stored(order).fulfilments[0].checks]


def advance_all() -> None:
    """Deliver what the orders queue holds."""
    while messages := queued(settings.orders_queue_url):
        route.handler(sqs_event(*messages), Context())


def test_a_product_without_weight_is_named_until_it_has_one() -> None:
    catalogue.put_product(Product(sku=MUG))
    order = an_order_of()
    assert checks(order) == ["weight"]

    call("PATCH", f"/products/{MUG.replace(' ', '%20').replace('#', '%23')}", {"weight_g": 300})
    advance_all()

    assert checks(order) == []


def test_rows_can_be_listed_by_what_lacks_and_stay_to_be_shipped() -> None:
    catalogue.put_product(Product(sku=MUG))
    order = an_order_of()

    listed = call("GET", "/fulfilments", query={"check": "weight", "view": "to-ship"})

    assert [each["order_id"] for each in listed.body["items"]] == [order]


def test_without_a_carrier_account_nothing_lacks() -> None:
    configuration.apply_edit(lambda before: before.without_carrier(CARRIER), "owner", NOON)
    catalogue.put_product(Product(sku=MUG))

    assert checks(an_order_of()) == []


def test_a_parcel_that_passes_customs_lacks_what_these_ask_for() -> None:
    abroad = {"name": "Zoë", "address1": "1 Lane", "city": "Zürich", "postcode": "8001", "country": "CH"}

    assert checks(an_order_of(ship_to=abroad)) == ["customs"]
