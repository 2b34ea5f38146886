"""A turn of the allocation: orders are read at once, decided one after the other in memory, and committed in groups.

Each order so sees what the earlier ones took. What loses a race is read and decided again, in smaller groups; what will
not settle is the caller's to try again later. Nothing is decided on an index, and every message may come twice: a known
order is only looked at.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
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
from packhorse.domain.orders.fulfilment import newly_ended
from packhorse.domain.orders.order import Order
from packhorse.domain.routing.rules import decide
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import ChannelId, OrderId, Sku
from packhorse.messages.orders import AdvanceOrder, OrderReceived
from packhorse.store import configuration, orders, stock
from packhorse.store.backoff import pause
from packhorse.store.commit import Write, commit, commit_owed
from packhorse.store.races import is_invalid
from packhorse.usecases.match_products import MatchedBatch, match_products
from packhorse.usecases.take_in import Message, Outcome, Pending, StageResult, StoredOrder, apply_messages

MAX_LOST_RACES = 8
MAX_GROUP = 32


class Turn(NamedTuple):
    """What came of one reading, deciding and writing: orders to look at again, and those to be tried again later."""

    again: Pending
    failed: frozenset[OrderId]
    lost: bool


class WrittenOrder(NamedTuple):
    """An order of a batch as it is stored now; None where its write lost a race."""

    outcome: Outcome
    order: Order | None

    @property
    def id(self) -> OrderId:
        """Which order it is."""
        return self.outcome.stored.id

    @property
    def may_be_half_done(self) -> bool:
        """Whether what follows from the order's state may not have been done although it is committed.

        Later messages about it need not repeat that: the message whose process died in between is delivered again.
        """
        return any(isinstance(message, AdvanceOrder) for message in self.outcome.stored.messages)


def ignore(_: Collection[OrderId]) -> None:
    """Tells nobody."""


def route(pending: Pending, foresee: Callable[[Collection[OrderId]], None] = ignore) -> set[OrderId]:
    """Brings every order as far as it can go now; gives those that have to be tried again later.

    `foresee` is told, before that is written, which orders are about to be handed over. Who would not be told of them
    again after a crash has them looked at later.
    """
    failed: set[OrderId] = set()
    losses = 0
    while pending and losses < MAX_LOST_RACES:
        turn = run_turn_or_apart(pending, max(1, MAX_GROUP >> losses), datetime.now(UTC), foresee)
        failed |= turn.failed
        pending = turn.again
        if turn.lost:
            pause(losses)
            losses += 1
    return failed | pending.keys()


def run_turn_or_apart(
    pending: Pending, orders_a_group: int, now: datetime, foresee: Callable[[Collection[OrderId]], None] = ignore
) -> Turn:
    """Run a turn; where the batch as a whole is invalid, run one for each order, so that a bad one fails alone."""
    try:
        return run_turn(pending, orders_a_group, now, foresee)
    except Exception as error:
        if not is_invalid(error):
            raise
        if len(pending) == 1:
            logger.exception("order not routed", extra={"order_id": next(iter(pending))})
            return Turn({}, frozenset(pending), lost=False)
    turns = [run_turn_or_apart({name: each}, orders_a_group, now, foresee) for name, each in pending.items()]
    return Turn(
        {name: messages for turn in turns for name, messages in turn.again.items()},
        frozenset(name for turn in turns for name in turn.failed),
        lost=any(turn.lost for turn in turns),
    )


def run_turn(
    pending: Pending, orders_a_group: int, now: datetime, foresee: Callable[[Collection[OrderId]], None] = ignore
) -> Turn:
    """Read, decide and write the orders once."""
    config = configuration.current()
    applied = apply_messages(read_batch(pending), config, now)
    routed = route_batch(applied.outcomes, config, now)
    written = write_batch(routed.outcomes, orders_a_group, now, foresee)
    stuck = follow_up_batch(written, now)
    lost = any(each.order is None for each in written)
    return Turn(select_again(pending, written), applied.failed | routed.failed | stuck, lost=lost)


# ---- read --------------------------------------------------------------------------------------------------------


def read_batch(pending: Pending) -> list[StoredOrder]:
    """The orders as they are stored, each with its messages."""
    known = orders.find_orders(pending)
    return [StoredOrder(name, messages, known.get(name)) for name, messages in pending.items()]


# ---- decide ------------------------------------------------------------------------------------------------------


def route_batch(outcomes: Iterable[Outcome], config: Configuration, now: datetime) -> StageResult:
    """The orders matched, routed on the stock that is there, and made ready for hand-over.

    What gives stock back is written first, alone; the order is then looked at again.
    """
    released: list[Outcome] = []
    unrouted: list[Outcome] = []
    for each in outcomes:
        (released if each.change.shelves else unrouted).append(each)
    matched = match_products(unrouted, config, now)
    routed = route_orders(matched, config, now)
    first = (each._replace(more=True) for each in released)
    return StageResult((*first, *routed.outcomes), routed.failed)


def route_orders(matched: MatchedBatch, config: Configuration, now: datetime) -> StageResult:
    """Route one order after the other, each on the stock that earlier ones left; one that breaks fails alone."""
    shelf = stock.available(candidate_shelves([each.change.order for each in matched.outcomes], config))
    outcomes: list[Outcome] = []
    failed: set[OrderId] = set()
    for each in matched.outcomes:
        try:
            result = route_order(each.change.order, shelf, config, matched.products, now)
        except Exception:
            logger.exception("order not routed", extra={"order_id": each.stored.id})
            failed.add(each.stored.id)
            continue
        shelf.subtract(result.change.committed)
        outcomes.append(Outcome(each.stored, result.change, result.more))
    return StageResult(tuple(outcomes), frozenset(failed))


def candidate_shelves(matched: Iterable[Order], config: Configuration) -> set[Shelf]:
    """Where stock may be taken from for those orders."""
    skus = {sku for order in matched for line in order.lines if lacks_units(line) for sku in line.recipe}
    return {Shelf(sku, warehouse) for sku in skus for warehouse in config.warehouses}


def route_order(
    order: Order, shelf: Goods, config: Configuration, products: Mapping[Sku, Product], now: datetime
) -> AllocationResult:
    """The order routed and, where that is possible, handed over.

    What is handed over can go nowhere else any more, so that the rest of its lines may find another warehouse then.
    """
    result = AllocationResult(Change(order), more=False)
    if intake.takes_stock(order, config.channels.get(ChannelId(order.channel))):
        request = routing_request(order)
        decision = decide(request, shelf + goods_of_lacking_lines(order), config, products)
        result = with_decision(order, decision, now)
    if result.more:
        return result
    handed_over = with_hand_over(result.change.order, config, now)
    rest = handed_over != result.change.order and any(map(lacks_units, handed_over.lines))
    return AllocationResult(result.change._replace(order=handed_over), more=rest)


# ---- write -------------------------------------------------------------------------------------------------------


def write_batch(
    outcomes: Iterable[Outcome], orders_a_group: int, now: datetime, foresee: Callable[[Collection[OrderId]], None]
) -> list[WrittenOrder]:
    """Commit the orders that changed."""
    outcomes = tuple(outcomes)
    changed = [each for each in outcomes if each.is_changed]
    foresee([each.stored.id for each in changed if each.change.order.unstarted])
    done = commit([write_of(each) for each in changed], now, orders_a_group)
    add_metric("OrdersRouted", len(done))
    return [WrittenOrder(each, done.get(each.stored.id) if each.is_changed else each.stored.order) for each in outcomes]


def write_of(outcome: Outcome) -> Write:
    """The write of an outcome, in the name of who sent the order last."""
    names = [message.who for message in outcome.stored.messages if isinstance(message, OrderReceived)]
    return Write(outcome.change, outcome.stored.order, names[-1] if names else "packhorse")


# ---- follow up ---------------------------------------------------------------------------------------------------


def follow_up_batch(written: Iterable[WrittenOrder], now: datetime) -> frozenset[OrderId]:
    """Do what follows from the state of the orders outside the table; return the orders for which that failed."""
    failed: set[OrderId] = set()
    for each in written:
        if each.order is None:
            continue
        try:
            follow_up(each.order, None if each.may_be_half_done else each.outcome.stored.order, now)
        except Exception:
            logger.exception("order not followed up", extra={"order_id": each.id})
            failed.add(each.id)
    return frozenset(failed)


def follow_up(order: Order, before: Order | None, now: datetime) -> None:
    """Pay what the order owes to stock, start its executions, answer those that wait; doing it again is harmless.

    Executions are answered that wait for what has ended since `before`, or ever if that is None.
    """
    paid_up = commit_owed(order, "packhorse", now)
    start_attempts(paid_up)
    answer_tokens(newly_ended(before, paid_up) if before else paid_up.fulfilments)


# ---- look again --------------------------------------------------------------------------------------------------


def select_again(pending: Pending, written: Sequence[WrittenOrder]) -> Pending:
    """The orders to look at again, with their messages where the write lost a race.

    Where an order is not written, what it would have taken is still there: those that went without look again.
    """
    lost = {each.id for each in written if each.order is None}
    stored = [each for each in written if each.order]
    more = {each.id for each in stored if each.outcome.is_changed and each.outcome.more}
    more |= orders_with_new_stock(stored)
    if lost:
        more |= {each.id for each in stored if any(map(lacks_units, each.outcome.change.order.lines))}
    again: dict[OrderId, list[Message]] = {}
    for name in (name for name in pending if name in more | lost):
        again[name] = [*pending[name], AdvanceOrder(order_id=name)] if name in lost else []
    return again


def orders_with_new_stock(written: Iterable[WrittenOrder]) -> set[OrderId]:
    """Orders that began to wait for stock which came while they were decided, too early for those who release them."""
    began = {each.id: new_waits(each) for each in written}
    skus = {sku for waits in began.values() for sku in waits}
    there = {sku for sku in skus if any(balance.available > 0 for balance in stock.of_sku(sku))}
    return {name for name, waits in began.items() if waits & there}


def new_waits(written: WrittenOrder) -> set[Sku]:
    """The skus that the order did not wait for before."""
    before, after = written.outcome.stored.order, written.order
    return {*(after.short_of if after else ())} - {*(before.short_of if before else ())}
