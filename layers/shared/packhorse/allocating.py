"""A turn of the allocation: orders are read at once, decided one after the other in memory, and committed in groups.

Each order so sees what the earlier ones took. What loses a race is read and decided again, in smaller groups; what will
not settle is the caller's to try again later. Nothing is decided on an index, and every message may come twice: a known
order is only looked at.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse import raw, workflow
from packhorse.domain import intake, kits
from packhorse.domain.allocation import Allocated, allocated, lacks_units, on_the_shelf, routing_request, with_hand_over
from packhorse.domain.configuration import Configuration, Unmatched
from packhorse.domain.exception import Origin
from packhorse.domain.goods import Goods, Place
from packhorse.domain.life import Change
from packhorse.domain.order import Order, Status
from packhorse.domain.product import Product
from packhorse.domain.restock import restocked
from packhorse.domain.routing import decide
from packhorse.domain.values import ChannelId, OrderId, Sku
from packhorse.inbox import Advance, OrderTold
from packhorse.patience import pause
from packhorse.store import catalogue, configuration, exceptions, orders, stock
from packhorse.store.commit import Write, commit, pay
from packhorse.telemetry import count, logger

Message = OrderTold | Advance
Pending = Mapping[OrderId, list[Message]]
"""What is to be done: messages by order; earlier orders are served first."""

QUEUE = Origin(queue="orders")
LOST_RACES = 8
LARGEST_GROUP = 32


class Turn(NamedTuple):
    """What came of one reading, deciding and writing."""

    again: Pending
    failed: set[OrderId]
    lost: bool


def nobody(_: Collection[OrderId]) -> None:
    """Tells nobody."""


def route(pending: Pending, foresee: Callable[[Collection[OrderId]], None] = nobody) -> set[OrderId]:
    """Brings every order as far as it can go now; gives those that have to be tried again later.

    `foresee` is told, before that is written, which orders are about to be handed over. Who would not be told of them
    again after a crash has them looked at later.
    """
    failed: set[OrderId] = set()
    losses = 0
    while pending and losses < LOST_RACES:
        turn = take_turn(pending, max(1, LARGEST_GROUP >> losses), datetime.now(UTC), foresee)
        failed |= turn.failed
        pending = turn.again
        if turn.lost:
            pause(losses)
            losses += 1
    return failed | pending.keys()


def take_turn(
    pending: Pending, orders_a_group: int, now: datetime, foresee: Callable[[Collection[OrderId]], None] = nobody
) -> Turn:
    """Reads, decides and writes once.

    Where an order is not written, what it would have taken is still there: those that went without look again.
    """
    config = configuration.current()
    known = orders.find(pending)
    failed: set[OrderId] = set()
    taken = taken_in(pending, known, config, now, failed)
    routed = routed_orders(taken, pending, config, now, failed)
    news = {name: each for name, each in routed.items() if each.change.order != known.get(name)}
    foresee([name for name, each in news.items() if each.change.order.unstarted])
    done = commit([write_of(each, known.get(name), pending[name]) for name, each in news.items()], now, orders_a_group)
    for order in [*done.values(), *(known[name] for name in routed.keys() - news.keys())]:
        follow_up(order, now, failed)
    count("OrdersRouted", len(done))
    lost = news.keys() - done.keys()
    more = {name for name in done if news[name].more} | missed(done.values(), known)
    if lost:
        more |= {name for name in routed.keys() - lost if any(map(lacks_units, routed[name].change.order.lines))}
    again: dict[OrderId, list[Message]] = {}
    for name in (name for name in pending if name in more | lost):
        again[name] = pending[name] if name in lost else [Advance(order_id=name)]
    return Turn(again, failed, lost=bool(lost))


def missed(done: Iterable[Order], known: Mapping[OrderId, Order]) -> set[OrderId]:
    """Orders that began to wait for stock which came while they were decided, too early for those who release them."""
    began = {order.id: new_waits(known.get(order.id), order) for order in done}
    skus = {sku for waits in began.values() for sku in waits}
    there = {sku for sku in skus if any(balance.available > 0 for balance in stock.of_sku(sku))}
    return {name for name, waits in began.items() if waits & there}


def new_waits(before: Order | None, order: Order) -> set[Sku]:
    """The skus that the order did not wait for before."""
    return {*order.short_of} - {*(before.short_of if before else ())}


def write_of(routed: Allocated, before: Order | None, messages: list[Message]) -> Write:
    """The write of what became of an order, in the name of who told of it last."""
    told = [message.who for message in messages if isinstance(message, OrderTold)]
    return Write(routed.change, before, told[-1] if told else "packhorse")


def taken_in(
    pending: Pending, known: Mapping[OrderId, Order], config: Configuration, now: datetime, failed: set[OrderId]
) -> dict[OrderId, Change]:
    """What the messages make of the orders; one that breaks fails alone."""
    taken = {}
    for order_id, messages in pending.items():
        try:
            change = told(known.get(order_id), messages, config, now)
        except Exception:
            logger.exception("order not taken in", extra={"order_id": order_id})
            failed.add(order_id)
            continue
        if change:
            taken[order_id] = change
    return taken


def told(order: Order | None, messages: Iterable[Message], config: Configuration, now: datetime) -> Change | None:
    """The order after all that was told of it, oldest first; None where it is none of ours."""
    change = Change(order) if order else None
    for message in sorted((m for m in messages if isinstance(m, OrderTold)), key=lambda m: m.order.modified_at):
        channel = config.channels.get(ChannelId(message.order.channel))
        if channel is None:
            turn_away(message, "unknown_channel", "its channel is not set up", now)
        elif change is None and not intake.is_ignored(message.order, channel):
            change = intake.opened(message.order, now, message.who)
        elif change is not None and intake.is_another(change.order, message.order):
            turn_away(message, "order_exists", f"{message.who} placed it under the id of another order", now)
        elif change is not None:
            news = intake.updated(change.order, message.order, now, message.who)
            change = change.then(restocked(change.order, news, config))
    return change


def turn_away(message: OrderTold, cause: str, problem: str, now: datetime) -> None:
    """Keeps a message that becomes no order, and has somebody look at it."""
    concerns = f"{message.order.channel} {message.order.channel_order_id}"
    exceptions.open_one(cause, concerns, problem, now, kept(message, now), QUEUE)


def routed_orders(
    taken: Mapping[OrderId, Change], pending: Pending, config: Configuration, now: datetime, failed: set[OrderId]
) -> dict[OrderId, Allocated]:
    """The orders matched, routed on the stock that is there, and made ready for hand-over.

    What gives stock back is written first, alone; the order is then looked at again.
    """
    routed: dict[OrderId, Allocated] = {
        name: Allocated(change, more=True) for name, change in taken.items() if change.places
    }
    unrouted = [change.order for name, change in taken.items() if name not in routed]
    matched, known = with_products(unrouted, pending, config, now)
    wanted = {Sku(str(line.matched)) for order in matched for line in order.lines if lacks_units(line)}
    products = {**known, **catalogue.products(wanted - known.keys())}
    matched = unfolded(matched, products)
    shelf = stock.available(places_of(matched, config))
    for order in matched:
        try:
            result = decided(order, shelf, config, products, now)
        except Exception:
            logger.exception("order not routed", extra={"order_id": order.id})
            failed.add(order.id)
            continue
        shelf.subtract(result.change.committed)
        routed[order.id] = result
    return routed


def unfolded(matched: list[Order], products: Mapping[Sku, Product]) -> list[Order]:
    """The orders, with what a unit takes of products that have become kits since their lines were matched."""
    lacking = (line for order in matched for line in order.lines if lacks_units(line) and not line.components)
    skus = {sku for line in lacking if (sku := Sku(str(line.matched))) in products and products[sku].is_kit}
    if not skus:
        return matched
    known = catalogue.with_components(skus)
    recipes = {sku: kits.recipe(sku, known) for sku in skus}
    return [intake.unfolded(order, recipes) for order in matched]


def places_of(matched: Iterable[Order], config: Configuration) -> set[Place]:
    """Where stock may be taken from for those orders."""
    skus = {sku for order in matched for line in order.lines if lacks_units(line) for sku in line.recipe}
    return {Place(sku, warehouse) for sku in skus for warehouse in config.warehouses}


def decided(
    order: Order, shelf: Goods, config: Configuration, products: Mapping[Sku, Product], now: datetime
) -> Allocated:
    """The order routed and, where that is possible, handed over.

    What is handed over can go nowhere else any more, so that the rest of its lines may find another warehouse then.
    """
    result = Allocated(Change(order), more=False)
    if intake.takes_stock(order, config.channels.get(ChannelId(order.channel))):
        request = routing_request(order)
        decision = decide(request, shelf + on_the_shelf(order), config, products)
        result = allocated(order, decision, now)
    if result.more:
        return result
    handed_over = with_hand_over(result.change.order, config, now)
    rest = handed_over != result.change.order and any(map(lacks_units, handed_over.lines))
    return Allocated(result.change._replace(order=handed_over), more=rest)


def with_products(
    told_of: list[Order], pending: Pending, config: Configuration, now: datetime
) -> tuple[list[Order], Mapping[Sku, Product]]:
    """The orders with the products of their lines, and what was read of those; new ones may be refused for a line."""
    found = catalogue.matches(told_of)
    policy = config.account.unmatched_sku
    if policy is Unmatched.CREATE:
        found = {order.id: {**found[order.id], **created(order, found[order.id])} for order in told_of}
    known = catalogue.with_components({match.sku for each in found.values() for match in each.values()})
    matched = [intake.matched(order, made_of(found[order.id], known), now) for order in told_of]
    if policy is Unmatched.REJECT:
        matched = [order for order in matched if order.version or not refused(order, pending[order.id], now)]
    return matched, known


def made_of(found: intake.Matches, known: Mapping[Sku, Product]) -> intake.Matches:
    """The matches with what a unit of each kit among them takes from stock now; that stays with the order's line."""
    is_kit = {match.sku for match in found.values() if match.sku in known and known[match.sku].is_kit}
    recipes = {sku: kits.recipe(sku, known) for sku in is_kit}
    return {line: match._replace(components=recipes.get(match.sku, {})) for line, match in found.items()}


def created(order: Order, found: intake.Matches) -> intake.Matches:
    """Products made for lines that have none, marked for review, without stock."""
    new = {}
    for line in order.lines:
        if not line.matched and line.id not in found and (product := intake.product_for(line)):
            catalogue.create_product(product)
            new[line.id] = intake.Match(Sku(product.sku))
    return new


def refused(order: Order, messages: Iterable[Message], now: datetime) -> bool:
    """Whether a new order is turned away because a line has no product; that is an exception to be seen."""
    unknown = [known.message for known in order.exceptions if known.kind == "unmatched_sku"]
    if unknown and order.status is not Status.COMPLETE:
        newest = max((m for m in messages if isinstance(m, OrderTold)), key=lambda m: m.order.modified_at)
        turn_away(newest, "order_rejected", "; ".join(unknown), now)
    return bool(unknown)


def kept(message: OrderTold, now: datetime) -> str:
    """Where a message is kept that did not become an order, so that it can be told again."""
    return raw.keep(f"told/{message.order.channel}", message.model_dump_json().encode(), now)


def follow_up(order: Order, now: datetime, failed: set[OrderId]) -> None:
    """What follows from an order's state outside the table; all of it may be done again."""
    try:
        paid_up = pay(order, "packhorse", now)
        workflow.start(paid_up)
        workflow.settle(paid_up)
    except Exception:
        logger.exception("order not followed up", extra={"order_id": order.id})
        failed.add(order.id)
