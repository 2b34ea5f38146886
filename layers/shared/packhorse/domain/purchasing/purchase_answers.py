"""What a supplier's file says of a purchase order, row by row: confirmed, changed, refused, on its way."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.money import Money
from packhorse.domain.purchasing.line_names import LineName, called, line_named
from packhorse.domain.purchasing.purchase_order import PurchaseLine, PurchaseOrder
from packhorse.domain.purchasing.steps import AnsweredLine, SupplierAnswer, answered
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answers import RowFault
from packhorse.domain.values import Sku, Text, Value


class PurchaseRow(Value):
    """What one row says of a purchase order; without line and sku it speaks of all its lines.

    `quantity` is in units, or in cases where the layout says so; None is as it was ordered. `delivery` is the number of
    a shipping notice, by which the delivery is received.
    """

    row: int
    meaning: Meaning
    purchase_order: str
    line: str = ""
    sku: str = ""
    supplier_sku: str = ""
    quantity: int | None = None
    unit_cost: Decimal | None = None
    expected_on: date | None = None
    delivery: Text = ""
    reason: Text = ""


MOST_FILES = 10
"""Files that a purchase order keeps as those that changed it: one that was not finished is read again soon."""


class Terms(NamedTuple):
    """How rows are read: the supplier's skus by ours, quantities in cases, and by how much a price may differ."""

    names: Mapping[Sku, str]
    counts_cases: bool
    tolerance_percent: int


def with_rows(
    order: PurchaseOrder, rows: Iterable[PurchaseRow], terms: Terms, who: str, at: datetime
) -> tuple[PurchaseOrder, list[RowFault]]:
    """Return the purchase order after the rows that fit it, and a fault for each other one.

    The same rows again change nothing: units that are refused are a total, and never fewer than before.
    """
    faults = []
    for row in rows:
        try:
            for line in _named(order, row, terms.names):
                order = _with_row(order, line, row, terms, who, at)
        except Rejected as error:
            faults.append(RowFault(row.row, None, "; ".join(each.message for each in error.errors) or str(error)))
        except (NotNow, ValueError) as error:
            faults.append(RowFault(row.row, None, str(error)))
    return order, faults


def with_file(
    order: PurchaseOrder, file_id: str, rows: Iterable[PurchaseRow], terms: Terms, who: str, at: datetime
) -> tuple[PurchaseOrder, list[RowFault]]:
    """Return the purchase order after the rows of a file, as `with_rows` does, and with the file if that changed it."""
    after, faults = with_rows(order, rows, terms, who, at)
    if after == order:
        return order, faults
    return after.replace(answer_files=(*order.answer_files, file_id)[-MOST_FILES:]), faults


def _named(order: PurchaseOrder, row: PurchaseRow, names: Mapping[Sku, str]) -> tuple[PurchaseLine, ...]:
    """Return the lines that a row speaks of; raises Rejected for one that was not ordered."""
    name = LineName(row.line, row.sku, row.supplier_sku)
    if name.line:  # skus that we do not know say nothing: the line is named by its number
        known = {field: sku for field, sku in name.skus if called(order, field, sku, names)}
        name = LineName(name.line, **known)
    if any(name):
        return (line_named(order, name, names),)
    if row.quantity is not None or row.unit_cost is not None:
        raise ValueError("a quantity or a price needs a line or a sku")
    return order.lines


def _with_row(
    order: PurchaseOrder, named: PurchaseLine, row: PurchaseRow, terms: Terms, who: str, at: datetime
) -> PurchaseOrder:
    line = order.line(named.id) or named
    units = row.quantity if row.quantity is None or not terms.counts_cases else row.quantity * line.case_pack
    price = None if row.unit_cost is None else Money.of(str(row.unit_cost), order.currency)
    is_near = price is None or _is_near(price, line.unit_cost, terms.tolerance_percent)
    refused = _refused(line, row.meaning, units)
    said = AnsweredLine(
        line=line.id,
        refused=refused if refused != line.refused else None,
        unit_cost=price if is_near and price != line.unit_cost else None,
        expected_on=row.expected_on,
        reason=_said(line, row, refused, price) or None,
    )
    after = answered(order, SupplierAnswer(lines=(said,)), who, at)
    answered_line = after.line(line.id) or line
    changed = answered_line.replace(
        offered=(None if is_near else price) if price else answered_line.offered,
        delivery=row.delivery or answered_line.delivery,
    )
    return after.with_line(changed) if changed != answered_line else after


def _is_near(price: Money, ordered: Money, percent: int) -> bool:
    return abs(price.minor - ordered.minor) * 100 <= ordered.minor * percent


def _refused(line: PurchaseLine, meaning: Meaning, units: int | None) -> int:
    """Return how many units of a line the supplier refuses in all; raises ValueError if it confirms too many."""
    if meaning is Meaning.REJECTED:
        return max(line.refused, line.refused + line.open if units is None else units)
    if meaning is Meaning.ACKNOWLEDGED and units is not None:
        if units > line.ordered:
            raise ValueError(f"{units} units of {line.sku} are confirmed, and {line.ordered} were ordered")
        return max(line.refused, line.ordered - units)
    return line.refused


def _said(line: PurchaseLine, row: PurchaseRow, refused: int, price: Money | None) -> str:
    """Return what the supplier says that differs from what was ordered, with its reason."""
    parts = [f"{line.ordered - refused} of {line.ordered} units"] if refused > line.refused else []
    if price and price != line.unit_cost:
        parts.append(f"{price.amount} instead of {line.unit_cost.amount}")
    return ", ".join(filter(None, (*parts, row.reason)))[:255]
