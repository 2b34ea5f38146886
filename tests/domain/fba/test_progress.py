"""What Amazon says of a fulfilment order, read by several processes."""

from collections import Counter

from packhorse.domain.address import Address
from packhorse.domain.configuration.fba import Speed
from packhorse.domain.fba.holding import with_whole_request
from packhorse.domain.fba.outbound import McfPreview, McfProgress, McfRequest, SentPackage
from packhorse.domain.fba.progress import Knowing, with_progress
from packhorse.domain.fba.requesting import items_of, with_intent
from packhorse.domain.orders.cancellation import CancellationState
from packhorse.domain.orders.mcf import McfStatus
from packhorse.domain.orders.order import Hold, Order
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.orders.rejecting import RejectedUnits, rejected
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import with_hold
from packhorse.domain.stock.goods import Goods
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from tests.domain.order_builders import LATER, asked, handed, kinds, received, sent, shelf

KNOWING = Knowing(unshipped_only)


def at_amazon(*, left_before: int = 0) -> tuple[Order, str]:
    """An order of which Amazon has two mugs, and the id of its item there; others may have left before."""
    ours = a_configuration(a_warehouse("amazon", kind="fba"))
    order = asked(handed(received(a_line(quantity=2 + left_before)), shelf(amazon=9), ours))
    order = sent(order, _1=left_before) if left_before else order
    items = items_of(order, order.fulfilments[0], {})
    request = McfRequest(order.fulfilments[0].id, "#1", NOON, "", Speed.STANDARD, (), order.ship_to or Address(), items)
    preview = McfPreview(is_fulfillable=True, unfulfillable={}, reasons=(), fee=None, arrives_by=None)
    return with_intent(order, 1, request, preview, NOON), items[0].id


def test_an_answer_that_another_one_overtook_changes_nothing() -> None:
    order, item = at_amazon()
    before = McfProgress(status=McfStatus.PLANNING, quantities={item: 2}, changed_at=NOON)
    package = SentPackage(id="s1-1", carrier="AMZN", tracking="TBA1", units={item: 2})
    done = before.replace(status=McfStatus.COMPLETE, packages=(package,), changed_at=LATER)
    left = with_progress(order, 1, done, LATER, "amazon:us", KNOWING).change.order

    again = with_progress(left, 1, before, LATER, "amazon:us", KNOWING).change.order

    assert (again, kinds(again), again.is_over) == (left, [], True)


def test_a_unit_that_amazon_lost_is_lost_once_though_another_left_before_it_was_sent() -> None:
    order, item = at_amazon(left_before=1)
    progress = McfProgress(status=McfStatus.PROCESSING, quantities={item: 2}, unfulfillable={item: 1})
    change, lost = with_progress(order, 1, progress, LATER, "amazon:us", KNOWING)
    report = RejectedUnits(lines=(LineQuantity(line="1", quantity=1),), reason=RejectReason.MISMATCH)
    elsewhere = rejected(change.order, 1, report, "amazon 1", Goods(), LATER, "amazon:us", restock=unshipped_only).order

    again = with_progress(elsewhere, 1, progress, LATER, "amazon:us", KNOWING)

    assert (lost, again.lost, again.change.order) == (Counter({"1": 1}), Counter(), elsewhere)
    assert again.change.order.fulfilments[0].remaining == Counter({"1": 1})


def test_a_unit_that_amazon_keeps_back_is_kept_back_once_though_another_left_before_it_was_sent() -> None:
    order, item = at_amazon(left_before=1)
    held = with_hold(order, Hold(id="1", reason="wait", owner="anna", placed_at=NOON))
    progress = McfProgress(status=McfStatus.PLANNING, quantities={item: 2}, cancelled={item: 1})
    kept = with_progress(held, 1, progress, LATER, "amazon:us", KNOWING).change.order

    again = with_progress(kept, 1, progress, LATER, "amazon:us", KNOWING).change.order

    assert (again, again.fulfilments[0].remaining) == (kept, Counter({"1": 1}))


def test_what_amazon_lost_is_kept_back_and_the_rest_refused_once_it_picks() -> None:
    order, item = at_amazon()
    held = with_hold(order, Hold(id="1", reason="wait", owner="anna", placed_at=NOON))
    requested = with_whole_request(held, 1, NOON)
    progress = McfProgress(status=McfStatus.PROCESSING, quantities={item: 2}, unfulfillable={item: 1})
    read = with_progress(requested, 1, progress, LATER, "amazon:us", KNOWING).change.order

    again = with_progress(read, 1, progress, LATER, "amazon:us", KNOWING).change.order

    request = read.fulfilments[0].cancellation
    assert request
    assert (request.state, request.accepted) == (CancellationState.REFUSED, {"1": 1})
    assert (again, kinds(read)) == (read, ["cancellation_refused_1"])
