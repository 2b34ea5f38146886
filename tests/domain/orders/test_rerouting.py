"""An order that its channel sends to another place, and what its warehouses have of it by then."""

from collections.abc import Callable
from typing import Any

import pytest

from packhorse.domain.address import Address
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Region, WarehouseKind
from packhorse.domain.orders.allocation import moved, with_hand_over
from packhorse.domain.orders.fulfilment import newly_ended
from packhorse.domain.orders.order import Hold, Order
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.orders.rejection import Refusal, RejectReason
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.splitting import PartToSplit, joined, split
from packhorse.domain.orders.steps import with_hold, without_hold
from packhorse.domain.orders.taking_back import cancellation_accepted
from packhorse.domain.stock.goods import Goods
from packhorse.domain.supply.sending import marked
from packhorse.domain.values import WarehouseId
from simulation.builders import a_configuration, a_line, a_warehouse, an_order, later
from tests.domain.label_builders import begun, bought, causes, voided
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    asked,
    changes,
    handed,
    hear,
    heard,
    place,
    received,
    routed,
    routing,
    sent,
    shelf,
    the_line,
    where,
    with_products,
)
from tests.domain.orders.test_taking_back import SEVENTH

BERLIN = a_warehouse("berlin", regions=(Region(country="DE"),))
PARIS = a_warehouse("paris", regions=(Region(country="FR"),))
OURS = a_configuration(BERLIN, PARIS, a_warehouse("rest"), priorities=("rest",), geo="strict")
CLOSED = a_configuration(BERLIN.replace(active=False), PARIS, a_warehouse("rest"), priorities=("rest",))
FREE = shelf(rest=5) + shelf(berlin=5, paris=5) + shelf(LAMP, berlin=5, paris=5)
TO_PARIS = {"city": "Paris", "postcode": "75001", "country": "FR"}
HOLD = Hold(id="h1", reason="another address", owner="Eve", placed_at=LATER)


def to(order: Order, **changed: Any) -> Order:
    """The order after its channel changed those fields of its address."""
    address = order.ship_to or Address()
    as_told = {name: getattr(order, name) for name in ("channel", "channel_order_id", "number", "placed_at")}
    lines = tuple(a_line(line.sku, line.quantity, line.id) for line in order.lines)
    told = an_order(*lines, **as_told, paid_at=order.paid_at, modified_at=order.modified_at)
    return hear(order, later(told, ship_to=address.replace(**changed)))


def handed_over(order: Order, free: Goods = FREE, ours: Configuration = OURS) -> Order:
    return asked(handed(order, free, ours))


def test_another_place_moves_what_no_warehouse_has_with_its_stock() -> None:
    order = to(routed(received(a_line(quantity=2), paid_at=None), FREE, OURS), **TO_PARIS)

    decided = routing(order, FREE, OURS)

    assert where(decided.change.order) == {"paris": 2}
    assert changes(decided.change.committed) == {place(MUG, "berlin"): -2, place(MUG, "paris"): 2}
    assert not decided.change.order.is_to_reroute


@pytest.mark.parametrize(
    "changed", [{"name": "Grace Hopper"}, {"address1": "Unter den Linden 2"}, {"country": "Germany"}]
)
def test_an_address_of_the_same_place_leaves_the_order_where_it_is(changed: dict[str, str]) -> None:
    ours = a_configuration(a_warehouse("main"), a_warehouse("rest"))
    order = to(routed(received(paid_at=None), shelf(rest=5), ours), **changed)

    assert where(routed(order, shelf(main=5, rest=5), ours)) == {"rest": 1}


def test_a_line_stays_at_the_warehouse_that_a_person_named() -> None:
    order = moved(received(paid_at=None), "1", WarehouseId("berlin"), LATER, "Eve")

    order = routed(to(routed(order, FREE, OURS), **TO_PARIS), FREE, OURS)

    assert (where(order), order.is_to_reroute) == ({"berlin": 1}, False)


def test_what_a_warehouse_has_stays_there_and_the_rest_goes_to_the_other() -> None:
    order = received(a_line(quantity=2), a_line(LAMP, line="2"))
    order = asked(handed(order, shelf(berlin=1) + shelf(LAMP, berlin=1), OURS))  # the mugs are short

    order = routed(to(order, **TO_PARIS), FREE, OURS)

    assert (where(order, "1"), where(order, "2")) == ({"paris": 2}, {"berlin": 1})


def test_what_a_hold_takes_back_is_routed_to_the_new_place_whether_it_came_before_or_after_the_address() -> None:
    before = to(with_hold(handed_over(received()), HOLD), **TO_PARIS)
    after = with_hold(to(handed_over(received()), **TO_PARIS), HOLD)

    for held in (before, after):
        order = with_hand_over(routed(without_hold(held, "h1", LATER, "Eve"), FREE, OURS), OURS, LATER)

        assert [each.warehouse for each in order.fulfilments if each.is_open] == ["paris"]
        assert (where(order), order.exceptions) == ({"paris": 1}, ())


@pytest.mark.parametrize("kind", ["dropship", "3pl"])
@pytest.mark.parametrize("steps", ["address hold answer", "hold address answer", "hold answer address"])
def test_what_a_partner_keeps_back_for_a_hold_is_routed_to_the_new_place(kind: str, steps: str) -> None:
    theirs = BERLIN.replace(kind=WarehouseKind(kind))
    ours = a_configuration(theirs, PARIS, a_warehouse("rest"), priorities=("rest",), geo="strict")
    order = marked(asked(handed(received(a_line(quantity=2)), FREE, ours)), 1, SEVENTH, LATER)
    todo: dict[str, Callable[[Order], Order]] = {
        "address": lambda order: to(order, **TO_PARIS),
        "hold": lambda order: with_hold(order, HOLD),
        "answer": lambda order: cancellation_accepted(order, 1, LATER, "acme", restock=unshipped_only).order,
    }

    for step in steps.split():
        order = routed(todo[step](order), FREE, ours)

    assert where(with_hand_over(without_hold(order, "h1", LATER, "Eve"), ours, LATER)) == {"paris": 2}


@pytest.mark.parametrize(
    ("kind", "step"), [("own", handed), ("dropship", handed_over), ("3pl", handed_over), ("fba", handed_over)]
)
def test_what_no_warehouse_has_yet_is_taken_back_for_the_new_place(kind: str, step: Callable[..., Order]) -> None:
    theirs = BERLIN.replace(kind=WarehouseKind(kind))
    ours = a_configuration(theirs, PARIS, a_warehouse("rest"), priorities=("rest",), geo="strict")

    before = step(received(), FREE, ours)
    moved = with_hand_over(routed(to(before, **TO_PARIS), FREE, ours), ours, LATER)

    assert [(each.warehouse, each.status.value) for each in moved.fulfilments] == [
        ("berlin", "cancelled"),
        ("paris", "queued"),
    ]
    assert ([*newly_ended(before, moved)], causes(moved)) == ([moved.fulfilments[0]], [])


@pytest.mark.parametrize("ships", [True, False])
def test_what_has_a_label_is_routed_to_the_new_place_once_that_is_voided(ships: bool) -> None:
    labelled = bought(begun(handed_over(received(a_line(quantity=2))), _1=2), ships=ships).order

    order = routed(with_hold(voided(to(labelled, **TO_PARIS)).order, HOLD), FREE, OURS)

    assert where(order) == {"paris": 2}


def test_a_part_that_was_split_off_is_routed_to_the_new_place_too() -> None:
    part = PartToSplit(lines=(LineQuantity(line="1", quantity=1),))
    order = split(to(handed_over(received(a_line(quantity=3))), **TO_PARIS), 1, part, "r", LATER, "Eve")

    assert where(routed(with_hold(order, HOLD), FREE, OURS)) == {"paris": 3}
    assert where(routed(with_hold(joined(order, 1, 2, LATER, "Eve"), HOLD), FREE, OURS)) == {"paris": 3}


def test_a_warehouse_that_rejected_the_former_address_may_ship_to_the_new_one() -> None:
    refusal = Refusal(warehouse="paris", reason=RejectReason.OTHER, at=LATER)
    order = received()
    order = order.replace(lines=(order.lines[0].replace(refused=(refusal,)),))
    unpaid = to(routed(order.replace(paid_at=None), FREE, OURS), **TO_PARIS)
    taken_back = with_hold(to(handed_over(order), **TO_PARIS), HOLD)

    assert where(routed(unpaid, FREE, OURS)) == where(routed(taken_back, FREE, OURS)) == {"paris": 1}


def test_what_has_left_stays_with_its_warehouse() -> None:
    order = sent(handed_over(received(a_line(quantity=2))), _1=1)

    order = routed(with_hold(to(order, **TO_PARIS), HOLD), FREE, OURS)

    assert (where(order), [each.warehouse for each in order.fulfilments]) == ({"berlin": 2}, ["berlin"])


def test_an_order_that_waits_for_a_place_is_routed_again_once_it_has_one() -> None:
    order = to(routed(received(paid_at=None), FREE, OURS), country="Narnia")

    assert where(routed(to(order, **TO_PARIS), FREE, OURS)) == {"paris": 1}


NARNIA = Address(name="Lucy", address1="1 Lamp Post", city="Cair Paravel", country="Narnia")
WHERE_UNKNOWN = (None, Address(), NARNIA)


@pytest.mark.parametrize("ship_to", WHERE_UNKNOWN)
def test_an_order_without_an_address_is_routed_without_regions_and_by_them_once_it_has_one(
    ship_to: Address | None,
) -> None:
    order = routed(received(ship_to=ship_to), FREE + shelf(rest=5), OURS)
    trace = the_line(order).routing
    assert where(order) == {"rest": 1}
    assert trace
    assert [note.partition(":")[0] for note in trace.notes] == ["geo skipped"]

    addressed = to(order, **TO_PARIS)

    decided = routing(addressed, FREE, OURS).change
    assert changes(decided.committed) == {place(MUG, "rest"): -1, place(MUG, "paris"): 1}
    order = with_hand_over(decided.order, OURS, LATER)
    assert [each.warehouse for each in order.fulfilments] == ["paris"]
    assert order.exceptions == ()


@pytest.mark.parametrize("ship_to", WHERE_UNKNOWN)
def test_where_regions_are_strict_an_order_that_gets_its_address_waits_there(ship_to: Address | None) -> None:
    order = to(routed(received(ship_to=ship_to), shelf(rest=5), OURS), **TO_PARIS)

    decided = routing(order, shelf(rest=4), OURS).change

    assert (where(decided.order), decided.order.lines[0].awaited) == ({}, ("paris",))
    assert changes(decided.committed) == {place(MUG, "rest"): -1}


def test_a_line_of_an_order_without_an_address_stays_at_the_warehouse_that_a_person_named() -> None:
    order = routed(moved(received(ship_to=None), "1", WarehouseId("berlin"), LATER, "Eve"), FREE, OURS)

    order = routed(to(order, **TO_PARIS), FREE, OURS)

    assert where(order) == {"berlin": 1}


def test_an_order_that_its_buyer_fetches_after_all_is_routed_again_without_regions() -> None:
    told = an_order(paid_at=None)
    order = routed(with_products(heard(told)), FREE, OURS)

    fetched = hear(order, later(told, ship_to=None, is_fetched=True))

    assert (where(order), where(routed(fetched, FREE + shelf(rest=5), OURS))) == ({"berlin": 1}, {"rest": 1})


def test_an_order_without_stock_in_its_new_place_waits_for_some() -> None:
    order = to(routed(received(paid_at=None), FREE, OURS), **TO_PARIS)

    decided = routing(order, Goods(), OURS)

    assert decided.change.order.lines[0].awaited == ("paris",)
    assert changes(decided.change.committed) == {place(MUG, "berlin"): -1}


def test_what_is_not_handed_over_leaves_a_warehouse_that_is_switched_off() -> None:
    unpaid = routed(received(a_line(quantity=2), paid_at=None), FREE, OURS)
    held = with_hold(handed_over(received(a_line(quantity=2))), HOLD)

    for order in (unpaid, without_hold(held, HOLD.id, LATER, "Eve")):
        decided = routing(order, FREE, CLOSED).change.order

        assert where(decided) == {"rest": 2}
        assert not any(each.is_open for each in decided.fulfilments)


def test_what_a_warehouse_has_stays_there_when_it_is_switched_off() -> None:
    order = handed_over(received(a_line(quantity=2)))

    assert routing(order, FREE, CLOSED).change.order == order
