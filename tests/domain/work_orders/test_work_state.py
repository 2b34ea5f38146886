"""The states follow from the units, only as the table allows, and no unit appears or is lost."""

from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.stock.goods import Goods
from packhorse.domain.work_orders.soundness import faults, moved_by
from packhorse.domain.work_orders.state import MOVES, OVER, state_of
from packhorse.domain.work_orders.steps import WorkChange, cancelled, closed_short
from packhorse.domain.work_orders.work_order import WorkKind, WorkOrder, WorkState
from tests.domain.work_orders.work_builders import ADA, AT, LEG, made, reporting, shelves, submitting

COUNT = st.integers(0, 3)
STEPS = st.sampled_from(["submit", "report", "fed", "fail", "scrap", "close", "cancel"])


def test_every_state_has_its_moves_and_those_that_are_over_end() -> None:
    assert set(MOVES) == set(WorkState)
    assert {state for state, after in MOVES.items() if not after} == OVER


def stepped(order: WorkOrder, number: int, what: str, units: int) -> WorkChange:
    scarce = shelves(leg=units, top=units, table=units)
    match what:
        case "submit":
            return submitting(order, scarce if number % 2 else shelves(leg=40, top=40, table=40))
        case "report":
            return reporting(order, units, str(number), scarce)
        case "fed":
            return reporting(order, units, str(number), scarce, is_counted=False)
        case "fail":
            return reporting(order, units, str(number), scarce, failed=1)
        case "scrap":
            return reporting(order, units, str(number), scarce, scrap=[{"sku": LEG, "units": 2}])
        case "close":
            return closed_short(order, units or None, ADA, AT)
        case _:
            return cancelled(order, ADA, AT)


@given(st.sampled_from(WorkKind), st.lists(st.tuples(STEPS, COUNT), max_size=8))
def test_what_moves_is_what_the_work_order_says_whatever_happens(kind: WorkKind, steps: list[tuple[str, int]]) -> None:
    order, moved, committed = made(4, kind=kind), Goods(), Goods()
    for number, (what, units) in enumerate([("submit", 0), *steps]):
        try:
            change = stepped(order, number, what, units)
        except (Rejected, NotNow, ValueError):
            continue
        order = change.order.replace(version=order.version + 1)
        for each in change.movements:
            moved[each.shelf] += each.on_hand
            committed[each.shelf] += each.committed
        assert order.state is state_of(order)
        assert list(faults(order)) == []
        assert (+moved, -moved) == (+moved_by(order), -moved_by(order))
        assert (+committed, -committed) == (order.reserved, Goods())
        assert order.open or not order.reserved
