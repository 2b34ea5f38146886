"""What a channel only repeats opens no exception that a person dismissed, and requests nothing that was refused.

Polls read the last minutes again, and each later tag or note of an order repeats all that is said of it.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.address import Address
from packhorse.domain.errors import Rejected
from packhorse.domain.exceptions.advice import advice_on
from packhorse.domain.orders import deleting
from packhorse.domain.orders.channel_order import ChannelHold, ChannelOrder
from packhorse.domain.orders.exceptions import OPENED, dismissed
from packhorse.domain.orders.fulfilment import accepted
from packhorse.domain.orders.order import Hold, Order, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled, with_hold, without_hold
from packhorse.domain.orders.taking_back import cancellation_accepted, cancellation_refused
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order, later
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    SHOP,
    a_told_parcel,
    arrived,
    asked,
    handed,
    hear,
    heard,
    kinds,
    leaving,
    made_there,
    parts,
    sent,
    shelf,
    shipping,
    story,
    with_products,
)
from tests.examples import times

PARTNERS = a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main"))
ACME, PERSON = "supplier:acme", "user:ann@example.com"
PLACED = an_order(a_line(MUG, 3), a_line(LAMP, 2, line="2"))


def at_work(placed: ChannelOrder = PLACED) -> Order:
    """The order of a message: its supplier has accepted its mugs, and our warehouse is to send its lamps."""
    goods = shelf(acme=100) + shelf(LAMP, main=100)
    return accepted(asked(handed(with_products(heard(placed)), goods, PARTNERS)), 1, LATER, ACME)


def settled(order: Order) -> Order:
    """The order once a person has dismissed all exceptions that can be."""
    for problem in order.exceptions:
        order = dismissed(order, problem, LATER, PERSON) if advice_on(problem.cause).dismissible else order
    return order


def with_note(told: ChannelOrder) -> ChannelOrder:
    """The same with a note; a channel that says that it is cancelled, and not when, has the time of the message."""
    noted = later(told, note="Ring twice")
    return noted.replace(cancelled_at=noted.modified_at if told.cancelled_at else None)


# ---- what its state says -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "then",
    [
        {"lines": (a_line(LAMP, 3), a_line(LAMP, line="2"))},
        {"lines": (a_line(MUG, 3), a_line(LAMP, line="2")), "cancelled_at": LATER},
    ],
    ids=["another item in a line that left", "units that were cancelled"],
)
def test_a_state_by_which_all_has_left_says_nothing_new_of_what_is_listed_as_ours(then: dict[str, Any]) -> None:
    told = an_order(a_line(MUG, 2), a_line(LAMP, line="2"))
    ours = a_told_parcel("JD01", _1=2).replace(id="f1")
    theirs = a_told_parcel("1Z999", _2=1).replace(is_foreign=True)
    order = made_there(sent(shipping(told), _1=2), "f1")
    both = later(told, parcels=(ours, theirs))
    since = later(both, parcels=(ours,), **then)
    done = later(since, shipped_at=LATER)

    after = hear(order, both, since, done)

    assert hear(after, done) == after


def test_an_order_that_a_person_cancelled_after_it_went_on_was_cancelled_then() -> None:
    told = an_order(a_line(MUG, 2), shipped_at=NOON)
    gone = later(told, cancelled_at=LATER)
    more = later(gone, cancelled_at=None, lines=(a_line(MUG, 3),))
    order = hear(arrived(told), gone, later(gone, cancelled_at=None), later(more))
    order = cancelled(order, LATER + timedelta(hours=1), PERSON, restock=unshipped_only).order
    noted = later(more, 3, note="Ring twice")

    after = hear(order, noted)

    assert (after.cancelled_at, hear(after, noted)) == (LATER + timedelta(hours=1), after)


# ---- what it cancelled ---------------------------------------------------------------------------------------------


def test_a_cancellation_after_a_part_had_left_is_said_once() -> None:
    gone = later(PLACED, cancelled_at=LATER)
    order = hear(sent(at_work(), 2), gone)
    assert kinds(order) == ["cancelled_after_shipping"]

    assert kinds(hear(settled(order), gone, with_note(gone))) == []


def test_what_left_in_spite_of_a_cancellation_had_not_left_before_it() -> None:
    gone = later(an_order(a_line(MUG, 3)), cancelled_at=LATER)
    order = hear(at_work(gone.replace(cancelled_at=None)), gone)
    order = sent(cancellation_refused(order, 1, "it is packed", LATER, ACME))
    assert kinds(order) == ["shipped_after_cancellation_1"]

    assert kinds(hear(settled(order), gone, with_note(gone))) == []


def test_what_a_supplier_refused_to_keep_back_is_not_requested_by_a_later_message() -> None:
    gone = later(PLACED, cancelled_at=LATER)
    order = cancellation_refused(hear(at_work(), gone), 1, "it is packed", LATER, ACME)

    again = hear(settled(order), with_note(gone), with_note(with_note(gone)))

    assert (story(again).count("cancellation_requested"), kinds(again)) == (1, [])


def test_what_a_supplier_refused_to_keep_back_is_not_requested_by_a_file_that_is_uploaded_again() -> None:
    row = later(PLACED, cancelled_at=LATER, lists_parcels=False)
    order = cancellation_refused(hear(at_work(), row), 1, "it is packed", LATER, ACME)

    assert story(hear(order, with_note(row))).count("cancellation_requested") == 1


@pytest.mark.parametrize("lists_parcels", [True, False], ids=["its channel", "a file"])
def test_an_order_is_cancelled_since_the_first_message_that_says_so(*, lists_parcels: bool) -> None:
    gone = later(PLACED, cancelled_at=LATER, lists_parcels=lists_parcels)
    later_one = with_note(gone).replace(cancelled_at=LATER + timedelta(hours=1))

    orders = hear(at_work(), gone, later_one), hear(at_work(), later_one, gone)

    assert [order.cancelled_at for order in orders] == [LATER, LATER]
    assert [order.cancelled_in_channel_at for order in orders] == [LATER if lists_parcels else None] * 2


def test_an_order_that_goes_on_is_not_cancelled_by_a_message_of_before() -> None:
    gone = later(an_order(a_line(MUG, 3)), cancelled_at=LATER)
    part_shipped = sent(shipping(gone.replace(cancelled_at=None)), _1=1)
    more = later(gone, cancelled_at=None, lines=(a_line(MUG, 5),))
    order = settled(hear(part_shipped, gone, more))
    assert order.cancelled_at is None

    assert hear(order, gone) == order
    assert kinds(hear(order, later(more, cancelled_at=LATER))) == ["cancelled_after_shipping"]


def test_a_cancellation_that_it_took_back_and_made_again_is_another_one() -> None:
    gone = later(PLACED, cancelled_at=LATER)
    order = settled(cancellation_refused(hear(at_work(), gone), 1, "it is packed", LATER, ACME))
    back = later(gone, cancelled_at=None)
    order = settled(hear(order, back))
    assert story(hear(order, gone)).count("cancellation_requested") == 1

    again = hear(order, later(back, cancelled_at=LATER))

    assert story(again).count("cancellation_requested") == 2


# ---- what it edited ------------------------------------------------------------------------------------------------


def lamps(units: int) -> dict[str, Any]:
    return {"lines": (PLACED.lines[0], a_line(LAMP, units, line="2"))}


def test_units_that_it_removed_when_they_had_left_are_an_exception_once() -> None:
    fewer = later(PLACED, **lamps(1))
    order = settled(hear(sent(at_work(), 2), fewer))

    again = hear(order, fewer, with_note(fewer))

    assert kinds(again) == []
    assert kinds(hear(again, later(fewer, 9, **lamps(0)))) == ["edited_after_shipping"]


def test_units_that_it_removed_again_after_it_had_added_them_are_another_exception() -> None:
    fewer = later(PLACED, **lamps(1))
    order = settled(hear(sent(at_work(), 2), fewer))

    order = hear(order, later(fewer, 2, **lamps(2)), later(fewer, 3, **lamps(1)))

    assert kinds(order) == ["edited_after_shipping"]


def test_another_item_of_which_units_had_left_is_an_exception_once() -> None:
    other = later(PLACED, lines=(PLACED.lines[0], a_line("BOWL", 2, line="2")))
    order = hear(sent(at_work(), 2), other)
    assert kinds(order) == ["edited_after_shipping"]

    again = hear(settled(order), other, with_note(other))

    assert kinds(again) == []
    more = later(other, 9, lines=(PLACED.lines[0], a_line("BOWL", 5, line="2")))
    assert kinds(hear(again, more)) == ["edited_after_shipping"]


def test_another_item_that_came_back_into_a_line_is_another_exception() -> None:
    other = later(PLACED, lines=(PLACED.lines[0], a_line("BOWL", 2, line="2")))
    order = settled(hear(sent(at_work(), 2), other))

    order = hear(order, later(other, 2, lines=PLACED.lines), later(other, 3))

    assert kinds(order) == ["edited_after_shipping"]


def test_another_item_of_what_a_supplier_has_is_an_exception_once() -> None:
    other = later(PLACED, lines=(a_line("BOWL", 3), PLACED.lines[1]))
    order = cancellation_refused(hear(at_work(), other), 1, "it is packed", LATER, ACME)

    again = hear(settled(order), other, with_note(other))

    assert (kinds(again), story(again).count("cancellation_requested")) == ([], 1)


def test_another_item_of_what_a_supplier_gave_up_after_a_cancellation_is_cancelled_once() -> None:
    other = later(PLACED, lines=(a_line("BOWL", 3), PLACED.lines[1]))
    gone = later(other, 2, cancelled_at=LATER)
    order = hear(leaving(hear(at_work(), other), 2, "JD1", _2=1).order, gone)
    order = settled(cancellation_accepted(order, 1, LATER, ACME, restock=unshipped_only).order)

    again = hear(order, gone, with_note(gone))

    assert [(line.sku, line.quantity, line.cancelled) for line in order.lines] == [("BOWL", 3, 3), (LAMP, 2, 1)]
    assert (kinds(again), again.status, story(again).count("cancel_requested")) == ([], Status.COMPLETE, 1)


# ---- whatever it says ----------------------------------------------------------------------------------------------

PLACES = [Address(name="Ada", address1="Rue 1", city=city, country="FR") for city in ("Lyon", "Lille")]


def mugs(told: ChannelOrder, **changes: Any) -> dict[str, Any]:
    return {"lines": (told.lines[0].replace(**changes), *told.lines[1:])}


def parcel(told: ChannelOrder, units: int) -> dict[str, Any]:
    lines = parts({f"{units % 2 + 1}": units % 3 + 1})
    return {"parcels": (*told.parcels, a_told_parcel(f"1Z{units % 2}").replace(lines=lines))}


NEWS: Mapping[str, Callable[[ChannelOrder, int], dict[str, Any]]] = {
    "quantity": lambda told, units: mugs(told, quantity=units),
    "item": lambda told, units: mugs(told, sku=("BOWL", MUG)[units % 2]),
    "removed": lambda told, _: {"lines": told.lines[1:] or told.lines},
    "parcel": parcel,
    "taken back": lambda told, _: {"parcels": told.parcels[1:]},
    "all gone": lambda told, _: {"shipped_at": told.modified_at},
    "address": lambda _, units: {"ship_to": PLACES[units % 2]},
    "paid": lambda told, _: {"paid_at": told.modified_at},
    "cancelled": lambda told, _: {"cancelled_at": told.modified_at},
    "uncancelled": lambda *_: {"cancelled_at": None},
    "refunded": lambda told, _: {"refunded_at": told.modified_at},
    "on hold": lambda _, units: {"holds_there": (ChannelHold(id=str(units)),)[: units % 2]},
}
"""What a channel says in its next message."""


STEPS: Mapping[str, Callable[[Order, int], Order]] = {
    "a parcel": lambda order, units: leaving(order, units % 2 + 1, f"JD{units}", **{f"_{units % 2 + 1}": 1}).order,
    "all parcels": lambda order, units: sent(order, units % 2 + 1, f"JD{units}"),
    "agreed": lambda order, _: cancellation_accepted(order, 1, LATER, ACME, restock=unshipped_only).order,
    "refused": lambda order, _: cancellation_refused(order, 1, "it is packed", LATER, ACME),
    "cancelled": lambda order, _: cancelled(order, LATER, PERSON, restock=unshipped_only).order,
    "held": lambda order, _: with_hold(order, Hold(id="doubt", reason="a doubt", owner=PERSON, placed_at=LATER)),
    "released": lambda order, _: without_hold(order, None, LATER, PERSON),
    "deleted": lambda order, _: deleting.deleted(order, LATER, SHOP),
}
"""What others do in between."""


@times(3)
@given(
    st.booleans(),
    st.lists(st.tuples(st.sampled_from([*NEWS, *STEPS]), st.integers(0, 5)), max_size=10),
)
def test_a_message_that_comes_again_opens_and_requests_nothing(
    is_paid: bool,
    happenings: list[tuple[str, int]],
) -> None:
    told = [PLACED.replace(paid_at=NOON if is_paid else None, ships_unpaid=not is_paid)]
    order = at_work(told[0])
    for what, units in happenings:
        if what in NEWS:
            moment = later(told[-1])
            moment = moment.replace(cancelled_at=moment.modified_at if moment.cancelled_at else None)
            told.append(moment.replace(**NEWS[what](moment, units)))
            order = hear(order, told[-1])
        if what in STEPS:
            with suppress(Rejected):
                order = STEPS[what](order, units)
        for message in (*told, with_note(told[-1])):
            assert_repeated(settled(order), message)


def assert_repeated(order: Order, message: ChannelOrder) -> None:
    again = hear(order, message)

    added = story(again)[len(order.timeline) :]
    assert not {OPENED, "cancellation_requested", "cancel_requested"} & {*added}
    assert {*kinds(again)} <= {*kinds(order)}
