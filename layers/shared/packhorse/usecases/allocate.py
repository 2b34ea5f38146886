"""A turn of the allocation: orders are read at once, decided one after the other in memory, and committed in groups.

Each order so sees what the earlier ones took. What loses a race is read and decided again, in smaller groups; what will
not settle is the caller's to try again later. Nothing is decided on an index, and every message may come twice: a known
order is only looked at.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
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
from packhorse.store import catalogue, configuration, orders, stock
from packhorse.store.backoff import pause
from packhorse.store.commit import Write, commit, commit_owed
from packhorse.usecases.match_products import expand_kits, match_products
from packhorse.usecases.take_in import Message, Pending, apply_messages

MAX_LOST_RACES = 8
MAX_GROUP = 32


class Turn(NamedTuple):
    """What came of one reading, deciding and writing."""

    again: Pending
    failed: set[OrderId]
    lost: bool


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
        turn = run_turn(pending, max(1, MAX_GROUP >> losses), datetime.now(UTC), foresee)
        failed |= turn.failed
        pending = turn.again
        if turn.lost:
            pause(losses)
            losses += 1
    return failed | pending.keys()


def run_turn(
    pending: Pending, orders_a_group: int, now: datetime, foresee: Callable[[Collection[OrderId]], None] = ignore
) -> Turn:
    """Reads, decides and writes once.

    Where an order is not written, what it would have taken is still there: those that went without look again.
    """
    config = configuration.current()
    known = orders.find_orders(pending)
    failed: set[OrderId] = set()
    taken = apply_messages(pending, known, config, now, failed)
    routed = route_batch(taken, pending, config, now, failed)
    news = {name: each for name, each in routed.items() if each.change.order != known.get(name)}
    foresee([name for name, each in news.items() if each.change.order.unstarted])
    done = commit([write_of(each, known.get(name), pending[name]) for name, each in news.items()], now, orders_a_group)
    for order in [*done.values(), *(known[name] for name in routed.keys() - news.keys())]:
        follow_up(order, None if may_be_half_done(pending[order.id]) else known.get(order.id), now, failed)
    add_metric("OrdersRouted", len(done))
    lost = news.keys() - done.keys()
    more = {name for name in done if news[name].more} | orders_with_new_stock(done.values(), known)
    if lost:
        more |= {name for name in routed.keys() - lost if any(map(lacks_units, routed[name].change.order.lines))}
    again: dict[OrderId, list[Message]] = {}
    for name in (name for name in pending if name in more | lost):
        again[name] = [*pending[name], AdvanceOrder(order_id=name)] if name in lost else []
    return Turn(again, failed, lost=bool(lost))


def orders_with_new_stock(done: Iterable[Order], known: Mapping[OrderId, Order]) -> set[OrderId]:
    """Orders that began to wait for stock which came while they were decided, too early for those who release them."""
    began = {order.id: new_waits(known.get(order.id), order) for order in done}
    skus = {sku for waits in began.values() for sku in waits}
    there = {sku for sku in skus if any(balance.available > 0 for balance in stock.of_sku(sku))}
    return {name for name, waits in began.items() if waits & there}


def new_waits(before: Order | None, order: Order) -> set[Sku]:
    """The skus that the order did not wait for before."""
    return {*order.short_of} - {*(before.short_of if before else ())}


def write_of(routed: AllocationResult, before: Order | None, messages: list[Message]) -> Write:
    """The write of what became of an order, in the name of who told of it last."""
    told = [message.who for message in messages if isinstance(message, OrderReceived)]
    return Write(routed.change, before, told[-1] if told else "packhorse")


def route_batch(
    taken: Mapping[OrderId, Change], pending: Pending, config: Configuration, now: datetime, failed: set[OrderId]
) -> dict[OrderId, AllocationResult]:
    """The orders matched, routed on the stock that is there, and made ready for hand-over.

    What gives stock back is written first, alone; the order is then looked at again.
    """
    routed: dict[OrderId, AllocationResult] = {
        name: AllocationResult(change, more=True) for name, change in taken.items() if change.places
    }
    unrouted = [change.order for name, change in taken.items() if name not in routed]
    matched, known = match_products(unrouted, pending, config, now)
    wanted = {Sku(str(line.matched)) for order in matched for line in order.lines if lacks_units(line)}
    products = {**known, **catalogue.find_products(wanted - known.keys())}
    matched = expand_kits(matched, products)
    shelf = stock.available(candidate_shelves(matched, config))
    for order in matched:
        try:
            result = route_order(order, shelf, config, products, now)
        except Exception:
            logger.exception("order not routed", extra={"order_id": order.id})
            failed.add(order.id)
            continue
        shelf.subtract(result.change.committed)
        routed[order.id] = result
    return routed


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


def may_be_half_done(messages: Iterable[Message]) -> bool:
    """Whether what follows from the order's state may not have been done although it is committed.

    Later messages about it need not repeat that: the message whose process died in between is delivered again.
    """
    return any(isinstance(message, AdvanceOrder) for message in messages)


def follow_up(order: Order, before: Order | None, now: datetime, failed: set[OrderId]) -> None:
    """Do outside the table what follows from an order's state; all of it may be done again.

    Executions are answered that wait for what has ended since `before`, or ever if that is None.
    """
    try:
        paid_up = commit_owed(order, "packhorse", now)
        start_attempts(paid_up)
        answer_tokens(newly_ended(before, paid_up) if before else paid_up.fulfilments)
    except Exception:
        logger.exception("order not followed up", extra={"order_id": order.id})
        failed.add(order.id)
