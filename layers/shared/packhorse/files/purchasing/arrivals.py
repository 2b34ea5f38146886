"""A row of a file of receipts, as the line of the receipt that it is."""

from typing import Any, NamedTuple

from packhorse.domain.purchasing.line_names import LineName, line_named
from packhorse.domain.purchasing.purchase_order import PurchaseLine, PurchaseOrder
from packhorse.files.cells import quote_cell
from packhorse.files.purchasing.cells import RECEIPT_READERS, REQUIRED_OF_RECEIPTS
from packhorse.files.rows import Row, RowError, read_cells

UNITS = ("accepted", "rejected", "reason", "replaced")


class ReceiptRow(NamedTuple):
    """What a row says: units that arrived of a line, which it names by its number or its sku."""

    row: Row
    purchase_order: str
    receipt: str
    line: str
    sku: str
    units: dict[str, Any]

    def error(self, column: str | None, message: str) -> RowError:
        """Return an error of the row."""
        return RowError(self.row.number, self.receipt, column, message)

    def line_in(self, order: PurchaseOrder) -> PurchaseLine:
        """Return the line of the purchase order that is meant; raises Rejected with the columns at fault."""
        return line_named(order, LineName(self.line, self.sku))

    def arrived(self, line: PurchaseLine) -> dict[str, Any]:
        """Return what arrived of a line, as a receipt has it."""
        return {"line": line.id, **self.units}


def receipt_row(row: Row) -> ReceiptRow | tuple[RowError, ...]:
    """Return what a row says, or all errors in it."""
    about = row.cells.get("receipt", "")[:100] or None
    if row.problem:
        return (RowError(row.number, about, None, row.problem),)
    values, wrong = read_cells(row.cells, RECEIPT_READERS, REQUIRED_OF_RECEIPTS)
    wrong = wrong or _contradictions(values)
    if wrong:
        return tuple(RowError(row.number, about, column, message) for column, message in wrong.items())
    units = {name: values[name] for name in UNITS if name in values}
    line, sku = values.get("line", ""), values.get("sku", "")
    return ReceiptRow(row, values["purchase_order"].upper(), values["receipt"], line, sku, units)


def _contradictions(values: dict[str, Any]) -> dict[str, str]:
    if not values.get("line") and not values.get("sku"):
        return {"line": "is missing: give the line or the sku"}
    if not values.get("accepted") and not values.get("rejected"):
        return {"accepted": "give accepted or rejected units"}
    if bool(values.get("rejected")) != bool(values.get("reason")):
        return {"reason": "rejected units have a reason, and only these"}
    if values.get("replaced") and not values.get("rejected"):
        return {"replaced": f"{quote_cell('yes')} goes with rejected units only"}
    return {}
