"""Fulfilment orders that are taken back: at once until their fulfiller accepts, then by a request."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotNow
from packhorse.domain.orders import intake
from packhorse.domain.orders.allocation import moved, routing_request, with_hand_over
from packhorse.domain.orders.cancellation import Cancellation, CancellationState
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.editing import line_cancelled
from packhorse.domain.orders.fulfilment import accepted
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.fulfilment_rows import rows_of
from packhorse.domain.orders.line_edits import LineEdit, with_edited_lines
from packhorse.domain.orders.matching import Match
from packhorse.domain.orders.order import Flag, Hold, Order, Status
from packhorse.domain.orders.overrides import set_by_person
from packhorse.domain.orders.parcel import Parcel, parts_of
from packhorse.domain.orders.rejecting import RejectedUnits, rejected
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.soundness import faults, is_stuck, with_unsent_requests
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import cancelled, with_hold, without_hold
from packhorse.domain.orders.taking_back import cancellation_accepted, cancellation_refused, taken_back
from packhorse.domain.problem import Cause
from packhorse.domain.stock.goods import Goods
from packhorse.domain.supply.batches import SupplierBatch
from packhorse.domain.supply.cancelling import with_request_in_batch
from packhorse.domain.supply.late_parcels import LateParcels, shipped_late
from packhorse.domain.supply.sending import marked
from packhorse.domain.values import Sku, WarehouseId
from simulation.builders import a_configuration, a_line, a_warehouse, an_order
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    SHOP,
    a_told_parcel,
    asked,
    changes,
    handed,
    kinds,
    place,
    received,
    sent,
    shelf,
    story,
    the_line,
    where,
)

EAST = WarehouseId("east")
PERSON, ACME = "user:ann@example.com", "supplier:acme"
SEVENTH, NINTH = (SupplierBatch(supplier="acme", number=number, created_at=LATER) for number in (7, 9))
HOLD = Hold(id="doubt", reason="a doubt", owner=PERSON, placed_at=LATER)


def partners() -> Configuration:
    return a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main"))


def waiting(quantity: int = 3, **facts: Any) -> Order:
    """An order that its supplier is to ship, and is in no file."""
    return asked(handed(received(a_line(quantity=quantity), number="#1", **facts), shelf(acme=100), partners()))


def with_supplier(quantity: int = 3, **facts: Any) -> Order:
    """An order that its supplier has in a file."""
    return marked(waiting(quantity, **facts), 1, SEVENTH, LATER)


def cancelling(order: Order, who: str = PERSON) -> Change:
    return cancelled(order, LATER, who, "changed her mind", restock=unshipped_only)


def agreeing(order: Order, **units: int) -> Change:
    wanted = {name.removeprefix("_"): quantity for name, quantity in units.items()}
    taken = Counter(wanted) if units else None
    return cancellation_accepted(order, 1, LATER, ACME, restock=unshipped_only, units=taken)


def refusing(order: Order, reason: str = "it is packed") -> Order:
    return cancellation_refused(order, 1, reason, LATER, ACME)


def less(order: Order, keep: int, who: str = PERSON) -> Change:
    return line_cancelled(order, "1", keep, LATER, who, restock=unshipped_only)


def told(order: Order, quantity: int, **facts: Any) -> Change:
    """The channel's message with another quantity."""
    message = an_order(a_line(quantity=quantity), modified_at=LATER, number="#1", **facts)
    return intake.updated(order, message, LATER, SHOP, restock=unshipped_only)


def the_request(order: Order, number: int = 0) -> Cancellation:
    found = order.fulfilments[number].cancellation
    assert found
    return found


def the_only(order: Order) -> FulfilmentOrder:
    [only] = order.fulfilments
    return only


# ---- until the fulfiller accepts -----------------------------------------------------------------------------------


def test_an_order_that_is_in_no_file_is_cancelled_at_once() -> None:
    change = cancelling(waiting())

    assert (change.order.status, the_only(change.order).status) == (Status.CANCELLED, FulfilmentStatus.CANCELLED)
    assert changes(change.committed) == {place(warehouse="acme"): -3}


def test_a_hold_takes_back_what_is_in_no_file_and_a_release_hands_it_over_again() -> None:
    held = with_hold(waiting(), HOLD)
    assert (the_only(held).is_taken_back, the_only(held).cancellation) == (True, None)

    released = with_hand_over(without_hold(held, None, LATER, PERSON), partners(), LATER)

    assert (the_only(released).status, the_only(released).attempt) == (FulfilmentStatus.QUEUED, 2)


def test_a_person_takes_back_what_is_in_no_file_at_once_and_it_is_routed_without_the_warehouse() -> None:
    change = taken_back(waiting(), 1, "too slow", LATER, PERSON)

    assert the_only(change.order).status is FulfilmentStatus.CANCELLED
    assert (where(change.order), changes(change.committed)) == ({}, {place(warehouse="acme"): -3})
    [wanted] = routing_request(change.order).wanted
    assert dict(wanted.without) == {"acme": "was taken back from the warehouse"}
    assert change.order.timeline[-1].detail == "acme. too slow"


def test_an_own_warehouse_gives_back_at_once_whatever_it_has_said() -> None:
    order = asked(handed(received(a_line(quantity=2))))

    change = taken_back(accepted(order, 1, LATER, "ann"), 1, "", LATER, PERSON)

    assert the_only(change.order).status is FulfilmentStatus.CANCELLED


def test_of_what_has_shipped_in_part_the_rest_is_taken_back() -> None:
    change = taken_back(sent(waiting(), _1=1), 1, "", LATER, PERSON)

    assert the_only(change.order).status is FulfilmentStatus.SHIPPED
    assert (where(change.order), the_line(change.order).unallocated) == ({"acme": 1}, 2)


def test_a_part_shipped_order_is_edited_once_the_rest_is_taken_back_which_a_hold_does_not_do() -> None:
    held = with_hold(sent(waiting(), _1=1), HOLD)

    with pytest.raises(NotNow, match="take back what is left of it first"):
        set_by_person(held, 0, {"note": "no bell"}, LATER, PERSON)

    rest = taken_back(held, 1, "", LATER, PERSON).order
    assert set_by_person(rest, 0, {"note": "no bell"}, LATER, PERSON).note == "no bell"


def test_what_a_hold_took_back_moves_by_taking_it_back_to_another_warehouse() -> None:
    held = with_hold(waiting(), HOLD)

    with pytest.raises(NotNow, match="line 1 is in fulfilment 1: take that back to another warehouse"):
        moved(held, "1", EAST, LATER, PERSON)

    assert the_line(taken_back(held, 1, "", LATER, PERSON, to=EAST).order).warehouse == EAST
    with pytest.raises(NotNow, match="all of line 1 has left or is cancelled"):
        moved(sent(waiting()), "1", EAST, LATER, PERSON)


@pytest.mark.parametrize("ended", [cancelling(waiting()).order, sent(waiting())], ids=["cancelled", "shipped"])
def test_what_has_ended_cannot_be_taken_back(ended: Order) -> None:
    with pytest.raises(NotNow, match="nothing is left to take back"):
        taken_back(ended, 1, "", LATER, PERSON)


# ---- cancelled -----------------------------------------------------------------------------------------------------


def test_an_order_that_its_supplier_has_is_cancelled_once_that_agrees() -> None:
    requested = cancelling(with_supplier())

    order = requested.order
    assert (order.status, changes(requested.committed)) == (Status.IN_FULFILMENT, {})
    assert (the_only(order).is_open, where(order), order.flags) == (
        True,
        {"acme": 3},
        frozenset({Flag.CANCEL_REQUESTED}),
    )
    assert dict(the_request(order).unwanted) == {"1": 3}
    assert story(order)[-2:] == ["cancel_requested", "cancellation_requested"]
    [row] = rows_of(order)
    assert row.cancellation is CancellationState.REQUESTED

    change = agreeing(order)

    assert (change.order.status, the_only(change.order).status) == (Status.CANCELLED, FulfilmentStatus.CANCELLED)
    assert (changes(change.committed), where(change.order)) == ({place(warehouse="acme"): -3}, {})
    assert (story(change.order)[-2:], change.order.flags) == (["cancellation_accepted", "cancelled"], frozenset())


def test_what_only_a_fulfiller_said_it_will_ship_is_requested_back_as_well() -> None:
    order = cancelling(accepted(waiting(), 1, LATER, ACME)).order

    assert (order.status, the_request(order).is_pending) == (Status.IN_FULFILMENT, True)


def test_a_refused_cancellation_is_an_exception_and_what_is_shipped_counts() -> None:
    order = refusing(cancelling(with_supplier()).order)
    assert (kinds(order), order.status) == (["cancellation_refused_1"], Status.IN_FULFILMENT)
    assert "it is packed" in order.exceptions[0].message
    assert refusing(order) == order

    shipped = sent(order)

    assert (shipped.status, kinds(shipped)) == (Status.COMPLETE, ["shipped_after_cancellation_1"])


def test_what_is_shipped_before_an_answer_counts_and_a_late_agreement_changes_nothing() -> None:
    shipped = sent(cancelling(with_supplier()).order)

    assert (shipped.status, kinds(shipped)) == (Status.COMPLETE, ["shipped_after_cancellation_1"])
    assert the_request(shipped).state is CancellationState.OVERTAKEN
    assert agreeing(shipped) == Change(shipped)


def test_of_what_is_shipped_in_part_the_rest_is_cancelled() -> None:
    order = sent(cancelling(with_supplier()).order, _1=1)
    assert order.status is Status.PARTIALLY_SHIPPED

    change = agreeing(order)

    assert (change.order.status, the_line(change.order).cancelled) == (Status.COMPLETE, 2)
    assert changes(change.committed) == {place(warehouse="acme"): -2}


def test_a_fulfiller_agrees_to_a_part_and_refuses_the_rest() -> None:
    order = refusing(agreeing(cancelling(with_supplier()).order, _1=2).order)

    assert (the_line(order).cancelled, dict(the_only(order).remaining)) == (2, {"1": 1})
    assert (order.status, kinds(order)) == (Status.IN_FULFILMENT, ["cancellation_refused_1"])


def test_the_channel_and_a_person_cancel_at_once_and_it_is_one_request() -> None:
    one = cancelling(with_supplier()).order

    both = told(one, 3, cancelled_at=LATER).order

    assert the_request(both) == the_request(one)
    assert [what for what in story(both) if what == "cancellation_requested"] == ["cancellation_requested"]
    assert told(both, 3, cancelled_at=LATER).order == both


def test_a_channel_that_says_it_again_makes_no_second_request_and_a_person_does() -> None:
    order = refusing(told(with_supplier(), 3, cancelled_at=LATER).order)
    assert the_request(order).state is CancellationState.REFUSED

    assert told(order, 3, cancelled_at=LATER).order == order

    again = cancelling(order).order
    assert (the_request(again).is_pending, kinds(again)) == (True, [])


def test_a_cancelled_order_that_its_supplier_rejects_is_cancelled_and_goes_nowhere_else() -> None:
    order = cancelling(with_supplier()).order
    report = RejectedUnits(reason=RejectReason.OTHER)

    change = rejected(order, 1, report, "file-1", Goods(), LATER, ACME, restock=unshipped_only)

    assert (change.order.status, the_line(change.order).unallocated) == (Status.CANCELLED, 0)


def test_what_is_elsewhere_is_cancelled_at_once() -> None:
    both = received(a_line(quantity=2), a_line(line="2", sku="LAMP", quantity=1))
    goods = shelf(acme=2) + shelf("LAMP", main=1)
    order = marked(asked(handed(both, goods, partners())), 1, SEVENTH, LATER)

    change = cancelling(order)

    assert {each.warehouse: each.status for each in change.order.fulfilments} == {
        "acme": FulfilmentStatus.REQUESTED,
        "main": FulfilmentStatus.CANCELLED,
    }
    assert changes(change.committed) == {place("LAMP"): -1}


# ---- fewer units ---------------------------------------------------------------------------------------------------


def test_fewer_units_are_requested_and_the_line_has_them_until_the_supplier_agrees() -> None:
    requested = less(with_supplier(), keep=1)

    order = requested.order
    assert (the_line(order).cancelled, changes(requested.committed)) == (0, {})
    assert dict(the_request(order).units) == {"1": 2}
    assert less(order, keep=1).order == order

    change = agreeing(order)

    assert (the_line(change.order).cancelled, where(change.order)) == (2, {"acme": 1})
    assert parts_of({"1": 1}) == the_only(change.order).lines
    assert change.order.status is Status.IN_FULFILMENT


def test_a_request_that_grows_is_sent_again_as_a_whole() -> None:
    order = less(with_supplier(), keep=2).order
    of_file = order.replace(fulfilments=(the_only(order).replace(cancellation=the_request(order).replace(batch=9)),))

    grown = less(of_file, keep=1).order

    assert (dict(the_request(grown).units), the_request(grown).batch) == ({"1": 2}, None)


def test_a_channel_that_lowers_a_quantity_has_it_requested_once() -> None:
    order = told(with_supplier(), 2).order
    assert (the_line(order).quantity, dict(the_request(order).unwanted)) == (3, {"1": 1})

    assert told(order, 2).order == order
    refused = refusing(order)
    assert told(refused, 2).order == refused

    agreed = told(agreeing(order).order, 2).order
    assert (the_line(agreed).quantity, the_line(agreed).cancelled) == (2, 0)


def test_a_channel_that_lowers_it_further_after_a_refusal_has_all_of_it_requested() -> None:
    order = told(refusing(told(with_supplier(), 2).order), 1).order

    assert (the_request(order).is_pending, dict(the_request(order).unwanted)) == (True, {"1": 2})


def test_a_person_who_lowers_a_quantity_has_it_requested() -> None:
    order = with_edited_lines(with_supplier(), {"1": LineEdit(quantity=1)}, LATER, PERSON, restock=unshipped_only).order
    assert (the_line(order).quantity, dict(the_request(order).unwanted)) == (3, {"1": 2})

    again = with_edited_lines(order, {"1": LineEdit(quantity=1)}, LATER, PERSON, restock=unshipped_only)
    agreed = agreeing(order).order

    assert again.order == order
    assert (the_line(agreed).quantity - the_line(agreed).cancelled, kinds(agreed)) == (1, [])


def test_another_item_in_a_line_that_a_supplier_has_is_an_exception_and_its_cancellation_requested() -> None:
    message = an_order(a_line(sku="OTHER", reference="other", quantity=3), modified_at=LATER, number="#1")

    order = intake.updated(with_supplier(), message, LATER, SHOP, restock=unshipped_only).order

    assert (kinds(order), dict(the_request(order).unwanted)) == (["edited_after_shipping"], {"1": 3})
    assert where(order) == {"acme": 3}


def test_another_item_comes_into_the_line_once_the_supplier_agrees() -> None:
    message = an_order(a_line(sku="OTHER", reference="other", quantity=3), modified_at=LATER, number="#1")
    requested = intake.updated(with_supplier(), message, LATER, SHOP, restock=unshipped_only).order

    again = intake.updated(requested, message, LATER, SHOP, restock=unshipped_only).order
    agreed = agreeing(again).order
    now = intake.updated(agreed, message, LATER, SHOP, restock=unshipped_only).order

    assert (again, agreed.cancelled_at) == (requested, None)
    assert (the_line(now).sku, the_line(now).unallocated, now.status) == ("OTHER", 3, Status.OPEN)


def test_another_item_leaves_no_unit_of_the_one_before_to_be_routed() -> None:
    order = with_supplier()
    short = order.replace(lines=(the_line(order).replace(quantity=4),))
    message = an_order(a_line(sku="OTHER", reference="other", quantity=4), modified_at=LATER, number="#1")

    changed = intake.updated(short, message, LATER, SHOP, restock=unshipped_only).order

    assert (the_line(changed).unallocated, dict(the_request(changed).unwanted)) == (0, {"1": 3})


def test_an_older_message_of_the_same_moment_takes_no_request_of_the_channel_back() -> None:
    order = told(with_supplier(), 2).order

    older = told(order, 3).order
    agreed = agreeing(older).order

    assert older == order
    assert (the_line(agreed).quantity, the_line(agreed).cancelled) == (2, 0)


# ---- held ----------------------------------------------------------------------------------------------------------


def test_a_hold_asks_the_supplier_to_stop_and_a_release_hands_over_anew() -> None:
    held = with_hold(with_supplier(), HOLD)
    assert (dict(the_request(held).units), dict(the_request(held).unwanted)) == ({"1": 3}, {})

    change = agreeing(held)
    stopped = change.order
    assert (the_only(stopped).status, where(stopped)) == (FulfilmentStatus.CANCELLED, {"acme": 3})
    assert (changes(change.committed), stopped.status) == ({}, Status.OPEN)

    released = with_hand_over(without_hold(stopped, None, LATER, PERSON), partners(), LATER)
    assert [each.status for each in released.fulfilments] == [FulfilmentStatus.CANCELLED, FulfilmentStatus.QUEUED]
    assert [each.batch for each in released.fulfilments] == [7, None]


def test_of_what_leaves_while_it_is_held_the_wanted_units_are_the_first() -> None:
    held = with_hold(told(with_supplier(), 1).order, HOLD)

    order = told(held, 1, parcels=(a_told_parcel(_1=1),)).order

    assert (dict(the_request(order).units), dict(the_request(order).unwanted)) == ({"1": 2}, {"1": 2})
    assert kinds(order) == ["shipped_late_1_1Z999"]  # by its channel: the supplier may ship it, too


def test_a_hold_that_is_released_before_its_request_is_sent_withdraws_it() -> None:
    order = with_supplier()

    released = without_hold(with_hold(order, HOLD), None, LATER, PERSON)

    assert the_only(released) == the_only(order)


def test_a_refusal_after_the_release_is_no_exception() -> None:
    held = with_hold(with_supplier(), HOLD)
    of_file = held.replace(fulfilments=(the_only(held).replace(cancellation=the_request(held).replace(batch=9)),))
    assert kinds(refusing(of_file)) == ["cancellation_refused_1"]

    released = without_hold(of_file, None, LATER, PERSON)

    assert kinds(refusing(released)) == []


def test_an_order_that_is_cancelled_while_it_is_held_is_one_request_of_unwanted_units() -> None:
    order = cancelling(with_hold(with_supplier(), HOLD)).order

    assert (dict(the_request(order).units), dict(the_request(order).unwanted)) == ({"1": 3}, {"1": 3})
    assert agreeing(order).order.status is Status.CANCELLED


# ---- taken back by a person ----------------------------------------------------------------------------------------


def test_what_is_taken_back_from_a_supplier_is_routed_elsewhere_once_that_agrees() -> None:
    requested = taken_back(with_supplier(), 1, "too slow", LATER, PERSON).order
    assert (the_only(requested).is_open, where(requested)) == (True, {"acme": 3})

    change = agreeing(requested)

    [wanted] = routing_request(change.order).wanted
    assert (wanted.quantity, list(wanted.without)) == (3, ["acme"])
    assert changes(change.committed) == {place(warehouse="acme"): -3}


def test_taking_back_again_changes_nothing() -> None:
    requested = taken_back(with_supplier(), 1, "too slow", LATER, PERSON).order

    assert taken_back(requested, 1, "too slow", LATER, PERSON).order == requested


@pytest.mark.parametrize("order", [with_supplier(), with_hold(waiting(), HOLD)], ids=["accepted", "taken back"])
def test_an_answer_without_a_request_is_refused(order: Order) -> None:
    with pytest.raises(NotNow):
        agreeing(order)
    with pytest.raises(NotNow):
        refusing(order)


def test_a_refusal_after_an_agreement_is_refused() -> None:
    with pytest.raises(NotNow, match="agreed"):
        refusing(agreeing(cancelling(with_supplier()).order).order)


# ---- audits --------------------------------------------------------------------------------------------------------


def test_a_request_that_no_file_has_after_an_hour_is_left_to_a_person_until_one_has_it() -> None:
    order = cancelling(with_supplier()).order
    assert is_stuck(order, partners().account)
    assert with_unsent_requests(order, LATER + timedelta(minutes=59)) == order

    late = with_unsent_requests(order, LATER + timedelta(hours=1))

    assert (kinds(late), f"3 of {MUG}" in late.exceptions[0].message) == (["cancellation_by_hand_1"], True)
    assert kinds(with_request_in_batch(late, 1, 9, None, LATER)) == []


@pytest.mark.parametrize(
    "order",
    [
        cancelling(with_supplier()).order,
        less(with_supplier(), keep=1).order,
        agreeing(less(with_supplier(), keep=1).order).order,
        agreeing(with_hold(with_supplier(), HOLD)).order,
        agreeing(taken_back(with_supplier(), 1, "", LATER, PERSON).order).order,
        refusing(cancelling(with_supplier()).order),
        sent(cancelling(with_supplier()).order, _1=1),
    ],
)
def test_an_order_is_sound_at_each_step(order: Order) -> None:
    assert list(faults(order)) == []


# ---- units that another supplier ships late ------------------------------------------------------------------------


def test_what_the_supplier_before_ships_late_is_taken_from_a_partner_and_requested_no_more() -> None:
    partners_only = a_configuration(
        a_warehouse("acme", kind="dropship"), a_warehouse("bolt", kind="dropship"), priorities=("acme", "bolt")
    )
    stock = shelf(acme=100, bolt=100)
    first = asked(handed(received(a_line(quantity=3), number="#1"), stock, partners_only))
    first = marked(first, 1, SEVENTH, LATER)
    report = RejectedUnits(reason=RejectReason.OTHER)
    taken = rejected(first, 1, report, "silent 7", Goods(), LATER, "packhorse", restock=unshipped_only).order
    second = marked(asked(handed(taken, stock, partners_only)), 2, NINTH, LATER)
    assert where(second) == {"bolt": 3}
    requested = cancelling(second).order
    parcel = Parcel(carrier="UPS", tracking="1Z-LATE", shipped_at=LATER, lines=parts_of(Counter({"1": 3})))

    change = shipped_late(requested, 1, LateParcels((parcel,), Goods({place(warehouse="acme"): 3})), LATER, ACME)
    after = with_status(change.order, LATER, ACME)

    assert [each.status for each in after.fulfilments] == [FulfilmentStatus.SHIPPED, FulfilmentStatus.CANCELLED]
    assert (after.status, the_request(after, 1).state) == (Status.COMPLETE, CancellationState.OVERTAKEN)
    assert [each.cause for each in after.exceptions] == [Cause.SHIPPED_LATE]
    assert changes(change.committed)[place(warehouse="bolt")] == -3
    assert list(faults(after)) == []


def test_what_the_supplier_ships_late_of_the_item_that_a_line_was_before_is_no_unit_of_it() -> None:
    order = marked(asked(handed(received(a_line(quantity=1)), shelf(acme=9), partners())), 1, SEVENTH, LATER)
    report = RejectedUnits(reason=RejectReason.NONE_LEFT)
    taken = rejected(order, 1, report, "report", Goods(), LATER, PERSON, restock=unshipped_only).order
    lamp = LineEdit(match=Match(Sku(LAMP)), name="Lamp")
    another = with_edited_lines(taken, {"1": lamp}, LATER, PERSON, restock=unshipped_only).order
    lamps = asked(handed(another, shelf(LAMP, main=9), partners()))
    parcel = Parcel(carrier="UPS", tracking="1Z-LATE", shipped_at=LATER, lines=parts_of(Counter({"1": 1})))

    change = shipped_late(lamps, 1, LateParcels((parcel,), shelf(acme=9)), LATER, ACME)
    after = with_status(change.order, LATER, ACME)

    assert (after.status, after.fulfilments[1].remaining, changes(change.shipped)) == (
        Status.IN_FULFILMENT,
        {"1": 1},
        {},
    )
    assert [each.tracking for each in after.fulfilments[0].uncounted_parcels] == ["1Z-LATE"]
    (problem,) = after.exceptions
    assert (problem.cause, f"no line wants 1 of {MUG} any more" in problem.message) == (Cause.SHIPPED_LATE, True)
    assert "others had them: none" in problem.message


def test_what_the_supplier_ships_late_counts_for_a_line_that_is_the_item_again() -> None:
    order = marked(asked(handed(received(a_line(quantity=1)), shelf(acme=9), partners())), 1, SEVENTH, LATER)
    report = RejectedUnits(reason=RejectReason.NONE_LEFT)
    taken = rejected(order, 1, report, "report", Goods(), LATER, PERSON, restock=unshipped_only).order
    for sku in (LAMP, MUG):
        edit = LineEdit(match=Match(Sku(sku)), name=sku)
        taken = with_edited_lines(taken, {"1": edit}, LATER, PERSON, restock=unshipped_only).order
    parcel = Parcel(carrier="UPS", tracking="1Z-LATE", shipped_at=LATER, lines=parts_of(Counter({"1": 1})))

    after = with_status(shipped_late(taken, 1, LateParcels((parcel,), shelf(acme=9)), LATER, ACME).order, LATER, ACME)

    assert (after.status, kinds(after)) == (Status.COMPLETE, [])
