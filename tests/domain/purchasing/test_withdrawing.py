"""Lines of receipts that were recorded wrongly: as if they had not been, and recorded right."""

import pytest

from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.receipts import Decision
from packhorse.domain.purchasing.receiving import PurchaseChange, PurchaseReceipt, receive, settle_surplus
from packhorse.domain.purchasing.steps import cancelled, closed_short
from packhorse.domain.purchasing.withdrawing import ReceiptToWithdraw, withdrawn
from packhorse.domain.stock.source_shelf import SourceShelf
from tests.domain.purchasing.purchase_builders import ADA, AT, arrived, on_order, received


def withdraw(order: PurchaseOrder, receipt: str = "DN-7", available: int = 1000, reason: str = "") -> PurchaseChange:
    there = {order.shelf(line): SourceShelf(available, 4) for line in order.lines}
    return withdrawn(
        order, ReceiptToWithdraw(receipt=receipt, line="1", reason=reason), there, ADA, AT, is_counted=True
    )


def test_a_receipt_that_was_typed_wrongly_is_withdrawn_and_recorded_right() -> None:
    wrong = received(received(on_order(), arrived(2), receipt="DN-6"), arrived(8))

    after, (movement,) = withdraw(wrong, "dn-7", reason="typed 8 for 3")
    right = receive(after, PurchaseReceipt(receipt="DN-7", lines=(arrived(3),)), ADA, AT, is_counted=True)

    assert (after.state, after.incoming.total()) == (PurchaseState.PARTIALLY_RECEIVED, 8)
    assert (movement.on_hand, movement.reason) == (-8, "receipt DN-7 withdrawn")
    assert after.timeline[-1].detail == f"DN-7: {after.lines[0].sku}, 8 good (typed 8 for 3)"
    assert (right.order.lines[0].received, right.movements[0].on_hand) == (5, 3)


def test_each_time_that_a_line_is_recorded_or_withdrawn_is_an_event_of_its_own() -> None:
    order, events = on_order(), list[str]()
    for units in (1, 2, 3):
        came = receive(order, PurchaseReceipt(receipt="DN-7", lines=(arrived(units),)), ADA, AT, is_counted=True)
        gone = withdraw(came.order)
        order = gone.order
        events += [came.movements[0].event, gone.movements[0].event]

    assert len(set(events)) == len(events) == 6
    assert order.lines == on_order().lines
    assert (order.state, len(order.withdrawn), order.receipts) == (PurchaseState.SUBMITTED, 3, ())


def test_the_same_withdrawal_again_and_a_late_request_of_before_change_nothing() -> None:
    after = withdraw(received(on_order(), arrived(8))).order

    assert withdraw(after) == PurchaseChange(after)
    with pytest.raises(Rejected) as raised:
        received(after, arrived(8))
    assert "was withdrawn with these units" in raised.value.errors[0].message
    with pytest.raises(Rejected, match="nothing is to be withdrawn"):
        withdraw(after, "DN-8")


def test_a_line_of_rejected_units_is_withdrawn_though_the_shelf_lacks_units() -> None:
    order = received(on_order(), arrived(0, rejected=3, reason="wet"))

    after, movements = withdraw(order, available=-2)

    assert (after.receipts, after.lines[0].rejected, movements) == ((), 0, ())


def test_units_that_orders_have_are_not_withdrawn() -> None:
    order = received(on_order(), arrived(8))

    with pytest.raises(NotNow, match="are available at main, 4 are committed to orders"):
        withdraw(order, available=7)


def test_rejected_units_and_those_beyond_the_order_are_withdrawn_with_the_rest() -> None:
    whole = received(on_order(), arrived(10), receipt="1")
    waiting = received(whole, arrived(5, rejected=3, reason="wet"))
    accepted = settle_surplus(waiting, "1", Decision.ACCEPT, ADA, AT, is_counted=True).order
    returned = settle_surplus(waiting, "1", Decision.RETURN, ADA, AT, is_counted=True).order

    for order, units in ((waiting, []), (accepted, [-5]), (returned, [])):
        after, movements = withdraw(order)
        assert [each.on_hand for each in movements] == units
        assert after.lines == whole.lines


def test_what_was_rejected_is_to_come_again_once_that_is_withdrawn() -> None:
    after = withdraw(received(on_order(), arrived(6, rejected=4, reason="broken"))).order
    awaited = withdraw(received(on_order(), arrived(6, rejected=4, reason="broken", replaced=True))).order

    assert after.lines == awaited.lines == on_order().lines


def test_one_that_is_over_is_open_again_but_not_one_that_was_cancelled() -> None:
    closed = closed_short(received(on_order(), arrived(6)), (), ADA, AT)
    gone = received(cancelled(on_order(), ADA, AT), arrived(2, accept_over=True))

    reopened, left = withdraw(closed).order, withdraw(gone).order

    assert (reopened.state, reopened.lines[0].open, reopened.lines[0].closed) == (PurchaseState.SUBMITTED, 6, 4)
    assert (left.state, left.lines) == (PurchaseState.CANCELLED, cancelled(on_order(), ADA, AT).lines)


def test_units_beyond_the_order_take_the_place_of_those_that_are_withdrawn() -> None:
    full = received(on_order(), arrived(10), receipt="1")
    twice = withdraw(received(full, arrived(10), receipt="01"), "1").order
    settled = settle_surplus(twice, "1", Decision.ACCEPT, ADA, AT, is_counted=True)
    typed = withdraw(received(full, arrived(rejected=2, reason="wet"), receipt="2"), "1").order
    right = received(typed, arrived(8), receipt="1")
    broken = received(on_order(), arrived(rejected=4, reason="wet"), receipt="1")
    good = withdraw(received(broken, arrived(9, accept_over=True), receipt="2"), "1").order

    assert (twice.state, twice.incoming.total(), twice.lines[0].surplus) == (PurchaseState.SUBMITTED, 10, 10)
    assert [each.on_hand for each in settled.movements] == [10]
    for order, units in ((settled.order, (10, 0, 0, 0)), (right, (8, 0, 2, 0))):
        (line,) = order.lines
        assert (line.received, line.over, line.rejected, line.over_rejected) == units
        assert (order.state, order.incoming.total()) == (PurchaseState.RECEIVED, 0)
    assert (good.lines[0].received, good.lines[0].over, good.incoming.total()) == (9, 0, 1)
