"""Answers of suppliers, row by row, and what of a fulfilment order they speak of."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from packhorse.domain.orders.parcel import Parcel
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.spreadsheets import without_fraction
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.sources import LINE_NAMES, Source
from packhorse.domain.supply.whole_day import WholeDay
from packhorse.domain.values import Instant, Text, Value

_SEPARATED = re.compile(r"[;,|/+]")


class RowFault(NamedTuple):
    """A fault in a row of a file; `column` is the field that it is in."""

    row: int
    column: str | None
    message: str


class Reference(NamedTuple):
    """How a row names its fulfilment order: by our id of it, the order's number, or that of its purchase order.

    The number of an order may name several: tracking number and sku of the row settle which.
    """

    fulfilment: str = ""
    order: str = ""
    purchase_order: str = ""
    tracking: str = ""
    sku: str = ""

    @property
    def column(self) -> str:
        """The field that names it."""
        return next((name for name, value in self._asdict().items() if value), "order")

    def __str__(self) -> str:
        return self.fulfilment or self.order or self.purchase_order


class RowReference(NamedTuple):
    """How a row, also one that was not understood, names a fulfilment order; whether it may say that units left."""

    row: int
    reference: Reference
    may_have_shipped: bool


class AnswerRow(Value):
    """What one row says of a fulfilment order, which it names as a `Reference` does.

    Without line and sku it speaks of all its lines; without a quantity, of all units that remain. `line` is the number
    of the line in files, or its id, whichever the files have. `cause` is what the `reason` says of the stock there.
    """

    row: int
    meaning: Meaning
    fulfilment: str = ""
    order: str = ""
    purchase_order: str = ""
    reason: Text = ""
    cause: RejectReason = RejectReason.OTHER
    line: str = ""
    sku: str = ""
    supplier_sku: str = ""
    quantity: int | None = None
    carrier: Text = ""
    tracking: Text = ""
    shipped_at: Instant | WholeDay | None = None

    @property
    def reference(self) -> Reference:
        """How the row names its fulfilment order."""
        if self.fulfilment or self.purchase_order:
            return Reference(self.fulfilment, self.order, self.purchase_order)
        return Reference(order=self.order, tracking=self.tracking, sku=self.sku or self.supplier_sku)


class ExpectedLine(NamedTuple):
    """A line that a supplier was sent, and how many of its units have not left yet.

    `supplier_sku` is the supplier's own sku now, `sent_as` the one that its file had.
    """

    id: str
    sku: str
    supplier_sku: str
    quantity: int
    remaining: int
    sent_as: str = ""

    @property
    def skus(self) -> tuple[str, ...]:
        """All skus that name it."""
        return tuple(filter(None, (self.sku, self.supplier_sku, self.sent_as)))


class KitPart(NamedTuple):
    """A component of a kit: all skus that name it, ours first, and how many of it a kit has."""

    skus: tuple[str, ...]
    each: int


class ExpectedKit(NamedTuple):
    """A kit that lines are of, by its sku, and its components."""

    sku: str
    parts: tuple[KitPart, ...]


class ExpectedRow(NamedTuple):
    """A row of a file by its number: the id of its line, and the sku of the component that it had of a kit."""

    line: str
    part: str | None = None


class Expected(NamedTuple):
    """A fulfilment order that a supplier was sent: its lines by their numbers in files, and the parcels that left.

    `cancelled` are the units by line that the supplier said before to keep back, `rejected` those that it rejected
    before: of a line that was rejected whole nothing is left. `withheld` are those cancelled and rejected units that it
    has not shipped all the same. `parcels` with `uncounted` are all that left. `line_names`: by what its files name
    lines.
    `is_in_part`: a row that may say that units have left is not among its rows, so that what remains is unclear.
    `requested` are the units by line that it is requested to keep back and has; None if it never was requested to.
    `kits` are those among its lines. `rows` are those of files by their numbers; empty where they are the lines.
    """

    fulfilment: str
    lines: tuple[ExpectedLine, ...]
    parcels: tuple[Parcel, ...] = ()
    uncounted: tuple[Parcel, ...] = ()
    cancelled: Mapping[str, int] = MappingProxyType({})
    rejected: Mapping[str, int] = MappingProxyType({})
    withheld: Mapping[str, int] = MappingProxyType({})
    line_names: Collection[Source] = LINE_NAMES
    is_in_part: bool = False
    requested: Mapping[str, int] | None = None
    kits: tuple[ExpectedKit, ...] = ()
    rows: tuple[ExpectedRow, ...] = ()

    @property
    def reported(self) -> tuple[Parcel, ...]:
        """All parcels that left."""
        return (*self.parcels, *self.uncounted)

    @property
    def wanted(self) -> tuple[ExpectedLine, ...]:
        """The lines without those that were rejected whole."""
        return tuple(line for line in self.lines if line.quantity)


def by_reference(rows: Iterable[AnswerRow]) -> Mapping[Reference, tuple[AnswerRow, ...]]:
    """Return the rows by how they name their fulfilment order, each group in the file's order."""
    groups: dict[Reference, list[AnswerRow]] = {}
    for row in rows:
        groups.setdefault(row.reference, []).append(row)
    return {key: tuple(group) for key, group in groups.items()}


def lines_named(row: AnswerRow, expected: Expected) -> tuple[ExpectedLine, ...]:
    """Return the lines that a row speaks of; raises ValueError for a line or sku that was not sent.

    Several lines can have one sku. Zeros that a spreadsheet took off a sku are put back where only one sku fits.
    """
    skus = [sku for sku in (row.sku, row.supplier_sku) if sku]
    if row.line:
        return (_by_line(row.line, skus, expected),)
    if skus:
        return _by_sku(skus, expected)
    return expected.wanted


def _by_line(name: str, skus: Sequence[str], expected: Expected) -> ExpectedLine:
    called = lines_called(name, expected)
    if not called:
        raise ValueError(f"no line “{name[:40]}” was sent: the fulfilment order has {len(expected.lines)}")
    found = called
    for sku in skus:
        found = [line for line in found if line in (_lines_of(sku, expected) or called)]
    if not found:
        raise ValueError(f"line “{name[:40]}” is {called[0].sku[:40]}, and the row names “{skus[0][:40]}”, too")
    if len(found) > 1:
        raise ValueError(f"“{name[:40]}” is the number of a line and the id of another: name its sku, too")
    return found[0]


def lines_called(name: str, expected: Expected) -> list[ExpectedLine]:
    """Return the lines that a number or an id names: two if it is the number of one and the id of another."""
    lines, called = expected.lines, []
    number = without_fraction(name)
    if Source.LINE_NUMBER in expected.line_names and number.isdecimal() and 0 < int(number) <= len(lines):
        called.append(lines[int(number) - 1])
    if Source.LINE_ID in expected.line_names:
        line_id = same_sku(name, (line.id for line in lines))
        called += [line for line in lines if line.id == line_id and line not in called]
    return called


def _by_sku(skus: Sequence[str], expected: Expected) -> tuple[ExpectedLine, ...]:
    for sku in skus:
        if found := _lines_of(sku, expected):
            return found
    names = _skus_of(expected)
    parts = [part.strip() for part in _SEPARATED.split(skus[0])]
    if len(parts) > 1 and set(parts) <= names:
        raise ValueError(f"“{skus[0][:40]}” is several skus in one cell: set joined_by in the layout")
    raise ValueError(f"“{skus[0][:40]}” is no sku of the fulfilment order: {', '.join(sorted(names))[:100]}")


def _lines_of(sku: str, expected: Expected) -> tuple[ExpectedLine, ...]:
    """Return the lines of a sku, ours or the supplier's; none for another one's."""
    name = same_sku(sku, _skus_of(expected))
    return tuple(line for line in expected.lines if name and name in line.skus)


def _skus_of(expected: Expected) -> set[str]:
    return {name for line in expected.lines for name in line.skus}


def same_sku(sku: str, names: Iterable[str]) -> str | None:
    """Return the name that a sku is, whatever its case, and whatever a spreadsheet made of a number.

    >>> same_sku("123", {"00123", "B"}), same_sku("b", {"00123", "B"}), same_sku("123", {"00123", "0123"})
    ('00123', 'B', None)
    >>> same_sku("123.0", {"00123", "B"}), same_sku("12.0", {"12", "12.0"})
    ('00123', '12.0')
    """
    candidates = set(names)
    if sku in candidates:
        return sku
    for spelled in (str.casefold, _without_zeros):
        found = [name for name in candidates if spelled(name) == spelled(sku)]
        if len(found) == 1:
            return found[0]
    number = without_fraction(sku)
    return None if number == sku else same_sku(number, candidates)


def _without_zeros(sku: str) -> str:
    return sku.lstrip("0") if sku.isdecimal() else sku
