"""What becomes of units that were sent: each line of a receipt once, and no unit and no cost gets lost in silence."""

from datetime import timedelta
from itertools import product

import pytest
from pydantic import ValidationError

from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.stock.costing import CostBasis, CostedShelf
from packhorse.domain.transfers.effects import arrivals_of, effects_of, problems_of
from packhorse.domain.transfers.receiving import ReturnedUnits, TransferReceipt, TransferReturn, close
from packhorse.domain.transfers.receiving import receive as receive_units
from packhorse.domain.transfers.receiving import take_back as take_units_back
from packhorse.domain.transfers.transfer_order import TransferOrder, TransferState
from tests.domain.transfers.transfer_builders import (
    ADA,
    AT,
    LAMP,
    MUG,
    arrived,
    receive,
    requested,
    sending,
    sent,
    take_back,
    units,
)


def test_parts_arrive_until_all_is_there() -> None:
    order = sent(units(), units(LAMP, 4))

    first = receive(order, arrived(6), receipt="1")
    last = receive(first, arrived(4), arrived(3, line="2", damaged=1, reason="wet"), receipt="2")

    assert (first.state, first.in_transit.total()) == (TransferState.PARTIALLY_RECEIVED, 8)
    assert (last.state, last.in_transit.total(), last.lines[1].damaged) == (TransferState.RECEIVED, 0, 1)


def test_the_timeline_says_what_became_of_units_and_why() -> None:
    lost = receive(sent(), arrived(6, damaged=1, lost=2, reason="fell off the van"), receipt="1")
    found = receive(lost, arrived(4, accept_over=True), receipt="2")

    assert [each.detail for each in found.timeline[-2:]] == [
        f"1: {MUG}, 6 accepted, 1 damaged, 2 lost (fell off the van)",
        f"2: {MUG}, 4 accepted, 2 of these had been lost, 1 of these beyond what was sent",
    ]


def test_damaged_units_are_quarantined() -> None:
    receipt = TransferReceipt(receipt="1", lines=(arrived(7, damaged=3, reason="wet"),))

    [movement] = receive_units(sent(), receipt, ADA, AT, is_counted=True).movements

    assert (movement.on_hand, movement.quarantined, movement.warehouse, movement.kind) == (10, 3, "west", "transfer_in")


def test_what_amazon_sends_back_says_when_it_was_taken() -> None:
    later, receipt = AT + timedelta(days=60), TransferReturn(receipt="1", lines=(ReturnedUnits(line="1", accepted=3),))

    [from_amazon] = take_units_back(sent(is_counted=False), receipt, ADA, later, is_counted=True).movements
    [from_us] = take_units_back(sent(), receipt, ADA, later, is_counted=True).movements

    assert (from_amazon.waited_since, from_us.waited_since) == (AT.date(), None)


def test_a_receipt_counts_once_and_does_not_change_its_mind() -> None:
    order = receive(sent(units(), units(LAMP, 4)), arrived(6))

    after = receive(order, arrived(6), arrived(4, line="2"))
    assert [(each.line, each.accepted) for each in after.receipts] == [("1", 6), ("2", 4)]
    for wrong in (arrived(5), arrived(6, lost=1)):
        with pytest.raises(Rejected) as raised:
            receive(order, wrong)
        assert [error.field for error in raised.value.errors] == ["lines.0"]
    with pytest.raises(Rejected):
        take_back(order, ReturnedUnits(line="1", accepted=6), receipt="R-1")


def test_more_than_was_sent_is_accepted_if_somebody_says_so() -> None:
    with pytest.raises(Rejected) as raised:
        receive(sent(), arrived(12))
    assert [error.field for error in raised.value.errors] == ["lines.0.accepted"]

    order = receive(sent(), arrived(12, accept_over=True))

    assert (order.state, order.lines[0].received, order.lines[0].over) == (TransferState.RECEIVED, 10, 2)
    sent_there = f"transfer order TO-1001: 10 of {order.lines[0].sku} were sent from east to west, 2 more came"
    todo = "set the stock of east to what is counted there, then dismiss this"
    assert [each.message for each in problems_of(order)] == [f"{sent_there}: {todo}"]


def test_lost_units_are_a_difference_until_they_are_found_at_either_end() -> None:
    order = receive(sent(), arrived(6, lost=4))
    assert (order.state, order.lines[0].lost, len(list(problems_of(order)))) == (TransferState.CLOSED, 4, 1)

    found = receive(order, arrived(4), receipt="2")
    back = take_back(order, ReturnedUnits(line="1", accepted=3, damaged=1, reason="torn"))

    assert (found.state, list(problems_of(found))) == (TransferState.RECEIVED, [])
    assert (back.state, back.lines[0].returned, list(problems_of(back))) == (TransferState.CLOSED, 4, [])


def test_what_does_not_come_is_given_up() -> None:
    order = receive(sent(units(), units(LAMP, 4)), arrived(6))

    closed = close(order, ["1"], ADA, AT)

    assert ([line.open for line in closed.lines], closed.lines[0].lost) == ([0, 4], 4)
    assert close(closed, ["1"], ADA, AT) is closed
    assert close(closed, (), ADA, AT).state is TransferState.CLOSED
    with pytest.raises(Rejected):
        close(order, ["9"], ADA, AT)
    with pytest.raises(Rejected):
        receive(order, arrived(3, lost=2), receipt="2")


def test_nothing_arrives_of_what_was_not_sent() -> None:
    with pytest.raises(NotNow):
        receive(requested(), arrived(1))
    with pytest.raises(NotNow):
        close(requested(), (), ADA, AT)


@pytest.mark.parametrize("more", [{}, {"damaged": 1}, {"lost": -1}])
def test_a_line_of_a_receipt_makes_sense(more: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        arrived(**more)  # type: ignore[arg-type]  # what is tested


def test_where_others_count_nothing_is_put_on_the_shelf() -> None:
    order = sent(is_counted=False)

    change = receive_units(order, TransferReceipt(receipt="1", lines=(arrived(10),)), ADA, AT, is_counted=True)

    assert (change.movements, change.order.state, list(arrivals_of(order, change.order))) == (
        (),
        TransferState.RECEIVED,
        [],
    )
    back = take_back(order, ReturnedUnits(line="1", accepted=10))
    assert [(shelf.warehouse, arrival.minor) for shelf, arrival in arrivals_of(order, back)] == [("east", 3333)]


def cost_of(before: TransferOrder, after: TransferOrder) -> int:
    return sum(arrival.minor for _, arrival in arrivals_of(before, after))


def test_the_cost_of_the_units_comes_with_them_to_the_last_minor_unit() -> None:
    for parts in product((1, 2, 3), repeat=3):
        order, minor = sent(units(wanted=sum(parts))), 0
        [line] = order.lines
        assert line.cost
        for number, part in enumerate(parts):
            if number == 1:
                after = take_back(order, ReturnedUnits(line="1", accepted=part), receipt=str(number))
            else:
                after = receive(order, arrived(part), receipt=str(number))
            minor, order = minor + cost_of(order, after), after
        assert minor == line.cost.minor


def test_what_is_lost_and_found_has_its_cost_once() -> None:
    order = sent()
    lost = receive(order, arrived(7, lost=3))
    found = receive(lost, arrived(3), receipt="2")

    assert (cost_of(order, lost), cost_of(lost, found)) == (2333, 1000)


def test_the_average_of_the_shelf_moves_by_what_comes() -> None:
    order = sent()
    after = receive(order, arrived(10))

    [shelf] = (shelf for shelf, _ in arrivals_of(order, after))
    effects = effects_of(order, after, {shelf: CostedShelf(10, CostBasis(10, 1000, "EUR"))})

    assert effects.costs[shelf].after == CostBasis(20, 4333, "EUR")
    assert after.incoming[shelf] - order.incoming[shelf] == -10
    assert after.in_transit[shelf] - order.in_transit[shelf] == -10
    foreign = effects_of(order, after, {shelf: CostedShelf(10, CostBasis(10, 1000, "USD"))})
    assert foreign.costs == {}


def test_a_receipt_may_be_called_as_any_step_is() -> None:
    sending_of_it = sending(requested())

    events = {each.event for each in sending_of_it.movements}
    for name in ("sent", "receipt", "returned", "closed", "sent#1", "#"):
        back = take_units_back(
            sending_of_it.order,
            TransferReturn(receipt=name, lines=(ReturnedUnits(line="1", accepted=1),)),
            ADA,
            AT,
            is_counted=True,
        )
        events |= {each.event for each in back.movements}

    assert len(events) == 7


def test_a_receipt_is_the_same_in_capitals_or_not() -> None:
    order = receive(sent(), arrived(4), receipt="R-1")

    assert receive(order, arrived(4), receipt=" r-1 ") == order
