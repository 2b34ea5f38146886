"""Edits that a channel makes to the lines of an order."""

from collections.abc import Sequence

import pytest

from packhorse.domain.errors import NotFound, NotNow
from packhorse.domain.money import Money
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelLine
from packhorse.domain.orders.completion import shipped_by_channel
from packhorse.domain.orders.editing import edited, line_cancelled
from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.reported import pending_units
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled
from packhorse.domain.stock.goods import Goods
from simulation.builders import a_configuration, a_line, a_warehouse, an_order
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    SHOP,
    a_problem,
    a_told_parcel,
    asked,
    changes,
    committed_by,
    handed,
    heard,
    in_fulfilment,
    kinds,
    place,
    received,
    routed,
    sent,
    shelf,
    story,
    the_line,
    where,
)

OURS = a_configuration(a_warehouse("east"), a_warehouse("main"), split_lines=True, ship_partial_lines=True)


def edit(order: Order, *lines: ChannelLine) -> Change:
    return edited(order, lines, LATER, SHOP, restock=unshipped_only)


def after(order: Order, *lines: ChannelLine) -> Order:
    return edit(order, *lines).order


def mugs(quantity: int) -> ChannelLine:
    return a_line(quantity=quantity)


def details(order: Order) -> list[str]:
    return [entry.detail for entry in order.timeline if entry.what in ("edited", "updated")]


def work(order: Order, number: int = 1) -> tuple[FulfilmentStatus, dict[str, int]]:
    """Its status, and what it is for."""
    found = order.fulfilments[number - 1]
    return found.status, found.wanted


# ---- nothing new


@pytest.mark.parametrize(
    "order",
    [
        received(mugs(3)),
        routed(received(mugs(3)), shelf(main=1)),
        in_fulfilment(mugs(3)),
        sent(in_fulfilment(mugs(3)), _1=1),
        sent(in_fulfilment(mugs(3))),
        cancelled(in_fulfilment(mugs(3)), LATER, "Eve", restock=unshipped_only).order,
        cancelled(sent(in_fulfilment(mugs(3)), _1=1), LATER, "Eve", restock=unshipped_only).order,
    ],
    ids=["new", "short", "in fulfilment", "part shipped", "complete", "cancelled", "its rest cancelled"],
)
def test_the_same_lines_change_nothing(order: Order) -> None:
    assert edit(order, mugs(3)) == Change(order)


def test_a_cancelled_order_is_not_edited() -> None:
    order = cancelled(in_fulfilment(mugs(3)), LATER, "Eve", restock=unshipped_only).order

    assert edit(order, mugs(9), a_line(LAMP, line="2")) == Change(order)


# ---- more


def test_a_line_that_grew_is_short_of_the_difference_until_it_is_routed() -> None:
    order = after(in_fulfilment(mugs(2)), mugs(5))

    assert (the_line(order).quantity, the_line(order).short) == (5, 3)
    assert where(order) == {"main": 2}
    assert details(order) == [f"3 more of {MUG}"]
    assert where(routed(order)) == {"main": 5}


def test_a_new_line_is_added_and_has_to_be_matched_and_routed() -> None:
    order = after(in_fulfilment(mugs(2)), mugs(2), a_line(LAMP, quantity=4, line="2"))

    assert the_line(order, "2").unallocated == 4
    assert the_line(order, "2").matched is None
    assert details(order) == ["added 4 x 0042-lamp"]


def test_a_new_line_of_nothing_is_not_added() -> None:
    order = received(mugs(2))

    assert edit(order, mugs(2), a_line(LAMP, quantity=0, line="2")) == Change(order)


@pytest.mark.parametrize("lines", [[mugs(4)], [mugs(3), a_line(LAMP, line="2")]], ids=["grown", "added"])
def test_a_complete_order_opens_again_for_what_its_channel_adds(lines: Sequence[ChannelLine]) -> None:
    order = after(sent(in_fulfilment(mugs(3))), *lines)

    assert order.status is Status.PARTIALLY_SHIPPED
    assert sum(line.unallocated for line in order.lines) == 1


# ---- less


def test_a_line_that_shrank_loses_first_what_is_short() -> None:
    change = edit(routed(received(mugs(5)), shelf(main=3)), mugs(4))

    assert (the_line(change.order).quantity, the_line(change.order).short) == (4, 1)
    assert change.shelves == []
    assert details(change.order) == [f"1 fewer of {MUG}"]


def test_then_what_is_allocated() -> None:
    change = edit(routed(received(mugs(5)), shelf(main=3)), mugs(2))

    assert changes(change.committed) == {place(): -1}
    assert (where(change.order), the_line(change.order).short) == ({"main": 2}, 0)
    assert committed_by([change.order]) == shelf(main=2)


def test_then_what_a_warehouse_was_asked_for() -> None:
    order = asked(handed(received(mugs(4)), shelf(main=2), OURS))
    order = routed(order, shelf(east=1), OURS)

    change = edit(order, mugs(1))

    assert changes(change.committed) == {place(MUG, "east"): -1, place(MUG, "main"): -1}
    assert work(change.order) == (FulfilmentStatus.REQUESTED, {"1": 1})
    assert where(change.order) == {"main": 1}


def test_but_never_what_has_shipped() -> None:
    change = edit(sent(in_fulfilment(mugs(5)), _1=3), mugs(2))

    assert changes(change.committed) == {place(): -2}
    assert (the_line(change.order).quantity, where(change.order)) == (3, {"main": 3})
    assert change.order.status is Status.COMPLETE
    (problem,) = change.order.exceptions
    assert (problem.kind, problem.line) == ("edited_after_shipping", "1")
    assert problem.message == f"{MUG}: the channel removed 3, of which 1 had shipped"


def test_an_edit_of_what_has_shipped_is_an_exception_once() -> None:
    order = after(sent(in_fulfilment(mugs(5))), mugs(2))

    assert kinds(order) == ["edited_after_shipping"]
    assert edit(order, mugs(2)) == Change(order)


def test_what_left_elsewhere_has_shipped_too() -> None:
    order = shipped_by_channel(received(mugs(5)), [a_told_parcel(_1=3)], everything=False, at=LATER, who=SHOP).order

    order = after(order, mugs(1))

    assert (the_line(order).quantity, pending_units(order)) == (3, {"1": 3})
    assert kinds(order) == ["edited_after_shipping"]


def test_a_line_that_shrank_in_two_warehouses_is_taken_back_from_both() -> None:
    order = asked(handed(received(mugs(5)), shelf(east=3, main=2), OURS))

    change = edit(order, mugs(1))

    assert changes(change.committed) == {place(MUG, "east"): -3, place(MUG, "main"): -1}
    assert work(change.order, 1) == (FulfilmentStatus.CANCELLED, {"1": 3})
    assert work(change.order, 2) == (FulfilmentStatus.REQUESTED, {"1": 1})
    assert where(change.order) == {"main": 1}


def test_a_kit_gives_its_components_back() -> None:
    order = in_fulfilment(a_line("SET 2+1", quantity=3))
    kit = the_line(order).replace(components={"CUP": 2, "POT": 1})
    order = order.replace(lines=(kit,))

    assert changes(edit(order, a_line("SET 2+1", quantity=1)).committed) == {place("CUP"): -4, place("POT"): -2}


# ---- gone


@pytest.mark.parametrize("lines", [[mugs(0), a_line(LAMP, line="2")], [a_line(LAMP, line="2")]], ids=["0", "left out"])
def test_a_line_that_was_removed_leaves_the_work_of_the_others_as_it_is(lines: Sequence[ChannelLine]) -> None:
    order = in_fulfilment(mugs(3), a_line(LAMP, line="2"))

    change = edit(order, *lines)

    assert changes(change.committed) == {place(MUG): -3}
    assert work(change.order) == (FulfilmentStatus.REQUESTED, {"2": 1})
    assert (the_line(change.order).quantity, where(change.order)) == (0, {})
    assert sent(change.order).status is Status.COMPLETE
    assert edit(change.order, *lines) == Change(change.order)


def test_work_of_which_nothing_is_left_ends_and_tells_what_it_was_for() -> None:
    order = after(in_fulfilment(mugs(3)), a_line(LAMP, line="2"))

    assert work(order) == (FulfilmentStatus.CANCELLED, {"1": 3})
    assert (order.fulfilments[0].remaining, order.status) == ({}, Status.OPEN)


def test_work_of_which_a_part_left_ends_as_shipped_with_that_part() -> None:
    order = after(sent(in_fulfilment(mugs(3), a_line(LAMP, line="2")), _1=1), mugs(1))

    assert work(order) == (FulfilmentStatus.SHIPPED, {"1": 1})
    assert (order.status, kinds(order)) == (Status.COMPLETE, [])


def test_an_exception_of_a_line_goes_with_the_line() -> None:
    order = heard(an_order(mugs(3), a_line("NEVER HEARD OF", line="2")))
    order = with_exception(order, a_problem("unmatched_sku", "what is this?", "2"))

    order = after(order, mugs(3))

    assert kinds(order) == []
    assert order.waits_for == {f"listing#shop#{MUG}"}


# ---- all of it gone, and back again


def test_an_order_of_which_every_line_was_removed_is_cancelled() -> None:
    change = edit(in_fulfilment(mugs(3)), mugs(0))

    assert change.order.status is Status.CANCELLED
    assert committed_by([change.order]) == Goods()
    assert story(change.order)[-1] == "cancelled"


@pytest.mark.parametrize("paid", [True, False])
def test_it_opens_again_when_its_channel_adds_something(paid: bool) -> None:
    order = received(mugs(3)) if paid else received(mugs(3), paid_at=None)

    order = after(after(order, mugs(0)), mugs(0), a_line(LAMP, line="2"))

    assert order.status is (Status.OPEN if paid else Status.AWAITING_PAYMENT)
    assert [line.unallocated for line in order.lines] == [0, 1]


# ---- after somebody cancelled the rest


def test_what_was_cancelled_is_not_wanted_again_because_the_channel_repeats_it() -> None:
    order = cancelled(sent(in_fulfilment(mugs(5)), _1=2), LATER, "Eve", restock=unshipped_only).order

    order = after(order, mugs(5))

    assert (order.status, the_line(order).unallocated) == (Status.COMPLETE, 0)


def test_only_what_the_channel_adds_is_wanted_then() -> None:
    order = cancelled(sent(in_fulfilment(mugs(5)), _1=2), LATER, "Eve", restock=unshipped_only).order

    order = after(order, mugs(6))

    assert (order.status, the_line(order).unallocated) == (Status.PARTIALLY_SHIPPED, 1)


def test_what_was_cancelled_is_removed_before_what_has_shipped() -> None:
    order = cancelled(sent(in_fulfilment(mugs(5)), _1=2), LATER, "Eve", restock=unshipped_only).order

    fewer, none_left = after(order, mugs(4)), after(order, mugs(2))

    assert (the_line(fewer).quantity, the_line(fewer).cancelled) == (4, 2)
    assert (the_line(none_left).quantity, the_line(none_left).cancelled) == (2, 0)
    assert kinds(fewer) == kinds(none_left) == []


# ---- another thing, or another price


def test_another_product_in_the_place_of_a_line_gives_the_first_one_back() -> None:
    change = edit(in_fulfilment(mugs(3), a_line(LAMP, line="2")), a_line("Bowl, ∅ 20 cm", 2), a_line(LAMP, line="2"))

    line = the_line(change.order)
    assert changes(change.committed) == {place(MUG): -3}
    assert (line.sku, line.matched, line.unallocated, line.routing) == ("Bowl, ∅ 20 cm", None, 2, None)
    assert work(change.order) == (FulfilmentStatus.REQUESTED, {"2": 1})
    assert details(change.order) == [f"2 x Bowl, ∅ 20 cm instead of {MUG}"]


@pytest.mark.parametrize(
    "order",
    [
        sent(in_fulfilment(mugs(3)), _1=1),
        shipped_by_channel(received(mugs(3)), [a_told_parcel(_1=1)], everything=False, at=LATER, who=SHOP).order,
    ],
    ids=["from here", "elsewhere"],
)
def test_another_product_after_the_first_one_has_shipped_is_an_exception(order: Order) -> None:
    change = edit(order, a_line(LAMP, quantity=3))

    late = a_line(LAMP, quantity=3)
    assert (the_line(change.order), change.shelves) == (the_line(order).replace(late_item=late), [])
    assert kinds(change.order) == ["edited_after_shipping"]
    assert edit(change.order, a_line(LAMP, quantity=3)) == Change(change.order)


def test_the_exceptions_of_the_first_product_are_not_those_of_the_second() -> None:
    order = with_exception(heard(an_order(a_line("MGU"))), a_problem("unmatched_sku", "MGU?", "1"))

    assert kinds(after(order, a_line(LAMP))) == []


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        (("44211", MUG), ("44211", LAMP), True),
        (("44211", MUG), ("44212", MUG), True),
        (("44211", MUG), ("44212", LAMP), False),
        (("44211", MUG), ("44212", ""), False),
        (("44211", MUG), ("", MUG), True),
        (("", MUG), ("44211", MUG), True),
        (("44211", MUG), ("", LAMP), False),
        (("", MUG), ("", ""), True),
        (("", ""), ("", LAMP), True),
        (("44211", ""), ("", LAMP), True),
    ],
)
def test_a_line_is_the_same_thing_while_its_reference_or_its_sku_is(
    before: tuple[str, str], now: tuple[str, str], same: bool
) -> None:
    order = heard(an_order(a_line(before[1], reference=before[0])))

    order = after(order, a_line(now[1], reference=now[0]))

    assert ("edited" not in story(order)) is same
    assert (the_line(order).reference, the_line(order).sku) == now


def test_a_product_is_the_same_while_its_reference_is() -> None:
    order = routed(received(a_line(reference="44211", quantity=2)))

    change = edit(order, a_line("MUG-NEW-NAME", reference="44211", quantity=2))

    assert change.shelves == []
    assert (the_line(change.order).sku, the_line(change.order).matched) == ("MUG-NEW-NAME", MUG)


def test_a_new_price_is_taken_over_and_moves_nothing() -> None:
    order = in_fulfilment(a_line(quantity=2, warehouse="main"))
    cheaper = a_line(quantity=2).replace(unit_price=Money.of("9.99", "EUR"), name="A mug")

    change = edit(order, cheaper)

    assert (the_line(change.order).unit_price.amount, the_line(change.order).name) == ("9.99", "A mug")
    assert (change.shelves, the_line(change.order).warehouse) == ([], "main")
    assert details(change.order) == [f"{MUG}: name, price"]


# ---- lines that people cancel


def less(order: Order, keep: int = 0, line: str = "1") -> Change:
    return line_cancelled(order, line, keep, LATER, "Eve", "out of print", restock=unshipped_only)


def test_a_part_of_a_line_is_cancelled() -> None:
    change = less(in_fulfilment(mugs(5)), keep=2)

    assert (the_line(change.order).cancelled, the_line(change.order).allocated) == (3, 2)
    assert work(change.order) == (FulfilmentStatus.REQUESTED, {"1": 2})
    assert change.committed == shelf(main=-3)
    assert change.order.timeline[-1].detail == f"3 of {MUG}. out of print"


def test_the_same_cancellation_again_changes_nothing() -> None:
    once = less(in_fulfilment(mugs(5)), keep=2).order

    assert less(once, keep=2) == Change(once)


def test_short_units_are_cancelled_before_those_that_are_there() -> None:
    order = routed(received(mugs(5)), shelf(main=3))

    change = less(order, keep=3)

    assert (the_line(change.order).short, the_line(change.order).allocated) == (0, 3)
    assert change.committed == Goods()


def test_an_order_of_which_every_line_is_cancelled_stays_cancelled() -> None:
    order = less(in_fulfilment(mugs(2))).order

    assert (order.status, work(order)[0]) == (Status.CANCELLED, FulfilmentStatus.CANCELLED)
    assert after(order, mugs(4)) == order


def test_an_order_whose_rest_is_cancelled_is_complete() -> None:
    order = sent(in_fulfilment(mugs(3)), _1=1)

    assert less(order, keep=1).order.status is Status.COMPLETE


def test_a_cancelled_part_stays_cancelled_when_the_channel_tells_of_the_line_again() -> None:
    order = less(in_fulfilment(mugs(5)), keep=2).order

    assert the_line(after(order, mugs(5))).cancelled == 3


def test_units_cancelled_here_and_then_refunded_by_the_channel_are_cancelled_once() -> None:
    order = line_cancelled(in_fulfilment(mugs(10)), "1", 7, LATER, "Eve", restock=unshipped_only).order

    change = edit(order, mugs(7))

    assert change.shelves == []
    assert (the_line(change.order).quantity, the_line(change.order).cancelled) == (7, 0)
    assert where(change.order) == {"main": 7}


def test_what_has_shipped_cannot_be_cancelled() -> None:
    order = sent(in_fulfilment(mugs(3)), _1=2)

    with pytest.raises(NotNow) as refusal:
        less(order, keep=1)

    assert refusal.value.errors[0].message == "2 of line 1 have shipped"


def test_a_line_that_is_not_there_cannot_be_cancelled() -> None:
    with pytest.raises(NotFound):
        less(in_fulfilment(mugs(3)), line="7")
