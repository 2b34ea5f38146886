"""What can be read off an order."""

from typing import Any

import pytest
from pydantic import ValidationError

from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import MAX_LINES, ChannelOrder, order_id
from packhorse.domain.orders.completion import completed, shipped_by_channel
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import MANY_WAITS, MAX_WAITS, Flag, Hold, Order
from packhorse.domain.orders.parcel import Parcel, parts_of, units_of
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled, with_hold
from packhorse.domain.orders.updates import with_lines
from packhorse.domain.routing.decision import Allocation
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import ChannelId
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    SHOP,
    a_problem,
    a_told_parcel,
    asked,
    changes,
    handed,
    heard,
    in_fulfilment,
    parts,
    place,
    received,
    routed,
    sent,
    shelf,
    the_line,
)


def a_hold() -> Hold:
    return Hold(id="h1", reason="fraud?", owner="Eve", placed_at=NOON)


# ---- who an order is


def test_the_same_order_of_a_channel_always_has_the_same_id() -> None:
    told = an_order(channel_order_id="450789469")

    assert heard(told).id == told.order_id == order_id(ChannelId("shop"), "450789469")
    assert len(told.order_id) == 32
    assert set(told.order_id) <= set("0123456789abcdef")


def test_orders_of_two_channels_never_meet() -> None:
    pairs = [("shop", "1"), ("shop-1", ""), ("sho", "p1"), ("shop", "1\n"), ("shop1", "")]

    assert len({order_id(ChannelId(channel), name) for channel, name in pairs}) == len(pairs)


# ---- what a channel may send


@pytest.mark.parametrize(
    "values",
    [
        {"lines": ()},
        {"lines": tuple(a_line(line=str(number)) for number in range(MAX_LINES + 1))},
        {"lines": (a_line(MUG), a_line(LAMP))},
        {"channel": "My Shop"},
        {"channel_order_id": ""},
        {"currency": "euro"},
        {"placed_at": NOON.replace(tzinfo=None)},
        {"surprise": 1},
    ],
    ids=lambda values: next(iter(values)),
)
def test_an_order_that_makes_no_sense_is_refused(values: dict[str, Any]) -> None:
    told = an_order().model_dump() | values

    with pytest.raises(ValidationError):
        ChannelOrder(**told)


def test_moments_are_in_utc_wherever_they_come_from() -> None:
    told = an_order(placed_at="2026-11-23T13:00:00+01:00")

    assert told.placed_at.isoformat() == "2026-11-23T12:00:00+00:00"


# ---- lines


def test_units_of_a_line_are_cancelled_elsewhere_allocated_or_unallocated() -> None:
    line = the_line(received(a_line(quantity=10)))
    parts = (Allocation(warehouse="east", quantity=3), Allocation(warehouse="main", quantity=2))

    line = line.replace(cancelled=1, elsewhere=2, allocations=parts)

    assert (line.allocated, line.unallocated) == (5, 2)


def test_a_line_is_short_only_after_it_was_routed() -> None:
    order = received(a_line(quantity=3))

    assert (the_line(order).short, the_line(order).unallocated) == (0, 3)
    assert the_line(routed(order, Goods())).short == 3


def test_a_line_takes_its_product_from_stock_and_a_kit_its_components() -> None:
    single = the_line(received())
    kit = single.replace(components={"CUP": 2, "LID": 1})

    assert changes(single.goods(place().warehouse, 3)) == {place(): 3}
    assert changes(kit.goods(place().warehouse, 3)) == {place("CUP"): 6, place("LID"): 3}


def test_a_line_without_a_product_takes_nothing() -> None:
    assert the_line(heard(an_order())).goods(place().warehouse, 3) == Goods()


def test_parts_that_name_a_line_twice_are_added_up() -> None:
    twice = (*parts({"1": 1, "2": 1}), *parts({"1": 2}))

    assert units_of(twice) == {"1": 3, "2": 1}
    assert units_of(parts_of(units_of(twice))) == units_of(twice)


# ---- parcels and work


@pytest.mark.parametrize(("tracking", "same"), [("JD01", True), ("JD02", False), ("", False), (None, False)])
def test_a_tracking_number_names_a_parcel(tracking: str | None, same: bool) -> None:
    assert Parcel(carrier="DHL", tracking="JD01", shipped_at=NOON, lines=()).is_named(tracking) is same


def test_parcels_without_a_number_are_never_the_same() -> None:
    assert not Parcel(shipped_at=NOON, lines=()).is_named(None)
    assert not Parcel(tracking="", shipped_at=NOON, lines=()).is_named("")


def test_what_remains_is_what_is_wanted_and_has_not_left() -> None:
    (work,) = sent(sent(in_fulfilment(a_line(quantity=5)), tracking="JD01", _1=1), tracking="JD02", _1=2).fulfilments

    assert (work.number, work.wanted, work.shipped, work.remaining) == (1, {"1": 5}, {"1": 3}, {"1": 2})


@pytest.mark.parametrize("status", FulfilmentStatus)
def test_nothing_remains_of_work_that_has_ended(status: FulfilmentStatus) -> None:
    work = in_fulfilment().fulfilments[0].replace(status=status)

    ended = {FulfilmentStatus.SHIPPED, FulfilmentStatus.CANCELLED, FulfilmentStatus.REJECTED}
    assert work.is_open is (status not in ended)
    assert bool(work.remaining) is work.is_open


def test_what_left_is_counted_over_all_work() -> None:
    ours = a_configuration(a_warehouse("east"), a_warehouse("main"), split_lines=True)
    order = asked(handed(received(a_line(quantity=5)), shelf(east=3, main=2), ours))

    assert sent(sent(order, number=1, _1=2), number=2).shipped == {"1": 4}


# ---- flags


def test_flags_say_what_somebody_should_know() -> None:
    order = with_hold(routed(received(), Goods()), a_hold())

    assert order.flags == {Flag.HELD, Flag.BACKORDERED}
    assert with_exception(order, a_problem("odd", "it looks odd")).flags == {
        Flag.HELD,
        Flag.BACKORDERED,
        Flag.EXCEPTION,
    }


def test_an_order_that_is_over_is_not_held_or_backordered_but_may_have_an_exception() -> None:
    order = with_exception(with_hold(routed(received(), Goods()), a_hold()), a_problem("odd", "it looks odd"))

    order = completed(order, LATER, SHOP).order

    assert order.is_over
    assert order.flags == {Flag.EXCEPTION}


# ---- what it waits for


def test_a_short_line_waits_for_its_stock_and_a_line_without_a_product_for_its_listing() -> None:
    known = routed(received(a_line(line="1")), Goods())
    unknown = the_line(heard(an_order(a_line("X", reference="44211", line="2"))), "2")

    order = known.replace(lines=(*known.lines, unknown))

    assert order.waits_for == {f"stock#{MUG}", "listing#shop#44211", "listing#shop#X"}


def test_a_short_kit_waits_for_its_components() -> None:
    order = routed(received(a_line("SET 2+1")), Goods())
    kit = the_line(order).replace(components={"CUP": 2, "POT": 1})

    assert with_lines(order, {"1": kit}).waits_for == {"stock#CUP", "stock#POT"}


def test_a_line_that_its_shop_calls_nothing_but_a_sku_waits_under_that() -> None:
    assert heard(an_order(a_line("X"))).waits_for == {"listing#shop#X"}


def test_an_order_that_lacks_nothing_or_is_over_waits_for_nothing() -> None:
    assert routed(received()).waits_for == frozenset()
    assert cancelled(routed(received(), Goods()), LATER, "Eve", restock=unshipped_only).order.waits_for == frozenset()


def test_an_order_that_lacks_a_lot_waits_for_the_first_of_it_and_for_whatever_comes() -> None:
    skus = [f"Sku {number:03}" for number in range(MAX_WAITS + 10)]

    order = routed(received(*(a_line(sku, line=sku) for sku in skus)), Goods())

    assert order.waits_for == {MANY_WAITS, *(f"stock#{sku}" for sku in skus[: MAX_WAITS - 1])}
    assert list(order.short_of) == skus


# ---- kept


def test_an_order_survives_being_written_and_read() -> None:
    ours = a_configuration(a_warehouse("east"), a_warehouse("main"), split_lines=True, ship_partial_lines=True)
    lines = (a_line(quantity=5, line="1", discount={"amount": "1.00", "currency": "EUR"}), a_line(LAMP, line="2"))
    order = asked(handed(received(*lines), shelf(east=3, main=1), ours))
    order = shipped_by_channel(sent(order, _1=2), [a_told_parcel(_1=1)], everything=False, at=LATER, who=SHOP).order
    order = with_exception(with_hold(order, a_hold()), a_problem("odd", "it looks odd", "2"))
    order = Change(order, committed=Goods({place(f"Sku {number}"): -1 for number in range(30)})).affordable().order

    assert Order.model_validate_json(order.model_dump_json()) == order
    assert Order.model_validate_json(order.model_dump_json(exclude_defaults=True)) == order
