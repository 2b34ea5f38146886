"""Lines of orders edited by a person before hand-over, and what the channel sends afterwards."""

import json
from typing import Any

import pytest

from functions.allocate import route
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.configuration.warehouse import Region
from packhorse.domain.orders.channel_order import ChannelOrder, ChannelParcel
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Status
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.store import catalogue
from simulation.aws.boundary import World
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order, later, sqs_event
from simulation.merchant import MUG, Context, balance, ledger, put_stock, set_up, stored, told
from tests.conftest import queued
from tests.functions.ingest.test_webhook import PAID, a_shop, post
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import get, routed, step

pytestmark = pytest.mark.usefixtures("cloud")
LAMP = "0042-lamp"
LYON = {"name": "Ada Lovelace", "address1": "2 Rue Centrale", "city": "Lyon", "postcode": "69002", "country": "France"}


@pytest.fixture
def sent(cloud: World) -> ChannelOrder:
    """Return the channel's message of an unpaid order of three mugs and a lamp, with both in stock."""
    set_up(None, MUG, LAMP)
    put_stock(5)
    put_stock(5, LAMP)
    return an_order(a_line(quantity=3), a_line(LAMP, line="2"), paid_at=None)


def edit(order_id: str, *lines: dict[str, Any], **more: Any) -> Answer:
    return call("PATCH", f"/orders/{order_id}", {"version": get(order_id)["version"], "lines": [*lines], **more})


def receive(*messages: ChannelOrder) -> None:
    for message in messages:
        assert route.handler(told(message), Context()) == {"batchItemFailures": []}


def advance_all() -> None:
    """Deliver what the orders queue has by now."""
    while bodies := queued(settings.orders_queue_url):
        assert route.handler(sqs_event(*bodies), Context()) == {"batchItemFailures": []}


def wanted(order_id: str) -> list[tuple[str, int]]:
    return [(line["sku"], line["quantity"] - line["cancelled"]) for line in get(order_id)["lines"]]


def entries(order_id: str, what: str) -> list[str]:
    return [entry["detail"] for entry in get(order_id)["timeline"] if entry["what"] == what]


@pytest.mark.parametrize("units", [0, 1, 4])
def test_another_quantity_takes_and_gives_back_stock_in_the_same_change(sent: ChannelOrder, units: int) -> None:
    (order_id,) = routed(sent)

    assert edit(order_id, {"id": "1", "quantity": units}).status == 200

    assert wanted(order_id) == [(MUG, units), (LAMP, 1)]
    assert (balance(), ledger()) == ((5, units, 5 - units), (5, units))
    assert entries(order_id, "edited") == [f"{MUG}: {units} {'unit' if units == 1 else 'units'}, not 3"]


def test_what_is_not_there_of_a_larger_line_is_short(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)

    edit(order_id, {"id": "1", "quantity": 7})

    assert (get(order_id)["lines"][0]["short"], balance()) == (2, (5, 5, 0))


def test_no_units_of_any_line_cancel_the_order_for_good(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)

    edit(order_id, {"id": "1", "quantity": 0}, {"id": "2", "quantity": 0})
    receive(later(sent, paid_at=sent.placed_at))

    assert (get(order_id)["status"], balance(), balance(LAMP)) == ("cancelled", (5, 0, 5), (5, 0, 5))


def test_a_message_that_repeats_the_lines_leaves_those_of_the_person(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)
    edit(order_id, {"id": "1", "quantity": 1}, {"id": "2", "sku": MUG, "quantity": 2})
    before = wanted(order_id)

    receive(sent, later(sent), later(sent, 2, note="hurry"))

    assert wanted(order_id) == before == [(MUG, 1), (MUG, 2)]
    assert (balance(), balance(LAMP)) == ((5, 3, 2), (5, 0, 5))
    assert entries(order_id, "edit_overwritten") == []


def test_a_channel_that_changes_a_quantity_wins_that_of_this_line_alone(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)
    edit(order_id, {"id": "1", "quantity": 1}, {"id": "2", "quantity": 3})

    receive(later(sent, lines=(a_line(quantity=2), a_line(LAMP, line="2"))))

    assert wanted(order_id) == [(MUG, 2), (LAMP, 3)]
    assert entries(order_id, "edit_overwritten") == [f"{MUG}: its units, which a person had set"]
    assert (balance(), balance(LAMP)) == ((5, 2, 3), (5, 3, 2))


def test_all_has_left_according_to_a_channel_means_all_that_it_knows_of(sent: ChannelOrder) -> None:
    receive(sent)
    assert edit(sent.order_id, {"id": "1", "quantity": 5}).status == 200
    advance_all()

    receive(later(sent, paid_at=NOON, shipped_at=NOON))

    assert get(sent.order_id)["status"] == "partially_shipped"
    assert balance() == (2, 2, 0)
    assert balance(LAMP) == (4, 0, 4)


def test_a_channel_that_changes_the_item_wins_over_the_persons_product(sent: ChannelOrder) -> None:
    catalogue.put_product(Product(sku="SAUCER"))
    (order_id,) = routed(sent)
    edit(order_id, {"id": "2", "sku": MUG})

    receive(later(sent, lines=(a_line(quantity=3), a_line("SAUCER", line="2"))))

    assert wanted(order_id) == [(MUG, 3), ("SAUCER", 1)]
    assert (balance(), balance(LAMP)) == ((5, 3, 2), (5, 0, 5))


def test_another_item_of_the_channel_comes_with_its_quantity(sent: ChannelOrder) -> None:
    """However often the message comes: the number is that of the item before, which a person had edited."""
    catalogue.put_product(Product(sku="SAUCER"))
    (order_id,) = routed(sent)
    edit(order_id, {"id": "1", "quantity": 1})
    replaced = (a_line("SAUCER", quantity=3), a_line(LAMP, line="2"))

    for minutes in (1, 2, 3):
        receive(later(sent, minutes, lines=replaced))
        assert wanted(order_id) == [("SAUCER", 3), (LAMP, 1)]

    assert entries(order_id, "edit_overwritten") == [f"{MUG}: its units, which a person had set"]


@pytest.mark.parametrize(("stated", "left"), [(1, 1), (2, 2), (4, 3)])
def test_a_channel_that_changes_a_quantity_counts_what_was_cancelled_as_if_nobody_had_edited(
    sent: ChannelOrder, stated: int, left: int
) -> None:
    """Of three one was cancelled here: the channel's fewer ones are first its refund, its more come beside two."""
    (order_id,) = routed(sent)
    call("POST", f"/orders/{order_id}/lines/1/cancel", {"keep": 2})
    edit(order_id, {"id": "1", "quantity": 1})

    receive(later(sent, lines=(a_line(quantity=stated), a_line(LAMP, line="2"))))

    assert wanted(order_id) == [(MUG, left), (LAMP, 1)]
    assert balance() == (5, left, 5 - left)


def test_a_channel_that_changes_a_quantity_does_not_open_what_a_person_cancelled(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)
    edit(order_id, {"id": "1", "quantity": 0}, {"id": "2", "quantity": 0})

    receive(later(sent, lines=(a_line(quantity=2), a_line(LAMP, line="2"))))

    assert (get(order_id)["status"], balance()) == ("cancelled", (5, 0, 5))


def test_a_channel_that_removes_an_edited_line_removes_it(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)
    edit(order_id, {"id": "2", "quantity": 4})

    receive(later(sent, lines=(a_line(quantity=3), a_line(LAMP, line="2", quantity=0))))

    assert (wanted(order_id), balance(LAMP)) == ([(MUG, 3), (LAMP, 0)], (5, 0, 5))


def test_another_product_gives_back_the_stock_of_the_first_and_takes_its_own(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)

    edit(order_id, {"id": "1", "sku": LAMP})

    assert (wanted(order_id), balance(), balance(LAMP)) == ([(LAMP, 3), (LAMP, 1)], (5, 0, 5), (5, 4, 1))
    edit(order_id, {"id": "1", "sku": MUG})
    receive(later(sent))
    assert (wanted(order_id), balance(), balance(LAMP)) == ([(MUG, 3), (LAMP, 1)], (5, 3, 2), (5, 1, 4))


def test_a_kit_as_another_product_takes_its_components(sent: ChannelOrder) -> None:
    catalogue.put_product(Product(sku="SET", kind=ProductKind.KIT, components={MUG: 1, LAMP: 2}))
    (order_id,) = routed(sent)

    edit(order_id, {"id": "1", "quantity": 0}, {"id": "2", "sku": "SET"})

    assert (balance(), balance(LAMP)) == ((5, 1, 4), (5, 2, 3))


def test_a_line_without_a_product_gets_one(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent.replace(lines=(a_line("NO-SUCH"),)))
    assert get(order_id)["exceptions"]

    edit(order_id, {"id": "1", "sku": MUG})

    assert (get(order_id)["exceptions"], balance()) == ([], (5, 1, 4))


def test_a_file_that_numbers_lines_and_a_channel_with_ids_of_its_own_leave_what_a_person_set(
    sent: ChannelOrder,
) -> None:
    of_file = sent.replace(lists_parcels=False)
    (order_id,) = routed(of_file)
    edit(order_id, {"id": "1", "sku": LAMP, "quantity": 2})

    of_channel = (a_line(quantity=3, line="901", reference="v1"), a_line(LAMP, line="902", reference="v2"))
    receive(of_file, later(sent, lines=of_channel), later(sent, 2, lines=of_channel))

    assert wanted(order_id) == [(LAMP, 2), (LAMP, 1)]
    assert (balance(), balance(LAMP)) == ((5, 0, 5), (5, 3, 2))


def test_a_webhook_that_repeats_an_order_leaves_what_a_person_set() -> None:
    body = json.loads(PAID.read_bytes())
    a_shop()
    line = body["line_items"][0]
    for sku in {line["sku"], LAMP}:
        catalogue.put_product(Product(sku=sku))
    assert post(json.dumps(body).encode()) == 200
    advance_all()
    (order_id,) = (each["id"] for each in call("GET", "/orders").body["items"])
    step(order_id, "hold", {"reason": "wait"})
    assert edit(order_id, {"id": str(line["id"]), "sku": LAMP, "quantity": 5}).status == 200

    again = json.dumps({**body, "updated_at": "2030-01-01T00:00:00Z"}).encode()
    assert post(again, topic="orders/updated") == 200
    advance_all()

    assert wanted(order_id)[0] == (LAMP, 5)


def test_units_that_a_hold_took_back_are_handed_over_as_edited(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent.replace(paid_at=sent.placed_at))
    assert edit(order_id, {"id": "1", "quantity": 1}).status == 409
    step(order_id, "hold", {"reason": "wait"})

    assert edit(order_id, {"id": "1", "quantity": 1}).status == 200
    step(order_id, "release")
    advance_all()

    first, second = stored(sent).fulfilments
    assert (first.status, second.status) == (FulfilmentStatus.CANCELLED, FulfilmentStatus.QUEUED)
    assert second.wanted == {"1": 1, "2": 1}
    assert (stored(sent).status, balance()) == (Status.IN_FULFILMENT, (5, 1, 4))


def test_units_that_a_hold_took_back_ship_from_the_warehouse_of_an_edited_address(cloud: World) -> None:
    lyon = a_warehouse("lyon", regions=(Region(country="FR"),))
    set_up(a_configuration(a_warehouse("main"), lyon, a_warehouse("rest")))
    put_stock(5)
    put_stock(5, warehouse="lyon")
    order = an_order(a_line(quantity=2))
    (order_id,) = routed(order)
    step(order_id, "hold", {"reason": "another address"})

    assert edit(order_id, ship_to=LYON).status == 200
    step(order_id, "release")
    advance_all()

    assert (balance(), balance(warehouse="lyon")) == ((5, 0, 5), (5, 2, 3))
    assert [each.warehouse for each in stored(order).fulfilments if each.is_open] == ["lyon"]


@pytest.mark.parametrize("quantity", [-1, True, "2"])
def test_what_is_no_quantity_is_refused(sent: ChannelOrder, quantity: Any) -> None:
    (order_id,) = routed(sent)

    assert edit(order_id, {"id": "1", "quantity": quantity}).status == 422


@pytest.mark.parametrize(("change", "field"), [({"quantity": 1}, "quantity"), ({"sku": LAMP}, "sku")])
def test_units_that_have_shipped_stay_as_they_are(sent: ChannelOrder, change: dict[str, Any], field: str) -> None:
    (order_id,) = routed(sent.replace(lines=(a_line(quantity=6),)))
    two_left = ChannelParcel(carrier="UPS", tracking="1Z", lines=(LineQuantity(line="1", quantity=2),))
    receive(later(sent, lines=(a_line(quantity=6),), parcels=(two_left,)))

    answer = edit(order_id, {"id": "1", **change})

    assert (answer.status, answer.fields) == (409, [field])
    assert edit(order_id, {"id": "1", "quantity": 2}).body["status"] == "complete"


@pytest.mark.parametrize(
    ("line", "field"),
    [({"id": "9", "quantity": 1}, "lines.0.id"), ({"id": "1", "sku": "NO-SUCH"}, "lines.0.sku")],
)
def test_a_line_or_product_that_does_not_exist_is_an_error_at_its_field(
    sent: ChannelOrder, line: dict[str, Any], field: str
) -> None:
    (order_id,) = routed(sent)

    answer = edit(order_id, line)

    assert (answer.status, answer.fields) == (422, [field])


def test_a_line_that_is_named_twice_is_refused(sent: ChannelOrder) -> None:
    (order_id,) = routed(sent)

    assert edit(order_id, {"id": "1", "quantity": 1}, {"id": "1", "sku": LAMP}).status == 422
