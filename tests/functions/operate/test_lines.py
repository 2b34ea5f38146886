"""Lines that people send to another warehouse, or cancel."""

from typing import Any
from urllib.parse import quote

import pytest

from functions.allocate import route
from packhorse.domain.configuration.channel import ReduceOn
from packhorse.domain.orders.channel_order import ChannelOrder
from simulation.builders import a_channel, a_configuration, a_line, a_warehouse, an_order, later, sqs_event
from simulation.merchant import MUG, Context, advance, balance, ledger, put_stock, set_up, stored, told
from tests.functions.operate.calls import Answer, call

pytestmark = pytest.mark.usefixtures("cloud")


def an_unpaid_order(quantity: int = 4) -> ChannelOrder:
    """Allocated at the first warehouse, not handed over."""
    set_up(a_configuration(a_warehouse("east"), a_warehouse("west"), a_warehouse("main")))
    put_stock(10, warehouse="east")
    put_stock(3, warehouse="west")
    order = an_order(a_line(quantity=quantity), paid_at=None)
    route.handler(told(order), Context())
    return order


def move(order: ChannelOrder, warehouse: str = "west", line: str = "1") -> Answer:
    return call("POST", f"/orders/{order.order_id}/lines/{line}/move", {"warehouse": warehouse})


def test_stock_goes_back_and_is_taken_in_one_movement_each() -> None:
    order = an_unpaid_order(2)

    line = move(order).body["lines"][0]

    assert line["allocations"] == [{"warehouse": "west", "quantity": 2}]
    assert line["routing"]["rule"] == "manual"
    assert (balance(warehouse="east"), balance(warehouse="west")) == ((10, 0, 10), (3, 2, 1))
    assert (ledger(warehouse="east"), ledger(warehouse="west")) == ((10, 0), (3, 2))


def test_what_is_not_there_is_short() -> None:
    order = an_unpaid_order(4)

    line = move(order).body["lines"][0]

    assert (line["allocations"], line["short"]) == ([{"warehouse": "west", "quantity": 3}], 1)
    assert (balance(warehouse="east"), balance(warehouse="west")) == ((10, 0, 10), (3, 3, 0))


def test_a_line_goes_back_again_and_stays_where_it_was_sent() -> None:
    order = an_unpaid_order(2)

    move(order)
    move(order, "east")
    route.handler(sqs_event({"kind": "advance", "order_id": order.order_id}), Context())

    assert [part.warehouse for part in stored(order).lines[0].allocations] == ["east"]
    assert (balance(warehouse="east"), balance(warehouse="west")) == ((10, 2, 8), (3, 0, 3))


def test_a_line_that_was_handed_over_does_not_move() -> None:
    order = an_unpaid_order(2)
    call("POST", f"/orders/{order.order_id}/pay")
    route.handler(sqs_event({"kind": "advance", "order_id": order.order_id}), Context())

    assert move(order).status == 409

    assert (balance(warehouse="east"), balance(warehouse="west")) == ((10, 2, 8), (3, 0, 3))


def test_a_line_without_a_product_does_not_move() -> None:
    set_up()
    order = an_order(a_line("NOBODY KNOWS"))
    route.handler(told(order), Context())

    assert move(order, "main").status == 409


def test_a_line_or_a_warehouse_that_is_not_there() -> None:
    order = an_unpaid_order()

    assert move(order, line="9").status == 404
    assert [error["field"] for error in move(order, "moon").body["errors"]] == ["warehouse"]
    assert stored(order).timeline[-1].what != "moved"


def test_an_order_that_takes_no_stock_before_it_is_paid_takes_none_when_it_moves() -> None:
    set_up(a_configuration(a_warehouse("main"), a_warehouse("west"), channel=a_channel(reduce_on=ReduceOn.PAID)))
    put_stock(5, warehouse="west")
    order = an_order(a_line(quantity=3), paid_at=None)
    route.handler(told(order), Context())

    assert move(order).status == 200
    assert balance(warehouse="west") == (5, 0, 5)

    call("POST", f"/orders/{order.order_id}/pay")
    route.handler(advance(order), Context())

    assert balance(warehouse="west") == (5, 3, 2)


def test_stock_that_an_order_has_moves_although_it_takes_none_before_it_is_paid_by_now() -> None:
    order = an_unpaid_order(2)
    call("PATCH", "/channels/shop", {"reduce_on": "paid"})

    line = move(order).body["lines"][0]

    assert line["allocations"] == [{"warehouse": "west", "quantity": 2}]
    assert (balance(warehouse="east"), balance(warehouse="west")) == ((10, 0, 10), (3, 2, 1))


def test_a_move_is_told() -> None:
    order = an_unpaid_order(2)

    move(order)

    assert [entry.detail for entry in stored(order).timeline if entry.what == "moved"] == [f"{MUG} to west"]
    assert stored(order).lines[0].matched == MUG


# ---- cancelled


def cancel(order: ChannelOrder, line: str = "1", **body: Any) -> Answer:
    return call("POST", f"/orders/{order.order_id}/lines/{line}/cancel", body)


def test_a_part_of_a_line_is_cancelled_and_its_stock_goes_back() -> None:
    order = an_unpaid_order(4)

    answer = cancel(order, keep=1, reason="changed their mind")

    assert (answer.status, answer.body["lines"][0]["allocations"]) == (200, [{"warehouse": "east", "quantity": 1}])
    assert (balance(warehouse="east"), ledger(warehouse="east")) == ((10, 1, 9), (10, 1))


def test_stock_that_never_comes_back_is_written_off() -> None:
    order = an_unpaid_order(4)
    call("PUT", "/account", {"catchall": "main", "restock": {"own": "never"}})

    cancel(order)

    assert stored(order).status == "cancelled"
    assert (balance(warehouse="east"), ledger(warehouse="east")) == ((6, 0, 6), (6, 0))


@pytest.mark.parametrize(("line", "body", "status"), [("9", {}, 404), ("1", {"keep": -1}, 422), ("1", {"all": 1}, 422)])
def test_what_cannot_be_cancelled_says_so(line: str, body: dict[str, int], status: int) -> None:
    assert cancel(an_unpaid_order(2), line, **body).status == status


@pytest.mark.parametrize("line", ["MUG/RED", "/", "a/cancel", "x/lines/1?#%"])
def test_a_line_whose_id_has_slashes_is_moved_and_cancelled(line: str) -> None:
    set_up(a_configuration(a_warehouse("east"), a_warehouse("west")))
    put_stock(5, warehouse="east")
    put_stock(5, warehouse="west")
    order = an_order(a_line(quantity=2, line=line), paid_at=None)
    route.handler(told(order), Context())

    assert move(order, line=quote(line, safe="")).status == 200
    assert balance(warehouse="west") == (5, 2, 3)

    assert cancel(order, quote(line, safe=""), keep=1).body["lines"][0]["quantity"] == 2
    assert balance(warehouse="west") == (5, 1, 4)


# ---- without a product


def name(order: ChannelOrder, sku: str, line: str = "2") -> Answer:
    return call("POST", f"/orders/{order.order_id}/lines/{line}/product", {"sku": sku})


def an_order_with_a_custom_item() -> ChannelOrder:
    set_up()
    put_stock(10)
    order = an_order(a_line(line="1"), a_line("", line="2", name="Engraved plate"))
    route.handler(told(order), Context())
    assert stored(order).flags == {"exception"}
    return order


def test_a_person_names_the_product_of_a_custom_item_and_the_order_goes_on() -> None:
    order = an_order_with_a_custom_item()

    answer = name(order, MUG)
    route.handler(advance(order), Context())

    assert (answer.status, answer.body["lines"][1]["sku"]) == (200, MUG)
    assert (stored(order).status, stored(order).exceptions) == ("in_fulfilment", ())
    assert [entry.detail for entry in stored(order).timeline if entry.what == "product_named"] == [f"line 2 is {MUG}"]


def test_the_channels_next_message_keeps_the_product_that_a_person_named() -> None:
    order = an_order_with_a_custom_item()
    name(order, MUG)

    route.handler(told(later(order, note="soon, please")), Context())

    assert [line.matched for line in stored(order).lines] == [MUG, MUG]


def test_a_product_or_a_line_that_is_none_or_a_line_that_has_one_says_so() -> None:
    order = an_order_with_a_custom_item()

    assert name(order, "NEVER HEARD OF").fields == ["sku"]
    assert (name(order, MUG, "9").status, name(order, MUG).status) == (404, 200)
    assert name(order, MUG).status == 200
