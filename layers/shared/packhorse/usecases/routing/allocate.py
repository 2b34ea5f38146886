"""Allocate orders in turns: read them together, route them one after the other in memory, commit them in groups.

Each order is routed on the stock that the earlier ones of its turn left. Orders that met a conflict are read and routed
again, in smaller groups; the caller tries again later those that still meet one. Large orders have turns of their own,
so that what is decided is written before the time of the batch is over. Decisions rest on strongly consistent
reads, never on an index. Every message may come twice: the second one changes nothing and only advances its order.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders import intake
from packhorse.domain.orders.allocation import (
    AllocationResult,
    goods_of_lines_to_route,
    lacks_units,
    lines_to_route,
    routing_request,
    skus_that_left,
    with_decision,
    with_hand_over,
)
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.completion import with_pending_settled
from packhorse.domain.orders.destination import with_checked_destination
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.promise import with_planned_ship_by
from packhorse.domain.orders.rejecting import Arrivals, without_refusals
from packhorse.domain.orders.rerouting import without_left_places
from packhorse.domain.orders.short_lines import with_short_lines
from packhorse.domain.orders.status import without_past_merges
from packhorse.domain.routing.rules import decide
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.supply import Queue
from packhorse.domain.values import ChannelId, OrderId, Sku
from packhorse.http.pace import forever
from packhorse.messages.orders import AdvanceOrder, Message, OrderReceived
from packhorse.store import configuration, orders, suppliers
from packhorse.store.backoff import pause
from packhorse.store.commit import Write, commit
from packhorse.store.races import is_invalid
from packhorse.usecases.catalogue.match_products import MatchedBatch, match_products
from packhorse.usecases.intake.same_orders import hold_same_orders
from packhorse.usecases.intake.take_in import (
    AdvancedOrder,
    Pending,
    StageResult,
    StoredOrder,
    apply_messages,
    resolve_mended,
)
from packhorse.usecases.labels.check_labels import check_labels
from packhorse.usecases.orders.follow_up import follow_up_batch, follow_up_listings, follow_up_purchases
from packhorse.usecases.routing.read_supply import read_supply
from packhorse.usecases.routing.select_again import select_again
from packhorse.usecases.routing.turn import Serving, Turn, WrittenOrder
from packhorse.usecases.stock.doubt_published import doubt_published

MAX_CONFLICTS = 8
"""Turns with a conflict, after which the orders that are left are tried again later."""
MAX_ROUTED_ORDERS = 32
"""Orders of a transaction group; half of it after each conflict."""
MOST_LINES = 1000
"""Lines of the orders of a turn, unless it has one order: to decide them takes some seconds."""
TURN_MARGIN = 20.0
"""Most seconds that a turn takes."""


def route_messages(
    messages: Mapping[str, Message], redelivered: Collection[str], remaining: Callable[[], float]
) -> set[str]:
    """Route the orders of messages, by message id; return the ids of those that are to be delivered again.

    A message that was delivered before may be half done: its order is advanced as well, which repeats its follow-up.
    """
    pending: dict[OrderId, list[Message]] = {}
    for name, message in messages.items():
        is_repeated = name in redelivered and not isinstance(message, AdvanceOrder)
        again = [AdvanceOrder(order_id=message.order_id)] if is_repeated else []
        pending.setdefault(message.order_id, []).extend([message, *again])
    failed = route(pending, remaining=remaining)
    return {name for name, message in messages.items() if message.order_id in failed}


def route(pending: Pending, serving: Serving | None = None, remaining: Callable[[], float] = forever) -> set[OrderId]:
    """Bring every order as far as it can go now, in turns; return those that have to be tried again later."""
    failed: set[OrderId] = set()
    conflicts = 0
    while pending and conflicts < MAX_CONFLICTS and remaining() > TURN_MARGIN:
        turn = run_turn_or_apart(pending, max(1, MAX_ROUTED_ORDERS >> conflicts), datetime.now(UTC), serving)
        failed |= turn.failed
        pending = turn.again
        if turn.conflicted:
            pause(conflicts)
            conflicts += 1
    return failed | pending.keys()


def run_turn_or_apart(pending: Pending, orders_a_group: int, now: datetime, serving: Serving | None) -> Turn:
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


def run_turn(pending: Pending, orders_a_group: int, now: datetime, serving: Serving | None) -> Turn:
    """Read, decide and write the orders once."""
    config = configuration.current()
    batch, later = parted(read_batch(pending))
    applied = apply_messages(batch, config, now)
    held = hold_same_orders(applied.outcomes, config, now)
    waiting = forgetting_refusals(held, serving.arrived, config) if serving else held
    routed = route_batch(waiting, config, now, serving and serving.queue)
    doubt_published(routed.outcomes, config, now)
    checked = check_labels(routed.outcomes, config)
    written = write_batch(checked, orders_a_group, now, serving)
    stuck = follow_up_batch(written, config, now) | follow_up_listings(written, now) | follow_up_purchases(written)
    resolve_mended(each.outcome.stored for each in written if each.order)
    conflicted = any(each.order is None for each in written)
    again = {**select_again(pending, written, serving, stuck), **{each.id: each.messages for each in later}}
    return Turn(again, applied.failed | routed.failed | stuck, conflicted=conflicted)


# ---- read --------------------------------------------------------------------------------------------------------


def read_batch(pending: Pending) -> list[StoredOrder]:
    """Return the orders as they are stored, each with its messages."""
    stored = orders.find_orders(pending)
    return [StoredOrder(name, messages, stored.get(name)) for name, messages in pending.items()]


def parted(batch: Sequence[StoredOrder]) -> tuple[Sequence[StoredOrder], Sequence[StoredOrder]]:
    """Return the orders of this turn, at least one, and those that are left to later ones."""
    lines = 0
    for place, each in enumerate(batch):
        lines += each.line_count
        if place and lines > MOST_LINES:
            return batch[:place], batch[place:]
    return batch, ()


# ---- decide ------------------------------------------------------------------------------------------------------


def forgetting_refusals(
    outcomes: Sequence[AdvancedOrder], arrived: Arrivals, config: Configuration
) -> list[AdvancedOrder]:
    """Return the outcomes with their orders routed also to the warehouses of those shelves."""
    refusing = {refusal.warehouse for each in outcomes for line in each.change.order.lines for refusal in line.refused}
    if not refusing & {shelf.warehouse for shelf in arrived}:
        return [*outcomes]
    elsewhere = config.counted_elsewhere | suppliers.fed_warehouses()
    return [
        each._replace(change=each.change._replace(order=without_refusals(each.change.order, arrived, elsewhere)))
        for each in outcomes
    ]


def route_batch(
    outcomes: Iterable[AdvancedOrder], config: Configuration, now: datetime, queue: Queue | None
) -> StageResult:
    """Match the orders, route them on the available stock, and hand over what is ready.

    An order that gives stock back is written first, without routing; the next turn routes it.
    """
    released: list[AdvancedOrder] = []
    unrouted: list[AdvancedOrder] = []
    for each in outcomes:
        (released if each.change.shelves else unrouted).append(each)
    matched = match_products([leaving_places(each, config, now) for each in unrouted], config, now)
    routed = route_orders(matched, config, now, queue)
    first = (each._replace(more=True) for each in released)
    return StageResult((*first, *routed.outcomes), routed.failed)


def leaving_places(outcome: AdvancedOrder, config: Configuration, now: datetime) -> AdvancedOrder:
    """Return the outcome without what goes to a former place of its order, or is where nothing new is shipped from."""
    change = outcome.change
    return outcome._replace(change=change._replace(order=without_left_places(change.order, config, now, "packhorse")))


def route_orders(matched: MatchedBatch, config: Configuration, now: datetime, queue: Queue | None) -> StageResult:
    """Route one order after the other, each on the stock that earlier ones left; one that breaks fails alone."""
    shelves = candidate_shelves([each.change.order for each in matched.outcomes], config)
    served = [each.stored.order for each in matched.outcomes if each.stored.order]
    supply = read_supply(shelves, config.account, queue, served)
    outcomes: list[AdvancedOrder] = []
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
        reserved = supply.reserved(each.stored.id, taken, kept, skus_that_left(each.change.order))
        change = result.change._replace(reserved=reserved)
        supply.after(each.stored.id, taken, own, change.order.waiting)
        outcomes.append(AdvancedOrder(each.stored, change, result.more))
    return StageResult(tuple(outcomes), frozenset(failed))


def candidate_shelves(matched: Iterable[Order], config: Configuration) -> set[Shelf]:
    """Return the shelves of the components of all lines to route, in every warehouse."""
    skus = {sku for order in matched for line in lines_to_route(order) for sku in line.recipe}
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
        decision = decide(request, free + goods_of_lines_to_route(order), config, products, kept)
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
    outcomes: Iterable[AdvancedOrder], orders_a_group: int, now: datetime, serving: Serving | None
) -> list[WrittenOrder]:
    """Commit the orders that changed; waiting ones that did are foreseen first."""
    outcomes = tuple(outcomes)
    changed = [each for each in outcomes if each.is_changed]
    if serving:
        serving.foresee([each.stored.id for each in changed])
    done = commit([write_of(each) for each in changed], now, orders_a_group)
    add_metric("OrdersRouted", len(done))
    return [WrittenOrder(each, done.get(each.stored.id) if each.is_changed else each.stored.order) for each in outcomes]


def write_of(outcome: AdvancedOrder) -> Write:
    """Return the write of an outcome, in the name of the sender of the last message."""
    names = [message.who for message in outcome.stored.messages if isinstance(message, OrderReceived)]
    return Write(outcome.change, outcome.stored.order, names[-1] if names else "packhorse")
