"""The part of an order for some warehouses: what they do with it, and of the buyer what a label needs."""

from datetime import timedelta

from packhorse.domain.address import Address
from packhorse.domain.orders.cancel_notice import CancelNotice
from packhorse.domain.orders.cancellation import Cancellation
from packhorse.domain.orders.channel_order import Customer
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.hold_notice import HoldNotice
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.parcel import Parcel
from packhorse.domain.orders.part import KNOWN_FOR, concerns, part_at
from packhorse.domain.routing.decision import Allocation
from packhorse.domain.values import WarehouseId
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from tests.domain.order_builders import MUG, handed, received, shelf

LEEDS, YORK, RENO = (WarehouseId(name) for name in ("leeds", "york", "reno"))
ADDRESS = Address(name="Ada", address1="1 Lane", city="Leeds", country="GB", phone="+44 1")


def split() -> Order:
    """Five mugs, of which Leeds ships two and York three, handed over."""
    places = a_configuration(a_warehouse("leeds"), a_warehouse("york"), split_lines=True)
    return handed(received(a_line(MUG, 5), ship_to=ADDRESS), shelf(leeds=2, york=3), places)


def test_a_split_line_has_the_units_of_ones_own_warehouse() -> None:
    part = part_at(split(), {LEEDS}, NOON, with_phone=True)

    [line] = part.lines
    assert (line.quantity, line.allocations, line.short) == (2, (Allocation(warehouse=LEEDS, quantity=2),), 0)
    assert part_at(split(), {LEEDS, YORK}, NOON, with_phone=True).lines[0].quantity == 5


def test_an_order_without_units_of_ones_own_is_another_warehouses() -> None:
    assert concerns(split(), {LEEDS})
    assert not concerns(split(), {RENO})
    assert not concerns(split(), set())


def test_exceptions_are_those_of_ones_own_fulfilment_orders() -> None:
    problems = (
        OrderException(cause="overdue", fulfilment=number, message="", opened_at=NOON) for number in (1, 2, None)
    )
    order = split().replace(exceptions=tuple(problems))

    own = {each.number for each in order.fulfilments if each.warehouse == LEEDS}
    assert {each.fulfilment for each in part_at(order, {LEEDS}, NOON, with_phone=True).exceptions} == own


def test_why_it_is_held_is_nowhere_and_why_units_are_not_wanted_is() -> None:
    for_hold = Cancellation(units={"1": 2}, reason="held: a fraud", who="Eve", at=NOON)
    unwanted = for_hold.replace(unwanted={"1": 2}, reason="changed her mind")
    order = split().replace(hold_notice=HoldNotice(problem="a fraud"), cancel_notice=CancelNotice(problem="a fraud"))

    parts = [part_at(_requested(order, each), {LEEDS}, NOON, with_phone=True) for each in (for_hold, unwanted)]

    reasons = [each.cancellation.reason for part in parts for each in part.fulfilments if each.cancellation]
    assert reasons == ["", "changed her mind"]
    assert {(part.hold_notice, part.cancel_notice) for part in parts} == {(None, None)}


def _requested(order: Order, cancellation: Cancellation) -> Order:
    return order.replace(fulfilments=tuple(each.replace(cancellation=cancellation) for each in order.fulfilments))


def test_the_buyer_is_there_while_the_warehouse_has_units_of_it() -> None:
    assert part_at(split(), {LEEDS}, NOON, with_phone=True).ship_to == ADDRESS
    assert part_at(split(), {LEEDS}, NOON, with_phone=False).ship_to == ADDRESS.replace(phone="")

    order = split()
    elsewhere = order.replace(
        lines=(order.lines[0].replace(allocations=(Allocation(warehouse=YORK, quantity=5),)),),
        fulfilments=tuple(each.stopped() if each.warehouse == LEEDS else each for each in order.fulfilments),
    )
    part = part_at(elsewhere, {LEEDS}, NOON, with_phone=True)
    assert (concerns(elsewhere, {LEEDS}), part.ship_to, part.customer) == (True, None, Customer())


def test_the_buyer_and_label_files_are_there_for_some_days_after_the_last_unit_left() -> None:
    order = split()
    parcel = Parcel(
        tracking="T1", shipped_at=NOON, lines=order.fulfilments[0].lines, label_url="https://labels.example"
    )
    gone = order.fulfilments[0].replace(status=FulfilmentStatus.SHIPPED, parcels=(parcel,))
    shipped = order.replace(fulfilments=(gone, *order.fulfilments[1:]))

    soon, late = (
        part_at(shipped, {gone.warehouse}, NOON + KNOWN_FOR + more, with_phone=True)
        for more in (timedelta(seconds=-1), timedelta())
    )
    [other] = {LEEDS, YORK} - {gone.warehouse}

    seen = [(part.ship_to, part.fulfilments[0].parcels[0].label_url) for part in (soon, late)]
    assert seen == [(ADDRESS, "https://labels.example"), (None, None)]
    assert part_at(shipped, {other}, NOON + 2 * KNOWN_FOR, with_phone=True).ship_to == ADDRESS
