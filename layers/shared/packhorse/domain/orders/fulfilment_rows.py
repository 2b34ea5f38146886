"""Rows of the list that people ship from: each open fulfilment order, and what of an order is not handed over yet.

Every row is in one view, the first that fits, so that the views partition the open orders. All of it follows from the
order alone: rows are written with it (see `store.rows`).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from packhorse.domain.address import lacks_destination
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.orders.allocation import movable_units
from packhorse.domain.orders.cancellation import CancellationState
from packhorse.domain.orders.checks import Check
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.mcf import McfStatus
from packhorse.domain.orders.order import MAX_LISTED, Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.problem import Cause
from packhorse.domain.values import Identifier, Instant, OrderIdText, Text, Units, Value


class View(StrEnum):
    """What is to be done with a row; the first that fits."""

    NEEDS_FIX = "needs-fix"
    HELD = "held"
    SHORT = "short"
    PARTNERS = "partners"
    PACKED = "packed"
    TO_PACK = "to-pack"
    TO_SHIP = "to-ship"


class RowLine(Value):
    """The first line of a row, with its units; as the first short one with those that are short."""

    sku: str
    name: Text
    quantity: int


class FulfilmentRow(Value):
    """An open fulfilment order; without a `fulfilment`, its number, the part of an order that is not handed over yet.

    Such a part has a warehouse if all of its units are allocated there. `due_at` is until when the row is to ship,
    `lines` counts lines, `short_lines` those that are short. `checks` are those that fail, `exceptions` the causes of
    the order's exceptions about it, `batch` is the number of the batch in which a supplier gets it, `supplier` which
    one that is, `mcf` how far Amazon is with it, `merge` the id of what it ships with, `cancellation` how far a request
    is that its fulfiller keeps units back, `packer` who has its box open at a bench.
    """

    view: View
    order_id: OrderIdText
    number: str
    fulfilment: int | None
    channel: Identifier
    warehouse: Identifier | None
    kind: WarehouseKind | None
    placed_at: Instant
    due_at: Instant | None
    deliver_by: Instant | None
    expedited: bool
    delivery_method: Text
    recipient: Text
    country: Text
    postcode: Text
    tags: tuple[str, ...]
    units: int
    lines: int
    first_line: RowLine | None
    short_line: RowLine | None = None
    short_lines: int = 0
    skus: tuple[str, ...]
    checks: tuple[Check, ...]
    exceptions: tuple[str, ...]
    batch: int | None = None
    supplier: str = ""
    mcf: McfStatus | None = None
    merge: str | None = None
    cancellation: CancellationState | None = None
    packer: Text = ""


class RowUnits(NamedTuple):
    """The units of an order, by line, that one row is about; `fulfilment` is None if they are not handed over."""

    order: Order
    fulfilment: FulfilmentOrder | None
    units: Units

    @property
    def lines(self) -> list[OrderLine]:
        """The lines that it has units of."""
        return [line for line in self.order.lines if self.units[line.id]]

    @property
    def short(self) -> list[OrderLine]:
        """The lines that wait for stock; those of a fulfilment order have it."""
        return [] if self.fulfilment else [line for line in self.lines if line.short]

    @property
    def warehouse(self) -> str | None:
        """The warehouse of the fulfilment order, or the one that has all units of the part."""
        if self.fulfilment:
            return self.fulfilment.warehouse
        if any(line.unallocated for line in self.lines):
            return None
        places = {place for line in self.lines for place in movable_units(self.order, line)}
        return places.pop() if len(places) == 1 else None


def rows_of(order: Order) -> tuple[FulfilmentRow, ...]:
    """Return the rows of an order, at most MAX_LISTED; none of one that may not ship yet or that has nothing to ship.

    What is not handed over comes first, then the fulfilment orders by number.
    """
    return tuple(_row(part) for part in islice(_parts(order), MAX_LISTED))


def _parts(order: Order) -> Iterator[RowUnits]:
    if units := _not_handed_over(order):
        yield RowUnits(order, None, units)
    for fulfilment in order.fulfilments:
        if fulfilment.is_open:
            yield RowUnits(order, fulfilment, fulfilment.remaining)


def _not_handed_over(order: Order) -> Units:
    """Return the units by line that have no fulfilment order; an order that is not paid yet is not work."""
    if order.is_over or not order.may_ship:
        return Counter()
    lines = order.lines
    return +Counter({line.id: line.unallocated + movable_units(order, line).total() for line in lines})


# ---- checks and views: the first view that fits ----------------------------------------------------------------------


def _lacks_address(part: RowUnits) -> bool:
    return lacks_destination(part.order.ship_to)


def _lacks_product(part: RowUnits) -> bool:
    return not part.fulfilment and any(line.unallocated and not line.matched for line in part.lines)


def _lacks_warehouse(part: RowUnits) -> bool:
    """Return whether a line is routed to a warehouse that excludes the channel, and waits for a person."""
    return not part.fulfilment and any(
        problem.cause == Cause.EXCLUDED_WAREHOUSE and problem.line and part.units[problem.line]
        for problem in part.order.exceptions
    )


def _lacks_stock(part: RowUnits) -> bool:
    return bool(part.short)


CHECKS: Mapping[Check, Callable[[RowUnits], bool]] = {
    Check.ADDRESS: _lacks_address,
    Check.PRODUCT: _lacks_product,
    Check.WAREHOUSE: _lacks_warehouse,
    Check.STOCK: _lacks_stock,
}
"""Whether a part fails a check."""


def failed_checks(part: RowUnits) -> tuple[Check, ...]:
    """Return the checks that the part fails, in the order of CHECKS, then what lacks for its label."""
    failed = (check for check, fails in CHECKS.items() if fails(part))
    lacking = (each.check for each in part.fulfilment.checks) if part.fulfilment else ()
    return tuple(dict.fromkeys((*failed, *lacking)))


TO_FIX = frozenset({Check.ADDRESS, Check.PRODUCT, Check.WAREHOUSE})
"""What keeps a part from leaving until a person mends it. A parcel without a label's data may be weighed, or go without
a label of ours."""

Rule = Callable[[RowUnits, tuple[Check, ...]], bool]


def _needs_fix(_: RowUnits, failed: tuple[Check, ...]) -> bool:
    return any(check in TO_FIX for check in failed)


def _is_held(part: RowUnits, _: tuple[Check, ...]) -> bool:
    return bool(part.order.holds)


def _is_short(_: RowUnits, failed: tuple[Check, ...]) -> bool:
    return Check.STOCK in failed


def _is_with_partner(part: RowUnits, _: tuple[Check, ...]) -> bool:
    return part.fulfilment is not None and part.fulfilment.kind is not WarehouseKind.OWN


def _is_packed(part: RowUnits, _: tuple[Check, ...]) -> bool:
    return part.fulfilment is not None and part.fulfilment.is_packed


def _is_to_be_packed(part: RowUnits, _: tuple[Check, ...]) -> bool:
    fulfilment = part.fulfilment
    return fulfilment is not None and fulfilment.awaits_packing and fulfilment.has_label


RULES: tuple[tuple[View, Rule], ...] = (
    (View.NEEDS_FIX, _needs_fix),
    (View.HELD, _is_held),
    (View.SHORT, _is_short),
    (View.PARTNERS, _is_with_partner),
    (View.PACKED, _is_packed),
    (View.TO_PACK, _is_to_be_packed),
)
"""The views with the rule of each, by precedence; what fits none is to be shipped."""


def view_of(part: RowUnits, failed: tuple[Check, ...]) -> View:
    """Return the first view whose rule fits."""
    return next((view for view, fits in RULES if fits(part, failed)), View.TO_SHIP)


# ---- what a row shows ------------------------------------------------------------------------------------------------


def _row(part: RowUnits) -> FulfilmentRow:
    order, fulfilment, lines, short, failed = part.order, part.fulfilment, part.lines, part.short, failed_checks(part)
    address = order.ship_to
    row = FulfilmentRow(
        view=view_of(part, failed),
        order_id=order.id,
        number=order.number or order.channel_order_id,
        fulfilment=None,
        channel=order.channel,
        warehouse=part.warehouse,
        kind=None,
        placed_at=order.placed_at,
        due_at=order.due_at,
        deliver_by=order.deliver_by,
        expedited=bool(order.expedited),
        delivery_method=order.delivery_method,
        recipient=address.name if address else "",
        country=address.country if address else "",
        postcode=address.postcode if address else "",
        tags=order.tags,
        units=part.units.total(),
        lines=len(lines),
        first_line=_row_line(lines[0], part.units[lines[0].id]) if lines else None,
        short_line=_row_line(short[0], short[0].short) if short else None,
        short_lines=len(short),
        skus=tuple(dict.fromkeys(line.matched or line.sku for line in lines))[:MAX_LISTED],
        checks=failed,
        exceptions=_causes(part),
    )
    if fulfilment is None:
        return row
    return row.replace(
        fulfilment=fulfilment.number,
        kind=fulfilment.kind,
        due_at=order.due_from(fulfilment.warehouse),
        batch=fulfilment.batch,
        supplier=fulfilment.supplier,
        mcf=fulfilment.mcf.status if fulfilment.mcf else None,
        merge=fulfilment.merge.id if fulfilment.merge else None,
        cancellation=fulfilment.cancellation.state if fulfilment.cancellation else None,
        packer=fulfilment.packer,
    )


def _row_line(line: OrderLine, units: int) -> RowLine:
    return RowLine(sku=line.matched or line.sku, name=line.name, quantity=units)


def _causes(part: RowUnits) -> tuple[str, ...]:
    """Return the causes of exceptions about the part: of its fulfilment order, of its lines, of the whole order."""
    number = part.fulfilment.number if part.fulfilment else None
    found = (
        problem.cause
        for problem in part.order.exceptions
        if problem.fulfilment in (None, number) and (problem.line is None or part.units[problem.line])
    )
    return tuple(sorted(set(found)))
