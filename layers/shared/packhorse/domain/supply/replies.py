"""What a supplier's rows about one fulfilment order change: parcels that left, rejections, corrections.

Rows that name units are read first, then those that mean the rest: of a line before that of several, and of all. So
"the rest" is what no row of the file says anything else about, whatever their order. Of equal rows those that say
`shipped` come first: rather too few units are routed again than too many.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from packhorse.domain.orders.parcel import Parcel, contents_of, tracking_numbers, units_of
from packhorse.domain.supply.acknowledging import acknowledged_of
from packhorse.domain.supply.answer_layout import NOT_SHIPPED, Meaning
from packhorse.domain.supply.answers import AnswerRow, Expected, ExpectedLine, RowFault, lines_named
from packhorse.domain.supply.kept_rows import keep_units
from packhorse.domain.supply.reply import Reply, TrackingChange
from packhorse.domain.supply.reply_draft import ReplyDraft
from packhorse.domain.values import Units

ROWS_TWICE = "rows are there twice: counted once"
LEFT_IN_OTHERS = "these units have left already, in other parcels: correct the tracking number of the right one"
LEFT_IN_ANOTHER = "its units have left in a parcel that the file names, too"


@dataclass
class _Group:
    """Rows with one tracking number: `counted` are those with a quantity, `rest` the lines of those without.

    `units` are those of `counted` by line, as they are spread over what remains; `reserved` are those that rows before
    it leave to it. `vagueness` is of how many lines its vaguest row means the rest.
    """

    first: AnswerRow
    counted: list[tuple[AnswerRow, tuple[ExpectedLine, ...]]] = field(default_factory=list)
    units: Units = field(default_factory=Counter)
    rest: dict[str, ExpectedLine] = field(default_factory=dict)
    vagueness: int = 0
    reserved: Units = field(default_factory=Counter)
    has_repeated_rows: bool = False
    names_lines: bool = False


def reply_of(rows: Sequence[AnswerRow], expected: Expected) -> Reply:
    """Return what the rows of one file change of a fulfilment order; rows that do not fit it are faults."""
    draft = ReplyDraft(expected)
    named = [(row, lines) for row in rows if (lines := _named(row, draft))]
    shipped = [each for each in named if each[0].meaning is Meaning.SHIPPED]
    draft.says_not_shipped = any(row.meaning in NOT_SHIPPED for row in rows)
    draft.numbers = tuple(row.tracking for row, _ in shipped if row.tracking)
    groups = _groups(shipped, draft)
    for vagueness in range(len(expected.lines) + 1):
        for group in groups:
            if group.vagueness == vagueness:
                _ship(group, draft)
        keep_units([each for each in named if _vagueness(*each, expected) == vagueness], draft)
    acknowledging = [each for each in named if each[0].meaning is Meaning.ACKNOWLEDGED]
    acknowledged = acknowledged_of(acknowledging, draft)
    refusals = [row.reason for row, _ in named if row.meaning is Meaning.CANCEL_REFUSED]
    return Reply(
        acknowledged=any(row.quantity != 0 for row, _ in acknowledging),
        accepts_only=acknowledged.fewer,
        accepts_all_of=acknowledged.whole,
        accepts_words=acknowledged.words,
        rejection=draft.rejected.stated(),
        cancelled=draft.cancelled.stated(),
        cancel_refused="; ".join(dict.fromkeys(filter(None, refusals)))[:255] if refusals else None,
        parcels=tuple(draft.parcels),
        late=tuple(draft.late),
        corrections=tuple(draft.corrections),
        faults=tuple(draft.faults),
        warnings=tuple(draft.warnings),
    )


def _named(row: AnswerRow, draft: ReplyDraft) -> tuple[ExpectedLine, ...]:
    """Return the lines of a row; none, and a fault, if it does not fit the fulfilment order."""
    try:
        lines = lines_named(row, draft.expected)
    except ValueError as error:
        draft.faults.append(RowFault(row.row, "line" if row.line else "sku", str(error)))
        return ()
    if row.quantity is not None and len({line.sku for line in lines}) > 1:
        text = "a quantity needs a line or a sku: the fulfilment order has several"
        draft.faults.append(RowFault(row.row, "quantity", text))
        return ()
    return lines


def _vagueness(row: AnswerRow, lines: Sequence[ExpectedLine], expected: Expected) -> int:
    """Return 0 for a row that names units, else of how many lines it means the rest, rejected ones included.

    So a file that is read again, after what it says was applied, is read in the same order.
    """
    if row.quantity is not None:
        return 0
    return len(lines) if row.line or row.sku or row.supplier_sku else len(expected.lines)


def _groups(rows: Iterable[tuple[AnswerRow, tuple[ExpectedLine, ...]]], draft: ReplyDraft) -> Sequence["_Group"]:
    """Return the rows by tracking number: those that name units first, those that mean whatever remains last."""
    groups: dict[frozenset[str], _Group] = {}
    seen: set[AnswerRow] = set()
    for row, lines in rows:
        key = tracking_numbers(row.tracking)
        group = groups.setdefault(key, _Group(row))
        group.names_lines = group.names_lines or lines != draft.expected.wanted or len(lines) == 1
        same = row.replace(row=0)
        group.has_repeated_rows = group.has_repeated_rows or same in seen
        seen.add(same)
        group.vagueness = max(group.vagueness, _vagueness(row, lines, draft.expected))
        if row.quantity is None:
            group.rest.update({line.id: line for line in lines})
        else:
            group.counted.append((row, lines))
    for group in groups.values():
        if group.rest:
            group.reserved = _named_units(group, draft)
            draft.reserved += group.reserved
    return sorted(groups.values(), key=lambda group: group.vagueness)


def _named_units(group: _Group, draft: ReplyDraft) -> Units:
    """Return the units by line that rows of a parcel name, that remain and are not in it yet."""
    held = contents_of(stored_parcels(group.first.tracking, draft.expected.reported))
    return (_spread(group, held, draft) - held) & draft.remaining


def _spread(group: _Group, held: Units, draft: ReplyDraft) -> Units:
    """Return the units of rows by line: those of one sku are of the lines that its parcels hold, then that remain.

    Next come the lines of which units were not to be shipped.
    """
    remaining = held + draft.remaining
    units = Units()
    for row, lines in group.counted:
        left = row.quantity or 0
        for most in (held, remaining, remaining + draft.withheld, Counter({line.id: line.quantity for line in lines})):
            for line in lines:
                taken = max(0, min(left, most[line.id] - units[line.id]))
                units[line.id] += taken
                left -= taken
        units[lines[-1].id] += left
    return +units


def _ship(group: _Group, draft: ReplyDraft) -> None:
    draft.reserved -= group.reserved
    stored = stored_parcels(group.first.tracking, draft.expected.reported)
    group.units = _spread(group, contents_of(stored), draft)
    units = _further_units(group, contents_of(stored), draft)
    rest = Counter({line: draft.rest[line] for line in group.rest})
    if late := _late_units(group, units, bool(stored), draft):
        _ship_late(group, units | rest, late, draft)
        return
    is_corrected = bool(units and group.first.tracking) and not units & draft.remaining
    if is_corrected:
        if not _correct(group, set(units), draft):
            return
        units = Counter()
    units |= rest
    over = units - draft.remaining
    if units and not over:
        draft.parcel(group.first, units)
    elif is_corrected or (stored and not units):
        return  # reported once more
    elif not group.units:
        _without_units(group, draft)
    else:
        draft.faults.append(RowFault(group.first.row, "quantity", _too_many_text(over, draft)))


def _further_units(group: _Group, held: Units, draft: ReplyDraft) -> Units:
    """Return the units by line that rows name beyond those held; of equal rows one counts where only so they fit."""
    units = group.units - held
    if group.has_repeated_rows and not units <= draft.remaining:
        rows = {row.replace(row=0): (row, lines) for row, lines in group.counted}
        once = _spread(_Group(group.first, counted=[*rows.values()]), held, draft) - held
        if once <= draft.remaining:
            draft.warnings.append(RowFault(group.first.row, None, ROWS_TWICE))
            return once
    return units


def _late_units(group: _Group, units: Units, is_stored: bool, draft: ReplyDraft) -> Units:
    """Return the units of a parcel that the supplier had said not to ship: what it holds beyond what remains.

    A row without a quantity means them where nothing else has left or remains, and no row of the file says the
    contrary. Without a tracking number, units may be some that have left before.
    """
    if group.counted:
        may_be_others = not group.first.tracking and bool(draft.expected.parcels)
        late = units - draft.remaining
        return late if late <= draft.withheld and not (group.has_repeated_rows or may_be_others) else Counter()
    has_others = is_stored or draft.expected.parcels or draft.parcels or draft.remaining.total()
    is_clear = not has_others and not draft.says_not_shipped
    return +Counter({line: draft.withheld[line] for line in group.rest}) if is_clear else Counter()


def _ship_late(group: _Group, units: Units, late: Units, draft: ReplyDraft) -> None:
    """Add the parcel, unless its number may be another one of a parcel that left before."""
    fitting = units & draft.remaining
    former = None if fitting else _only_like(group, late.keys(), draft)
    if former:
        text = f"may be another number of parcel {former.tracking}, or units that were not to be shipped: ask the "
        text += "supplier, and correct the number if it is"
        draft.faults.append(RowFault(group.first.row, "tracking", text))
        return
    if fitting:
        draft.parcel(group.first, fitting)
    draft.late_parcel(group.first, late)


def _without_units(group: _Group, draft: ReplyDraft) -> None:
    """Handle a parcel for which no units remain: of this file a further one, else a corrected tracking number."""
    if not group.first.tracking:
        return
    if draft.parcels and not group.names_lines:
        draft.parcel(group.first, Counter())
    else:
        _correct(group, set(group.rest), draft)


def _too_many_text(over: Units, draft: ReplyDraft) -> str:
    by_id = {line.id: line for line in draft.expected.lines}
    parts = (f"{units} too many of {by_id[line].sku}" for line, units in over.items())
    return f"says that more units have left than remain: {', '.join(parts)}"


def _correct(group: _Group, lines: set[str], draft: ReplyDraft) -> bool:
    """Take another tracking number as that of the one parcel that holds the lines; return whether it is.

    Not of a parcel that the same file names by its own number, nor for other units than it holds, nor of one that its
    channel reported: that may be another parcel, so that the units have left twice.
    """
    first = group.first
    holding = _holding(lines, draft)
    is_in_file = any(units_of(each.lines).keys() & lines for each in draft.parcels)
    if not holding and not is_in_file:
        text = "no units remain that could have left"
    elif not holding or any(parcel.is_named(name) for parcel in holding for name in draft.numbers):
        text = LEFT_IN_ANOTHER
    elif len(holding) > 1 or not holding[0].tracking or holding[0].is_reported or not _is_like(holding[0], group):
        text = LEFT_IN_ANOTHER if is_in_file else LEFT_IN_OTHERS
    else:
        place = next(place for place, each in enumerate(draft.expected.parcels, 1) if each is holding[0])
        change = TrackingChange(place=place, tracking=first.tracking, carrier=first.carrier)
        draft.corrections.append(change)
        return True
    draft.faults.append(RowFault(first.row, "tracking", text))
    return False


def _holding(lines: Collection[str], draft: ReplyDraft) -> list[Parcel]:
    return [parcel for parcel in draft.expected.parcels if contents_of((parcel,)).keys() & lines]


def _only_like(group: _Group, lines: Collection[str], draft: ReplyDraft) -> Parcel | None:
    """Return the one parcel that holds the lines, if the rows may state another number of it."""
    holding = _holding(lines, draft)
    return holding[0] if len(holding) == 1 and holding[0].tracking and _is_like(holding[0], group) else None


def _is_like(parcel: Parcel, group: _Group) -> bool:
    """Return whether the rows may mean a parcel: they name each of its lines, and no other number of units."""
    held = contents_of((parcel,))
    named = group.units.keys() | group.rest.keys()
    return held.keys() <= named and all(held[line] == number for line, number in group.units.items())


def stored_parcels(tracking: str, parcels: Iterable[Parcel]) -> tuple[Parcel, ...]:
    """Return the parcels with this tracking number; without one, those that have none either.

    Units without a number that are reported once more are thus the same: rather too few have left than too many.
    """
    if not tracking_numbers(tracking):
        return tuple(parcel for parcel in parcels if not tracking_numbers(parcel.tracking))
    return tuple(parcel for parcel in parcels if parcel.is_named(tracking))
