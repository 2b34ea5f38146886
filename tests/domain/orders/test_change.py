"""What a change of an order writes into the ledger."""

import pytest

from packhorse.domain.orders.change import Change, movements_of
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled
from packhorse.domain.stock.goods import Goods
from packhorse.domain.stock.movement import Movement, MovementKind
from simulation.builders import a_line
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    changes,
    in_fulfilment,
    leaving,
    place,
    received,
    routed,
    routing,
    sent,
    shelf,
)


def ledger(change: Change) -> list[Movement]:
    return list(movements_of(change, LATER, "Eve"))


def test_routing_commits_and_leaves_what_is_on_hand() -> None:
    (movement,) = ledger(routing(received(a_line(quantity=3)), shelf(main=9)).change)

    assert (movement.kind, movement.committed, movement.on_hand) == (MovementKind.COMMIT, 3, 0)
    assert (movement.shelf, movement.who, movement.at) == (place(), "Eve", LATER)


def test_units_that_an_order_waited_for_say_when_it_came() -> None:
    waiting = routed(received(a_line(quantity=3)), shelf(main=1))
    served = routing(waiting, shelf(main=9)).change

    (first,) = ledger(Change(waiting, committed=shelf(main=1)).counted(None))
    (later,) = ledger(served.counted(waiting))
    (other,) = ledger(Change(served.order, committed=Goods({place(LAMP): 1})).counted(waiting))

    assert (first.waited_since, later.waited_since, other.waited_since) == (None, waiting.received_at.date(), None)
    assert later.committed == 2


def test_units_that_an_order_gives_back_say_when_it_came_but_not_those_it_takes_elsewhere() -> None:
    order = in_fulfilment(a_line(quantity=3))
    moved = Change(order, committed=shelf(main=-3, west=3))
    unrouted = order.replace(lines=tuple(line.replace(allocations=()) for line in order.lines))

    (given_back,) = ledger(cancelled(order, LATER, "Eve", restock=unshipped_only))

    assert given_back.waited_since == order.received_at.date()
    assert [each.waited_since for each in ledger(moved)] == [None, None]
    assert [each.waited_since for each in ledger(Change(unrouted, committed=shelf(main=-3)))] == [None]


def test_shipping_takes_on_hand_and_committed_down_together() -> None:
    (movement,) = ledger(leaving(in_fulfilment(a_line(quantity=3)), _1=2))

    assert (movement.kind, movement.committed, movement.on_hand) == (MovementKind.SHIP, -2, -2)


def test_what_leaves_while_other_units_are_missing_is_a_movement_of_its_own() -> None:
    change = Change(received(), committed=shelf(main=-2), shipped=shelf(main=1), lacking=shelf(main=5), reason="gone")

    left, missing = ledger(change)

    assert (left.kind, left.committed, left.on_hand, left.reason) == (MovementKind.SHIP, -1, -1, "")
    assert (missing.kind, missing.committed, missing.on_hand) == (MovementKind.SHORT_PICK, -2, -5)
    assert left.event != missing.event


def test_cancelling_releases() -> None:
    (movement,) = ledger(cancelled(in_fulfilment(a_line(quantity=3)), LATER, "Eve", restock=unshipped_only))

    assert (movement.kind, movement.committed, movement.on_hand) == (MovementKind.RELEASE, -3, 0)


def test_what_is_taken_and_shipped_at_once_leaves_what_is_committed() -> None:
    (movement,) = ledger(Change(received(), committed=shelf(main=2), shipped=shelf(main=2)))

    assert (movement.kind, movement.committed, movement.on_hand) == (MovementKind.SHIP, 0, -2)


def test_the_event_is_the_version_that_the_order_will_have() -> None:
    order = in_fulfilment().replace(version=41)

    (movement,) = ledger(leaving(order))

    assert (movement.event, movement.reference) == (f"{order.id}#000042", order.id)


def test_every_place_that_changes_has_one_movement_and_they_come_sorted() -> None:
    committed = shelf("B", main=-1) + shelf("A", west=1, east=1)
    committed.update(shelf("B", main=-1))

    movements = ledger(Change(received(), committed=committed, shipped=shelf("C", main=1)))

    assert [tuple(movement.shelf) for movement in movements] == [
        ("A", "east"),
        ("A", "west"),
        ("B", "main"),
        ("C", "main"),
    ]


@pytest.mark.parametrize("change", [Change(received()), Change(received(), Goods({place(): 0}), Goods({place(): 0}))])
def test_where_nothing_changes_nothing_is_written(change: Change) -> None:
    assert ledger(change) == []


def test_the_movements_of_an_order_add_up_to_what_left() -> None:
    ordered = routing(received(a_line(quantity=5)), shelf(main=9)).change
    order = in_fulfilment(a_line(quantity=5))
    part = leaving(order, _1=2)
    rest = cancelled(sent(order, _1=2), LATER, "Eve", restock=unshipped_only)

    on_hand, committed = Goods(), Goods()
    for movement in (*ledger(ordered), *ledger(part), *ledger(rest)):
        on_hand[movement.shelf] += movement.on_hand
        committed[movement.shelf] += movement.committed

    assert (changes(on_hand), changes(committed)) == ({place(MUG): -2}, {})
