"""Labels that are voided: their parcels have not left after all."""

from collections import Counter
from datetime import timedelta

import pytest

from packhorse.domain.configuration.account import Restock
from packhorse.domain.labels.label import LabelState
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.orders.allocation import with_hand_over
from packhorse.domain.orders.cancelled_parcels import was_cancelled
from packhorse.domain.orders.change import Change, movements_of
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.editing import edited
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.labelling import label_begun, label_bought, label_of
from packhorse.domain.orders.line_edits import withdrawn
from packhorse.domain.orders.order import Hold, Order, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.soundness import faults, holdings
from packhorse.domain.orders.status import UNFORESEEN
from packhorse.domain.orders.steps import cancelled, with_hold
from packhorse.domain.orders.voiding import label_voided, void_refused, voiding
from packhorse.domain.problem import Cause
from packhorse.domain.stock.goods import Goods
from packhorse.domain.stock.movement import MovementKind
from simulation.builders import a_configuration, a_line, an_order, later
from tests.domain.label_builders import SOLD, a_label, begun, bought, causes, state, voided
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    SHOP,
    a_told_parcel,
    asked,
    changes,
    handed,
    hear,
    heard,
    in_fulfilment,
    received,
    routed,
    shelf,
    shipping,
    story,
    the_line,
    with_products,
)

UPS = a_told_parcel("1Z83", "UPS", _1=1)
"""A parcel that the shop made by itself, of a unit of line 1."""


def labelled(told: ChannelOrder) -> Order:
    """Return an order of which a unit of line 1 left by a label of ours."""
    return bought(begun(shipping(told), _1=1)).order


def held_after(order: Order, change: Change) -> Goods:
    """Return what shelves have committed to the order after a change, by the movements."""
    held = Goods(holdings(order))
    held.update(change.committed)
    held.subtract(change.shipped)
    return Goods(changes(held))


def test_a_voided_label_takes_shipped_back_and_its_units_are_handed_over_again() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2)).order

    change = voided(order)

    fulfilment = change.order.fulfilments[0]
    assert (change.order.status, fulfilment.status, fulfilment.parcels) == (
        Status.IN_FULFILMENT,
        FulfilmentStatus.QUEUED,
        (),
    )
    assert [parcel.tracking for parcel in fulfilment.voided_parcels] == ["9400 1"]
    [movement] = movements_of(change, LATER, "Eve")
    assert (movement.kind, movement.on_hand, movement.committed) == (MovementKind.VOID, 2, 2)
    again = asked(with_hand_over(change.order, a_configuration(), LATER))
    assert (again.fulfilments[0].attempt, again.fulfilments[0].status) == (2, FulfilmentStatus.REQUESTED)
    assert bought(begun(again, "label-2", _1=2), "label-2", tracking="9400 2").order.status is Status.COMPLETE


def test_a_voided_label_of_a_part_leaves_the_other_parcels() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=3)), _1=1)).order
    order = bought(begun(order, "label-2", _1=2), "label-2", tracking="9400 2").order

    after = voided(order, "label-2").order

    assert (after.status, after.shipped) == (Status.PARTIALLY_SHIPPED, Counter({"1": 1}))


def test_a_void_of_all_that_has_left_takes_a_held_order_back_from_its_warehouse() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=3)), _1=1)).order
    held = with_hold(order, Hold(id="1", owner="Eve", reason="look at it", placed_at=LATER))
    assert held.fulfilments[0].status is FulfilmentStatus.REQUESTED

    after = voided(held).order

    assert after.fulfilments[0].is_taken_back
    assert [entry.what for entry in after.timeline][-2:] == ["label_voided", "taken_back"]


def test_an_edit_that_routes_anew_what_a_void_brought_back_leaves_what_has_left_as_shipped() -> None:
    two = received(a_line(quantity=2), a_line(LAMP, line="2"))
    order = bought(begun(asked(handed(two, shelf(main=2))), _1=1)).order
    order = bought(begun(order, "label-2", _1=1), "label-2", tracking="9400 2").order
    held = with_hold(order, Hold(id="1", owner="Eve", reason="look at it", placed_at=LATER))
    order = voided(held, "label-2").order

    after = withdrawn(order, LATER, "Eve")

    fulfilment = after.fulfilments[0]
    assert (fulfilment.status, fulfilment.wanted) == (FulfilmentStatus.SHIPPED, Counter({"1": 1}))
    assert [*faults(after)] == []


def test_a_void_that_is_recorded_twice_gives_back_once() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2)).order
    once = voided(order).order

    assert label_voided(once, 1, "label-1", Refund.SUBMITTED, LATER, "Eve", restock=unshipped_only) == Change(once)


def test_a_void_that_the_carrier_refuses_changes_nothing() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2)).order

    after = void_refused(voiding(order, 1, "label-1", LATER, "Eve"), 1, "label-1", LATER, "Eve")

    assert (after.status, state(after)) == (Status.COMPLETE, LabelState.BOUGHT)
    assert label_of(after, 1, "label-1").refund is Refund.REJECTED


def test_an_order_that_needs_its_label_no_more_has_no_address_on_its_way_once_the_void_is_refused() -> None:
    told = an_order(a_line(quantity=1))
    order = voiding(bought(begun(shipping(told), _1=1), ships=False).order, 1, "label-1", LATER, "Eve")
    elsewhere = told.ship_to.replace(city="Lyon") if told.ship_to else None
    moved = hear(order, later(told, ship_to=elsewhere))
    order = hear(moved, later(told, 2, ship_to=elsewhere, lines=(a_line(quantity=0),)))

    after = void_refused(order, 1, "label-1", LATER, "Eve")

    assert causes(moved) == [Cause.ADDRESS_CHANGED]
    assert (causes(after), state(after)) == ([], LabelState.UNUSED)


@pytest.mark.parametrize(
    ("restock", "on_hand"),
    [(Restock.UNSHIPPED, 1), (Restock.ALWAYS, 0), (Restock.NEVER, 0)],
    ids=lambda each: str(each),
)
def test_what_a_void_gives_back_of_an_order_that_was_cancelled_meanwhile_is_cancelled_too(
    restock: Restock, on_hand: int
) -> None:
    part_shipped = bought(begun(in_fulfilment(a_line(quantity=3)), _1=1)).order
    over = cancelled(part_shipped, LATER, "Eve", restock=lambda _: restock).order
    assert over.status is Status.COMPLETE

    change = voided(over, restock=restock)

    assert (change.order.status, change.order.lines[0].cancelled) == (Status.CANCELLED, 3)
    moved = [(each.on_hand, each.committed) for each in movements_of(change, LATER, "Eve")]
    assert moved == [(on_hand, 0)]


@pytest.mark.parametrize(
    ("then", "now"), [(Restock.ALWAYS, Restock.UNSHIPPED), (Restock.UNSHIPPED, Restock.ALWAYS)], ids=str
)
def test_a_rule_that_changed_since_the_cancellation_neither_makes_nor_loses_stock(then: Restock, now: Restock) -> None:
    left = bought(begun(in_fulfilment(a_line(quantity=2)), _1=1))
    over = cancelled(left.order, LATER, "Eve", restock=lambda _: then)

    change = voided(over.order, restock=now)

    moved = [each for step in (left, over, change) for each in movements_of(step, LATER, "Eve")]
    assert (sum(each.on_hand for each in moved), change.order.status) == (0, Status.CANCELLED)


def test_what_its_shop_sent_in_the_place_of_a_voided_parcel_is_expected_back_as_that_was() -> None:
    over = hear(shipped_there(ONE), later(ONE, 3, parcels=(UPS,), cancelled_at=LATER))

    change = voided(over, restock=Restock.ALWAYS)

    assert [parcel.is_expected_back for parcel in change.order.parcels] == [False]
    assert [*movements_of(change, LATER, "Eve")] == []


def test_units_that_the_channel_removed_too_late_are_not_sent_again_after_a_void() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=3)), _1=3)).order
    order = edited(order, [a_line(quantity=2)], LATER, SHOP, restock=unshipped_only).order
    assert causes(order) == [Cause.EDITED_AFTER_SHIPPING]

    change = voided(order)

    assert change.order.fulfilments[0].remaining == Counter({"1": 2})
    assert (change.order.lines[0].quantity, causes(change.order)) == (2, [])
    [movement] = movements_of(change, LATER, "Eve")
    assert (movement.on_hand, movement.committed) == (3, 2)


def test_of_those_removed_too_late_only_as_many_stay_as_have_still_left() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=3)), _1=1)).order
    order = bought(begun(order, "label-2", _1=2), "label-2", tracking="9400 2").order
    order = edited(order, [], LATER, SHOP, restock=unshipped_only).order

    after = voided(order, "label-2").order

    assert (after.lines[0].quantity, after.lines[0].removed_late, after.status) == (1, 1, Status.COMPLETE)
    assert causes(after) == [Cause.EDITED_AFTER_SHIPPING]


def test_what_the_channel_wants_again_is_sent_again_after_a_void() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=3)), _1=3)).order
    for quantity in (2, 3):
        order = edited(order, [a_line(quantity=quantity)], LATER, SHOP, restock=unshipped_only).order

    assert voided(order).order.fulfilments[0].remaining == Counter({"1": 3})


# ---- what happened while the parcel was away -----------------------------------------------------------------------

ONE, TWO = an_order(a_line(quantity=1)), an_order(a_line(quantity=2))


def shipped_there(told: ChannelOrder, **changed: object) -> Order:
    """Return the order after the shop fulfilled the unit under a number of its own, and then changed it."""
    order = hear(labelled(told), later(told, 2, parcels=(UPS,)))
    return hear(order, later(told, 3, parcels=(UPS,), **changed)) if changed else order


@pytest.mark.parametrize(
    ("order", "status"),
    [
        (shipped_there(ONE), Status.COMPLETE),
        (shipped_there(ONE, lines=(a_line(quantity=0),)), Status.COMPLETE),
        (shipped_there(ONE, cancelled_at=LATER), Status.COMPLETE),
        (
            hear(
                cancelled(labelled(TWO), LATER, "Eve", restock=unshipped_only).order,
                later(TWO, 2, parcels=(UPS,)),
            ),
            Status.COMPLETE,
        ),
        (shipped_there(TWO), Status.PARTIALLY_SHIPPED),
    ],
    ids=["wanted", "refunded", "cancelled", "the rest cancelled here", "the rest wanted"],
)
@pytest.mark.parametrize("restock", Restock)
def test_units_that_the_shop_fulfilled_by_itself_have_left_with_its_parcel(
    order: Order, status: Status, restock: Restock
) -> None:
    change = voided(order, restock=restock)

    assert (change.order.status, [*faults(change.order)]) == (status, [])
    assert [parcel.tracking for parcel in change.order.parcels] == ["1Z83"]
    assert UNFORESEEN not in story(change.order)
    assert [*movements_of(change, LATER, "Eve")] == []


def test_an_order_of_which_only_short_units_are_wanted_is_open_after_the_void() -> None:
    told = an_order(a_line(quantity=1), a_line(LAMP, line="2"))
    order = asked(handed(with_products(heard(told)), shelf(main=10)))
    order = bought(begun(order, _1=1)).order
    order = hear(order, later(told, 2, lines=(a_line(quantity=0), a_line(LAMP, line="2"))))

    change = voided(order)

    assert (change.order.status, causes(change.order), [*faults(change.order)]) == (Status.OPEN, [], [])
    assert held_after(order, change) == holdings(change.order) == Goods()
    assert UNFORESEEN not in story(change.order)


def test_of_two_labels_the_shop_removed_all_and_has_both_units_in_a_parcel_of_its_own() -> None:
    order = bought(begun(labelled(TWO), "label-2", _1=1), "label-2", tracking="9400 2").order
    both = a_told_parcel("1Z83", "UPS", _1=2)
    order = hear(order, later(TWO, 2, parcels=(both,)))
    order = hear(order, later(TWO, 3, parcels=(both,), lines=(a_line(quantity=0),)))

    change = voided(order)

    line = the_line(change.order)
    assert (line.quantity, line.allocated, line.removed_late, [*faults(change.order)]) == (2, 2, 2, [])
    assert held_after(order, change) == holdings(change.order)


# ---- an order that goes on after it was cancelled ------------------------------------------------------------------


def going_on() -> Order:
    """Return an order that was cancelled when a mug had left by a label, and that its channel then added lamps to."""
    order = cancelled(labelled(TWO), LATER, "Eve", restock=lambda _: Restock.ALWAYS).order
    more = later(TWO, 2, lines=(a_line(quantity=2), a_line(LAMP, line="2", quantity=3)))
    order = with_products(hear(order, more))
    order = asked(with_hand_over(routed(order), a_configuration(), LATER))
    order = label_begun(order, 2, a_label("label-2", _2=2))
    return label_bought(order, 2, "label-2", SOLD.replace(tracking="9400 2"), LATER, ships=True).order


def void_of(order: Order, number: int, label: str, restock: Restock = Restock.UNSHIPPED) -> Change:
    wanted = voiding(order, number, label, LATER, "Eve")
    return label_voided(wanted, number, label, Refund.SUBMITTED, LATER, "Eve", restock=lambda _: restock)


def test_what_the_channel_added_after_a_cancellation_is_sent_again_after_a_void() -> None:
    order = going_on()

    change = void_of(order, 2, "label-2")

    assert (the_line(change.order, "2").cancelled, change.order.fulfilments[1].remaining) == (0, Counter({"2": 3}))
    assert held_after(order, change) == holdings(change.order) == shelf(LAMP, main=3)


def test_what_had_left_before_is_cancelled_and_the_rest_goes_on() -> None:
    order = going_on()

    change = void_of(order, 1, "label-1", Restock.ALWAYS)

    assert (the_line(change.order).cancelled, change.order.status) == (2, Status.PARTIALLY_SHIPPED)
    assert held_after(order, change) == holdings(change.order) == shelf(LAMP, main=1)
    # It has been back on hand since the cancellation, which expected it.
    [movement] = movements_of(change, LATER, "Eve")
    assert (movement.sku, movement.on_hand, movement.committed) == (MUG, 0, 0)


def test_of_an_order_that_was_cancelled_before_parcels_were_marked_the_times_decide() -> None:
    order = labelled(ONE).replace(cancelled_at=LATER + timedelta(hours=1))
    parcel = next(order.parcels)
    assert (parcel.is_cancelled, was_cancelled(order, parcel)) == (False, True)

    change = voided(order, restock=Restock.ALWAYS)

    assert (change.order.status, the_line(change.order).cancelled) == (Status.CANCELLED, 1)
    # What was not stored follows the rule of now: it has been back on hand since the cancellation.
    assert [each.on_hand for each in movements_of(change, LATER, "Eve")] == [0]


# ---- another item in the place of what had left --------------------------------------------------------------------


def test_what_the_channel_put_in_the_place_of_an_item_that_had_left_is_sent_instead_of_it() -> None:
    order = hear(labelled(ONE), later(ONE, 2, lines=(a_line(LAMP, quantity=2),)))
    assert (the_line(order).sku, causes(order)) == (MUG, [Cause.EDITED_AFTER_SHIPPING])

    change = voided(order)

    line = the_line(change.order)
    assert (line.sku, line.unallocated, line.matched, causes(change.order)) == (LAMP, 2, None, [])
    assert held_after(order, change) == holdings(change.order) == Goods()
    again = with_hand_over(routed(with_products(change.order)), a_configuration(), LATER)
    assert [dict(each.remaining) for each in again.fulfilments if each.is_open] == [{"1": 2}]


def test_while_a_part_of_the_former_item_is_away_the_line_stays() -> None:
    order = bought(begun(labelled(TWO), "label-2", _1=1), "label-2", tracking="9400 2").order
    order = hear(order, later(TWO, 2, lines=(a_line(LAMP, quantity=2),)))

    once = voided(order).order
    twice = voided(once, "label-2").order

    assert (the_line(once).sku, the_line(twice).sku) == (MUG, LAMP)


def test_an_item_that_was_put_back_is_sent_again() -> None:
    order = hear(labelled(ONE), later(ONE, 2, lines=(a_line(LAMP, quantity=1),)))
    order = hear(order, later(ONE, 3))

    assert the_line(voided(order).order).sku == MUG


def test_in_a_cancelled_order_what_takes_its_place_is_cancelled() -> None:
    order = hear(labelled(ONE), later(ONE, 2, lines=(a_line(LAMP, quantity=1),)))
    order = hear(order, later(ONE, 3, lines=(a_line(LAMP, quantity=1),), cancelled_at=LATER))

    after = voided(order).order

    line = the_line(after)
    assert (after.status, line.sku, line.cancelled, after.fulfilments[0].is_open) == (Status.CANCELLED, LAMP, 1, False)


def test_in_one_that_goes_on_what_was_put_in_the_place_of_what_had_left_before_it_is_sent() -> None:
    order, added = going_on(), a_line(LAMP, line="2", quantity=3)
    order = hear(order, later(TWO, 9, lines=(a_line("BOWL", quantity=2), added)))
    assert (the_line(order).sku, order.cancelled_at) == (MUG, None)

    after = void_of(order, 1, "label-1").order

    assert (the_line(after).sku, the_line(after).unallocated, the_line(after).cancelled) == ("BOWL", 2, 0)
    assert Cause.EDITED_AFTER_SHIPPING not in causes(after)
