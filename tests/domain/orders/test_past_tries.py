"""What a channel refused, was not owed any more, and is owed again: it is sent again, and fails as a new exception."""

from packhorse.domain.orders.cancel_notice import owed_cancellation
from packhorse.domain.orders.cancel_notifying import left_to_person
from packhorse.domain.orders.hold_notice import owed_hold
from packhorse.domain.orders.hold_notifying import hold_not_sent, with_hold_intended, without_hold_intended
from packhorse.domain.orders.line_edits import LineEdit, with_edited_lines
from packhorse.domain.orders.notice import NoticeKind, owed_notices
from packhorse.domain.orders.order import Hold, Order
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import with_hold, without_hold
from tests.domain.order_builders import LATER, kinds
from tests.domain.orders.test_cancel_notice import PERSON, known
from tests.domain.orders.test_other_numbers import corrected, order, refused

__all__ = ["order"]


def with_quantity(order: Order, quantity: int) -> Order:
    edits = {"1": LineEdit(quantity=quantity)}
    change = with_edited_lines(order, edits, LATER, PERSON, restock=unshipped_only)
    return with_status(change.order, LATER, PERSON)


def test_units_that_are_taken_out_again_are_left_to_a_person_again() -> None:
    fewer = with_quantity(known(), 2)
    owed = owed_cancellation(fewer)
    assert owed is not None
    left = left_to_person(fewer, owed, "take it out there", LATER)
    assert kinds(left) == ["channel_not_cancelled"]

    again = with_quantity(with_quantity(left, 3), 2)

    owed = owed_cancellation(again)
    assert owed is not None
    assert (owed.what, owed.tries, kinds(again)) == ("1:1", 0, [])


def test_a_number_that_is_corrected_again_is_sent_again(order: Order) -> None:
    before = refused(corrected(order), NoticeKind.CORRECTED)
    as_sent = with_status(corrected(before, "JD01"), LATER, PERSON)

    [owed] = owed_notices(corrected(as_sent))

    assert (owed.kind, owed.tries, kinds(as_sent)) == (NoticeKind.CORRECTED, 0, [])


def test_an_order_that_is_held_again_is_held_in_its_channel_again() -> None:
    hold = Hold(id="1", reason="the buyer called", owner=PERSON, placed_at=LATER, is_shared=True)
    held = with_hold(known(), hold)
    owed = owed_hold(held)
    assert owed is not None
    absent = without_hold_intended(with_hold_intended(held, owed), owed)
    failed = hold_not_sent(absent, owed, "it cannot be held", LATER, for_good=True, wait=None)
    assert kinds(failed) == ["channel_not_held"]

    released = without_hold(failed, "1", LATER, PERSON)
    again = owed_hold(with_hold(released, hold))

    assert again is not None
    assert (again.is_release, again.tries, kinds(released)) == (False, 0, [])
