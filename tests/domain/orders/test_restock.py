"""What of a cancelled order goes back on the shelf."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

import packhorse.domain.orders
from packhorse.domain.configuration.account import Restock
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.orders.change import Change, movements_of
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.editing import line_cancelled
from packhorse.domain.orders.fulfilment import accepted as fulfilment_accepted
from packhorse.domain.orders.intake import updated
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.rejecting import RejectedUnits, rejected
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.restock import restocked, unshipped_only
from packhorse.domain.orders.steps import cancelled
from packhorse.domain.orders.taking_back import cancellation_accepted, taken_back
from packhorse.domain.stock.goods import Goods
from packhorse.domain.stock.movement import MovementKind
from packhorse.domain.supply.sending import marked
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order, later
from tests.domain.order_builders import (
    LATER,
    SHOP,
    a_told_parcel,
    asked,
    handed,
    hear,
    heard,
    in_fulfilment,
    place,
    received,
    routed,
    sent,
    settled,
    shelf,
    with_products,
)
from tests.domain.orders.test_taking_back import SEVENTH, partners

TOLD = an_order(a_line(quantity=3))


def ours(rule: Restock | None) -> Configuration:
    return a_configuration(a_warehouse("main"), restock={WarehouseKind.OWN: rule} if rule else {})


def shipping_from_acme(told: ChannelOrder) -> Order:
    """The order of a message, which a supplier is to send."""
    configuration = a_configuration(a_warehouse("acme", kind="dropship"))
    return asked(handed(with_products(heard(told)), shelf(acme=9), configuration))


def a_part_shipped_order() -> Order:
    """Three mugs, of which one has left."""
    return sent(in_fulfilment(a_line(quantity=3)), _1=1)


def after_cancelling(order: Order, rule: Restock | None) -> Change:
    return cancelled(order, LATER, SHOP, restock=ours(rule).restock)


def on_the_shelf(change: Change) -> tuple[MovementKind, int, int]:
    """What happens, to on_hand and to available."""
    (movement,) = movements_of(change, LATER, SHOP)
    return movement.kind, movement.on_hand, movement.on_hand - movement.committed


@pytest.mark.parametrize("rule", [None, Restock.UNSHIPPED])
def test_what_has_not_shipped_can_be_sold_again(rule: Restock | None) -> None:
    change = after_cancelling(a_part_shipped_order(), rule)

    assert on_the_shelf(change) == (MovementKind.RELEASE, 0, 2)


def test_what_left_after_a_cancellation_is_not_expected_back_since_its_channel_cancels_it_later() -> None:
    """Its people shipped what they were requested to keep back."""
    rule = a_configuration(
        a_warehouse("acme", kind="dropship"), restock={WarehouseKind.DROPSHIP: Restock.ALWAYS}
    ).restock
    told = an_order(a_line(quantity=3))
    work = fulfilment_accepted(shipping_from_acme(told), 1, LATER, "acme")
    order = cancelled(work, LATER, "Eve", restock=rule).order
    order = sent(order)

    change = updated(order, later(told, 120, cancelled_at=LATER + timedelta(hours=1)), LATER, SHOP, restock=rule)

    assert (change.order.cancelled_at, change.shelves) == (LATER, [])


def test_what_never_comes_back_is_written_off() -> None:
    change = after_cancelling(a_part_shipped_order(), Restock.NEVER)

    assert on_the_shelf(change) == (MovementKind.WRITE_OFF, -2, 0)


def test_what_had_shipped_is_expected_back() -> None:
    change = after_cancelling(a_part_shipped_order(), Restock.ALWAYS)

    assert on_the_shelf(change) == (MovementKind.RETURN, 1, 3)


def test_what_is_cancelled_twice_comes_back_once() -> None:
    once = after_cancelling(a_part_shipped_order(), Restock.ALWAYS).order
    again = restocked(once, Change(once), ours(Restock.ALWAYS).restock)

    assert again.shelves == []


def test_what_left_of_an_order_that_went_on_is_expected_back_when_it_is_cancelled_once_more() -> None:
    once = after_cancelling(a_part_shipped_order(), Restock.ALWAYS).order
    longer = later(TOLD, lines=(a_line(quantity=5),))
    on = updated(once, longer, LATER, SHOP, restock=ours(Restock.ALWAYS).restock).order
    assert on.cancelled_at is None
    on = sent(asked(handed(on)), 2, "JD02", _1=1)

    assert on_the_shelf(after_cancelling(on, Restock.ALWAYS)) == (MovementKind.RETURN, 1, 2)


def test_the_rule_is_that_of_the_kind_of_the_warehouse() -> None:
    others = a_configuration(a_warehouse("main"), restock={WarehouseKind.DROPSHIP: Restock.NEVER})
    order = in_fulfilment(a_line(quantity=3))

    assert on_the_shelf(cancelled(order, LATER, SHOP, restock=others.restock)) == (MovementKind.RELEASE, 0, 3)


def with_supplier() -> Order:
    """Return an order of two that its supplier has in a file, and of which one is cancelled there."""
    order = marked(asked(handed(received(a_line(quantity=2)), shelf(acme=2), partners())), 1, SEVENTH, LATER)
    return line_cancelled(order, "1", 1, LATER, SHOP, restock=unshipped_only).order


@pytest.mark.parametrize(
    ("rule", "on_hand", "lacking"), [(Restock.NEVER, -1, -2), (Restock.UNSHIPPED, 0, -2), (Restock.ALWAYS, 0, -2)]
)
def test_unwanted_units_that_a_fulfiller_rejects_are_restocked_as_those_that_it_keeps_back(
    rule: Restock, on_hand: int, lacking: int
) -> None:
    def rejecting(reason: RejectReason) -> Change:
        report = RejectedUnits(reason=reason)
        return rejected(with_supplier(), 1, report, "r", Goods(), LATER, "acme", restock=lambda _: rule)

    agreed = cancellation_accepted(with_supplier(), 1, LATER, "acme", restock=lambda _: rule)

    assert [
        sum(each.on_hand for each in movements_of(change, LATER, "acme"))
        for change in (agreed, rejecting(RejectReason.OTHER), rejecting(RejectReason.NONE_LEFT))
    ] == [on_hand, on_hand, lacking]


def test_what_a_fulfiller_keeps_back_to_be_routed_elsewhere_stays_on_its_shelf() -> None:
    requested = taken_back(with_supplier(), 1, "too slow", LATER, "Eve").order

    change = cancellation_accepted(requested, 1, LATER, "acme", restock=lambda _: Restock.NEVER)

    assert on_the_shelf(change) == (MovementKind.WRITE_OFF, -1, 1)


def test_a_cancelled_line_follows_the_rule_too() -> None:
    order = in_fulfilment(a_line(quantity=3))

    change = line_cancelled(order, "1", 1, LATER, SHOP, restock=ours(Restock.NEVER).restock)

    assert on_the_shelf(change) == (MovementKind.WRITE_OFF, -2, 0)


def test_what_is_owed_to_the_shelf_is_returned_later() -> None:
    lines = [a_line(f"SKU-{n}", line=str(n), quantity=2) for n in range(30)]
    order = routed(routed(received(*lines)))

    affordable = after_cancelling(order, Restock.NEVER).affordable()

    assert {owed.returned for owed in affordable.order.owed} == {-2}
    assert affordable.returned[place("SKU-0")] == -2


# ---- no step forgets the rule


def cancelled_by_channel(order: Order, rule: Restock) -> Change:
    return updated(order, later(TOLD, cancelled_at=LATER), LATER, SHOP, restock=ours(rule).restock)


def edited_by_channel(order: Order, rule: Restock) -> Change:
    return updated(order, later(TOLD, lines=(a_line(quantity=1),)), LATER, SHOP, restock=ours(rule).restock)


@pytest.mark.parametrize("step", [after_cancelling, cancelled_by_channel, edited_by_channel])
def test_whoever_cancels_or_edits_what_never_comes_back_is_written_off(step: Callable[..., Change]) -> None:
    change = step(a_part_shipped_order(), Restock.NEVER)

    assert on_the_shelf(change) == (MovementKind.WRITE_OFF, -2, 0)


def test_an_order_that_its_channel_cancels_after_it_was_shipped_is_expected_back() -> None:
    whole = sent(in_fulfilment(a_line(quantity=3)), _1=3)

    assert on_the_shelf(cancelled_by_channel(whole, Restock.ALWAYS)) == (MovementKind.RETURN, 3, 3)


def test_a_channel_that_cancels_again_brings_nothing_back_twice() -> None:
    once = cancelled_by_channel(sent(in_fulfilment(a_line(quantity=3)), _1=3), Restock.ALWAYS).order

    assert cancelled_by_channel(once, Restock.ALWAYS).shelves == []


def test_what_left_before_the_next_cancellation_of_an_order_whose_channel_opened_it_again_comes_back() -> None:
    always = ours(Restock.ALWAYS).restock
    gone = later(TOLD, parcels=(a_told_parcel(_1=1),))
    first = later(gone, cancelled_at=NOON)
    opened = later(first, cancelled_at=None)
    order = hear(routed(received(a_line(quantity=3)), shelf()), gone)
    order = settled(updated(order, first, LATER, SHOP, restock=always), shelf(main=3)).order
    order = updated(order, opened, LATER, SHOP, restock=always).order
    assert (order.shipped, order.is_over) == ({"1": 1}, True)

    again = updated(order, later(opened, cancelled_at=LATER + timedelta(hours=1)), LATER, SHOP, restock=always)

    assert again.returned == {place(): 1}


KEEP_OR_SHIP = {
    *("completed", "shipped", "shipped_by_channel", "shipped_by_older_message", "with_parcel"),
    *("with_pending_shipped", "with_pending_settled"),
    *(
        "new_order",
        "owed_change",
        "taken_back",
        "label_bought",
        "label_shipped",
        "labels_shipped",
        "manifest_shipped",
        "manifested",
        "shipped_as_packed",
        "shipped_after_hold",
        "after_refused_void",
        "tracked",
    ),
    *("released", "unrouted", "with_kept_back", "with_late_items", "without_late_units", "without_lost_units"),
}
"""Steps that give nothing back: what they release leaves, was decided before, or never left the shelf."""


def steps() -> Iterator[tuple[str, inspect.Signature]]:
    """All functions of the orders' modules that change an order and stock."""
    for module in pkgutil.iter_modules(packhorse.domain.orders.__path__, "packhorse.domain.orders."):
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            signature = inspect.signature(function)
            if signature.return_annotation is Change and not name.startswith("_") and name != "restocked":
                yield name, signature


def test_a_step_takes_the_rule_unless_it_gives_nothing_back() -> None:
    found = dict(steps())

    assert {name for name, signature in found.items() if "restock" not in signature.parameters} == KEEP_OR_SHIP
    for signature in found.values():
        rule = signature.parameters.get("restock")
        assert rule is None or rule.default is inspect.Parameter.empty
