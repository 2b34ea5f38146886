"""Orders that a file or a person brought, when their channel sends its first message about them."""

from datetime import timedelta
from typing import Any

import pytest

from packhorse.domain.orders import deleting, intake
from packhorse.domain.orders.cancel_notice import owed_cancellation
from packhorse.domain.orders.channel_order import ChannelLine, ChannelOrder
from packhorse.domain.orders.completion import completed
from packhorse.domain.orders.line_edits import LineEdit, with_edited_lines
from packhorse.domain.orders.notice import owed_notices
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled
from simulation.builders import NOON, a_line, an_order
from tests.domain.order_builders import (
    LATER,
    MUG,
    SHOP,
    a_told_parcel,
    arrived,
    hear,
    heard,
    in_fulfilment,
    kinds,
    sent,
    shipping,
    the_line,
    with_products,
)

PERSON = "user:ann@example.com"
MONDAY = NOON
WEDNESDAY = NOON + timedelta(days=2)


def of_file(*lines: ChannelLine, **facts: Any) -> ChannelOrder:
    """A file's order: its time is that of the upload, long after the channel had it."""
    values: dict[str, Any] = {"channel_order_id": "77", "modified_at": WEDNESDAY, "lists_parcels": False, **facts}
    return an_order(*(lines or (a_line(MUG, 2, "1"),)), **values)


def brought(*lines: ChannelLine, **facts: Any) -> Order:
    return shipping(of_file(*lines, **facts))


def of_channel(*lines: ChannelLine, **facts: Any) -> ChannelOrder:
    values: dict[str, Any] = {"channel_order_id": "77", "modified_at": MONDAY, **facts}
    return an_order(*(lines or (a_line(MUG, 2, "9000"),)), **values)


def taken_in(order: Order, received: ChannelOrder) -> Order:
    """The order after a message of a channel that is notified."""
    is_first = not order.is_heard
    return intake.notifiable(hear(order, received), is_first=is_first)


def owed_numbers(order: Order) -> list[str | None]:
    return [each.parcel.tracking for each in owed_notices(order)]


# ---- what the channel is owed


def test_parcels_that_left_before_the_first_message_are_owed() -> None:
    part = taken_in(sent(brought(), _1=1), of_channel())

    assert owed_numbers(part) == ["JD01"]
    assert owed_numbers(sent(part, tracking="JD02")) == ["JD01", "JD02"]


@pytest.mark.parametrize("by_person", [False, True])
def test_an_order_that_is_complete_by_then_is_owed(by_person: bool) -> None:
    over = completed(brought(), LATER, PERSON).order if by_person else sent(brought())

    order = taken_in(over, of_channel())

    assert (order.status, owed_numbers(order)) == (Status.COMPLETE, [None if by_person else "JD01"])


def test_what_a_file_says_has_shipped_is_not_owed() -> None:
    order = taken_in(arrived(of_file(shipped_at=WEDNESDAY)), of_channel())

    assert order.status is Status.COMPLETE
    assert owed_numbers(order) == []
    assert kinds(order) == ["fulfilment_cancelled"], "a person decides who is right"


def test_what_the_channel_says_has_shipped_is_not_owed() -> None:
    order = taken_in(brought(), of_channel(parcels=(a_told_parcel(_9000=2),)))

    assert order.status is Status.COMPLETE
    assert owed_numbers(order) == []


def test_an_order_that_was_heard_before_channels_were_notified_is_not_owed_what_left_by_then() -> None:
    """Of such an order nothing says that it was heard but that neither a file nor a person brought it."""
    stored = sent(in_fulfilment(a_line(MUG, 2, "9000"), channel_order_id="77")).replace(heard=None)

    order = taken_in(stored, of_channel(modified_at=WEDNESDAY))

    assert owed_numbers(order) == []


def test_an_order_of_a_file_that_was_stored_before_that_was_recorded_is_not_heard() -> None:
    stored = sent(brought(source="csv:0a1b")).replace(heard=None)

    assert owed_numbers(taken_in(stored, of_channel())) == ["JD01"]


def test_a_cancellation_of_before_is_owed_if_a_person_made_it_here() -> None:
    order = taken_in(cancelled(brought(), LATER, PERSON, restock=unshipped_only).order, of_channel())

    owed = owed_cancellation(order)
    assert owed
    assert owed.is_whole


def test_a_cancellation_that_a_file_states_is_not_owed() -> None:
    """An export calls refunded orders cancelled, too: its channel has them as it has them."""
    order = taken_in(with_products(heard(of_file(cancelled_at=WEDNESDAY))), of_channel())

    assert order.status is Status.CANCELLED
    assert owed_cancellation(order) is None


# ---- what is newer


def test_the_first_message_is_newer_than_the_file_whatever_its_time() -> None:
    file = of_file(a_line(MUG, 3, "1"))
    assert file.ship_to
    corrected = file.ship_to.replace(address1="Corrected Street 1")
    theirs = of_channel(a_line(MUG, 2, "9000"), ship_to=corrected, note="ring twice")
    order = taken_in(brought(a_line(MUG, 3, "1")), theirs)

    assert (the_line(order).quantity, order.ship_to, order.note) == (2, corrected, "ring twice")
    assert order.modified_at == MONDAY
    older = theirs.replace(modified_at=MONDAY - timedelta(days=1), note="")
    assert taken_in(order, older).note == "ring twice"


def test_a_file_that_comes_after_the_channel_changes_what_stays_true_alone() -> None:
    order = with_products(heard(of_channel(a_line(MUG, 2, "9000"), paid_at=None, note="ring twice")))

    after = taken_in(order, of_file(a_line(MUG, 3, "1"), paid_at=WEDNESDAY))

    assert [(line.id, line.quantity) for line in after.lines] == [("9000", 2)]
    assert (after.note, after.paid_at) == ("ring twice", WEDNESDAY)


def test_in_whichever_sequence_file_and_channel_come_the_order_is_the_same() -> None:
    file, theirs = of_file(a_line(MUG, 3, "1")), of_channel(a_line(MUG, 2, "9000"), note="ring twice")

    ends = [taken_in(with_products(heard(one)), other) for one, other in ((file, theirs), (theirs, file))]

    assert [(each.lines[0].quantity, each.lines[0].id_there, each.note) for each in ends] == [
        (2, "9000", "ring twice")
    ] * 2


def test_what_a_person_edited_meanwhile_stays_unless_the_channel_states_otherwise() -> None:
    edited = with_edited_lines(
        with_products(heard(of_file(a_line(MUG, 3, "1")))),
        {"1": LineEdit(quantity=1)},
        LATER,
        PERSON,
        restock=unshipped_only,
    ).order

    assert the_line(taken_in(edited, of_channel(a_line(MUG, 3, "9000")))).quantity == 1
    assert the_line(taken_in(edited, of_channel(a_line(MUG, 2, "9000")))).quantity == 2


def test_an_order_that_its_channel_deleted_and_restored_before_it_was_heard_goes_on() -> None:
    gone = deleting.deleted(brought(), LATER, SHOP)

    order = taken_in(gone, of_channel(is_restored=True))

    assert (order.holds, order.deleted_at) == ((), None)
    assert kinds(order) == []
