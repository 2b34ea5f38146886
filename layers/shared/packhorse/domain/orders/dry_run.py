"""Dry runs: how the routing would decide with a draft, compared with today's configuration; no stock is taken.

Every order is routed alone, on today's stock plus what the order itself holds, as if none of it had a warehouse yet:
all units that were ordered and not cancelled, shipped or not, paid or not.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.allocation import routing_request
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.soundness import holdings
from packhorse.domain.routing.decision import Allocation, LineDecision, RoutingDecision, Rule
from packhorse.domain.routing.rules import decide
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import OrderId, Sku, Value, WarehouseId


class ChosenWarehouses(Value):
    """Where a line would ship from and why; `blocked`: why it would wait for a person instead."""

    allocations: tuple[Allocation, ...]
    short: int
    blocked: str | None
    routing: RoutingDecision

    @property
    def warehouses(self) -> frozenset[WarehouseId]:
        """The warehouses that it would ship from."""
        return frozenset(part.warehouse for part in self.allocations)

    @property
    def outcome(self) -> tuple[object, ...]:
        """What two choices are compared by: all but the trace of the warehouses that lost."""
        return self.routing.rule, self.allocations, self.short, self.blocked


class LineOutcome(Value):
    """A line routed with both configurations; one that is `unmatched` has no product and is not routed.

    `name` is that of its product. `differs`: another rule, other units, shortage or block; `moves`: other warehouses.
    """

    line: str
    sku: str
    name: str = ""
    quantity: int
    unmatched: bool = False
    differs: bool = False
    moves: bool = False
    today: ChosenWarehouses | None = None
    draft: ChosenWarehouses | None = None


class OrderOutcome(Value):
    """An order routed with both configurations; not `traced`: its traces were too long and are left out."""

    order: OrderId | None
    number: str
    channel: str
    differs: bool
    traced: bool = True
    lines: tuple[LineOutcome, ...]


class Figures(Value):
    """Totals of a configuration; rates and shares are from 0 to 1.

    `split_rate` is of orders, `short_rate` of lines; `rules` is the share of lines that each rule decides, `warehouses`
    that of lines which ship from each: a line that is split ships from several.
    """

    orders: int
    lines: int
    split_orders: int
    short_lines: int
    split_rate: float
    short_rate: float
    rules: Mapping[Rule, float]
    warehouses: Mapping[WarehouseId, float]


def unrouted(order: Order) -> Order:
    """Return the order as if none of it had left, or had, or had been rejected by, a warehouse yet."""
    lines = tuple(line.replace(allocations=(), routing=None, elsewhere=0, refused=()) for line in order.lines)
    return order.replace(lines=lines, fulfilments=(), told_parcels=(), taken_back={})


def shelves_for(orders: Iterable[Order], *configurations: Configuration) -> set[Shelf]:
    """Return the shelves whose stock the routing of these orders reads, with any of the configurations."""
    skus = {sku for order in orders for line in order.lines for sku in line.recipe}
    warehouses = {name for each in configurations for name in each.warehouses}
    return {Shelf(sku, warehouse) for sku in skus for warehouse in warehouses}


def outcome(
    order: Order,
    stock: Mapping[Shelf, int],
    today: Configuration,
    draft: Configuration,
    products: Mapping[Sku, Product],
) -> OrderOutcome:
    """Route the order with both configurations; `stock` is what is available, without what the order holds."""
    own = holdings(order)
    available = {shelf: stock.get(shelf, 0) + own.get(shelf, 0) for shelf in shelves_for([order], today, draft)}
    fresh = unrouted(order)
    now = choices(fresh, available, today, products)
    then = now if draft is today else choices(fresh, available, draft, products)
    wanted = [line for line in fresh.lines if line.unallocated > 0]
    lines = tuple(_line(line, now.get(line.id), then.get(line.id), products) for line in wanted)
    return OrderOutcome(
        order=order.id,
        number=order.number or order.channel_order_id,
        channel=order.channel,
        differs=any(line.differs for line in lines),
        lines=lines,
    )


def choices(
    order: Order, available: Mapping[Shelf, int], configuration: Configuration, products: Mapping[Sku, Product]
) -> dict[str, ChosenWarehouses]:
    """Route the order; return the choices by line, without lines that have no product."""
    request = routing_request(order)
    decision = decide(request, available, configuration, products)
    return {
        wanted.line: _choice(part, wanted.quantity) for wanted, part in zip(request.wanted, decision.lines, strict=True)
    }


def _choice(decision: LineDecision, quantity: int) -> ChosenWarehouses:
    parts = tuple(sorted(decision.allocations, key=lambda part: part.warehouse))
    short = quantity - sum(part.quantity for part in parts)
    return ChosenWarehouses(allocations=parts, short=short, blocked=decision.blocked, routing=decision.routing)


def _line(
    line: OrderLine, today: ChosenWarehouses | None, draft: ChosenWarehouses | None, products: Mapping[Sku, Product]
) -> LineOutcome:
    if today is None or draft is None:
        return LineOutcome(line=line.id, sku=line.sku, quantity=line.unallocated, unmatched=True)
    sku = Sku(str(line.matched))
    return LineOutcome(
        line=line.id,
        sku=sku,
        name=products[sku].name if sku in products else "",
        quantity=line.unallocated,
        differs=today.outcome != draft.outcome,
        moves=today.warehouses != draft.warehouses,
        today=today,
        draft=draft,
    )


def figures(outcomes: Iterable[OrderOutcome], which: Literal["today", "draft"]) -> Figures:
    """Return the figures of one of the configurations; orders and lines that were not routed do not count."""
    routed = [found for found in (list(_chosen(each, which)) for each in outcomes) if found]
    lines = [choice for found in routed for choice in found]
    split = sum(len(frozenset().union(*(choice.warehouses for choice in found))) > 1 for found in routed)
    short = sum(choice.short > 0 for choice in lines)
    rules = Counter(choice.routing.rule for choice in lines)
    warehouses = Counter(name for choice in lines for name in choice.warehouses)
    return Figures(
        orders=len(routed),
        lines=len(lines),
        split_orders=split,
        short_lines=short,
        split_rate=_share(split, len(routed)),
        short_rate=_share(short, len(lines)),
        rules={rule: _share(rules[rule], len(lines)) for rule in Rule},
        warehouses={name: _share(warehouses[name], len(lines)) for name in sorted(warehouses)},
    )


def _chosen(order: OrderOutcome, which: Literal["today", "draft"]) -> Iterator[ChosenWarehouses]:
    for line in order.lines:
        choice = line.today if which == "today" else line.draft
        if choice:
            yield choice


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def detailed_outcomes(outcomes: Sequence[OrderOutcome], max_orders: int, max_bytes: int) -> Iterator[OrderOutcome]:
    """Yield orders for the answer, those that differ first, within both limits; long ones without their traces."""
    for each in sorted(outcomes, key=lambda order: not order.differs)[:max_orders]:
        size, plain = _size(each), each
        if size > max_bytes:
            plain = _without_traces(each)
            size = _size(plain)
        if size > max_bytes:
            return
        max_bytes -= size
        yield plain


def _size(order: OrderOutcome) -> int:
    return len(order.model_dump_json().encode())


def _without_traces(order: OrderOutcome) -> OrderOutcome:
    lines = (line.replace(today=_bare(line.today), draft=_bare(line.draft)) for line in order.lines)
    return order.replace(traced=False, lines=tuple(lines))


def _bare(choice: ChosenWarehouses | None) -> ChosenWarehouses | None:
    return choice and choice.replace(routing=choice.routing.replace(candidates=(), notes=()))
