"""From a routing decision to allocations, and from allocations to fulfilment orders."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import NamedTuple

from packhorse.domain.address import lacks_destination
from packhorse.domain.configuration.account import Account
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotFound, NotNow
from packhorse.domain.orders.change import MAX_SHELVES, Change
from packhorse.domain.orders.exceptions import with_exception, without_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order, OrderException, shipped_from
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.orders.reported import pending_parcels, pending_units
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_lines
from packhorse.domain.problem import Cause
from packhorse.domain.routing.decision import Allocation, LineDecision, RoutingDecision, RoutingOutcome, Rule
from packhorse.domain.routing.rules import LineToRoute, RoutingRequest
from packhorse.domain.stock.goods import Goods, Shelf, WaitingUnits
from packhorse.domain.values import ChannelId, Sku, Units, WarehouseId

WarehouseUnits = Counter[WarehouseId]
MAX_EARLIER_TOKENS = 3
"""Task tokens of earlier attempts that a fulfilment order keeps, the newest ones, to answer them as well."""
MAX_IN_ATTEMPT = 40
"""Fulfilment orders of an attempt: an inline Map runs 40 iterations at once, each of ours until its warehouse ships."""


def handed_over_units(order: Order, line: OrderLine) -> WarehouseUnits:
    """Return the units of the line in open fulfilment orders and in parcels, by warehouse; routing never moves them."""
    units = WarehouseUnits()
    for fulfilment in order.fulfilments:
        units[fulfilment.warehouse] += (fulfilment.wanted if fulfilment.is_open else fulfilment.shipped)[line.id]
    return +units


def movable_units(order: Order, line: OrderLine) -> WarehouseUnits:
    """Return the units of the line that are allocated and not handed over, by warehouse."""
    return _units(line) - handed_over_units(order, line)


def _units(line: OrderLine) -> WarehouseUnits:
    return WarehouseUnits({part.warehouse: part.quantity for part in line.allocations})


def _allocations(units: WarehouseUnits) -> tuple[Allocation, ...]:
    return tuple(Allocation(warehouse=warehouse, quantity=n) for warehouse, n in sorted(units.items()) if n)


def lacks_units(line: OrderLine) -> bool:
    """Return whether the line has a product and units without a warehouse, which routing has to place."""
    return line.matched is not None and line.unallocated > 0


def routing_request(order: Order) -> RoutingRequest:
    """Return the request for every line that is to be routed.

    Such a line is routed whole: its movable units count as available again (see `goods_of_lines_to_route`).
    """
    lines = {line.id: line for line in lines_to_route(order)}
    settled = {line.id: _to_ship_from(order, line) for line in order.lines if line.id not in lines}
    return RoutingRequest(ChannelId(order.channel), order.ship_to, _wanted(order, *lines.values()), settled)


def lines_to_route(order: Order) -> list[OrderLine]:
    """Return the lines that lack units; of an order that is to be routed again, those with movable units, too."""
    matched = [line for line in order.lines if line.matched]
    return [line for line in matched if lacks_units(line) or (order.is_to_reroute and movable_units(order, line))]


def _wanted(order: Order, *lines: OrderLine) -> tuple[LineToRoute, ...]:
    """Return the lines to route: first, apart, those of their units that have left by the channel's account."""
    left: list[LineToRoute] = []
    rest = {line.id: line.unallocated + movable_units(order, line).total() for line in lines}
    for warehouses, units in _left_places(order).items():
        for line in lines:
            if gone := min(units[line.id], rest[line.id]):
                left.append(_line_to_route(line, gone)._replace(has_left=True, left_from=warehouses))
                rest[line.id] -= gone
    return (*left, *(_line_to_route(line, rest[line.id]) for line in lines if rest[line.id]))


def _left_places(order: Order) -> dict[tuple[WarehouseId, ...], Units]:
    """Return the units that left by the channel's account and have no parcel of ours, by the warehouses of the place.

    None are named where the channel does not say.
    """
    places: dict[tuple[WarehouseId, ...], Units] = {}
    for parcel, units in pending_parcels(order):
        at = tuple(map(WarehouseId, parcel.warehouses))
        places[at] = places.get(at, Units()) + units
    return places


def skus_that_left(order: Order) -> set[Sku]:
    """Return the skus of which units left by the channel's account: of these nothing can be kept for older orders."""
    pending = pending_units(order)
    return {sku for line in order.lines if pending[line.id] for sku in line.recipe}


def _line_to_route(line: OrderLine, units: int) -> LineToRoute:
    named = WarehouseId(line.warehouse) if line.warehouse else None
    without = {WarehouseId(each.warehouse): each.words for each in line.refused}
    recipe = line.recipe if line.components else None
    waited = frozenset(each.shelf for each in line.waits)
    return LineToRoute(line.id, Sku(str(line.matched)), units, named, recipe, without, waited)


def _to_ship_from(order: Order, line: OrderLine) -> frozenset[WarehouseId]:
    return frozenset(_units(line) - WarehouseUnits(shipped_from(order, line.id)))


def moved(order: Order, line_id: str, warehouse: WarehouseId, at: datetime, who: str) -> Order:
    """Return the order with a warehouse that a person named for a line, which is routed there next.

    That the warehouse rejected the line before is forgotten. Raises NotNow once the whole line is handed over, shipped
    or cancelled.
    """
    line = order.line(line_id)
    if line is None:
        raise NotFound(f"the order has no line {line_id}")
    if not line.matched:
        raise NotNow(f"line {line_id} has no product yet; map its listing first")
    gone = sum(units[line_id] for warehouses, units in _left_places(order).items() if warehouses)
    if not movable_units(order, line) and line.unallocated <= gone:
        raise NotNow(_why_fixed(order, line_id))
    named = with_named_warehouse(order, (line_id,), warehouse)
    return with_entry(named, at, "moved", who, f"{line.called} to {warehouse}")


def _why_fixed(order: Order, line_id: str) -> str:
    """Return why a line without movable units stays where it is, and what moves it all the same."""
    numbers = [str(each.number) for each in order.fulfilments if each.remaining[line_id]]
    if not numbers:
        return f"all of line {line_id} has left or is cancelled; it cannot move any more"
    return f"line {line_id} is in fulfilment {' and '.join(numbers)}: take that back to another warehouse"


def with_named_warehouse(order: Order, names: Iterable[str], warehouse: WarehouseId) -> Order:
    """Return the order with a warehouse named for those lines; that it rejected them before is forgotten."""
    lines = {line.id: line for line in order.lines}
    return with_lines(order, {name: _named_for(lines[name], warehouse) for name in names})


def _named_for(line: OrderLine, warehouse: WarehouseId) -> OrderLine:
    refused = tuple(each for each in line.refused if each.warehouse != warehouse)
    return line.replace(warehouse=warehouse, refused=refused)


def move_request(order: Order, line_id: str) -> RoutingRequest:
    """Return the request for one line that a person moves, whether it lacks units or not."""
    return RoutingRequest(ChannelId(order.channel), order.ship_to, _wanted(order, _line(order, line_id)))


def goods_of_line(order: Order, line_id: str) -> Goods:
    """Return the stock of the line's movable units: it becomes available when the line is routed again."""
    return _held(order, _line(order, line_id))


def goods_of_lines_to_route(order: Order) -> Goods:
    """Return the stock of the movable units of all lines that are to be routed (see `goods_of_line`)."""
    return sum((_held(order, line) for line in lines_to_route(order)), Goods())


def _held(order: Order, line: OrderLine) -> Goods:
    return sum((line.goods(warehouse, units) for warehouse, units in movable_units(order, line).items()), Goods())


class AllocationResult(NamedTuple):
    """The change that follows from a routing decision; `more`: lines that did not fit the transaction are left."""

    change: Change
    more: bool


def with_decision(order: Order, decision: RoutingOutcome, at: datetime) -> AllocationResult:
    """Return the order with the decided allocations, and the difference to its committed stock.

    Lines for which the decision changes nothing stay as they are.
    """
    decided = (_decided(order, part) for part in decision.lines)
    different = (line for line in decided if line != _line(order, line.id))
    changed = sorted(different, key=lambda line: _givers_first(order, line))
    fitting = list(_fitting(order, changed))
    more = fitting != changed
    checked = _with_blocks(order, decision.lines, at)
    checked = checked if more else _as_routed(checked, decision.lines)
    if not changed:
        return AllocationResult(Change(checked), more=False)
    committed = Goods()
    for line in fitting:
        committed.update(_difference(order, line))
    fitted = with_lines(checked, {line.id: line for line in fitting})
    if all(line == _with_waits(_line(order, line.id), line.waits) for line in fitting):
        return AllocationResult(Change(fitted), more)
    where = "; ".join(f"{line.matched}: {_where(line)}" for line in fitting)
    routed = with_entry(fitted, at, "routed", "packhorse", where)
    return AllocationResult(Change(routed, committed=committed), more)


def _as_routed(order: Order, decisions: Iterable[LineDecision]) -> Order:
    """Return the order as one that need not be routed again, once every line that was to be has a decision."""
    decided = {part.line for part in decisions}
    is_done = order.is_to_reroute and decided.issuperset(line.id for line in lines_to_route(order))
    return order.replace(is_to_reroute=False) if is_done else order


def _with_blocks(order: Order, decisions: Iterable[LineDecision], at: datetime) -> Order:
    """Open an exception for each line whose decision is blocked, and remove that of each other line."""
    for part in decisions:
        if part.blocked:
            problem = OrderException(cause=Cause.EXCLUDED_WAREHOUSE, line=part.line, message=part.blocked, opened_at=at)
            order = with_exception(order, problem)
        else:
            order = without_exception(order, Cause.EXCLUDED_WAREHOUSE, part.line)
    return order


def _decided(order: Order, decision: LineDecision) -> OrderLine:
    """Return the line with the decided allocations and waits.

    Where units, rule and chosen warehouses are the same, its trace stays as it is.
    """
    line = _line(order, decision.line)
    units = handed_over_units(order, line)
    units.update({part.warehouse: part.quantity for part in decision.allocations})
    if line.routing and units == _units(line) and _choice(line.routing) == _choice(decision.routing):
        return _with_waits(line, decision.waits)
    return line.replace(allocations=_allocations(units), routing=decision.routing, waits=decision.waits)


def _with_waits(line: OrderLine, waits: tuple[WaitingUnits, ...]) -> OrderLine:
    return line if line.waits == waits else line.replace(waits=waits)


def _choice(routing: RoutingDecision) -> tuple[Rule, frozenset[WarehouseId]]:
    chosen = (candidate.warehouse for candidate in routing.candidates if candidate.rejected is None)
    return routing.rule, frozenset(chosen)


def _line(order: Order, line_id: str) -> OrderLine:
    """Return the line of that id, which exists."""
    return next(line for line in order.lines if line.id == line_id)


def _difference(order: Order, line: OrderLine) -> Goods:
    taken = Goods()
    for part in line.allocations:
        taken.update(line.goods(part.warehouse, part.quantity))
    for part in _line(order, line.id).allocations:
        taken.subtract(line.goods(part.warehouse, part.quantity))
    return Goods({shelf: units for shelf, units in taken.items() if units})


def _givers_first(order: Order, line: OrderLine) -> int:
    """Return the sort key that puts lines which give stock back before those which take it."""
    return 0 if min(_difference(order, line).values(), default=0) < 0 else 1


def _fitting(order: Order, lines: Iterable[OrderLine]) -> Iterator[OrderLine]:
    """Yield as many lines as one transaction takes: at least one, cut to fit if it takes from too many shelves."""
    shelves: set[Shelf] = set()
    for line in (_cut_to_fit(order, line) for line in lines):
        more = shelves | set(_difference(order, line))
        if shelves and len(more) > MAX_SHELVES:
            return
        shelves = more
        yield line


def _cut_to_fit(order: Order, line: OrderLine) -> OrderLine:
    """Return the line without its last new allocations, until it changes at most MAX_SHELVES shelves."""
    before, after = _units(_line(order, line.id)), _units(line)
    takes = list(after - before)
    while len(takes) > 1 and len(_difference(order, line)) > MAX_SHELVES:
        last = takes.pop()
        after[last] = before[last]
        line = line.replace(allocations=_allocations(after))
    return line


def _where(line: OrderLine) -> str:
    parts = [f"{part.quantity} at {part.warehouse}" for part in line.allocations]
    if line.short:
        parts.append(short_of(line))
    rule = f" ({line.routing.rule})" if line.routing else ""
    return ", ".join(parts) + rule


def short_of(line: OrderLine) -> str:
    """Return how many units a line is short of, and which warehouses it waits for: `2 short, waits for main`."""
    awaited = " or ".join(line.awaited)
    return f"{line.short} short, waits for {awaited}" if awaited else f"{line.short} short"


def ready_lines(order: Order, account: Account) -> Iterator[tuple[OrderLine, WarehouseUnits]]:
    """Yield the lines that can be handed over now, with their units by warehouse.

    None can while the order is unpaid, held or over, has no usable address, or has a line whose units are not routed
    (it has no product). A short line waits until all of its units are allocated; with `ship_partial_lines` its
    allocated units go now. With `ship_complete` all lines wait until none is short. Units that have left by the
    channel's account hold nothing back, though no warehouse has them.
    """
    if not order.may_ship or order.holds or order.is_over or lacks_destination(order.ship_to):
        return
    active = [line for line in order.lines if line.quantity > line.cancelled + line.elsewhere]
    pending = pending_units(order)
    lacking = {line.id for line in active if line.unallocated > pending[line.id]}
    if any(line.id in lacking and line.routing is None for line in active):
        return
    if account.ship_complete and any(line.id in lacking for line in active):
        return
    for line in active:
        if (units := movable_units(order, line)) and (account.ship_partial_lines or line.id not in lacking):
            yield line, units


def with_hand_over(order: Order, configuration: Configuration, at: datetime) -> Order:
    """Return the order with a new fulfilment order for each warehouse that has units ready, all in new attempts."""
    parts: dict[WarehouseId, list[LineQuantity]] = {}
    for line, units in ready_lines(order, configuration.account):
        for warehouse, quantity in units.items():
            parts.setdefault(warehouse, []).append(LineQuantity(line=line.id, quantity=quantity))
    places = count()
    existing = tuple(_handed_over_again(order, fulfilment, configuration, places) for fulfilment in order.fulfilments)
    fulfilments = (*existing, *_new_fulfilments(order, parts, configuration, places))
    if fulfilments == order.fulfilments:
        return order
    attempts = max(fulfilment.attempt for fulfilment in fulfilments)
    handed = order.replace(fulfilments=fulfilments, attempts=attempts)
    new = (fulfilment for fulfilment in fulfilments if fulfilment.attempt > order.attempts)
    warehouses = dict.fromkeys(fulfilment.warehouse for fulfilment in new)
    return with_status(with_entry(handed, at, "queued", "packhorse", ", ".join(warehouses)), at, "packhorse")


def _new_attempt(order: Order, places: Iterator[int]) -> int:
    """Return the attempt of the next fulfilment order that is handed over; each attempt has a bounded number."""
    return order.attempts + 1 + next(places) // MAX_IN_ATTEMPT


def _handed_over_again(
    order: Order, fulfilment: FulfilmentOrder, configuration: Configuration, places: Iterator[int]
) -> FulfilmentOrder:
    """Return a fulfilment order that a hold took back in a new attempt, once the order may go on to its address.

    It becomes what its warehouse is now, unless a label is paid for, which was bought as what it was.
    """
    if order.holds or not fulfilment.is_taken_back or lacks_destination(order.ship_to):
        return fulfilment
    tokens = (*fulfilment.earlier_tokens, fulfilment.token) if fulfilment.token else fulfilment.earlier_tokens
    attempt, warehouse = _new_attempt(order, places), configuration.warehouses.get(fulfilment.warehouse)
    kind = warehouse.kind if warehouse and not fulfilment.waiting_labels else fulfilment.kind
    return fulfilment.replace(kind=kind, attempt=attempt, token=None, earlier_tokens=tokens[-MAX_EARLIER_TOKENS:])


def _new_fulfilments(
    order: Order, parts: Mapping[WarehouseId, list[LineQuantity]], configuration: Configuration, places: Iterator[int]
) -> Iterator[FulfilmentOrder]:
    for number, (warehouse, lines) in enumerate(parts.items(), len(order.fulfilments) + 1):
        kind, attempt = configuration.warehouses[warehouse].kind, _new_attempt(order, places)
        yield FulfilmentOrder(
            id=f"{order.id}-{number}", warehouse=warehouse, kind=kind, attempt=attempt, lines=tuple(lines)
        )
