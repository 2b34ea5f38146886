"""Rows of a supplier about components of kits, as rows about whole kits: a file counts those that it has all of.

What it has of a kit beyond whole ones is a fault: a person sees what is missing, and nothing counts as left in part.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from packhorse.domain.orders.parcel import contents_of, tracking_numbers
from packhorse.domain.spreadsheets import without_fraction
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answers import AnswerRow, Expected, ExpectedKit, RowFault, lines_called, same_sku
from packhorse.domain.supply.replies import stored_parcels
from packhorse.domain.supply.sources import Source

LONGEST_TRACKING = 255

UnitsNamed = Mapping[str, int | None]
"""Units by component; None: the rest of them."""


class WholeRows(NamedTuple):
    """Rows about lines, what they are compared with, and the faults of rows that are about none."""

    rows: tuple[AnswerRow, ...]
    expected: Expected
    faults: tuple[RowFault, ...] = ()


class _PartRow(NamedTuple):
    """A row about a component, by our sku of it; with a line it is of that kit alone."""

    part: str
    row: AnswerRow


def in_whole_kits(rows: Sequence[AnswerRow], expected: Expected) -> WholeRows:
    """Return the rows with those about components as rows about whole kits, and those by number as rows by line id."""
    if not expected.kits:
        return WholeRows(tuple(rows), expected)
    reading = _KitReading(expected)
    for row in rows:
        reading.add(row)
    reading.make_whole()
    in_order = sorted(reading.rows, key=lambda row: row.row)
    return WholeRows(tuple(in_order), reading.expected, tuple(reading.faults))


class _KitReading:
    """Rows about lines as they are found, and the rows about components that are still to be made whole."""

    def __init__(self, expected: Expected) -> None:
        self.expected = expected._replace(line_names={Source.LINE_ID}) if expected.rows else expected
        self.rows: list[AnswerRow] = []
        self.faults: list[RowFault] = []
        self._line_names = expected.line_names
        self._parts: list[_PartRow] = []
        self._new: Counter[str] = Counter()
        """Units of kits that rows name beyond those that may be stored."""
        self._plain = {name for line in expected.lines for name in line.skus}
        self._skus = {name: part.skus[0] for kit in expected.kits for part in kit.parts for name in part.skus}
        parts = [(row.line, row.part) for row in expected.rows if row.part]
        sent_apart = {line.sku for line in expected.lines if line.id in dict(parts)}
        sent = self._plain.union(part for _, part in parts)
        self._kits = [
            kit for kit in expected.kits if kit.sku in sent_apart or any(part.skus[0] not in sent for part in kit.parts)
        ]
        """Kits that rows about components may be of: none that was sent whole where all its components were sent, too.

        These went in lines of their own, or for other kits.
        """

    def add(self, row: AnswerRow) -> None:
        """Add a row as it is read: about lines or a component."""
        try:
            row = self._by_id(row) if self.expected.rows and row.line else row
        except ValueError as error:
            self.faults.append(RowFault(row.row, "line", str(error)))
            return
        part = self._part(row)
        if part is None:
            self.rows.append(row)
        elif row.meaning is Meaning.CANCEL_REFUSED:
            kit = next(kit for kit in self.expected.kits if _has(kit, part))
            self.rows.append(_about(kit, row))
        else:
            self._parts.append(_PartRow(part, row))

    def _part(self, row: AnswerRow) -> str | None:
        """Return the component that a row is about, None if it is about lines."""
        kits = {kit.sku for kit in self.expected.kits}
        if row.line and any(line.sku not in kits for line in lines_called(row.line, self.expected)):
            return None
        named = (same_sku(sku, self._plain | self._skus.keys()) for sku in (row.sku, row.supplier_sku) if sku)
        return self._skus.get(next(filter(None, named), ""))

    def _by_id(self, row: AnswerRow) -> AnswerRow:
        """Return a row by the number of a row in files as one by the id of its line, or by the sku of its component."""
        number, rows = without_fraction(row.line), self.expected.rows
        ids = {line.id for line in self.expected.lines} if Source.LINE_ID in self._line_names else set()
        if Source.LINE_NUMBER not in self._line_names or not number.isdecimal() or not 0 < int(number) <= len(rows):
            if not same_sku(row.line, ids):
                raise ValueError(f"no line “{row.line[:40]}” was sent: the fulfilment order has {len(rows)}")
            return row
        line, part = rows[int(number) - 1]
        skus = [sku for sku in (row.sku, row.supplier_sku) if sku]
        if row.line in ids - {line}:
            if not skus:
                raise ValueError(f"“{row.line[:40]}” is the number of a line and the id of another: name its sku, too")
            return row.replace(line="")
        if part is None:
            return row.replace(line=line)
        if not skus:
            return row.replace(line=line, sku=part)
        if not any(self._is_of(sku, line, part) for sku in skus):
            raise ValueError(f"line “{row.line[:40]}” is {part[:40]}, and the row names “{skus[0][:40]}”, too")
        return row.replace(line=line)

    def _is_of(self, sku: str, line: str, part: str) -> bool:
        """Return whether a sku names that component, or the kit of the line as a whole."""
        whole = {name for each in self.expected.lines if each.id == line for name in each.skus}
        return same_sku(sku, whole) is not None or self._skus.get(same_sku(sku, self._skus) or "") == part

    def make_whole(self) -> None:
        """Make the rows about components whole: those of a parcel first, then what several parcels have of a kit."""
        groups: dict[tuple[Meaning, frozenset[str]], list[_PartRow]] = {}
        for each in self._parts:
            groups.setdefault((each.row.meaning, tracking_numbers(each.row.tracking)), []).append(each)
        left: list[_PartRow] = []
        for (meaning, _), rows in groups.items():
            rest = self._whole(rows)
            if meaning is Meaning.SHIPPED:
                left += rest
            else:
                self._end(rest)
        self._end(self._whole(left) if len({tracking_numbers(row.tracking) for _, row in left}) > 1 else left)

    def _whole(self, rows: list[_PartRow]) -> list[_PartRow]:
        """Add the rows of whole kits that these rows have; return what they have beyond.

        A row without a quantity speaks of all kits that have the component, and of a line of that product.
        """
        vague: list[_PartRow] = []
        for kit in self._kits:
            of_kit = [each for each in rows if self._may_be_of(kit, each)]
            joined = ", ".join(dict.fromkeys(each.row.tracking for each in of_kit if each.row.tracking))
            if not of_kit or len(joined) > LONGEST_TRACKING:
                continue
            first = of_kit[0].row.replace(tracking=joined)
            units = self._units(kit, _said(of_kit), first)
            if units != 0:
                self.rows.append(_about(kit, first, units))
                vague += [each for each in of_kit if each.row.quantity is None]
                rows = list(_beyond(rows, of_kit, kit, units))
            elif first.meaning is Meaning.ACKNOWLEDGED and not all(each.part in self._plain for each in of_kit):
                self.rows.append(_about(kit, first, 0))
        self._end(each for each in dict.fromkeys(vague) if self._is_of_line(each))
        return [each for each in rows if each not in vague]

    def _may_be_of(self, kit: ExpectedKit, each: _PartRow) -> bool:
        line = each.row.line
        return _has(kit, each.part) and (not line or any(of.sku == kit.sku for of in lines_called(line, self.expected)))

    def _is_of_line(self, each: _PartRow) -> bool:
        """Return whether a row may be about a line of that product itself."""
        return each.part in self._plain and not each.row.line

    def _units(self, kit: ExpectedKit, said: UnitsNamed, first: AnswerRow) -> int | None:
        """Return how many kits the units are all of: None for the rest, as many as wanted where each could be alone."""
        if any(part.skus[0] not in said for part in kit.parts):
            return 0
        counts = [units // part.each for part in kit.parts if (units := said[part.skus[0]]) is not None]
        if not counts:
            return None
        others = [each for each in self.expected.kits if each is not kit]
        is_shared = all(
            part.skus[0] in self._plain or any(_has(each, part.skus[0]) for each in others) for part in kit.parts
        )
        if not is_shared:
            return min(counts)
        stored = self._stored(kit, first)
        most = stored + sum(line.remaining for line in self.expected.lines if line.sku == kit.sku) - self._new[kit.sku]
        units = max(min(*counts, most), 0)
        self._new[kit.sku] += max(units - stored, 0)
        return units

    def _stored(self, kit: ExpectedKit, row: AnswerRow) -> int:
        """Return how many kits of a row may be stored: those of its parcel, or those that are not to be shipped."""
        expected = self.expected
        if row.meaning is Meaning.SHIPPED:
            known = contents_of(stored_parcels(row.tracking, expected.reported)) + Counter(expected.withheld)
        else:
            known = Counter(expected.rejected) + Counter(expected.cancelled)
        return sum(known[line.id] for line in expected.lines if line.sku == kit.sku)

    def _end(self, rows: Iterable[_PartRow]) -> None:
        """Add what is beyond whole kits as rows about lines of these products, or as faults."""
        for part, row in rows:
            if self._is_of_line(_PartRow(part, row)):
                self.rows.append(row)
            elif row.quantity != 0 and row.meaning is not Meaning.ACKNOWLEDGED:
                self.faults.append(RowFault(row.row, "sku", self._text_of(part)))

    def _text_of(self, part: str) -> str:
        kit = next(kit for kit in self.expected.kits if _has(kit, part))
        makes = ", ".join(f"{each.each} {each.skus[0]}" for each in kit.parts)
        return f"“{part[:40]}” beyond whole kits: a {kit.sku[:40]} is {makes}"[:255]


def _about(kit: ExpectedKit, row: AnswerRow, units: int | None = None) -> AnswerRow:
    """Return a row as one about whole kits."""
    return row.replace(line="", sku=kit.sku, supplier_sku="", quantity=units)


def _has(kit: ExpectedKit, part: str) -> bool:
    return any(each.skus[0] == part for each in kit.parts)


def _said(rows: Iterable[_PartRow]) -> UnitsNamed:
    """Return the units of rows by component: of one without a quantity as many as the others make kits of."""
    said: dict[str, int | None] = {}
    for part, row in rows:
        before = said.get(part, 0)
        said[part] = None if before is None or row.quantity is None else before + row.quantity
    return said


def _beyond(
    rows: Iterable[_PartRow], of_kit: Collection[_PartRow], kit: ExpectedKit, units: int | None
) -> Iterator[_PartRow]:
    """Yield rows without what is in so many kits."""
    used = Counter({part.skus[0]: part.each * (units or 0) for part in kit.parts})
    for part, row in rows:
        if _PartRow(part, row) not in of_kit or row.quantity is None:
            yield _PartRow(part, row)
        else:
            taken = min(row.quantity, used[part])
            used[part] -= taken
            if taken < row.quantity:
                yield _PartRow(part, row.replace(quantity=row.quantity - taken))
