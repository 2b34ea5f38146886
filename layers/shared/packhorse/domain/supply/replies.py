"""What a supplier's rows about one fulfilment order change: parcels that left, rejections, corrections.

Rows that name units are read first, then those that mean the rest: of a line before that of several, and of all. So
"the rest" is what no row of the file says anything else about, whatever their order. Of equal rows those that say
`shipped` come first: rather too few units are routed again than too many.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from packhorse.domain.orders.parcel import Parcel, contents_of, parts_of, tracking_numbers
from packhorse.domain.plural import agree
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answers import AnswerRow, Expected, ExpectedLine, RowFault, lines_named
from packhorse.domain.supply.reply import Reply, ReportedParcel, SupplierRejection, TrackingChange

MANY_REASONS = 5
UNCLEAR_REST = (
    "says that of whatever remains, but a row that may say that units have left was not applied: name the units"
)


@dataclass
class _Group:
    """Rows with one tracking number: `counted` are those with a quantity, `rest` the lines of those without.

    `units` are those of `counted` by line, as they are spread over what remains; `reserved` are those that rows before
    it leave to it. `vagueness` is of how many lines its vaguest row means the rest.
    """

    first: AnswerRow
    counted: list[tuple[AnswerRow, tuple[ExpectedLine, ...]]] = field(default_factory=list)
    units: "Counter[str]" = field(default_factory=Counter)
    rest: dict[str, ExpectedLine] = field(default_factory=dict)
    vagueness: int = 0
    reserved: "Counter[str]" = field(default_factory=Counter)
    has_repeated_rows: bool = False
    names_lines: bool = False


@dataclass
class _NotShipped:
    """Units that rows say the supplier does not ship, and why; `said` are those by line that were said before."""

    said: "Counter[str]"
    units: "Counter[str]" = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)
    seen: "Counter[AnswerRow]" = field(default_factory=Counter)

    def stated(self) -> SupplierRejection | None:
        """Return the units with the reasons, None without any."""
        reasons = list(dict.fromkeys(filter(None, self.reasons)))[:MANY_REASONS]
        units = +self.units
        return SupplierRejection(reason="; ".join(reasons)[:255], lines=parts_of(units)) if units else None


class _Writing:
    """The reply as it grows, and the units that remain; `reserved` are those that rows name which are read later."""

    def __init__(self, expected: Expected) -> None:
        self.expected = expected
        self.remaining = Counter({line.id: line.remaining for line in expected.lines})
        self.reserved: Counter[str] = Counter()
        self.agreed = Counter(expected.agreed)
        self.cancelled = _NotShipped(Counter(expected.cancelled))
        self.rejected = _NotShipped(Counter(expected.rejected))
        self.parcels: list[ReportedParcel] = []
        self.late: list[ReportedParcel] = []
        self.corrections: list[TrackingChange] = []
        self.numbers: tuple[str, ...] = ()
        self.faults: list[RowFault] = []
        self.warnings: list[RowFault] = []

    @property
    def rest(self) -> "Counter[str]":
        """The units by line that no row names."""
        return self.remaining - self.reserved

    def parcel(self, group: _Group, units: "Counter[str]") -> None:
        """Add a parcel, and take its units from what remains."""
        self.remaining = self.remaining - units
        self.parcels.append(_reported(group, units))

    def late_parcel(self, group: _Group, units: "Counter[str]") -> None:
        """Add a parcel of units that the supplier had agreed to keep back."""
        self.agreed = self.agreed - units
        self.late.append(_reported(group, units))


def _reported(group: _Group, units: "Counter[str]") -> ReportedParcel:
    first = group.first
    lines = parts_of(units)
    return ReportedParcel(carrier=first.carrier, tracking=first.tracking, shipped_at=first.shipped_at, lines=lines)


def reply_of(rows: Sequence[AnswerRow], expected: Expected) -> Reply:
    """Return what the rows of one file change of a fulfilment order; rows that do not fit it are faults."""
    writing = _Writing(expected)
    named = [(row, lines) for row in rows if (lines := _named(row, writing))]
    shipped = [each for each in named if each[0].meaning is Meaning.SHIPPED]
    writing.numbers = tuple(row.tracking for row, _ in shipped if row.tracking)
    groups = _groups(shipped, writing)
    for vagueness in range(len(expected.lines) + 1):
        for group in groups:
            if group.vagueness == vagueness:
                _ship(group, writing)
        _keep_all([each for each in named if _vagueness(*each) == vagueness], writing)
    refusals = [row.reason for row, _ in named if row.meaning is Meaning.CANCEL_REFUSED]
    return Reply(
        acknowledged=any(row.meaning is Meaning.ACKNOWLEDGED for row, _ in named),
        rejection=writing.rejected.stated(),
        cancelled=writing.cancelled.stated(),
        cancel_refused="; ".join(dict.fromkeys(filter(None, refusals)))[:255] if refusals else None,
        parcels=tuple(writing.parcels),
        late=tuple(writing.late),
        corrections=tuple(writing.corrections),
        faults=tuple(writing.faults),
        warnings=tuple(writing.warnings),
    )


def _named(row: AnswerRow, writing: _Writing) -> tuple[ExpectedLine, ...]:
    """Return the lines of a row; none, and a fault, if it does not fit the fulfilment order."""
    try:
        lines = lines_named(row, writing.expected)
    except ValueError as error:
        writing.faults.append(RowFault(row.row, "line" if row.line else "sku", str(error)))
        return ()
    if row.quantity is not None and len({line.sku for line in lines}) > 1:
        text = "a quantity needs a line or a sku: the fulfilment order has several"
        writing.faults.append(RowFault(row.row, "quantity", text))
        return ()
    return lines


def _vagueness(row: AnswerRow, lines: Sequence[ExpectedLine]) -> int:
    """Return 0 for a row that names units, else of how many lines it means the rest."""
    return len(lines) if row.quantity is None else 0


def _groups(rows: Iterable[tuple[AnswerRow, tuple[ExpectedLine, ...]]], writing: _Writing) -> Sequence["_Group"]:
    """Return the rows by tracking number: those that name units first, those that mean whatever remains last."""
    groups: dict[frozenset[str], _Group] = {}
    seen: set[AnswerRow] = set()
    for row, lines in rows:
        key = tracking_numbers(row.tracking)
        group = groups.setdefault(key, _Group(row))
        group.names_lines = group.names_lines or lines != writing.expected.wanted or len(lines) == 1
        same = row.replace(row=0)
        group.has_repeated_rows = group.has_repeated_rows or same in seen
        seen.add(same)
        group.vagueness = max(group.vagueness, _vagueness(row, lines))
        if row.quantity is None:
            group.rest.update({line.id: line for line in lines})
        else:
            group.counted.append((row, lines))
    for group in groups.values():
        if group.rest:
            group.reserved = _named_units(group, writing)
            writing.reserved += group.reserved
    return sorted(groups.values(), key=lambda group: len(group.rest))


def _named_units(group: _Group, writing: _Writing) -> "Counter[str]":
    """Return the units by line that rows of a parcel name, that remain and are not in it yet."""
    held = contents_of(_stored_parcels(group.first.tracking, writing.expected.reported))
    return (_spread(group, held, writing) - held) & writing.remaining


def _spread(group: _Group, held: "Counter[str]", writing: _Writing) -> "Counter[str]":
    """Return the units of rows by line: those of one sku are of the lines that its parcels hold, then that remain.

    Next come the lines of which units were to be kept back.
    """
    remaining = held + writing.remaining
    units: Counter[str] = Counter()
    for row, lines in group.counted:
        left = row.quantity or 0
        for most in (held, remaining, remaining + writing.agreed, Counter({line.id: line.quantity for line in lines})):
            for line in lines:
                taken = max(0, min(left, most[line.id] - units[line.id]))
                units[line.id] += taken
                left -= taken
        units[lines[-1].id] += left
    return +units


def _ship(group: _Group, writing: _Writing) -> None:
    writing.reserved -= group.reserved
    stored = _stored_parcels(group.first.tracking, writing.expected.reported)
    group.units = _spread(group, contents_of(stored), writing)
    units = group.units - contents_of(stored)
    if late := _late_units(group, units, bool(stored), writing):
        _ship_late(group, units, late, writing)
        return
    is_corrected = bool(units and group.first.tracking) and not units & writing.remaining
    if is_corrected:
        if not _correct(group, set(units), writing):
            return
        units = Counter()
    units |= Counter({line: writing.rest[line] for line in group.rest})
    over = units - writing.remaining
    if units and not over:
        writing.parcel(group, units)
    elif is_corrected or (stored and not units):
        return  # reported once more
    elif not group.units:
        _without_units(group, writing)
    else:
        _too_many(group, units, over, writing)


def _late_units(group: _Group, units: "Counter[str]", is_stored: bool, writing: _Writing) -> "Counter[str]":
    """Return the units of a parcel that the supplier had agreed to keep back: what it holds beyond what remains.

    A row without a quantity means them where nothing else has left or remains. Without a tracking number, units may be
    some that have left before.
    """
    if group.counted:
        may_be_others = not group.first.tracking and bool(writing.expected.parcels)
        late = units - writing.remaining
        return late if late <= writing.agreed and not (group.has_repeated_rows or may_be_others) else Counter()
    is_over = not (is_stored or writing.expected.parcels or writing.parcels or writing.remaining.total())
    return Counter({line: writing.agreed[line] for line in group.rest if is_over and writing.agreed[line]})


def _ship_late(group: _Group, units: "Counter[str]", late: "Counter[str]", writing: _Writing) -> None:
    """Add the parcel, unless its number may be another one of a parcel that left before."""
    fitting = units & writing.remaining
    former = None if fitting else _only_like(group, late.keys(), writing)
    if former:
        text = f"may be another number of parcel {former.tracking}, or units that were to be kept back: ask the "
        text += "supplier, and correct the number if it is"
        writing.faults.append(RowFault(group.first.row, "tracking", text))
        return
    if fitting:
        writing.parcel(group, fitting)
    writing.late_parcel(group, late)


def _without_units(group: _Group, writing: _Writing) -> None:
    """Handle a parcel for which no units remain: of this file a further one, else a corrected tracking number."""
    if not group.first.tracking:
        return
    if writing.parcels and not group.names_lines:
        writing.parcel(group, Counter())
    else:
        _correct(group, set(group.rest), writing)


def _too_many(group: _Group, units: "Counter[str]", over: "Counter[str]", writing: _Writing) -> None:
    fitting = units & writing.remaining
    if group.has_repeated_rows and fitting:
        writing.warnings.append(RowFault(group.first.row, None, "rows are there twice: counted once"))
        writing.parcel(group, fitting)
    else:
        writing.faults.append(RowFault(group.first.row, "quantity", _too_many_text(over, writing)))


def _too_many_text(over: "Counter[str]", writing: _Writing) -> str:
    by_id = {line.id: line for line in writing.expected.lines}
    parts = (f"{units} too many of {by_id[line].sku}" for line, units in over.items())
    return f"says that more units have left than remain: {', '.join(parts)}"


def _correct(group: _Group, lines: set[str], writing: _Writing) -> bool:
    """Take another tracking number as that of the one parcel that holds the lines; return whether it is.

    Not of a parcel that the same file names by its own number, nor for other units than it holds.
    """
    first = group.first
    holding = _holding(lines, writing)
    if not holding:
        text = "no units remain that could have left"
    elif any(parcel.is_named(name) for parcel in holding for name in writing.numbers):
        text = "its units have left in a parcel that the file names, too"
    elif len(holding) > 1 or not holding[0].tracking or not _is_like(holding[0], group):
        text = "these units have left already, in other parcels: correct the tracking number of the right one"
    else:
        place = next(place for place, each in enumerate(writing.expected.parcels, 1) if each is holding[0])
        change = TrackingChange(place=place, tracking=first.tracking, carrier=first.carrier)
        writing.corrections.append(change)
        return True
    writing.faults.append(RowFault(first.row, "tracking", text))
    return False


def _holding(lines: Collection[str], writing: _Writing) -> list[Parcel]:
    return [parcel for parcel in writing.expected.parcels if contents_of((parcel,)).keys() & lines]


def _only_like(group: _Group, lines: Collection[str], writing: _Writing) -> Parcel | None:
    """Return the one parcel that holds the lines, if the rows may state another number of it."""
    holding = _holding(lines, writing)
    return holding[0] if len(holding) == 1 and holding[0].tracking and _is_like(holding[0], group) else None


def _is_like(parcel: Parcel, group: _Group) -> bool:
    """Return whether the rows may mean a parcel: they name each of its lines, and no other number of units."""
    held = contents_of((parcel,))
    named = group.units.keys() | group.rest.keys()
    return held.keys() <= named and all(held[line] == number for line, number in group.units.items())


def _stored_parcels(tracking: str, parcels: Iterable[Parcel]) -> tuple[Parcel, ...]:
    """Return the parcels with this tracking number; without one, those that have none either.

    Units without a number that are reported once more are thus the same: rather too few have left than too many.
    """
    if not tracking_numbers(tracking):
        return tuple(parcel for parcel in parcels if not tracking_numbers(parcel.tracking))
    return tuple(parcel for parcel in parcels if parcel.is_named(tracking))


def _keep_all(rows: Iterable[tuple[AnswerRow, tuple[ExpectedLine, ...]]], writing: _Writing) -> None:
    """Take the units that rows say are kept back, then those that they reject, out of what remains."""
    for meaning, kept in ((Meaning.CANCELLED, writing.cancelled), (Meaning.REJECTED, writing.rejected)):
        for row, lines in rows:
            if row.meaning is meaning:
                _keep(row, lines, kept, writing)


def _keep(row: AnswerRow, lines: Sequence[ExpectedLine], kept: _NotShipped, writing: _Writing) -> None:
    """Take the units that a row says are not shipped out of what remains; one that comes to nothing is reported.

    Rows that name a quantity repeat what was said before: a list of all that is cancelled counts once. A row that is
    there twice counts once, unless its sku has several lines: rather too few are rejected than too many.
    """
    same = row.replace(row=0)
    kept.seen[same] += 1
    if row.quantity is not None and kept.seen[same] > len(lines):
        writing.warnings.append(RowFault(row.row, None, "the row is there twice: counted once"))
        return
    if row.quantity is None and writing.expected.is_in_part:
        writing.remaining -= Counter({line.id: writing.rest[line.id] for line in lines})
        writing.faults.append(RowFault(row.row, "quantity", UNCLEAR_REST))
        return
    units = _kept_units(row, lines, kept, writing)
    writing.remaining -= units
    kept.units += units
    kept.reasons.append(row.reason)


def _kept_units(row: AnswerRow, lines: Sequence[ExpectedLine], kept: _NotShipped, writing: _Writing) -> "Counter[str]":
    """Return the units by line that are new of those that a row says are not shipped."""
    units: Counter[str] = Counter()
    rest, left, repeats = writing.rest, row.quantity, 0
    for line in lines:
        repeated = 0 if left is None else min(left, kept.said[line.id])
        if repeated and left is not None:
            kept.said[line.id] -= repeated
            left, repeats = left - repeated, repeats + repeated
            verb = agree(repeated, "was", "were")
            text = f"{repeated} of {line.sku} {verb} rejected or cancelled before: counted once"
            writing.warnings.append(RowFault(row.row, "quantity", text))
        units[line.id] = rest[line.id] if left is None else min(left, rest[line.id])
        left = None if left is None else left - units[line.id]
    if left or (left is None and not units.total()):
        _report_lacking(row, lines, left, bool(repeats or units.total()), writing)
    return +units


def _report_lacking(
    row: AnswerRow, lines: Sequence[ExpectedLine], units: int | None, is_applied: bool, writing: _Writing
) -> None:
    """Add that units which are not shipped do not remain: a fault where the whole row is about units that have left."""
    names = {line.id for line in lines}
    left = contents_of(writing.expected.reported) + contents_of(writing.parcels)
    said = writing.expected.rejected.keys() | writing.expected.cancelled.keys()
    said |= writing.rejected.units.keys() | writing.cancelled.units.keys()
    named = f"{units} of {lines[0].sku}" if units else "the rest"
    text = f"rejects or cancels {named}, which does not remain: not counted"
    if is_applied or names & said or not names & left.keys():
        writing.warnings.append(RowFault(row.row, "quantity", text))
    else:
        writing.faults.append(RowFault(row.row, "quantity", f"{text}; ask the supplier whether it has left"))
