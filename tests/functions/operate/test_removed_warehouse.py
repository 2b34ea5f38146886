"""A warehouse that was removed: what arrived there at the last moment counts nowhere, and its ledger stays readable."""

from collections.abc import Mapping

import pytest

from functions.allocate import route
from packhorse.aws.queues import message_body
from packhorse.domain.catalogue.product import Listing
from packhorse.domain.configuration.channel import MAIN
from packhorse.domain.values import ChannelId, OrderId, Sku
from packhorse.messages.orders import AdvanceOrder
from packhorse.store import configuration, listings
from packhorse.usecases.stock.read_offers import ConnectedChannel, quantities_to_publish
from simulation.aws.boundary import World
from simulation.builders import a_channel, a_configuration, a_line, a_warehouse, sqs_event
from simulation.merchant import MUG, Context, balance, ledger, put_stock, set_up
from tests.functions.operate.calls import call, encoded
from tests.functions.operate.interference import meanwhile
from tests.functions.operate.orders import get, one_routed

SHOP = ChannelId("shop")


@pytest.fixture(autouse=True)
def _removed(cloud: World) -> None:
    """The warehouse `berlin` is removed, while three mugs arrive there; one is in `main`."""
    places = a_warehouse("berlin"), a_warehouse("main")
    set_up(a_configuration(*places, channel=a_channel(SHOP), priorities=("main",), sync=True))
    put_stock(5, warehouse="berlin", event="1 counted")
    put_stock(-5, warehouse="berlin", event="2 moved out")
    with meanwhile("PutItem", lambda: put_stock(3, warehouse="berlin", event="3 a late delivery")):
        assert call("DELETE", "/warehouses/berlin").status == 204
    put_stock(1)


def offered() -> Mapping[Sku, int]:
    listings.put_listing(Listing(channel=SHOP, reference="ref", sku=MUG))
    config = configuration.current()
    _, ours = quantities_to_publish(ConnectedChannel(config.channels[SHOP], {}, config), [Sku(MUG)])
    return ours[MAIN]


def test_no_order_takes_its_stock() -> None:
    order_id = one_routed(a_line(quantity=2))
    route.handler(sqs_event(message_body(AdvanceOrder(order_id=OrderId(order_id)))), Context())

    [line] = get(order_id)["lines"]
    assert (line["allocations"], line["short"]) == ([{"warehouse": "main", "quantity": 1}], 1)
    assert "berlin" not in {each["warehouse"] for each in line["routing"]["candidates"]}
    assert balance(warehouse="berlin") == (3, 0, 3)


def test_its_stock_is_not_published() -> None:
    assert offered() == {MUG: 1}


def test_nobody_sends_anything_there() -> None:
    order = get(one_routed(a_line(quantity=2)))

    change = {"sku": MUG, "warehouse": "berlin", "add": 1}
    assert call("POST", "/stock/adjustments", {"adjustments": [change]}).fields == ["adjustments.0.warehouse"]
    assert call("POST", f"/orders/{order['id']}/lines/1/move", {"warehouse": "berlin"}).status == 422
    assert call("PUT", f"/products/{encoded(MUG)}", {"pinned_warehouse": "berlin"}).status == 422


def test_its_ledger_stays_readable_with_the_balance_after_each_movement() -> None:
    answer = call("GET", f"/stock/{encoded(MUG)}/movements", query={"warehouse": "berlin"})

    assert [each["on_hand_after"] for each in answer.body["items"]] == [3, 0, 5]
    assert ledger(warehouse="berlin") == balance(warehouse="berlin")[:2] == (3, 0)
