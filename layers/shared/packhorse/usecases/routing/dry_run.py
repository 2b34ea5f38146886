"""Dry run: route orders with today's configuration and with a draft, without taking stock or writing anything."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from typing import Annotated

from pydantic import Field

from packhorse.domain.address import Address, normalised
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.draft import Draft, requested, restored
from packhorse.domain.errors import FieldError, NotFound, Rejected
from packhorse.domain.money import Money
from packhorse.domain.orders import intake, matching
from packhorse.domain.orders.channel_order import MAX_LINES, ChannelLine, ChannelOrder
from packhorse.domain.orders.dry_run import Figures, OrderOutcome, detailed_outcomes, figures, outcome, shelves_for
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import ChannelId, Identifier, OrderId, Sku, Value, WarehouseId, Whole
from packhorse.store import catalogue, configuration, orders, product_matches, stock
from packhorse.store.order_search import OrderFilter, Sort, keys_of_status
from packhorse.usecases.catalogue.match_products import with_kit_components

MAX_ORDERS = 200
MAX_CANDIDATES = 200_000
"""Lines times warehouses: as many as can be routed twice within the time limit of API Gateway."""
MAX_SHELVES_READ = 50_000
MAX_DETAIL_BYTES = 3_000_000
"""Bytes of JSON; escaped within Lambda's answer, which may have six megabytes, they become more."""
MAX_READS = 8
"""Reads of the orders of one status, each of some thousand keys."""
FREE = Money.of("0", "XXX")

Name = Annotated[str, Field(min_length=1, max_length=200)]
"""The id of an order, which may not exist."""


class ProposedLine(Value):
    """A line of an order that does not exist."""

    sku: Annotated[str, Field(min_length=1, max_length=200)]
    quantity: Annotated[Whole, Field(ge=1, le=1_000_000)]
    warehouse: Identifier | None = None


class ProposedOrder(Value):
    """An order that does not exist; without `ship_to` no region covers it."""

    channel: Identifier
    ship_to: Address | None = None
    lines: Annotated[tuple[ProposedLine, ...], Field(min_length=1, max_length=MAX_LINES)]


class WhatIf(Value):
    """Which orders are routed (`order`, `orders` or `last`, of one `channel` or of all), and with what draft.

    `details` is how many orders are listed line by line at most, those that differ first.
    """

    order: ProposedOrder | None = None
    orders: Annotated[tuple[Name, ...], Field(max_length=MAX_ORDERS)] | None = None
    last: Annotated[Whole, Field(ge=1, le=MAX_ORDERS)] | None = None
    channel: Identifier | None = None
    draft: Draft | None = None
    details: Annotated[Whole, Field(ge=0, le=MAX_ORDERS)] = 50


class DryRun(Value):
    """The figures of today's configuration and of the draft, and the orders, those that differ first.

    `warnings` are contradictions in the draft.
    """

    config_version: int
    warnings: tuple[str, ...]
    today: Figures
    draft: Figures
    orders_differing: int
    lines_moving: int
    lines_unmatched: int
    orders: tuple[OrderOutcome, ...]


def dry_run(request: WhatIf) -> DryRun:
    """Route each order alone, as if no unit of it had a warehouse yet."""
    today = configuration.current()
    draft = requested(_base(today, request.draft), request.draft) if request.draft else today
    matched, products = _with_products(_orders(request, today, draft))
    if request.order:
        _check_matched(matched[0])
    available = stock.available(_shelves_within_limit(matched, today, draft))
    outcomes = [outcome(order, available, today, draft, products) for order in matched]
    if request.order:
        outcomes = [each.replace(order=None, number="") for each in outcomes]
    return _answer(today.version, draft.warnings(), outcomes, request.details)


def _answer(version: int, warnings: Iterable[str], outcomes: list[OrderOutcome], details: int) -> DryRun:
    lines = [line for each in outcomes for line in each.lines]
    return DryRun(
        config_version=version,
        warnings=tuple(warnings),
        today=figures(outcomes, "today"),
        draft=figures(outcomes, "draft"),
        orders_differing=sum(each.differs for each in outcomes),
        lines_moving=sum(line.moves for line in lines),
        lines_unmatched=sum(line.unmatched for line in lines),
        orders=tuple(detailed_outcomes(outcomes, details, MAX_DETAIL_BYTES)),
    )


def _base(today: Configuration, draft: Draft) -> Configuration:
    if draft.version is None:
        return today
    try:
        return restored(today, configuration.get_version(draft.version).configuration)
    except NotFound as error:
        raise Rejected(str(error), [FieldError("draft.version", str(error))]) from error


def _orders(request: WhatIf, today: Configuration, draft: Configuration) -> list[Order]:
    if sum(each is not None for each in (request.order, request.orders, request.last)) != 1:
        raise Rejected("say which orders", [FieldError("order", "give one of order, orders and last")])
    if request.channel and request.last is None:
        raise Rejected("say which orders", [FieldError("channel", "only goes with last")])
    if request.order:
        return [_proposed(request.order, today, draft)]
    return _named(request.orders) if request.orders is not None else _newest(request.last or 0, request.channel)


def _named(names: Iterable[str]) -> list[Order]:
    wanted = [OrderId(name) for name in names]
    found = orders.find_orders(wanted)
    wrong = [
        FieldError(f"orders.{n}", f"there is no order {name}") for n, name in enumerate(wanted) if name not in found
    ]
    if wrong:
        raise Rejected("not all of the orders exist", wrong)
    return [found[name] for name in dict.fromkeys(wanted)]


def _newest(count: int, channel: str | None) -> list[Order]:
    queues = (_of_status(status, count, channel) for status in Status)
    latest = [orders.id_in_key(key) for key in islice(merge(*queues, reverse=True), count)]
    found = orders.find_orders(latest)
    return [found[name] for name in dict.fromkeys(latest) if name in found]


def _of_status(status: Status, count: int, channel: str | None) -> Iterator[str]:
    """Yield the sort keys of orders, newest first; those of a channel are searched for among some ten thousand."""
    before = None
    only = OrderFilter(channel=channel, now=datetime.now(UTC))
    for _ in range(MAX_READS):
        reach = keys_of_status(status, only, Sort.NEWEST, before, count)
        yield from reach.keys
        before = reach.read_to
        if not before:
            return


def _proposed(new: ProposedOrder, today: Configuration, draft: Configuration) -> Order:
    if wrong := tuple(_proposal_errors(new, today, draft)):
        raise Rejected("the order does not fit", wrong)
    now = datetime.now(UTC)
    lines = (ChannelLine(id=str(n), unit_price=FREE, **line.model_dump()) for n, line in enumerate(new.lines, 1))
    order = ChannelOrder(
        channel=new.channel,
        channel_order_id="dry-run",
        currency=FREE.currency,
        placed_at=now,
        modified_at=now,
        ship_to=normalised(new.ship_to) if new.ship_to else None,
        lines=tuple(lines),
    )
    return intake.new_order(order, now, "").order


def _proposal_errors(new: ProposedOrder, today: Configuration, draft: Configuration) -> Iterator[FieldError]:
    if ChannelId(new.channel) not in draft.channels:
        yield FieldError("order.channel", f"there is no channel {new.channel}")
    for index, line in enumerate(new.lines):
        if line.warehouse and WarehouseId(line.warehouse) not in {*today.warehouses, *draft.warehouses}:
            yield FieldError(f"order.lines.{index}.warehouse", f"there is no warehouse {line.warehouse}")


def _check_matched(proposed: Order) -> None:
    """Raise Rejected if a line of a proposed order has no product."""
    unmatched = [(index, line.sku) for index, line in enumerate(proposed.lines) if not line.matched]
    if unmatched:
        wrong = (FieldError(f"order.lines.{index}.sku", f"there is no product {sku}") for index, sku in unmatched)
        raise Rejected("the order does not fit", wrong)


def _with_products(read: list[Order]) -> tuple[list[Order], Mapping[Sku, Product]]:
    """Match the orders as the catalogue is now; return them, and all products that routing them needs."""
    found = product_matches.find_matches(read)
    parts = catalogue.with_components({match.sku for each in found.values() for match in each.values()})
    now = datetime.now(UTC)
    matched = [matching.matched(order, with_kit_components(found[order.id], parts), now) for order in read]
    wanted = {Sku(line.matched) for order in matched for line in order.lines if line.matched}
    return matched, {**parts, **catalogue.find_products(wanted - parts.keys())}


def _shelves_within_limit(matched: list[Order], today: Configuration, draft: Configuration) -> set[Shelf]:
    shelves = shelves_for(matched, today, draft)
    candidates = sum(len(order.lines) for order in matched) * len({*today.warehouses, *draft.warehouses})
    if candidates > MAX_CANDIDATES or len(shelves) > MAX_SHELVES_READ:
        raise Rejected(f"{candidates} pairs of line and warehouse, {len(shelves)} balances: ask about fewer orders")
    return shelves
