"""Refunds in a WooCommerce store: which units are not sent any more, and which came back."""

import json
from typing import Any

import pytest

from packhorse.channels.woocommerce import WOOCOMMERCE
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.orders.channel_order import ChannelOrder, order_id
from packhorse.domain.orders.intake import as_connected
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.reported import pending_units
from packhorse.domain.values import ChannelId
from tests.channels.woocommerce.test_orders import MUG, body, line, order, read
from tests.domain.order_builders import arrived, hear, kinds, made_there, sent, shipping, the_line

UNNAMED = {"id": 1, "reason": "", "total": "-8.40"}
WOO = Channel(id="woo", kind=ChannelKind.WOOCOMMERCE)
DAY = "2026-11-23T"
OURS = order_id(ChannelId("woo"), "5127")


def refund(at: str, *units: tuple[str, int]) -> dict[str, Any]:
    parts = [{"quantity": -many, "meta_data": [{"key": "_refunded_item_id", "value": name}]} for name, many in units]
    return {"id": 1, "date_created_gmt": DAY + at, "line_items": parts}


def sent_by_us(at: str, units: int, number: int = 1) -> dict[str, Any]:
    """The meta data of a parcel of ours with units of line 7."""
    value = {"carrier": "DHL", "tracking": "JD01", "at": f"{DAY}{at}Z", "lines": [{"line": "7", "quantity": units}]}
    return {"id": number, "key": f"_packhorse_parcel_{OURS}-1-{number}", "value": value}


# ---- messages


@pytest.mark.parametrize("status", ["processing", "completed", "refunded", "cancelled"])
def test_a_webhook_that_lacks_the_lines_of_refunds_names_its_order_and_says_nothing(status: str) -> None:
    stated = body(status=status, refunds=[UNNAMED])

    assert named(stated) == ("5127",)
    assert read(stated) is None


@pytest.mark.parametrize("stated", [body(), body(refunds=[refund("10:00:00", (MUG, 1))]), {"id": 7}, {}, []])
def test_any_other_webhook_names_none(stated: object) -> None:
    assert named(stated) == ()
    assert named(body(refunds=[UNNAMED]), "order.deleted") == ()


def named(stated: object, topic: str = "order.updated") -> tuple[str, ...]:
    assert WOOCOMMERCE.names
    return WOOCOMMERCE.names({"X-WC-Webhook-Topic": topic}, json.dumps(stated).encode())


# ---- lines


def test_units_that_were_refunded_before_they_left_are_not_sent() -> None:
    found = order(body(refunds=[refund("10:00:00", (MUG, 1)), refund("11:00:00", (MUG, 1))]))

    assert [(each.quantity, each.returned) for each in found.lines] == [(1, 0), (1, 0)]


def test_units_that_were_refunded_after_the_order_was_completed_came_back() -> None:
    refunds = [refund("15:00:00", (MUG, 2))]
    found = order(body(status="completed", date_completed_gmt=f"{DAY}14:00:01", refunds=refunds))

    assert [(each.quantity, each.returned) for each in found.lines] == [(3, 2), (1, 0)]


@pytest.mark.parametrize(
    ("refunds", "left"),
    [
        ([refund("09:00:00", ("7", 1))], (2, 0)),  # before the parcel
        ([refund("11:00:00", ("7", 1))], (2, 0)),  # of the unit that has not left
        ([refund("11:00:00", ("7", 3))], (2, 2)),
        ([refund("12:00:00", ("7", 1)), refund("11:00:00", ("7", 1))], (2, 1)),
        ([refund("09:00:00", ("7", 1)), refund("11:00:00", ("7", 1))], (2, 1)),
    ],
)
def test_our_parcels_say_which_units_had_left(refunds: list[dict[str, Any]], left: tuple[int, int]) -> None:
    found = order(body(line_items=[line(quantity=3)], meta_data=[sent_by_us("10:00:00", 2)], refunds=refunds))

    assert [(each.quantity, each.returned) for each in found.lines] == [left]


def test_a_completion_that_was_undone_does_not_count() -> None:
    stated = body(date_completed_gmt=f"{DAY}10:00:00", refunds=[refund("12:00:00", (MUG, 2))])

    assert [(each.quantity, each.returned) for each in order(stated).lines] == [(1, 0), (1, 0)]


def test_money_alone_that_went_back_changes_no_line() -> None:
    assert order(body(refunds=[refund("10:00:00")])).lines == order(body()).lines


# ---- all of the money, after some of the order had left, or none


def message(at: str, status: str = "processing", **facts: Any) -> ChannelOrder:
    lines = [line(quantity=3)]
    return as_connected(
        order(body(status=status, line_items=lines, **{"date_modified_gmt": DAY + at, **facts})), WOO, ()
    )


def to_ship() -> Order:
    return shipping(message("09:02:19"))


def units(found: Order) -> tuple[int, int, int, int]:
    """Units that are wanted, that came back, that left, and that still have to be taken from stock."""
    one = the_line(found, "7")
    return one.quantity, one.returned, found.shipped.total() + one.elsewhere, pending_units(found).total()


ONE, REST, ALL = refund("09:30:00", ("7", 1)), refund("15:00:00", ("7", 2)), refund("15:00:00", ("7", 3))
DONE = f"{DAY}10:00:00"


@pytest.mark.parametrize(("last", "back"), [(REST, 2), (refund("15:00:00"), 0)])
def test_units_that_were_refunded_before_the_rest_left_do_not_count_as_sent(last: dict[str, Any], back: int) -> None:
    found = sent(hear(to_ship(), message("09:30:00", refunds=[ONE])))
    found = made_there(found, f"{OURS}-1-1")
    completed = message(
        "10:00:00", "completed", date_completed_gmt=DONE, refunds=[ONE], meta_data=[sent_by_us("10:00:00", 2)]
    )
    money_back = message(
        "15:00:00", "refunded", date_completed_gmt=DONE, refunds=[ONE, last], meta_data=[sent_by_us("10:00:00", 2)]
    )

    found = hear(found, completed, money_back, money_back)

    assert (found.status, units(found), kinds(found)) == (Status.COMPLETE, (2, back, 2, 0), [])


def test_after_a_void_nothing_counts_as_sent_of_an_order_whose_money_went_back() -> None:
    undone = {"date_completed_gmt": DONE}
    in_lines = message("15:00:00", "refunded", refunds=[ALL], **undone)
    in_one_amount = message("15:00:00", "refunded", refunds=[refund("15:00:00")], **undone)

    ended, held = hear(to_ship(), in_lines, in_lines), hear(to_ship(), in_one_amount, in_one_amount)

    assert (ended.status, units(ended)) == (Status.CANCELLED, (0, 0, 0, 0))
    assert (held.status, units(held)) == (Status.IN_FULFILMENT, (3, 0, 0, 0))
    assert [hold.id for hold in held.holds] == ["refunded"]


@pytest.mark.parametrize(("last", "back"), [(ALL, 3), (refund("15:00:00"), 0)])
def test_an_order_that_people_completed_in_the_store_stays_sent(last: dict[str, Any], back: int) -> None:
    completed = message("10:00:00", "completed", date_completed_gmt=DONE)
    money_back = message("15:00:00", "refunded", date_completed_gmt=DONE, refunds=[last])

    found = hear(to_ship(), completed, money_back, money_back)

    assert (found.status, units(found), kinds(found), found.holds) == (Status.COMPLETE, (3, back, 3, 0), [], ())


def test_an_order_that_is_first_heard_of_when_all_of_it_was_refunded_takes_no_stock() -> None:
    found = arrived(message("15:00:00", "refunded", date_completed_gmt=DONE, refunds=[ALL]))

    assert (found.status, units(found)) == (Status.CANCELLED, (0, 0, 0, 0))
