"""The states follow from the lines, and only as the table allows."""

from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.errors import Rejected
from packhorse.domain.transfers.receiving import ReturnedUnits, close
from packhorse.domain.transfers.state import MOVES, OVER, state_of
from packhorse.domain.transfers.transfer_order import TransferOrder, TransferState
from tests.domain.transfers.transfer_builders import ADA, AT, LAMP, arrived, receive, sent, take_back, units

COUNT = st.integers(0, 4)


def test_every_state_has_its_moves_and_those_that_are_over_end() -> None:
    assert set(MOVES) == set(TransferState)
    assert {state for state, after in MOVES.items() if not after} == OVER - {TransferState.CLOSED}


def stepped(order: TransferOrder, number: int, what: str, good: int, damaged: int) -> TransferOrder:
    line, reason = str(1 + number % 2), "wet"
    match what:
        case "receive":
            return receive(order, arrived(good, line, damaged=damaged, reason=reason), receipt=str(number))
        case "lose":
            return receive(order, arrived(good, line, lost=damaged), receipt=str(number))
        case "return":
            units_back = ReturnedUnits(line=line, accepted=good, damaged=damaged, reason=reason)
            return take_back(order, units_back, receipt=str(number))
        case _:
            return close(order, [line], ADA, AT)


@given(st.lists(st.tuples(st.sampled_from(["receive", "lose", "return", "close"]), COUNT, COUNT), max_size=8))
def test_no_unit_gets_lost_whatever_happens(steps: list[tuple[str, int, int]]) -> None:
    order = sent(units(wanted=5), units(LAMP, 7))
    for number, (what, good, damaged) in enumerate(steps):
        try:
            order = stepped(order, number, what, good, damaged)
        except (Rejected, ValueError):
            continue
        assert order.state is state_of(order)
        for line in order.lines:
            parts = (line.open, line.received, line.damaged, line.lost, line.returned)
            assert (sum(parts), min(parts) >= 0, line.over) == (line.sent, True, 0)
