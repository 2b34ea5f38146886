"""What a channel is owed of a cancellation follows from the order, as it is and as its channel states it."""

import pytest

from packhorse.domain.orders import intake
from packhorse.domain.orders.cancel_notice import owed_cancellation
from packhorse.domain.orders.cancel_notifying import left_to_person
from packhorse.domain.orders.editing import line_cancelled
from packhorse.domain.orders.intake import notifiable
from packhorse.domain.orders.order import Hold, Order
from packhorse.domain.orders.parcel import parts_of
from packhorse.domain.orders.rejecting import RejectedUnits, rejected
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled, with_hold
from packhorse.domain.problem import Cause
from packhorse.domain.stock.goods import Goods
from simulation.builders import a_line, an_order
from tests.domain.order_builders import LATER, SHOP, asked, handed, received, sent
from tests.domain.orders.test_taking_back import agreeing, refusing, with_supplier

PERSON = "user:ann@example.com"


def known(quantity: int = 3) -> Order:
    """An order of which its channel is notified, at its warehouse."""
    return notifiable(asked(handed(received(a_line(quantity=quantity), number="#1"))), is_first=True)


def cancelling(order: Order) -> Order:
    return cancelled(order, LATER, PERSON, restock=unshipped_only).order


def told(order: Order, quantity: int, **facts: object) -> Order:
    message = an_order(a_line(quantity=quantity), modified_at=LATER, number="#1", **facts)
    return intake.updated(order, message, LATER, SHOP, restock=unshipped_only).order


def what(order: Order) -> str | None:
    owed = owed_cancellation(order)
    return owed.what if owed else None


def test_a_whole_order_is_owed_and_units_of_it_by_line() -> None:
    one_less = line_cancelled(known(), "1", 2, LATER, PERSON, restock=unshipped_only).order

    assert what(cancelling(known())) == "order"
    assert what(one_less) == "1:1"
    assert what(cancelling(one_less)) == "order"


def test_nothing_is_owed_of_an_order_that_goes_on_or_that_its_channel_does_not_have() -> None:
    assert what(known()) is None
    assert what(cancelling(known().replace(is_notifiable=False))) is None


def test_what_has_shipped_in_part_is_owed_by_line() -> None:
    assert what(cancelling(sent(known(), _1=1))) == "1:2"


@pytest.mark.parametrize("order", [known(), cancelling(known())], ids=["going on", "cancelled here before"])
def test_what_the_channel_cancelled_is_not_owed(order: Order) -> None:
    assert what(told(order, 3, cancelled_at=LATER)) is None


def test_units_that_the_channel_has_taken_out_are_not_owed() -> None:
    one_less = line_cancelled(known(), "1", 2, LATER, PERSON, restock=unshipped_only).order

    assert what(told(one_less, 2)) is None
    assert what(told(one_less, 3)) == "1:1"


def test_a_file_or_a_person_does_not_say_what_the_channel_has() -> None:
    order = cancelling(known())

    assert what(told(order, 3, cancelled_at=LATER, lists_parcels=False)) == "order"


def test_a_cancellation_is_owed_once_the_fulfiller_agrees() -> None:
    requested = cancelling(notifiable(with_supplier(), is_first=True))

    assert what(requested) is None
    assert what(agreeing(requested).order) == "order"
    assert what(refusing(requested)) is None


def test_what_is_left_to_a_person_stays_while_more_is_requested_of_the_fulfiller() -> None:
    fewer = line_cancelled(
        notifiable(with_supplier(), is_first=True), "1", 2, LATER, PERSON, restock=unshipped_only
    ).order
    agreed = agreeing(fewer).order
    owed = owed_cancellation(agreed)
    assert owed is not None

    requested = cancelling(left_to_person(agreed, owed, "take it out there", LATER))
    refused = refusing(requested)

    assert (what(requested), what(refused)) == (None, owed.what)
    for order in (requested, refused):
        assert Cause.CHANNEL_NOT_CANCELLED in {each.cause for each in order.exceptions}


@pytest.mark.parametrize("more", [0, 1], ids=["the channel", "both"])
def test_of_what_the_fulfiller_keeps_back_only_what_was_cancelled_here_is_owed(more: int) -> None:
    fewer = told(notifiable(with_supplier(), is_first=True), 2)
    requested = line_cancelled(fewer, "1", 2 - more, LATER, PERSON, restock=unshipped_only).order
    report = RejectedUnits(reason=RejectReason.OTHER, lines=parts_of({"1": 1 + more}))

    agreed = agreeing(requested).order
    refused = rejected(requested, 1, report, "file-1", Goods(), LATER, SHOP, restock=unshipped_only).order

    for order in (agreed, refused):
        assert what(order) == (f"1:{more}" if more else None)
        assert (order.lines[0].quantity, order.lines[0].cancelled) == (2, more)


def test_of_two_orders_that_may_be_one_the_held_one_is_cancelled_here_alone() -> None:
    twin = Hold(id="twin", reason="may be another", owner=SHOP, placed_at=LATER, other="0" * 32)

    assert what(cancelling(with_hold(known(), twin))) is None
