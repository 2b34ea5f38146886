"""What a supplier was sent of a fulfilment order, as its answers are compared with it."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.sent_row import SentRow
from packhorse.domain.supply.answers import Expected, ExpectedKit, ExpectedLine, ExpectedRow, KitPart
from packhorse.domain.supply.sent_rows import SupplierSkus, numbered_rows
from packhorse.domain.supply.sources import Source


def expected_of(
    order: Order, fulfilment: FulfilmentOrder, names: SupplierSkus, line_names: Collection[Source], *, is_in_part: bool
) -> Expected:
    """Return what a supplier was sent of a fulfilment order, and what of it has not left."""
    rows = numbered_rows(order, fulfilment, names)
    has_parts = any(row.sku for row in rows)
    said = fulfilment.cancellation.accepted if fulfilment.cancellation else {}
    return Expected(
        fulfilment.id,
        tuple(_lines(order, fulfilment, rows, names)),
        parcels=fulfilment.parcels,
        uncounted=fulfilment.uncounted_parcels,
        cancelled=said,
        rejected=fulfilment.rejected,
        withheld=fulfilment.agreed + fulfilment.refused,
        line_names=line_names,
        is_in_part=is_in_part,
        requested=fulfilment.requested if fulfilment.cancellation else None,
        kits=tuple(_kits(order, rows, names)),
        rows=tuple(ExpectedRow(row.line, row.sku) for row in rows) if has_parts else (),
    )


def _lines(
    order: Order, fulfilment: FulfilmentOrder, rows: Sequence[SentRow], names: SupplierSkus
) -> Iterator[ExpectedLine]:
    wanted, remaining = fulfilment.wanted, fulfilment.remaining
    for name in _line_ids(rows):
        line = order.line(name)
        sku = (line.matched or line.sku) if line else ""
        sent_as = next((row.supplier_sku for row in rows if row.line == name and row.sku is None), "")
        yield ExpectedLine(name, sku, names.get(sku, ""), wanted[name], remaining[name], sent_as)


def _kits(order: Order, rows: Sequence[SentRow], names: SupplierSkus) -> Iterator[ExpectedKit]:
    """Yield the kits among the lines, however they were sent: a supplier may answer about what it took apart."""
    lines = {line.matched or line.sku: line for name in _line_ids(rows) if (line := order.line(name))}
    sent = {row.sku: row.supplier_sku for row in rows if row.sku}
    for kit, line in lines.items():
        if line.components:
            each = line.components.items()
            called = {sku: tuple(filter(None, (sku, names.get(sku), sent.get(sku)))) for sku, _ in each}
            yield ExpectedKit(kit, tuple(KitPart(called[sku], units) for sku, units in each))


def _line_ids(rows: Iterable[SentRow]) -> Iterable[str]:
    return dict.fromkeys(row.line for row in rows)
