"""What an order's status is, what may follow what, and the steps that are not about parcels or lines."""

from itertools import product

import pytest

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import NotNow
from packhorse.domain.orders import steps
from packhorse.domain.orders.change import MAX_SHELVES, Change, owed_change
from packhorse.domain.orders.completion import completed, shipped_by_channel
from packhorse.domain.orders.editing import edited
from packhorse.domain.orders.exceptions import with_current_exception, with_exception, without_exception
from packhorse.domain.orders.fulfilment import WaitOutcome, finished, newly_ended
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import MAX_LISTED, MAX_WAITS, Flag, Hold, Order, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.shipping import shipped
from packhorse.domain.orders.status import MOVES, UNFORESEEN, status_of, with_status
from packhorse.domain.orders.steps import cancelled, paid, with_hold, without_hold
from packhorse.domain.orders.updates import with_entry, with_fulfilment, with_lines
from packhorse.domain.problem import Cause
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import Sku, WarehouseId
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    a_parcel,
    a_problem,
    asked,
    changes,
    committed_by,
    handed,
    in_fulfilment,
    kinds,
    place,
    received,
    routed,
    sent,
    settled,
    shelf,
    story,
    the_line,
    where,
)

MUGS_AND_A_LAMP = (a_line(quantity=3, line="1"), a_line(LAMP, line="2"))


def a_hold(name: str = "h1") -> Hold:
    return Hold(id=name, reason="is the address right?", owner="Eve", placed_at=LATER)


def cancel(order: Order) -> Order:
    return cancelled(order, LATER, "Eve", "changed their mind", restock=unshipped_only).order


SAMPLES = {
    Status.AWAITING_PAYMENT: received(paid_at=None),
    Status.OPEN: received(),
    Status.IN_FULFILMENT: in_fulfilment(),
    Status.PARTIALLY_SHIPPED: sent(in_fulfilment(*MUGS_AND_A_LAMP), _1=1),
    Status.COMPLETE: sent(in_fulfilment()),
    Status.CANCELLED: cancel(received()),
}


# ---- the status


@pytest.mark.parametrize(("status", "order"), SAMPLES.items())
def test_the_status_follows_from_what_the_order_is(status: Status, order: Order) -> None:
    assert status_of(order) is status
    assert order.status is status


def test_an_order_with_short_lines_is_open() -> None:
    order = routed(received(), goods=Goods())

    assert status_of(order) is Status.OPEN
    assert order.flags == {Flag.BACKORDERED}


def test_a_hold_is_a_flag_and_no_status() -> None:
    order = with_hold(in_fulfilment(), a_hold())

    assert status_of(order) is Status.IN_FULFILMENT
    assert order.flags == {Flag.HELD}


def test_what_shipped_elsewhere_has_shipped() -> None:
    order = completed(received(), NOON, "Eve").order

    assert status_of(order) is Status.COMPLETE


def test_an_unpaid_order_of_which_something_left_is_partially_shipped() -> None:
    lines = {"1": the_line(received(*MUGS_AND_A_LAMP)).replace(elsewhere=1)}

    assert status_of(with_lines(received(*MUGS_AND_A_LAMP, paid_at=None), lines)) is Status.PARTIALLY_SHIPPED


def test_an_order_of_which_nothing_is_wanted_is_cancelled() -> None:
    assert received(a_line(quantity=0)).status is Status.CANCELLED


# ---- what may follow what


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_an_order_moves_as_the_table_says_and_a_move_of_another_kind_is_recorded_as_one(
    before: Status, after: Status
) -> None:
    order = SAMPLES[after].replace(status=before)

    moved = with_status(order, LATER, "Eve")

    assert moved.status is after
    unforeseen = [entry.detail for entry in moved.timeline if entry.what == UNFORESEEN]
    assert unforeseen == ([] if before is after or after in MOVES[before] else [f"{before} to {after}"])


def test_every_status_has_its_row_and_none_follows_itself() -> None:
    assert set(MOVES) == set(Status)
    assert not [status for status, after in MOVES.items() if status in after]


def test_no_order_that_was_paid_waits_for_payment_again() -> None:
    paid_ones = set(Status) - {Status.AWAITING_PAYMENT, Status.CANCELLED}

    assert not [status for status in paid_ones if Status.AWAITING_PAYMENT in MOVES[status]]


@pytest.mark.parametrize("status", [Status.PARTIALLY_SHIPPED, Status.COMPLETE])
def test_a_voided_label_may_lead_to_whatever_fits_what_is_left(status: Status) -> None:
    assert MOVES[status] == set(Status) - {status, Status.AWAITING_PAYMENT}


@pytest.mark.parametrize(("status", "told"), [(Status.COMPLETE, "completed"), (Status.CANCELLED, "cancelled")])
def test_the_end_of_an_order_is_told_once(status: Status, told: str) -> None:
    over = with_status(with_status(SAMPLES[status], LATER, "Eve"), LATER, "Eve")

    assert story(over).count(told) == 1


# ---- exceptions


def test_the_same_exception_is_opened_once() -> None:
    order = with_exception(received(), a_problem("odd", "it looks odd", "1"))

    again = with_exception(order, a_problem("odd", "it still looks odd", "1"))

    assert again == order
    assert (story(order).count("exception"), order.timeline[-1].detail) == (1, "it looks odd")
    current = with_current_exception(order, a_problem("odd", "odder", "1"))
    assert [known.message for known in current.exceptions] == ["odder"]
    assert kinds(with_exception(order, a_problem("odd", "this one, too", "2"))) == ["odd", "odd"]


def test_an_exception_that_says_something_else_stays_where_it_was_in_the_list_of_all() -> None:
    order = received()
    for line in range(MAX_LISTED + 2):
        order = with_exception(order, a_problem("odd", "it looks odd", str(line)))

    current = with_current_exception(order, a_problem("odd", "odder", "0"))

    assert current.listed_exceptions.keys() == order.listed_exceptions.keys()
    assert (current.exceptions[0].message, story(current).count("exception")) == ("odder", MAX_LISTED + 3)


def test_an_exception_that_was_dealt_with_goes_and_the_others_stay() -> None:
    order = with_exception(received(), a_problem("overshipped", "it looks odd", "1"))
    order = with_exception(order, a_problem("overshipped", "the order looks odd"))

    order = without_exception(order, Cause.OVERSHIPPED, "1")

    assert [(known.kind, known.line) for known in order.exceptions] == [("overshipped", None)]


def test_an_exception_about_a_line_without_warehouse_goes_when_the_line_wants_none() -> None:
    order = with_exception(received(), a_problem("unmatched_sku", "what is this?", "1"))
    order = with_exception(order, a_problem("excluded_warehouse", "nobody may ship it", "1"))
    assert kinds(with_status(order, LATER, "Eve")) == ["unmatched_sku", "excluded_warehouse"]

    assert kinds(cancel(order)) == []


def test_late_work_is_an_exception_until_it_ends() -> None:
    late = finished(in_fulfilment(), 1, [WaitOutcome(fulfilment=1, outcome="overdue")], LATER)
    assert kinds(late) == ["overdue_1"]

    assert kinds(sent(late)) == []
    assert kinds(cancel(late)) == []


@pytest.mark.parametrize("kind", ["edited_after_shipping", "shipment_refused"])
def test_an_exception_about_what_has_left_outlives_the_order(kind: str) -> None:
    order = with_exception(in_fulfilment(), a_problem(kind, "look at this", "1"))

    assert kinds(sent(order)) == kinds(cancel(order)) == [kind]


# ---- paid


def test_an_order_that_is_paid_opens() -> None:
    order = paid(received(paid_at=None), paid_at=NOON, at=LATER, who="Eve")

    assert (order.status, order.paid_at) == (Status.OPEN, NOON)
    assert order.timeline[-1].model_dump() == {"at": LATER, "what": "paid", "who": "Eve", "detail": ""}


def test_paid_twice_is_paid() -> None:
    order = received()

    assert paid(order, paid_at=LATER, at=LATER, who="Eve") == order


def test_a_cancelled_order_cannot_be_paid() -> None:
    with pytest.raises(NotNow, match="cancelled"):
        paid(cancel(received(paid_at=None)), paid_at=NOON, at=LATER, who="Eve")


def test_an_order_that_left_unpaid_can_be_paid_later() -> None:
    gone = settled(shipped_by_channel(received(paid_at=None), (), everything=True, at=NOON, who="channel:shop")).order

    assert paid(gone, paid_at=NOON, at=LATER, who="Eve").status is Status.COMPLETE


# ---- held and freed


def test_an_order_may_have_several_holds_and_the_same_one_once() -> None:
    order = with_hold(with_hold(with_hold(received(), a_hold("h1")), a_hold("h2")), a_hold("h1"))

    assert [hold.id for hold in order.holds] == ["h1", "h2"]
    assert (order.timeline[-1].who, order.timeline[-1].detail) == ("Eve", "is the address right?")


def test_a_hold_takes_the_work_back_from_our_own_warehouse_and_a_new_attempt_begins_without_it() -> None:
    order = in_fulfilment()

    held = with_hold(order, a_hold())
    assert [(work.status, work.attempt, work.token) for work in held.fulfilments] == [("queued", 0, "token-1")]
    assert (where(held), held.unstarted, handed(held).fulfilments) == ({"main": 1}, frozenset(), held.fulfilments)

    again = handed(without_hold(held, None, LATER, "Eve"))
    assert [(work.number, work.status, work.attempt, work.token) for work in again.fulfilments] == [
        (1, "queued", 2, None)
    ]
    assert again.unstarted == {2}


def test_the_token_of_work_that_was_taken_back_is_remembered_until_it_is_surely_answered() -> None:
    held = with_hold(in_fulfilment(), a_hold())

    again = handed(without_hold(held, None, LATER, "Eve"))

    [work] = again.fulfilments
    assert (work.token, work.earlier_tokens) == (None, ("token-1",))
    assert list(newly_ended(held, again)) == [work]
    assert list(newly_ended(again, again)) == []


def test_work_that_a_hold_takes_back_has_its_execution_answered_once() -> None:
    order = in_fulfilment()
    held = with_hold(order, a_hold())

    assert list(newly_ended(order, held)) == list(held.fulfilments)
    assert list(newly_ended(held, held)) == []


def test_a_hold_leaves_what_has_begun_to_ship_and_what_a_partner_has_accepted() -> None:
    begun = sent(in_fulfilment(a_line(quantity=3)), _1=1)
    ours = in_fulfilment()
    partner = with_fulfilment(ours, ours.fulfilments[0].replace(kind=WarehouseKind.DROPSHIP))

    assert with_hold(begun, a_hold()).fulfilments == begun.fulfilments
    accepted = with_fulfilment(partner, partner.fulfilments[0].replace(batch=1))
    [held] = with_hold(accepted, a_hold()).fulfilments
    assert (held.status, held.attempt) == (accepted.fulfilments[0].status, 1)


def test_a_held_order_ships_only_where_the_hold_is_overridden() -> None:
    order = with_hold(in_fulfilment(), a_hold())
    parcel = [a_parcel()]

    with pytest.raises(NotNow, match="the order is held"):
        shipped(order, 1, parcel, LATER, "Eve")
    assert shipped(order, 1, parcel, LATER, "Eve", override=True).order.status is Status.COMPLETE


def test_a_held_order_keeps_its_stock_and_is_not_handed_over() -> None:
    order = with_hold(received(), a_hold())

    after = handed(order)

    assert where(after) == {"main": 1}
    assert after.fulfilments == ()


@pytest.mark.parametrize("status", [Status.COMPLETE, Status.CANCELLED])
def test_an_order_that_is_over_cannot_be_held(status: Status) -> None:
    with pytest.raises(NotNow, match=status):
        with_hold(SAMPLES[status], a_hold())


def test_one_hold_comes_off_or_all_do() -> None:
    order = with_hold(with_hold(received(), a_hold("h1")), a_hold("h2"))

    assert [hold.id for hold in without_hold(order, "h1", LATER, "Eve").holds] == ["h2"]
    assert without_hold(order, None, LATER, "Eve").holds == ()
    assert without_hold(order, None, LATER, "Eve").flags == frozenset()
    assert without_hold(order, None, LATER, "Eve").timeline[-1].what == "released"


@pytest.mark.parametrize("name", ["h9", None])
def test_a_hold_that_is_not_there_cannot_come_off(name: str | None) -> None:
    with pytest.raises(NotNow, match="no such hold"):
        without_hold(received(), name, LATER, "Eve")


# ---- cancelled


def test_an_order_cancelled_before_anything_left_gives_all_of_its_stock_back() -> None:
    order = in_fulfilment(*MUGS_AND_A_LAMP)

    change = cancelled(order, LATER, "Eve", "changed their mind", restock=unshipped_only)

    assert changes(change.committed) == {place(MUG): -3, place(LAMP): -1}
    assert change.shipped == Goods()
    assert change.order.status is Status.CANCELLED
    assert change.order.cancelled_at == LATER
    assert [line.cancelled for line in change.order.lines] == [3, 1]
    assert committed_by([change.order]) == Goods()
    *_, request, end = change.order.timeline
    assert (request.what, request.who, request.detail) == ("cancel_requested", "Eve", "changed their mind")
    assert (end.what, end.who) == ("cancelled", "Eve")


def test_a_cancelled_order_withdraws_the_work_and_says_what_it_was_for() -> None:
    (work,) = cancel(in_fulfilment(*MUGS_AND_A_LAMP)).fulfilments

    assert work.status is FulfilmentStatus.CANCELLED
    assert work.wanted == {"1": 3, "2": 1}
    assert not work.remaining


def test_an_order_cancelled_after_a_part_left_keeps_that_part_and_is_complete() -> None:
    order = sent(in_fulfilment(*MUGS_AND_A_LAMP), _1=1)

    change = cancelled(order, LATER, "Eve", restock=unshipped_only)

    assert changes(change.committed) == {place(MUG): -2, place(LAMP): -1}
    assert change.order.status is Status.COMPLETE
    assert [line.cancelled for line in change.order.lines] == [2, 1]
    assert where(change.order) == {"main": 1}
    assert [(work.status, work.wanted) for work in change.order.fulfilments] == [(FulfilmentStatus.SHIPPED, {"1": 1})]
    assert committed_by([change.order]) == Goods()


def test_a_cancellation_leaves_work_that_is_done_as_it_was() -> None:
    ours = a_configuration(a_warehouse("east"), a_warehouse("main"))
    goods = shelf(MUG, east=3) + shelf(LAMP, main=1)
    order = sent(asked(handed(received(*MUGS_AND_A_LAMP), goods, ours)), number=1)

    after = cancelled(order, LATER, "Eve", restock=unshipped_only).order

    assert after.fulfilments[0].lines == order.fulfilments[0].lines
    assert after.shipped == order.shipped
    assert [work.status for work in after.fulfilments] == [FulfilmentStatus.SHIPPED, FulfilmentStatus.CANCELLED]
    assert [line.cancelled for line in after.lines] == [0, 1]


def test_a_cancellation_leaves_work_that_was_rejected_rejected() -> None:
    order = in_fulfilment()
    refused = order.fulfilments[0].replace(status=FulfilmentStatus.REJECTED)

    after = cancel(with_fulfilment(order, refused))

    assert after.fulfilments == (refused,)


def test_a_cancellation_takes_nothing_back_that_left_elsewhere() -> None:
    lines = {"1": the_line(received(a_line(quantity=3))).replace(elsewhere=2)}
    order = with_status(with_lines(received(a_line(quantity=3)), lines), NOON, "Eve")

    after = cancel(order)

    assert (after.status, the_line(after).cancelled) == (Status.COMPLETE, 1)


def test_cancelled_twice_is_cancelled() -> None:
    order = cancel(received())

    assert cancelled(order, LATER, "Adam", restock=unshipped_only) == Change(order)


def test_an_order_that_goes_on_after_its_cancellation_is_not_cancelled_until_it_is_once_more() -> None:
    order = cancelled(sent(in_fulfilment(*MUGS_AND_A_LAMP), _1=1), NOON, "Eve", restock=unshipped_only).order
    same = edited(order, MUGS_AND_A_LAMP, LATER, "channel:shop", restock=unshipped_only).order
    longer = edited(
        order, [a_line("Bowl, ∅ 20 cm", line="3"), *MUGS_AND_A_LAMP], LATER, "channel:shop", restock=unshipped_only
    ).order

    assert (same.cancelled_at, longer.cancelled_at, cancel(longer).cancelled_at) == (NOON, None, LATER)


def test_a_complete_order_cannot_be_cancelled() -> None:
    with pytest.raises(NotNow, match="a return"):
        cancel(SAMPLES[Status.COMPLETE])


def test_an_unpaid_order_can_be_cancelled_and_loses_its_holds() -> None:
    order = cancel(with_hold(received(paid_at=None), a_hold()))

    assert (order.status, order.holds) == (Status.CANCELLED, ())


# ---- stock, as much as one transaction takes


def places(count: int) -> list[Shelf]:
    return [Shelf(Sku(f"Sku {number:03}"), WarehouseId("main")) for number in range(count)]


def all_changes(change: Change) -> tuple[Goods, Goods, Order]:
    """What all of its transactions do to committed and on_hand, and the order after them."""
    committed, gone = Goods(), Goods()
    change = change.affordable()
    while True:
        assert len(change.shelves) <= MAX_SHELVES
        committed.update(change.committed)
        gone.update(change.shipped)
        if not change.order.owed:
            return committed, gone, change.order
        change = owed_change(change.order).affordable()


def test_the_places_with_their_movements_the_order_and_its_waits_fit_one_transaction() -> None:
    assert 2 * MAX_SHELVES + 1 + 2 * MAX_WAITS <= 100


def test_a_change_that_fits_one_transaction_stays_whole() -> None:
    change = Change(received(), committed=Goods(dict.fromkeys(places(MAX_SHELVES), 2)))

    assert change.affordable() == change


@pytest.mark.parametrize("count", [MAX_SHELVES + 1, 2 * MAX_SHELVES, 3 * MAX_SHELVES + 2])
def test_a_change_too_big_for_one_transaction_is_made_in_several_and_loses_nothing(count: int) -> None:
    released = Goods(dict.fromkeys(places(count), -2))
    left = Goods({at: number for number, at in enumerate(places(count + 5), 1)})
    change = Change(received(), released, left)

    committed, gone, order = all_changes(change)

    assert (committed, gone) == (released, left)
    assert order == change.order


def test_stock_that_is_taken_is_never_owed() -> None:
    *others, taking = places(MAX_SHELVES + 1)
    releasing = Change(received(), committed=Goods({taking: 1} | dict.fromkeys(others, -1))).affordable()
    leaving = Change(received(), committed=Goods({taking: 1}), shipped=Goods(dict.fromkeys(others, 1))).affordable()

    assert releasing.committed[taking] == leaving.committed[taking] == 1
    assert [(owed.committed, owed.shipped) for owed in releasing.order.owed] == [(-1, 0)]
    assert [(owed.committed, owed.shipped) for owed in leaving.order.owed] == [(0, 1)]


def test_a_change_that_takes_too_much_for_one_transaction_is_a_bug() -> None:
    change = Change(received(), committed=Goods(dict.fromkeys(places(MAX_SHELVES + 1), 1)))

    with pytest.raises(AssertionError, match="would owe stock that it takes"):
        change.affordable()


def test_what_comes_to_be_owed_is_added_to_what_is_owed_already() -> None:
    released = Goods(dict.fromkeys(places(MAX_SHELVES + 3), -1))
    first = Change(received(), released).affordable()

    second = Change(first.order, released).affordable()

    assert len(second.order.owed) == 6
    assert sum(owed_change(second.order).committed.values()) == -6


def test_an_order_that_owes_nothing_pays_nothing() -> None:
    order = received()

    assert owed_change(order) == Change(order)


def test_two_changes_are_one_and_what_cancels_out_touches_nothing() -> None:
    here, there = places(2)
    first = Change(received(), committed=Goods({here: 2, there: 1}))
    second = Change(
        with_entry(first.order, LATER, "routed", "Eve"), committed=Goods({here: -2}), shipped=Goods({there: 1})
    )

    both = first.then(second)

    assert both.order == second.order
    assert (both.committed[here], both.committed[there], both.shipped[there]) == (0, 1, 1)
    assert both.shelves == [there]
    assert first.committed == Goods({here: 2, there: 1})


def test_a_line_that_two_warehouses_shipped_is_cancelled_once_whichever_shipped_first() -> None:
    houses = a_configuration(a_warehouse("east"), a_warehouse("west"), split_lines=True)
    order = asked(handed(received(a_line(quantity=3, line="1")), shelf(east=2, west=1), houses))
    order = sent(sent(order, 2, "JD02", _1=1), 1, "JD01", _1=1)
    once = cancel(order)
    turned = once.replace(fulfilments=tuple(reversed(once.fulfilments)))

    assert [part.warehouse for part in once.lines[0].allocations] == ["east", "west"]
    assert steps.without_unshipped(turned, once.lines[0], 0).allocations == once.lines[0].allocations
