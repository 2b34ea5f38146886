"""The rows that a supplier's files have for the lines of a fulfilment order, by their numbers.

A supplier stocks the components of a kit. A kit goes to it as a whole only if it has a sku of its own for it.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.sent_row import SentRow
from packhorse.domain.values import Sku

SupplierSkus = Mapping[str, str]
"""A supplier's skus by ours."""
NO_NAMES: SupplierSkus = MappingProxyType({})


def numbered_rows(order: Order, fulfilment: FulfilmentOrder, names: SupplierSkus) -> tuple[SentRow, ...]:
    """Return the rows of a fulfilment order by their numbers in files, from 1; those that were sent keep theirs."""
    sent = _sent(order, fulfilment)
    fitting = {row.line for row in sent if units_each(order, row)}
    wanted = (line for name in fulfilment.wanted if name not in fitting and (line := order.line(name)))
    return (*sent, *(row for line in wanted for row in _rows_of(line, names)))


def units_each(order: Order, row: SentRow) -> int:
    """Return how many units the row has for one of its line: none if that is another item now."""
    line = order.line(row.line)
    if row.sku is None or line is None:
        return 1
    return line.recipe.get(Sku(row.sku), 0)


def skus_in_files(line: OrderLine) -> set[Sku]:
    """Return the skus by which files may have a line: its own, and of a kit those of the components."""
    return {Sku(line.matched or line.sku), *map(Sku, line.components)}


def _sent(order: Order, fulfilment: FulfilmentOrder) -> tuple[SentRow, ...]:
    """Return the rows that were sent; before rows were stored each line had one."""
    if fulfilment.sent_rows:
        return fulfilment.sent_rows
    lines = fulfilment.sent_lines
    if not lines and fulfilment.batch is not None:  # it was sent before numbers were stored
        lines = tuple(line.id for line in order.lines if line.id in fulfilment.wanted | fulfilment.rejected)
    return tuple(SentRow(line=name) for name in lines)


def _rows_of(line: OrderLine, names: SupplierSkus) -> Iterator[SentRow]:
    own = names.get(line.matched or line.sku, "")
    if not line.components or own:
        yield SentRow(line=line.id, supplier_sku=own)
        return
    for sku in line.components:
        yield SentRow(line=line.id, sku=sku, supplier_sku=names.get(sku, ""))
