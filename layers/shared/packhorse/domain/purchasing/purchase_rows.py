"""Rows of a supplier's file about a purchase order; those of one line add up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.values import Text, Value

MAX_REASON = 255
SEQUENCE = (Meaning.REJECTED, Meaning.ACKNOWLEDGED, Meaning.SHIPPED)
"""What is refused is read first: confirmations are of what is left, and a shipping notice knows most."""


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

    @property
    def names_line(self) -> bool:
        """Whether it speaks of one line alone."""
        return bool(self.line or self.sku or self.supplier_sku)


class NamedRow(NamedTuple):
    """A row with the lines that it speaks of: one alone if it has a quantity, which is in units."""

    row: PurchaseRow
    lines: tuple[PurchaseLine, ...]


def in_sequence(rows: Iterable[NamedRow]) -> list[NamedRow]:
    """Return the rows of a file in the sequence in which they are read, whatever theirs in the file is.

    One about a single line is read after those about all lines, and the latest one last: it stays.
    """
    return sorted(rows, key=_place)


def _place(each: NamedRow) -> tuple[object, ...]:
    row = each.row
    quantity = -1 if row.quantity is None else row.quantity
    price = Decimal(-1) if row.unit_cost is None else row.unit_cost
    dated = (row.expected_on or date.min, len(row.delivery), row.delivery)
    ids = tuple(line.id for line in each.lines)
    return (SEQUENCE.index(row.meaning), row.names_line, price, *dated, row.reason, quantity, ids)


def at_highest_prices(rows: Sequence[NamedRow]) -> list[NamedRow]:
    """Return the rows, each that states a price with the highest one that the file states of its line.

    A row that is wrong by itself says nothing about the others, nor they about it.
    """
    highest: dict[str, Decimal] = {}
    for each in filter(_is_priced, rows):
        name, price = each.lines[0].id, each.row.unit_cost or Decimal(0)
        highest[name] = max(price, highest.get(name, price))
    return [
        each._replace(row=each.row.replace(unit_cost=highest[each.lines[0].id])) if _is_priced(each) else each
        for each in rows
    ]


def _is_priced(each: NamedRow) -> bool:
    return each.row.unit_cost is not None and (each.row.quantity or 0) <= each.lines[0].ordered


def added_up(rows: Sequence[NamedRow]) -> Iterator[NamedRow]:
    """Yield the rows, each with the units of all rows of the file that confirm, or refuse, units of its line.

    Suppliers confirm a line in several deliveries, and refuse units for several reasons, with a row for each. Rows that
    confirm several deliveries have the date of the last one. What one row confirms and another one refuses is refused.
    """
    groups: dict[tuple[str, Meaning], list[NamedRow]] = {}
    for each in rows:
        if _counts(each):
            groups.setdefault((each.lines[0].id, each.row.meaning), []).append(each)
    for each in rows:
        yield NamedRow(_in_group(each, groups), each.lines) if _counts(each) else each


def _in_group(each: NamedRow, groups: Mapping[tuple[str, Meaning], Sequence[NamedRow]]) -> PurchaseRow:
    """Return a row that counts, with the units of all rows of its group: those with its line and its meaning."""
    line = each.lines[0]
    rejecting = groups.get((line.id, Meaning.REJECTED), ())
    if each.row.meaning is Meaning.REJECTED:
        return _refusing(each, rejecting)
    refused = _refusing(rejecting[0], rejecting).quantity or 0 if rejecting else 0
    return _without(_confirming(each, groups[line.id, each.row.meaning]), refused, line)


def _counts(each: NamedRow) -> bool:
    """Return whether the units of a row are added to those of others; one with more than were ordered is wrong."""
    row = each.row
    if row.quantity is None or row.meaning not in (Meaning.ACKNOWLEDGED, Meaning.REJECTED):
        return False
    return row.quantity <= each.lines[0].ordered


def _refusing(each: NamedRow, group: Sequence[NamedRow]) -> PurchaseRow:
    """Return a row with the units that all rows of its group refuse, and all their reasons."""
    line = each.lines[0]
    parts = list(dict.fromkeys(other.row.replace(row=0) for other in group))  # a row that is there twice, once
    units = _in_all(parts, (line.open + line.refused,))
    return each.row.replace(quantity=units, reason=_joined(part.reason for part in parts))


def _confirming(each: NamedRow, group: Sequence[NamedRow]) -> PurchaseRow:
    """Return a row with the units that all rows of its group confirm, their last date, and what each delivers."""
    line, row, parts = each.lines[0], each.row, [other.row for other in group]
    units = _in_all(parts, (line.requested.units, line.ordered))
    if units != sum(part.quantity or 0 for part in parts):
        return row.replace(quantity=units)
    dates = {part.expected_on for part in parts if part.expected_on}
    deliveries = [f"{part.quantity} on {part.expected_on}" for part in parts if len(dates) > 1 and part.expected_on]
    reason = _joined([*deliveries, *(part.reason for part in parts)])
    return row.replace(quantity=units, expected_on=max(dates, default=None), reason=reason)


def _without(row: PurchaseRow, refused: int, line: PurchaseLine) -> PurchaseRow:
    """Return a row that confirms units with no more than are left without those that the same file refuses."""
    if refused > line.open + line.refused:
        return row  # that row is wrong
    left = line.requested.units - max(0, refused - line.requested.refused)
    return row.replace(quantity=min(row.quantity or 0, left)) if refused else row


def _in_all(rows: Sequence[PurchaseRow], limits: Sequence[int]) -> int:
    """Return the sum of the rows' units; those of one row if all have the same number, and the sum is too large."""
    units = [row.quantity or 0 for row in rows]
    fits = sum(units) <= limits[0] or sum(units) in limits
    return units[0] if len(set(units)) == 1 and not fits else sum(units)


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, texts)))[:MAX_REASON]
