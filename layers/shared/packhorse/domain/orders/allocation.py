"""From a routing decision to allocations, and from allocations to fulfilment orders."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.configuration.account import Account
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotFound, NotNow
from packhorse.domain.orders.change import MAX_SHELVES, Change
from packhorse.domain.orders.exceptions import with_exception, without_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, LineQuantity
from packhorse.domain.orders.order import Order, OrderException, OrderLine, shipped_from
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_lines
from packhorse.domain.problem import Cause
from packhorse.domain.routing.decision import Allocation, Decision, LineDecision, RoutingDecision, Rule
from packhorse.domain.routing.rules import RoutingRequest, Wanted
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import ChannelId, Sku, WarehouseId

WarehouseUnits = Counter[WarehouseId]


def handed_over_units(order: Order, line: OrderLine) -> WarehouseUnits:
    """Units of the line that a fulfiller has or has shipped, by warehouse: these never move by themselves."""
    units = WarehouseUnits()
    for work in order.fulfilments:
        units[work.warehouse] += (work.wanted if work.is_open else work.shipped)[line.id]
    return +units


def movable_units(order: Order, line: OrderLine) -> WarehouseUnits:
    """Units of the line that are allocated and not handed over, by warehouse."""
    return _units(line) - handed_over_units(order, line)


def _units(line: OrderLine) -> WarehouseUnits:
    return WarehouseUnits({part.warehouse: part.quantity for part in line.allocations})


def _allocations(units: WarehouseUnits) -> tuple[Allocation, ...]:
    return tuple(Allocation(warehouse=warehouse, quantity=n) for warehouse, n in sorted(units.items()) if n)


def lacks_units(line: OrderLine) -> bool:
    """Whether the routing has something to do for the line."""
    return line.matched is not None and line.unallocated > 0


def routing_request(order: Order, without: frozenset[WarehouseId] = frozenset()) -> RoutingRequest:
    """What the routing is asked: every line that lacks units, as if what it holds were still on the shelf."""
    wanted = tuple(_wanted(order, line) for line in order.lines if lacks_units(line))
    settled = {line.id: _to_ship_from(order, line) for line in order.lines if not lacks_units(line)}
    return RoutingRequest(ChannelId(order.channel), order.ship_to, wanted, without, settled)


def _wanted(order: Order, line: OrderLine) -> Wanted:
    units = line.unallocated + movable_units(order, line).total()
    named = WarehouseId(line.warehouse) if line.warehouse else None
    return Wanted(line.id, Sku(str(line.matched)), units, named, line.recipe if line.components else None)


def _to_ship_from(order: Order, line: OrderLine) -> frozenset[WarehouseId]:
    return frozenset(_units(line) - WarehouseUnits(shipped_from(order, line.id)))


def moved(order: Order, line_id: str, warehouse: WarehouseId, at: datetime, who: str) -> Order:
    """The order with a line that a person sends to another warehouse; possible until the line is handed over."""
    line = order.line(line_id)
    if line is None:
        raise NotFound(f"the order has no line {line_id}")
    if not line.matched:
        raise NotNow(f"line {line_id} has no product yet; map its listing first")
    if not movable_units(order, line) and not line.unallocated:
        raise NotNow(f"line {line_id} has been handed over, or is over; it cannot move any more")
    named = with_lines(order, {line_id: line.replace(warehouse=warehouse)})
    return with_entry(named, at, "moved", who, f"line {line_id} to {warehouse}")


def move_request(order: Order, line_id: str) -> RoutingRequest:
    """What the routing is asked for one line that a person named a warehouse for, whether it lacks units or not."""
    return RoutingRequest(ChannelId(order.channel), order.ship_to, (_wanted(order, _line(order, line_id)),))


def goods_of_line(order: Order, line_id: str) -> Goods:
    """What a line holds and would put back if it went elsewhere."""
    return _held(order, _line(order, line_id))


def goods_of_lacking_lines(order: Order) -> Goods:
    """What the lacking lines hold and would put back if they were routed elsewhere."""
    return sum((_held(order, line) for line in order.lines if lacks_units(line)), Goods())


def _held(order: Order, line: OrderLine) -> Goods:
    return sum((line.goods(warehouse, units) for warehouse, units in movable_units(order, line).items()), Goods())


class AllocationResult(NamedTuple):
    """What came of a routing decision; `more`: it was too much for one transaction, the rest is still to be routed."""

    change: Change
    more: bool


def with_decision(order: Order, decision: Decision, at: datetime) -> AllocationResult:
    """The order with what the routing decided, and the difference that makes to stock.

    Lines for which the decision changes nothing stay as they are.
    """
    decided = (_decided(order, part) for part in decision.lines)
    changed = (line for line in decided if line != _line(order, line.id))
    news = sorted(changed, key=lambda line: _gives_back(order, line))
    fitting = list(_fitting(order, news))
    checked = _with_blocks(order, decision.lines, at)
    if not news:
        return AllocationResult(Change(checked), more=False)
    committed = Goods()
    for line in fitting:
        committed.update(_difference(order, line))
    where = "; ".join(f"{line.matched}: {_where(line)}" for line in fitting)
    routed = with_entry(with_lines(checked, {line.id: line for line in fitting}), at, "routed", "packhorse", where)
    return AllocationResult(Change(routed, committed=committed), more=fitting != news)


def _with_blocks(order: Order, decisions: Iterable[LineDecision], at: datetime) -> Order:
    """The order with an exception for each line that waits for a person, and without those of lines that do not."""
    for part in decisions:
        if part.blocked:
            problem = OrderException(cause=Cause.EXCLUDED_WAREHOUSE, line=part.line, message=part.blocked, opened_at=at)
            order = with_exception(order, problem)
        else:
            order = without_exception(order, Cause.EXCLUDED_WAREHOUSE, part.line)
    return order


def _decided(order: Order, decision: LineDecision) -> OrderLine:
    """The line as decided; the line as it is where it stays there for the same reason."""
    line = _line(order, decision.line)
    units = handed_over_units(order, line)
    units.update({part.warehouse: part.quantity for part in decision.allocations})
    if line.routing and units == _units(line) and _choice(line.routing) == _choice(decision.routing):
        return line
    allocations = _allocations(units)
    return line.replace(allocations=allocations, routing=decision.routing)


def _choice(routing: RoutingDecision) -> tuple[Rule, frozenset[WarehouseId]]:
    chosen = (candidate.warehouse for candidate in routing.candidates if candidate.rejected is None)
    return routing.rule, frozenset(chosen)


def _line(order: Order, line_id: str) -> OrderLine:
    """The line of that id, which is there."""
    return next(line for line in order.lines if line.id == line_id)


def _difference(order: Order, line: OrderLine) -> Goods:
    taken = Goods()
    for part in line.allocations:
        taken.update(line.goods(part.warehouse, part.quantity))
    for part in _line(order, line.id).allocations:
        taken.subtract(line.goods(part.warehouse, part.quantity))
    return Goods({place: units for place, units in taken.items() if units})


def _gives_back(order: Order, line: OrderLine) -> int:
    """Lines that give stock back come first, so that those which take it find it there."""
    return 0 if min(_difference(order, line).values(), default=0) < 0 else 1


def _fitting(order: Order, lines: Iterable[OrderLine]) -> Iterator[OrderLine]:
    """As many of the lines as one transaction can take, at least one, or a part of one that is too big by itself."""
    places: set[Shelf] = set()
    for line in (_within_reach(order, line) for line in lines):
        more = places | set(_difference(order, line))
        if places and len(more) > MAX_SHELVES:
            return
        places = more
        yield line


def _within_reach(order: Order, line: OrderLine) -> OrderLine:
    """The line without the last of what it takes, where it takes from too many places at once."""
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
        parts.append(f"{line.short} short")
    rule = f" ({line.routing.rule})" if line.routing else ""
    return ", ".join(parts) + rule


def ready_lines(order: Order, account: Account) -> Iterator[tuple[OrderLine, WarehouseUnits]]:
    """The lines that may go out now, with their units by warehouse.

    Nothing goes while the order is unpaid, held, over, or has a line that is not routed (its product is not known).
    A short line waits until it is whole (`ship_partial_lines`: it goes with what is there; `ship_complete`: all wait
    for all).
    """
    active = [line for line in order.lines if line.quantity > line.cancelled + line.elsewhere]
    if order.paid_at is None or order.holds or order.is_over or any(line.routing is None for line in active):
        return
    if account.ship_complete and any(line.unallocated for line in active):
        return
    for line in active:
        if (units := movable_units(order, line)) and (account.ship_partial_lines or not line.unallocated):
            yield line, units


def with_hand_over(order: Order, configuration: Configuration, at: datetime) -> Order:
    """The order with one more fulfilment order per warehouse that has something ready, all of one attempt."""
    parts: dict[WarehouseId, list[LineQuantity]] = {}
    for line, units in ready_lines(order, configuration.account):
        for warehouse, quantity in units.items():
            parts.setdefault(warehouse, []).append(LineQuantity(line=line.id, quantity=quantity))
    if not parts:
        return order
    attempt = order.attempts + 1
    works = tuple(_new_fulfilments(order, parts, configuration, attempt))
    handed = order.replace(fulfilments=(*order.fulfilments, *works), attempts=attempt)
    return with_status(with_entry(handed, at, "queued", "packhorse", ", ".join(parts)), at, "packhorse")


def _new_fulfilments(
    order: Order, parts: Mapping[WarehouseId, list[LineQuantity]], configuration: Configuration, attempt: int
) -> Iterator[FulfilmentOrder]:
    for number, (warehouse, lines) in enumerate(parts.items(), len(order.fulfilments) + 1):
        kind = configuration.warehouses[warehouse].kind
        yield FulfilmentOrder(
            id=f"{order.id}-{number}", warehouse=warehouse, kind=kind, attempt=attempt, lines=tuple(lines)
        )
