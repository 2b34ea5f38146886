"""What is sent: what was requested or less, never what orders have, and what they wait for only by force."""

import pytest

from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.stock.costing import CostBasis
from packhorse.domain.stock.source_shelf import SourceShelf
from packhorse.domain.transfers.drafting import cancelled, drafted, edited
from packhorse.domain.transfers.sending import SentLine
from packhorse.domain.transfers.transfer_order import TransferState
from tests.domain.transfers.transfer_builders import ADA, AT, LAMP, draft, requested, sending, sent, units


def test_all_that_was_requested_leaves_at_its_cost() -> None:
    found = sending(requested(units(wanted=2), units(LAMP, 4)))

    assert (found.order.state, found.order.in_transit.total()) == (TransferState.SENT, 6)
    assert [(each.sku == LAMP, each.on_hand, each.kind.value) for each in found.movements] == [
        (False, -2, "transfer_out"),
        (True, -4, "transfer_out"),
    ]
    assert [line.cost and line.cost.amount for line in found.order.lines] == ["6.67", "13.33"]


def test_fewer_units_may_be_sent_of_a_line_or_none() -> None:
    order = requested(units(), units(LAMP, 4))

    found = sending(order, SentLine(line="1", units=0), SentLine(line="2", units=3)).order

    assert ([line.sent for line in found.lines], found.in_transit.total()) == ([0, 3], 3)
    for wrong, field in (((5, "2"), "units"), ((1, "7"), "line")):
        with pytest.raises(Rejected) as raised:
            sending(order, SentLine(line=wrong[1], units=wrong[0]))
        assert [error.field for error in raised.value.errors] == [f"lines.0.{field}"]
    with pytest.raises(Rejected, match="cannot be sent"):
        sending(requested(), SentLine(line="1", units=0))


def test_it_is_sent_once() -> None:
    order = sent()

    assert sending(order).order is order
    assert sending(order, SentLine(line="1", units=10)).order is order
    with pytest.raises(NotNow, match="other units"):
        sending(order, SentLine(line="1", units=9))


def test_what_orders_have_is_never_sent_and_what_they_wait_for_by_force() -> None:
    scarce = SourceShelf(available=12, committed=3, waiting=5)

    with pytest.raises(NotNow) as raised:
        sending(requested(), mug=scarce)
    assert "orders wait for 5 of the 12" in raised.value.errors[0].message
    forced = sending(requested(), mug=scarce, force=True)
    assert (forced.order.lines[0].sent, forced.reserved) == (10, {})
    with pytest.raises(NotNow) as raised:
        sending(requested(units(wanted=13)), mug=scarce, force=True)
    assert "12 of" in raised.value.errors[0].message
    assert "3 more are committed to orders" in raised.value.errors[0].message


def test_what_orders_wait_for_stays_also_if_more_do_meanwhile() -> None:
    found = sending(requested(), mug=SourceShelf(available=12, waiting=2, basis=CostBasis(4, 10, "EUR")))

    assert [tuple(each) for each in found.reserved.values()] == [(2, 2)]
    assert [each.before for each in found.costs.values()] == [CostBasis(4, 10, "EUR")]


def test_units_without_a_cost_go_without_one() -> None:
    found = sending(requested(), mug=SourceShelf(available=12))

    assert (found.order.lines[0].cost, [each.after for each in found.costs.values()]) == (None, [None])


def test_it_is_edited_and_cancelled_until_it_is_sent() -> None:
    other = draft(units(LAMP, 2), reference="van 3")

    changed = edited(requested(), other, ADA, AT)
    assert (changed.lines[0].sku, changed.reference, changed.timeline[-1].what) == (LAMP, "van 3", "edited")
    assert edited(changed, other, ADA, AT) is changed
    gone = cancelled(changed, ADA, AT)
    assert (gone.state, cancelled(gone, ADA, AT)) == (TransferState.CANCELLED, gone)
    for impossible in (
        lambda: edited(sent(), other, ADA, AT),
        lambda: cancelled(sent(), ADA, AT),
        lambda: sending(gone),
    ):
        with pytest.raises(NotNow):
            impossible()


def test_a_draft_names_each_fault() -> None:
    with pytest.raises(Rejected) as raised:
        drafted("TO-1", draft(units(), units(), to_warehouse="east"), ADA, AT)

    assert [error.field for error in raised.value.errors] == ["to_warehouse", "lines.1.sku"]
