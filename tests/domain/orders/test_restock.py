"""What of a cancelled order goes back on the shelf."""

import pytest

from packhorse.domain.configuration.account import Restock
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.orders.change import Change, movements_of
from packhorse.domain.orders.editing import line_cancelled
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.restock import restocked
from packhorse.domain.orders.steps import cancelled
from packhorse.domain.stock.movement import MovementKind
from simulation.builders import a_configuration, a_line, a_warehouse
from tests.domain.order_builders import LATER, SHOP, in_fulfilment, place, received, routed, sent


def ours(rule: Restock | None) -> Configuration:
    return a_configuration(a_warehouse("main"), restock={WarehouseKind.OWN: rule} if rule else {})


def a_part_shipped_order() -> Order:
    """Three mugs, of which one has left."""
    return sent(in_fulfilment(a_line(quantity=3)), _1=1)


def after_cancelling(order: Order, rule: Restock | None) -> Change:
    return restocked(order, cancelled(order, LATER, SHOP), ours(rule))


def on_the_shelf(change: Change) -> tuple[MovementKind, int, int]:
    """What happens, to on_hand and to available."""
    (movement,) = movements_of(change, LATER, SHOP)
    return movement.kind, movement.on_hand, movement.on_hand - movement.committed


@pytest.mark.parametrize("rule", [None, Restock.UNSHIPPED])
def test_what_has_not_shipped_can_be_sold_again(rule: Restock | None) -> None:
    change = after_cancelling(a_part_shipped_order(), rule)

    assert on_the_shelf(change) == (MovementKind.RELEASE, 0, 2)


def test_what_never_comes_back_is_written_off() -> None:
    change = after_cancelling(a_part_shipped_order(), Restock.NEVER)

    assert on_the_shelf(change) == (MovementKind.WRITE_OFF, -2, 0)


def test_what_had_shipped_is_expected_back() -> None:
    change = after_cancelling(a_part_shipped_order(), Restock.ALWAYS)

    assert on_the_shelf(change) == (MovementKind.RETURN, 1, 3)


def test_what_is_cancelled_twice_comes_back_once() -> None:
    once = after_cancelling(a_part_shipped_order(), Restock.ALWAYS).order
    again = restocked(once, Change(once), ours(Restock.ALWAYS))

    assert again.places == []


def test_the_rule_is_that_of_the_kind_of_the_warehouse() -> None:
    others = a_configuration(a_warehouse("main"), restock={WarehouseKind.DROPSHIP: Restock.NEVER})
    order = in_fulfilment(a_line(quantity=3))

    assert on_the_shelf(restocked(order, cancelled(order, LATER, SHOP), others)) == (MovementKind.RELEASE, 0, 3)


def test_a_cancelled_line_follows_the_rule_too() -> None:
    order = in_fulfilment(a_line(quantity=3))

    change = restocked(order, line_cancelled(order, "1", 1, LATER, SHOP), ours(Restock.NEVER))

    assert on_the_shelf(change) == (MovementKind.WRITE_OFF, -2, 0)


def test_what_is_owed_to_the_shelf_is_returned_later() -> None:
    lines = [a_line(f"SKU-{n}", line=str(n), quantity=2) for n in range(30)]
    order = routed(routed(received(*lines)))

    affordable = after_cancelling(order, Restock.NEVER).affordable()

    assert {owed.returned for owed in affordable.order.owed} == {-2}
    assert affordable.returned[place("SKU-0")] == -2
