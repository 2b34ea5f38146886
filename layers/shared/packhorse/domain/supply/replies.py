"""What a supplier's rows about one fulfilment order change: parcels that left, rejections, corrections."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from packhorse.domain.orders.parcel import Parcel, contents_of, parts_of, tracking_numbers, units_of
from packhorse.domain.plural import agree
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answers import AnswerRow, Expected, ExpectedLine, RowFault, lines_named
from packhorse.domain.supply.reply import Reply, ReportedParcel, SupplierRejection, TrackingChange

MANY_REASONS = 5


@dataclass
class _Group:
    """Rows with one tracking number: `counted` are those with a quantity, `rest` the lines of those without.

    `units` are those of `counted` by line, as they are spread over what remains.
    """

    first: AnswerRow
    counted: list[tuple[AnswerRow, tuple[ExpectedLine, ...]]] = field(default_factory=list)
    units: "Counter[str]" = field(default_factory=Counter)
    rest: dict[str, ExpectedLine] = field(default_factory=dict)
    has_repeated_rows: bool = False
    names_lines: bool = False


class _Writing:
    """The reply as it grows, and the units that remain."""

    def __init__(self, expected: Expected) -> None:
        self.expected = expected
        self.remaining = Counter({line.id: line.remaining for line in expected.lines})
        self.agreed = Counter(expected.agreed)
        self.parcels: list[ReportedParcel] = []
        self.late: list[ReportedParcel] = []
        self.corrections: list[TrackingChange] = []
        self.numbers: tuple[str, ...] = ()
        self.faults: list[RowFault] = []
        self.warnings: list[RowFault] = []

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
    refused = [each for each in named if each[0].meaning is Meaning.REJECTED]
    writing.numbers = tuple(row.tracking for row, _ in shipped if row.tracking)
    for group in _groups(shipped, writing):
        _ship(group, writing)
    stopped = [each for each in named if each[0].meaning is Meaning.CANCELLED]
    cancelled = _rejection(stopped, writing, Counter(expected.cancelled))
    writing.remaining -= units_of(cancelled.lines) if cancelled else Counter()
    rejection = _rejection(refused, writing, Counter(expected.rejected))
    kept = [row.reason for row, _ in named if row.meaning is Meaning.CANCEL_REFUSED]
    return Reply(
        acknowledged=any(row.meaning is Meaning.ACKNOWLEDGED for row, _ in named),
        rejection=rejection,
        cancelled=cancelled,
        cancel_refused="; ".join(dict.fromkeys(filter(None, kept)))[:255] if kept else None,
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


def _groups(rows: Iterable[tuple[AnswerRow, tuple[ExpectedLine, ...]]], writing: _Writing) -> Iterable["_Group"]:
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
        if row.quantity is None:
            group.rest.update({line.id: line for line in lines})
        else:
            group.counted.append((row, lines))
    return sorted(groups.values(), key=lambda group: len(group.rest))


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
    stored = _stored_parcels(group.first.tracking, (*writing.expected.parcels, *writing.expected.uncounted))
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
    units += Counter({line: writing.remaining[line] for line in group.rest if writing.remaining[line] > units[line]})
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


def _rejection(
    rows: Sequence[tuple[AnswerRow, tuple[ExpectedLine, ...]]], writing: _Writing, before: "Counter[str]"
) -> SupplierRejection | None:
    """Return the units that the rows reject, at most what remains; None if nothing of them remains.

    Rows that name a quantity repeat what was said `before`: a list of all that is cancelled counts once. A row that is
    there twice counts once, unless its sku has several lines: rather too few are rejected than too many.
    """
    said = Counter(before)
    units: Counter[str] = Counter()
    seen: Counter[AnswerRow] = Counter()
    for row, lines in rows:
        same = row.replace(row=0)
        seen[same] += 1
        if row.quantity is not None and seen[same] > len(lines):
            writing.warnings.append(RowFault(row.row, None, "the row is there twice: counted once"))
            continue
        left = row.quantity
        for line in lines:
            open_units = writing.remaining[line.id] - units[line.id]
            repeated = 0 if left is None else min(left, said[line.id])
            said[line.id] -= repeated
            left = None if left is None else left - repeated
            if repeated:
                verb = agree(repeated, "was", "were")
                text = f"{repeated} of {line.sku} {verb} rejected or cancelled before: counted once"
                writing.warnings.append(RowFault(row.row, "quantity", text))
            taken = open_units if left is None else min(left, open_units)
            units[line.id] += taken
            left = None if left is None else left - taken
    units = +units
    reasons = list(dict.fromkeys(row.reason for row, _ in rows if row.reason))[:MANY_REASONS]
    return SupplierRejection(reason="; ".join(reasons)[:255], lines=parts_of(units)) if units else None
