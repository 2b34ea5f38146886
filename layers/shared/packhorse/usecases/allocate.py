"""Allocate orders in turns: read them together, route them one after the other in memory, commit them in groups.

Each order is routed on the stock that the earlier ones of its turn left. Orders that met a conflict are read and routed
again, in smaller groups; the caller tries again later those that still meet one. Decisions rest on strongly consistent
reads, never on an index. Every message may come twice: the second one changes nothing and only advances its order.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

from packhorse.aws.executions import answer_tokens, start_attempts
from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders import intake
from packhorse.domain.orders.allocation import (
    AllocationResult,
    goods_of_lacking_lines,
    lacks_units,
    routing_request,
    with_decision,
    with_hand_over,
)
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.completion import with_pending_settled
from packhorse.domain.orders.destination import with_checked_destination
from packhorse.domain.orders.fulfilment import newly_ended
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.promise import with_planned_ship_by
from packhorse.domain.orders.rejecting import Arrivals, without_refusals
from packhorse.domain.orders.short_lines import with_short_lines
from packhorse.domain.orders.status import without_past_merges
from packhorse.domain.routing.rules import decide
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.supply import Queue
from packhorse.domain.values import ChannelId, OrderId, Sku
from packhorse.messages.orders import AdvanceOrder, Message, OrderReceived
from packhorse.messages.release import StockArrived, send_release
from packhorse.store import configuration, orders, stock
from packhorse.store.backoff import pause
from packhorse.store.commit import Write, commit, commit_owed
from packhorse.store.races import is_invalid
from packhorse.usecases.buy_for_orders import Written, request_buying
from packhorse.usecases.check_labels import check_labels
from packhorse.usecases.doubt_published import doubt_published
from packhorse.usecases.finish_labels import advance_until_finished, finish_labels
from packhorse.usecases.leave_merges import leave_merges
from packhorse.usecases.match_products import MatchedBatch, match_products
from packhorse.usecases.read_supply import read_supply
from packhorse.usecases.request_cancellations import request_cancellations
from packhorse.usecases.resend_notices import resend_if_due
from packhorse.usecases.same_orders import advance_beside, hold_same_orders, search_later
from packhorse.usecases.take_in import (
    Outcome,
    Pending,
    StageResult,
    StoredOrder,
    apply_messages,
    resolve_mended,
)
from packhorse.usecases.unmatched_listings import end_unmatched, record_unmatched

NO_ARRIVALS: Arrivals = MappingProxyType({})

MAX_CONFLICTS = 8
"""Turns with a conflict, after which the orders that are left are tried again later."""
MAX_ROUTED_ORDERS = 32
"""Orders of a transaction group; half of it after each conflict."""


class Serving(NamedTuple):
    """How waiting orders are served: in which queue, and what gets those about to be handed over, before the write.

    On the shelves `arrived` are new units since then: that their warehouses rejected lines before is forgotten.

    A caller whose message would not find these again after a crash sends a delayed message to advance them.
    """

    foresee: Callable[[Collection[OrderId]], None]
    queue: Queue | None = None
    arrived: Arrivals = NO_ARRIVALS


class Turn(NamedTuple):
    """The outcome of a turn: orders for the next turn, orders to try again later, and whether it met a conflict."""

    again: Pending
    failed: frozenset[OrderId]
    conflicted: bool


class WrittenOrder(NamedTuple):
    """An order of a batch as it is stored now; None if its write met a conflict."""

    outcome: Outcome
    order: Order | None

    @property
    def id(self) -> OrderId:
        """The id of the order."""
        return self.outcome.stored.id

    @property
    def may_be_half_done(self) -> bool:
        """Whether an earlier process may have died between the commit of the order and its follow-up.

        Only a message to advance the order says so; other messages need not repeat the follow-up, since the one whose
        process died is delivered again and adds such a message.
        """
        return any(isinstance(message, AdvanceOrder) for message in self.outcome.stored.messages)

    @property
    def is_foreseen(self) -> bool:
        """Whether those who serve backorders sent every message, before they wrote the order."""
        return all(isinstance(message, AdvanceOrder) and message.foreseen for message in self.outcome.stored.messages)

    @property
    def is_for_labels(self) -> bool:
        """Whether a message is to finish labels of the order."""
        messages = self.outcome.stored.messages
        return any(isinstance(message, AdvanceOrder) and message.for_labels for message in messages)


def route_messages(messages: Mapping[str, Message], redelivered: Collection[str]) -> set[str]:
    """Route the orders of messages, by message id; return the ids of those that are to be delivered again.

    A message that was delivered before may be half done: its order is advanced as well, which repeats its follow-up.
    """
    pending: dict[OrderId, list[Message]] = {}
    for name, message in messages.items():
        is_repeated = name in redelivered and not isinstance(message, AdvanceOrder)
        again = [AdvanceOrder(order_id=message.order_id)] if is_repeated else []
        pending.setdefault(message.order_id, []).extend([message, *again])
    failed = route(pending)
    return {name for name, message in messages.items() if message.order_id in failed}


def route(pending: Pending, serving: Serving | None = None) -> set[OrderId]:
    """Bring every order as far as it can go now; return those that have to be tried again later."""
    failed: set[OrderId] = set()
    conflicts = 0
    while pending and conflicts < MAX_CONFLICTS:
        turn = run_turn_or_apart(pending, max(1, MAX_ROUTED_ORDERS >> conflicts), datetime.now(UTC), serving)
        failed |= turn.failed
        pending = turn.again
        if turn.conflicted:
            pause(conflicts)
            conflicts += 1
    return failed | pending.keys()


def run_turn_or_apart(pending: Pending, orders_a_group: int, now: datetime, serving: Serving | None = None) -> Turn:
    """Run a turn; where the batch as a whole is invalid, run one for each order, so that a bad one fails alone."""
    try:
        return run_turn(pending, orders_a_group, now, serving)
    except Exception as error:
        if not is_invalid(error):
            raise
        if len(pending) == 1:
            logger.exception("order not routed", extra={"order_id": next(iter(pending))})
            return Turn({}, frozenset(pending), conflicted=False)
    turns = [run_turn_or_apart({name: each}, orders_a_group, now, serving) for name, each in pending.items()]
    return Turn(
        {name: messages for turn in turns for name, messages in turn.again.items()},
        frozenset(name for turn in turns for name in turn.failed),
        conflicted=any(turn.conflicted for turn in turns),
    )


def run_turn(pending: Pending, orders_a_group: int, now: datetime, serving: Serving | None = None) -> Turn:
    """Read, decide and write the orders once."""
    config = configuration.current()
    applied = apply_messages(read_batch(pending), config, now)
    held = hold_same_orders(applied.outcomes, config, now)
    waiting = [forgetting_refusals(each, serving.arrived) for each in held] if serving else held
    routed = route_batch(waiting, config, now, serving and serving.queue)
    doubt_published(routed.outcomes, config, now)
    checked = check_labels(routed.outcomes, config)
    written = write_batch(checked, orders_a_group, now, serving)
    stuck = follow_up_batch(written, config, now) | follow_up_listings(written, now) | follow_up_purchases(written)
    resolve_mended(each.outcome.stored for each in written if each.order)
    conflicted = any(each.order is None for each in written)
    return Turn(
        select_again(pending, written, serving, stuck), applied.failed | routed.failed | stuck, conflicted=conflicted
    )


# ---- read --------------------------------------------------------------------------------------------------------


def read_batch(pending: Pending) -> list[StoredOrder]:
    """Return the orders as they are stored, each with its messages."""
    stored = orders.find_orders(pending)
    return [StoredOrder(name, messages, stored.get(name)) for name, messages in pending.items()]


# ---- decide ------------------------------------------------------------------------------------------------------


def forgetting_refusals(outcome: Outcome, arrived: Arrivals) -> Outcome:
    """Return the outcome with its order routed also to the warehouses of those shelves."""
    change = outcome.change
    return outcome._replace(change=change._replace(order=without_refusals(change.order, arrived)))


def route_batch(
    outcomes: Iterable[Outcome], config: Configuration, now: datetime, queue: Queue | None = None
) -> StageResult:
    """Match the orders, route them on the available stock, and hand over what is ready.

    An order that gives stock back is written first, without routing; the next turn routes it.
    """
    released: list[Outcome] = []
    unrouted: list[Outcome] = []
    for each in outcomes:
        (released if each.change.shelves else unrouted).append(each)
    matched = match_products(unrouted, config, now)
    routed = route_orders(matched, config, now, queue)
    first = (each._replace(more=True) for each in released)
    return StageResult((*first, *routed.outcomes), routed.failed)


def route_orders(matched: MatchedBatch, config: Configuration, now: datetime, queue: Queue | None) -> StageResult:
    """Route one order after the other, each on the stock that earlier ones left; one that breaks fails alone."""
    shelves = candidate_shelves([each.change.order for each in matched.outcomes], config)
    served = [each.stored.order for each in matched.outcomes if each.stored.order]
    supply = read_supply(shelves, config.account, queue, served)
    outcomes: list[Outcome] = []
    failed: set[OrderId] = set()
    for each in matched.outcomes:
        own = each.stored.order.waiting if each.stored.order else Goods()
        kept = supply.kept_from(each.stored.id, own)
        try:
            result = route_order(each.change.order, supply.available - kept, kept, config, matched.products, now)
        except Exception:
            logger.exception("order not routed", extra={"order_id": each.stored.id})
            failed.add(each.stored.id)
            continue
        taken = result.change.committed
        change = result.change._replace(reserved=supply.reserved(each.stored.id, taken, kept))
        supply.after(each.stored.id, taken, own, change.order.waiting)
        outcomes.append(Outcome(each.stored, change, result.more))
    return StageResult(tuple(outcomes), frozenset(failed))


def candidate_shelves(matched: Iterable[Order], config: Configuration) -> set[Shelf]:
    """Return the shelves of the components that the orders lack, in every warehouse."""
    skus = {sku for order in matched for line in order.lines if lacks_units(line) for sku in line.recipe}
    return {Shelf(sku, warehouse) for sku in skus for warehouse in config.warehouses}


def route_order(
    order: Order, free: Goods, kept: Goods, config: Configuration, products: Mapping[Sku, Product], now: datetime
) -> AllocationResult:
    """Route the order on the stock that is `free` for it and, where possible, hand it over.

    Lines that are handed over are fixed to their warehouse. Lines that stay short are routed again after that: they may
    find another warehouse then.
    """
    order = without_past_merges(with_checked_destination(order, now), now)
    result = AllocationResult(Change(order), more=False)
    if intake.takes_stock(order, config.channels.get(ChannelId(order.channel))):
        request = routing_request(order)
        decision = decide(request, free + goods_of_lacking_lines(order), config, products, kept)
        result = with_decision(order, decision, now)
    if result.more:
        return result
    settled = result.change if order.may_be_again else with_pending_settled(result.change, now)
    handed_over = with_hand_over(settled.order, config, now)
    rest = handed_over != settled.order and any(map(lacks_units, handed_over.lines))
    planned = with_short_lines(with_planned_ship_by(handed_over, config), config.account, now)
    return AllocationResult(settled._replace(order=planned), more=rest)


# ---- write -------------------------------------------------------------------------------------------------------


def write_batch(
    outcomes: Iterable[Outcome], orders_a_group: int, now: datetime, serving: Serving | None
) -> list[WrittenOrder]:
    """Commit the orders that changed; of waiting ones, those about to be handed over are foreseen first."""
    outcomes = tuple(outcomes)
    changed = [each for each in outcomes if each.is_changed]
    if serving:
        serving.foresee([each.stored.id for each in changed if each.change.order.unstarted])
    done = commit([write_of(each) for each in changed], now, orders_a_group)
    add_metric("OrdersRouted", len(done))
    return [WrittenOrder(each, done.get(each.stored.id) if each.is_changed else each.stored.order) for each in outcomes]


def write_of(outcome: Outcome) -> Write:
    """Return the write of an outcome, in the name of the sender of the last message."""
    names = [message.who for message in outcome.stored.messages if isinstance(message, OrderReceived)]
    return Write(outcome.change, outcome.stored.order, names[-1] if names else "packhorse")


# ---- follow up ---------------------------------------------------------------------------------------------------


def follow_up_batch(written: Iterable[WrittenOrder], config: Configuration, now: datetime) -> frozenset[OrderId]:
    """Start and answer executions as the written orders require; return the orders for which that failed."""
    failed: set[OrderId] = set()
    for each in written:
        if each.order is None:
            continue
        try:
            search_later(each.outcome, config)
            follow_up_order(each.order, None if each.may_be_half_done else each.outcome.stored.order, now)
            if each.is_for_labels:
                advance_until_finished(each.order)
        except Exception:
            logger.exception("order not followed up", extra={"order_id": each.id})
            failed.add(each.id)
    return frozenset(failed)


def follow_up_listings(written: Sequence[WrittenOrder], now: datetime) -> frozenset[OrderId]:
    """Open the exceptions of listings that the orders wait for, and end those of which none waits any more.

    Return the orders for which that failed: all that are concerned.
    """
    stored = {each.id: (each.outcome.stored.order, each.order) for each in written if each.order}
    concerned = {
        name: (before, after)
        for name, (before, after) in stored.items()
        if after and (after.lacked_listings or (before and before.lacked_listings))
    }
    try:
        record_unmatched((after for _, after in concerned.values()), now)
        end_unmatched(concerned.values())
    except Exception:
        logger.exception("unmatched listings not followed up", extra={"orders": len(concerned)})
        return frozenset(concerned)
    return frozenset()


def follow_up_purchases(written: Sequence[WrittenOrder]) -> frozenset[OrderId]:
    """Request what is to be bought for the orders that changed, or not any more; return those for which it failed."""
    changed = [
        Written(each.outcome.stored.order, each.order, each.may_be_half_done)
        for each in written
        if each.order and (each.outcome.is_changed or each.may_be_half_done)
    ]
    try:
        request_buying(changed)
    except Exception:
        logger.exception("nothing bought for orders", extra={"orders": len(changed)})
        return frozenset(each.after.id for each in changed)
    return frozenset()


def follow_up_order(order: Order, before: Order | None, now: datetime) -> None:
    """Commit the stock that the order owes, start its executions, answer task tokens; repeating it is harmless.

    Answered are the tokens of fulfilment orders that have ended since `before`, or of all that have ended if it is
    None. Once it is cancelled, orders that are held because they may be this one are advanced.
    """
    settled = commit_owed(order, "packhorse", now)
    start_attempts(settled)
    answer_tokens(newly_ended(before, settled) if before else settled.fulfilments)
    finish_labels(settled, now)
    resend_if_due(settled, now)
    leave_merges(settled)
    request_cancellations(settled)
    if settled.status is Status.CANCELLED and not (before and before.status is Status.CANCELLED):
        advance_beside(settled)


# ---- select the next turn ----------------------------------------------------------------------------------------


def select_again(
    pending: Pending, written: Sequence[WrittenOrder], serving: Serving | None, stuck: Collection[OrderId]
) -> Pending:
    """Return the orders of the next turn, with their messages if their write met a conflict.

    The stock of an order that was not written is still available: orders that stayed short are routed again.
    """
    conflicted = {each.id for each in written if each.order is None}
    stored = [each for each in written if each.order]
    more = {each.id for each in stored if each.outcome.is_changed and each.outcome.more}
    more |= orders_with_new_stock(stored, serving, stuck)
    more |= {each.id for each in stored if is_newly_held_beside(each)}
    if conflicted:
        more |= {each.id for each in stored if any(map(lacks_units, each.outcome.change.order.lines))}
    again: dict[OrderId, list[Message]] = {}
    for name in (name for name in pending if name in more | conflicted):
        again[name] = [*pending[name], AdvanceOrder(order_id=name)] if name in conflicted else []
    return again


def is_newly_held_beside(written: WrittenOrder) -> bool:
    """Return whether the order was held because of another one, which may have been cancelled since it was read."""
    before, after = written.outcome.stored.order, written.order
    return bool(after and {*after.may_be_again} - {*(before.may_be_again if before else ())})


def orders_with_new_stock(
    written: Iterable[WrittenOrder], serving: Serving | None, stuck: Collection[OrderId]
) -> set[OrderId]:
    """Return the orders that began to wait for a sku of which more is available by now than others wait for.

    It arrived while they were routed: the message that serves backorders was too early to find them. If younger
    orders wait for units that are available, a message has the queue served.
    """
    waiting = [(each.order, new_waits(each), unserved_waits(each, serving, stuck)) for each in written if each.order]
    balances = {sku: stock.of_sku(sku) for sku in {sku for *_, waits in waiting for sku in waits}}
    again: set[OrderId] = set()
    for order, began, waits in waiting:
        own = order.waiting
        if any(each.free + own[each.shelf] > 0 for sku in began for each in balances[sku]):
            again.add(order.id)
        # Some units may be free and others kept, of a sku or of a kit's components: another turn alone does not help.
        kept = [sku for sku in waits if any(is_kept_from(order, each) for each in balances[sku])]
        send_release(StockArrived(sku=sku) for sku in sorted(kept) if orders.is_before_others(order, f"stock#{sku}"))
    return again


def is_kept_from(order: Order, balance: stock.Balance) -> bool:
    """Return whether units of a shelf are available, and other orders wait for some there."""
    return balance.available > 0 and balance.waiting > order.waiting[balance.shelf]


def new_waits(written: WrittenOrder) -> set[Sku]:
    """Return the skus that the order is short of now and was not before."""
    before, after = written.outcome.stored.order, written.order
    return {*(after.short_of if after else ())} - {*(before.short_of if before else ())}


def unserved_waits(written: WrittenOrder, serving: Serving | None, stuck: Collection[OrderId]) -> Collection[Sku]:
    """Return the skus whose queue may not have been served since the order waits for them.

    They are the new ones, and all of an order that another process wrote. Serving sends no message for what it served,
    whether it wrote the order or died before, and neither does an order that is `stuck`: its message comes again, and
    each would bring back one more.
    """
    is_served = serving is not None or written.is_foreseen or written.id in stuck
    if is_served or not written.order or not written.may_be_half_done:
        return new_waits(written)
    return written.order.short_of
