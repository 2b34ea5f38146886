"""A row of a file of receipts, as the line of the receipt that it is."""

from collections.abc import Collection, Container, Mapping, Sequence
from typing import Any, NamedTuple

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.purchasing.line_names import LineName, line_named
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.files.cells import quote_cell
from packhorse.files.purchasing.cells import RECEIPT_READERS, REQUIRED_OF_RECEIPTS
from packhorse.files.rows import Row, RowError, read_cells

MAX_REASON = 255
"""Characters of the reasons of several rows."""
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

    def line_in(self, order: PurchaseOrder, others: Container[str]) -> PurchaseLine:
        """Return the line of the purchase order that is meant, none by the sku of `others`, products that it has not.

        Raises Rejected with the columns at fault.
        """
        if self.sku in others:
            raise Rejected("the row names no line", [FieldError("sku", f"“{self.sku}” is no product of {order.id}")])
        return line_named(order, LineName(self.line, self.sku))


def line_of_cells(row: Row, order: PurchaseOrder) -> PurchaseLine | None:
    """Return the line that a row with errors names, None if that cannot be read, or not be trusted."""
    cells = {each: cell for each in ("line", "sku") if (cell := row.cells.get(each))}
    if not cells or row.problem:
        return None
    try:
        return line_named(order, LineName(**{each: RECEIPT_READERS[each](cell) for each, cell in cells.items()}))
    except (ValueError, Rejected):
        return None


def arrived_in(rows: Sequence[ReceiptRow], line: PurchaseLine) -> dict[str, Any]:
    """Return what arrived of a line by all rows of a delivery, as a receipt has it; raises ValueError if they differ.

    Pallets of one delivery have a row each, and so may good and broken units.
    """
    units = [row.units for row in rows]
    replaced = {each.get("replaced", False) for each in units if each.get("rejected")}
    if len(replaced) > 1:
        raise ValueError("rejected units of a line in one delivery are all replaced, or none of them")
    reasons = dict.fromkeys(each["reason"] for each in units if each.get("reason"))
    return {
        "line": line.id,
        "accepted": sum(each.get("accepted", 0) for each in units),
        "rejected": sum(each.get("rejected", 0) for each in units),
        "reason": "; ".join(reasons)[:MAX_REASON],
        "replaced": replaced == {True},
    }


def receipt_row(row: Row) -> ReceiptRow | tuple[RowError, ...]:
    """Return what a row says, or all errors in it."""
    about = row.cells.get("receipt", "")[:100] or None
    if row.problem:
        return (RowError(row.number, about, None, row.problem),)
    values, wrong = read_cells(row.cells, RECEIPT_READERS, REQUIRED_OF_RECEIPTS)
    wrong |= _contradictions(values, wrong)
    if wrong:
        return tuple(RowError(row.number, about, column, message) for column, message in wrong.items())
    units = {name: values[name] for name in UNITS if name in values}
    line, sku = values.get("line", ""), values.get("sku", "")
    return ReceiptRow(row, values["purchase_order"].upper(), values["receipt"], line, sku, units)


def _contradictions(values: Mapping[str, Any], wrong: Collection[str]) -> dict[str, str]:
    """Return what does not go together in a row, by column; a cell that is wrong by itself contradicts none."""
    line, sku, accepted, rejected, reason = (values.get(name) for name in ("line", "sku", *UNITS[:3]))
    found = {}
    if not line and not sku and not {"line", "sku"} & set(wrong):
        found["line"] = "is missing: give the line or the sku"
    if "accepted" in wrong or "rejected" in wrong:
        return found
    if not accepted and not rejected:
        found["accepted"] = "give accepted or rejected units"
    elif bool(rejected) != bool(reason) and "reason" not in wrong:
        found["reason"] = "rejected units have a reason, and only these"
    if values.get("replaced") and not rejected:
        found["replaced"] = f"{quote_cell('yes')} goes with rejected units only"
    return found
