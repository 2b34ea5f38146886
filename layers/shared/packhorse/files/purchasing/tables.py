"""Purchase orders and their receipts as CSV files, with the columns by which such files are read."""

from collections.abc import Iterable, Iterator

from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.files.csvfile.output import written
from packhorse.files.purchasing.cells import PURCHASE_COLUMNS, RECEIPT_COLUMNS

CAME = ("received", "over", "surplus", "rejected", "refused", "closed", "open")
PURCHASE_HEADER = ("purchase_order", "state", "line", *PURCHASE_COLUMNS, *CAME, "created_at")
RECEIPT_HEADER = (*RECEIPT_COLUMNS, "surplus", "decision", "supplier", "warehouse", "received_at", "received_by")


def purchases_table(orders: Iterable[PurchaseOrder]) -> str:
    """Return purchase orders as a file, a row for each line."""
    return written([list(PURCHASE_HEADER), *(_line(order, line) for order in orders for line in order.lines)], ",")


def receipts_table(orders: Iterable[PurchaseOrder]) -> str:
    """Return the receipts of purchase orders as a file, a row for each line of a receipt."""
    return written([list(RECEIPT_HEADER), *(row for order in orders for row in _receipts(order))], ",")


def _line(order: PurchaseOrder, line: PurchaseLine) -> list[str]:
    terms = {name: getattr(order, name) for name in ("supplier", "warehouse", "currency", "note", "internal_note")}
    own = {name: getattr(line, name) for name in PURCHASE_COLUMNS if hasattr(line, name)}
    known = {**terms, **own, "reference": _reference(order), "unit_cost": line.unit_cost.amount}
    cells = (*(known[name] for name in PURCHASE_COLUMNS), *(getattr(line, name) for name in CAME))
    return [order.id, order.state, line.id, *map(_text, cells), order.created_at.isoformat()]


def _reference(order: PurchaseOrder) -> str:
    """Return what names the purchase order in a file; that of what a supplier ships to a buyer has its own number."""
    return order.id if order.ships or not order.reference else order.reference


def _receipts(order: PurchaseOrder) -> Iterator[list[str]]:
    for each in order.receipts:
        line = order.line(each.line)
        cells = (order.id, each.receipt, each.line, line.sku if line else "", each.arrived, each.rejected, each.reason)
        more = (each.surplus, each.decision, order.supplier, order.warehouse, each.at.isoformat(), each.who)
        yield [*map(_text, cells), "yes" if each.replaced else "", *map(_text, more)]


def _text(value: object) -> str:
    return "" if value is None else str(value)
