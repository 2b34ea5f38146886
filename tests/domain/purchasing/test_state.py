"""The state of a purchase order follows from its lines, and nothing moves against the table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.errors import PackhorseError
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.receipts import Decision
from packhorse.domain.purchasing.receiving import PurchaseChange, PurchaseReceipt, receive, settle_surplus
from packhorse.domain.purchasing.state import MOVES, OVER, state_of
from packhorse.domain.purchasing.steps import AnsweredLine, SupplierAnswer, answered, cancelled, closed_short, submitted
from packhorse.domain.purchasing.withdrawing import ReceiptToWithdraw, withdrawn
from packhorse.domain.stock.source_shelf import SourceShelf
from tests.domain.purchasing.purchase_builders import ADA, AT, LAMP, MUG, arrived, new, wanted


def test_every_state_has_its_moves_and_leads_to_an_end() -> None:
    assert set(MOVES) == set(PurchaseState)
    for start in PurchaseState:
        reached = {start}
        while more := {after for state in reached for after in MOVES[state]} - reached:
            reached |= more
        assert reached & OVER, start


STEPS = st.one_of(
    st.just(("submit",)),
    st.just(("cancel",)),
    st.tuples(st.just("close"), st.sampled_from([(), ("1",), ("2",)])),
    st.tuples(st.just("answer"), st.sampled_from("12"), st.integers(0, 8)),
    st.tuples(
        st.just("receive"),
        st.sampled_from("abc"),
        st.sampled_from("12"),
        st.integers(0, 9),
        st.integers(0, 4),
        st.booleans(),
        st.booleans(),
    ),
    st.tuples(st.just("settle"), st.sampled_from("12"), st.sampled_from(Decision)),
    st.tuples(st.just("withdraw"), st.sampled_from("abc"), st.sampled_from("12")),
)


def after(order: PurchaseOrder, step: tuple) -> tuple[PurchaseOrder, int]:  # type: ignore[type-arg]
    """The purchase order after a step, and the units that it put on shelves."""
    match step:
        case ("submit",):
            return submitted(order, ADA, AT, AT.date()), 0
        case ("cancel",):
            return cancelled(order, ADA, AT), 0
        case ("close", only):
            return closed_short(order, only, ADA, AT), 0
        case ("answer", line, refused):
            return answered(order, SupplierAnswer(lines=(AnsweredLine(line=line, refused=refused),)), ADA, AT), 0
        case ("settle", line, decision):
            change = settle_surplus(order, line, decision, ADA, AT, is_counted=True)
        case ("withdraw", receipt, line):
            change = undone(order, receipt, line)
        case ("receive", receipt, *what):
            change = came(order, receipt, *what)
    return change.order, sum(each.on_hand for each in change.movements)


def came(
    order: PurchaseOrder, receipt: str, line: str, good: int, bad: int, replaced: bool, over: bool
) -> PurchaseChange:
    if not good + bad:
        return PurchaseChange(order)
    more = {"rejected": bad, "reason": "broken", "replaced": replaced} if bad else {}
    lines = (arrived(good, line, accept_over=over, **more),)
    return receive(order, PurchaseReceipt(receipt=receipt, lines=lines), ADA, AT, is_counted=True)


def undone(order: PurchaseOrder, receipt: str, line: str) -> PurchaseChange:
    there = {order.shelf(each): SourceShelf(1000) for each in order.lines}
    return withdrawn(order, ReceiptToWithdraw(receipt=receipt, line=line), there, ADA, AT, is_counted=True)


@given(st.lists(STEPS, max_size=12))
def test_units_are_conserved_whatever_happens(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    order, on_shelves = new(wanted(MUG, 6), wanted(LAMP, 4)), 0

    for step in steps:
        try:
            order, put = after(order, step)
        except PackhorseError:
            continue
        on_shelves += put

    assert order.state is state_of(order)
    for line in order.lines:
        records = [each for each in order.receipts if each.line == line.id]
        assert min(line.open, line.received, line.rejected, line.refused, line.closed) >= 0
        assert line.surplus == sum(each.undecided for each in records)
        kept = sum(each.accepted + each.surplus * (each.decision is Decision.ACCEPT) for each in records)
        assert line.received + line.over == kept
        assert line.all_rejected == sum(each.rejected for each in records if not each.replaced)
        assert not line.open or not (line.over or line.over_rejected)
    assert on_shelves == sum(line.received + line.over for line in order.lines)
    assert order.incoming.total() == (0 if order.state in OVER or not order.submitted_at else open_units(order))


def open_units(order: PurchaseOrder) -> int:
    return sum(line.open for line in order.lines)


@pytest.mark.parametrize("state", sorted(OVER))
def test_nothing_is_incoming_of_one_that_is_over(state: PurchaseState) -> None:
    assert PurchaseState.NEW not in MOVES[state]
    assert MOVES[PurchaseState.CANCELLED] <= OVER
