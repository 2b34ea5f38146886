"""What arrives: each line of a receipt once, what is beyond the order apart, what comes late all the same."""

import pytest
from pydantic import ValidationError

from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.purchasing.case_pack import MAX_UNITS
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.receipts import Decision
from packhorse.domain.purchasing.receiving import ArrivedLine, PurchaseReceipt, receive, settle_surplus
from packhorse.domain.purchasing.steps import AnsweredLine, SupplierAnswer, answered, cancelled, closed_short
from tests.domain.purchasing.purchase_builders import ADA, AT, LAMP, MUG, arrived, new, on_order, received, wanted


def test_parts_arrive_until_all_is_there() -> None:
    order = on_order(wanted(), wanted(LAMP, 4))

    first = received(order, arrived(6), receipt="1")
    last = received(first, arrived(4), arrived(4, line="2"), receipt="2")

    assert (first.state, first.incoming.total()) == (PurchaseState.PARTIALLY_RECEIVED, 8)
    assert (last.state, last.incoming.total()) == (PurchaseState.RECEIVED, 0)


def test_the_lines_of_one_delivery_may_come_from_several_scanners() -> None:
    order = received(on_order(wanted(), wanted(LAMP, 4)), arrived(10))

    after = received(order, arrived(10), arrived(4, line="2"))

    assert [(each.line, each.accepted) for each in after.receipts] == [("1", 10), ("2", 4)]


def test_a_receipt_does_not_change_its_mind() -> None:
    order = received(on_order(), arrived(6))

    with pytest.raises(Rejected, match="cannot be recorded") as raised:
        received(order, arrived(5))

    assert [error.field for error in raised.value.errors] == ["lines.0"]


@pytest.mark.parametrize(
    ("was_replaced", "advice"), [(False, "accept them as a surplus"), (True, "close what does not come")]
)
def test_a_receipt_does_not_change_its_mind_about_what_is_replaced(was_replaced: bool, advice: str) -> None:
    order = received(on_order(), arrived(6, rejected=2, reason="broken", replaced=was_replaced))

    assert received(order, arrived(6, rejected=2, reason="wet", replaced=was_replaced)) == order
    with pytest.raises(Rejected) as raised:
        received(order, arrived(6, rejected=2, reason="broken", replaced=not was_replaced))

    [error] = raised.value.errors
    assert (error.field, advice in error.message) == ("lines.0.replaced", True)


def test_rejected_units_come_no_more_unless_they_are_replaced() -> None:
    order = on_order()

    gone = received(order, arrived(6, rejected=4, reason="broken"))
    awaited = received(order, arrived(6, rejected=4, reason="broken", replaced=True))

    assert (gone.state, gone.incoming.total(), gone.lines[0].rejected) == (PurchaseState.RECEIVED, 0, 4)
    assert (awaited.state, awaited.incoming.total()) == (PurchaseState.PARTIALLY_RECEIVED, 4)


def test_units_that_are_rejected_beyond_the_order_are_counted_too() -> None:
    whole = received(on_order(), arrived(10), receipt="1")
    after = received(whole, arrived(rejected=3, reason="wet"), receipt="2")
    more = received(after, arrived(1, rejected=2, reason="wet"), receipt="3")
    gone = received(cancelled(on_order(), ADA, AT), arrived(rejected=2, reason="wet"))

    assert (after.state, after.lines[0].rejected, after.lines[0].over_rejected) == (PurchaseState.RECEIVED, 0, 3)
    assert (more.lines[0].surplus, more.lines[0].over_rejected) == (1, 5)
    assert (gone.state, gone.lines[0].closed, gone.lines[0].over_rejected) == (PurchaseState.CANCELLED, 10, 2)
    assert received(after, arrived(rejected=3, reason="wet", replaced=True), receipt="4").lines == after.lines


def test_what_was_closed_short_or_refused_and_comes_broken_is_rejected() -> None:
    closed = closed_short(received(on_order(), arrived(6)), (), ADA, AT)
    refused = answered(on_order(), SupplierAnswer(lines=(AnsweredLine(line="1", refused=10),)), ADA, AT)

    late = received(closed, arrived(rejected=5, reason="broken"), receipt="2")
    against = received(refused, arrived(rejected=4, reason="broken"))

    [line], [other] = late.lines, against.lines
    assert (late.state, line.closed, line.rejected, line.over_rejected) == (PurchaseState.RECEIVED, 0, 4, 1)
    assert (against.state, other.refused, other.rejected, other.open) == (PurchaseState.RECEIVED, 6, 4, 0)


def test_more_than_a_line_takes_is_not_rejected_either() -> None:
    order = received(on_order(), arrived(rejected=MAX_UNITS, reason="wet"))

    with pytest.raises(Rejected) as raised:
        received(order, arrived(rejected=1, reason="wet"), receipt="2")

    assert [error.field for error in raised.value.errors] == ["lines.0.rejected"]


@pytest.mark.parametrize(
    ("order", "line", "detail"),
    [
        (on_order(), arrived(10), "10 accepted"),
        (on_order(), arrived(12), "10 accepted, 2 beyond the order"),
        (on_order(), arrived(12, accept_over=True), "12 accepted, 2 of these beyond the order"),
        (on_order(), arrived(4, rejected=2, reason="wet"), "4 accepted, 2 rejected (wet)"),
        (
            on_order(),
            arrived(4, rejected=2, reason="wet", replaced=True),
            "4 accepted, 2 rejected, to be replaced (wet)",
        ),
        (
            received(on_order(), arrived(9), receipt="1"),
            arrived(rejected=3, reason="wet"),
            "0 accepted, 3 rejected, 2 of these beyond the order (wet)",
        ),
        (
            answered(on_order(), SupplierAnswer(lines=(AnsweredLine(line="1", refused=4),)), ADA, AT),
            arrived(9),
            "9 accepted, 3 of these had been refused",
        ),
        (
            closed_short(received(on_order(), arrived(6), receipt="1"), (), ADA, AT),
            arrived(4),
            "4 accepted, 4 of these had been closed short",
        ),
    ],
)
def test_the_timeline_says_what_came_and_what_it_was(order: PurchaseOrder, line: ArrivedLine, detail: str) -> None:
    assert received(order, line, receipt="R-3").timeline[-1].detail == f"R-3: {MUG}, {detail}"


@pytest.mark.parametrize(
    "more", [{}, {"rejected": 1}, {"accepted": 1, "reason": "broken"}, {"accepted": 1, "replaced": True}]
)
def test_a_line_of_a_receipt_makes_sense(more: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        arrived(**more)  # type: ignore[arg-type]


def test_what_is_beyond_the_order_waits_for_a_decision() -> None:
    change = receive(on_order(), PurchaseReceipt(receipt="1", lines=(arrived(12),)), ADA, AT, is_counted=True)

    [line] = change.order.lines
    assert ([each.on_hand for each in change.movements], line.surplus, line.over) == ([10], 2, 0)
    accepted = settle_surplus(change.order, "1", Decision.ACCEPT, ADA, AT, is_counted=True)
    assert ([each.on_hand for each in accepted.movements], accepted.order.lines[0].over) == ([2], 2)
    returned = settle_surplus(change.order, "1", Decision.RETURN, ADA, AT, is_counted=True)
    assert (returned.movements, returned.order.lines[0].surplus, returned.order.lines[0].over) == ((), 0, 0)
    for settled, again, other in (
        (accepted.order, Decision.ACCEPT, Decision.RETURN),
        (returned.order, Decision.RETURN, Decision.ACCEPT),
    ):
        assert settle_surplus(settled, "1", again, ADA, AT, is_counted=True).order is settled
        with pytest.raises(NotNow, match="already"):
            settle_surplus(settled, "1", other, ADA, AT, is_counted=True)
    with pytest.raises(NotNow, match="no unit of line 1 waits"):
        settle_surplus(on_order(), "1", Decision.ACCEPT, ADA, AT, is_counted=True)


def test_what_is_beyond_the_order_may_be_welcome() -> None:
    change = receive(
        on_order(), PurchaseReceipt(receipt="1", lines=(arrived(12, accept_over=True),)), ADA, AT, is_counted=True
    )

    assert ([each.on_hand for each in change.movements], change.order.lines[0].over) == ([12], 2)


def test_what_was_closed_short_and_comes_late_is_received() -> None:
    order = closed_short(received(on_order(), arrived(6), receipt="1"), (), ADA, AT)

    late = receive(order, PurchaseReceipt(receipt="2", lines=(arrived(3),)), ADA, AT, is_counted=True)
    whole = received(late.order, arrived(2), receipt="3")

    assert order.state is PurchaseState.CLOSED
    assert (late.order.state, late.order.lines[0].closed, late.movements[0].on_hand) == (PurchaseState.CLOSED, 1, 3)
    assert (whole.state, whole.lines[0].surplus) == (PurchaseState.RECEIVED, 1)


def test_what_comes_of_a_cancelled_one_is_a_surplus() -> None:
    order = received(cancelled(on_order(), ADA, AT), arrived(10))

    assert (order.state, order.lines[0].surplus, order.incoming.total()) == (PurchaseState.CANCELLED, 10, 0)


def test_nothing_arrives_of_one_that_is_not_submitted() -> None:
    with pytest.raises(NotNow, match="submit it"):
        received(new(), arrived(1))


def test_a_receipt_may_be_called_as_any_step_is() -> None:
    moved = []
    for name in ("submitted", "closed", "surplus", "receipt", "1", "1#surplus", "surplus#1", "#surplus"):
        change = receive(on_order(), PurchaseReceipt(receipt=name, lines=(arrived(14),)), ADA, AT, is_counted=True)
        moved += [
            *change.movements,
            *settle_surplus(change.order, "1", Decision.ACCEPT, ADA, AT, is_counted=True).movements,
        ]

    assert len({each.event for each in moved}) == len(moved) == 16


def test_what_was_refused_and_comes_all_the_same_is_received() -> None:
    answer = SupplierAnswer(lines=(AnsweredLine(line="1", refused=10),))
    order = answered(on_order(), answer, ADA, AT)

    late = received(order, arrived(4))
    whole = received(late, arrived(7), receipt="2")

    assert (order.state, late.state, late.lines[0].refused) == (PurchaseState.CLOSED, PurchaseState.RECEIVED, 6)
    assert (whole.lines[0].received, whole.lines[0].refused, whole.lines[0].surplus) == (10, 0, 1)


@pytest.mark.parametrize("again", ["dn-7", " DN-7 ", "Dn-7"])
def test_a_receipt_is_the_same_in_capitals_or_not(again: str) -> None:
    order = received(on_order(), arrived(4))
    stored_before = order.replace(receipts=(order.receipts[0].replace(receipt="DN-7"),))

    assert received(stored_before, arrived(4), receipt=again) == stored_before
