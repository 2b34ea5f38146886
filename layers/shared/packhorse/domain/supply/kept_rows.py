"""Rows by which a supplier says that it does not ship units, that it keeps back or rejects."""

from collections import Counter
from collections.abc import Iterable, Sequence

from packhorse.domain.orders.parcel import contents_of
from packhorse.domain.plural import agree
from packhorse.domain.supply.answer_layout import Meaning
from packhorse.domain.supply.answers import AnswerRow, ExpectedLine, RowFault
from packhorse.domain.supply.reply_draft import KeptUnits, ReplyDraft
from packhorse.domain.values import Units

UNREQUESTED = "cancelled by the supplier"
"""The reason of units that the supplier keeps back without a request, if it gives none."""
NONE_REQUESTED = "answers a request, and none of these units is requested back: name how many are cancelled"
UNCLEAR_REST = (
    "says that of whatever remains, but a row that may say that units have left was not applied: name the units"
)


def keep_units(rows: Iterable[tuple[AnswerRow, tuple[ExpectedLine, ...]]], draft: ReplyDraft) -> None:
    """Take the units that rows say are kept back, then those that they reject, out of what remains.

    Without a request, a row that keeps whatever remains back rejects it.
    """
    for meaning, kept in ((Meaning.CANCELLED, draft.cancelled), (Meaning.REJECTED, draft.rejected)):
        for row, lines in rows:
            if row.meaning is not meaning:
                continue
            if meaning is Meaning.CANCELLED and row.quantity is None and draft.expected.requested is None:
                _keep(row.replace(reason=row.reason or UNREQUESTED), lines, draft.rejected, draft)
            else:
                _keep(row, lines, kept, draft)


def _keep(row: AnswerRow, lines: Sequence[ExpectedLine], kept: KeptUnits, draft: ReplyDraft) -> None:
    """Take the units that a row says are not shipped out of what remains; one that comes to nothing is reported.

    A row that is there twice counts once, unless it names units of a sku of several lines: rather too few are rejected
    than too many.
    """
    same = row.replace(row=0)
    kept.seen[same] += 1
    if kept.seen[same] > (1 if row.quantity is None else len(lines)):
        draft.warnings.append(RowFault(row.row, None, "the row is there twice: counted once"))
        return
    units = _rest_kept(row, lines, draft) if row.quantity is None else _named_kept(row, lines, kept, draft)
    draft.remaining -= units
    if row.quantity is None and draft.expected.is_in_part:
        draft.faults.append(RowFault(row.row, "quantity", UNCLEAR_REST))
        return
    kept.add(units, row)


def _rest_kept(row: AnswerRow, lines: Sequence[ExpectedLine], draft: ReplyDraft) -> Units:
    """Return the rest of the lines, by line; of a row that answers a request at most what is requested of them."""
    rest = +Counter({line.id: draft.rest[line.id] for line in lines})
    requested = draft.expected.requested
    is_answer = row.meaning is Meaning.CANCELLED and requested is not None
    units = rest & (Counter(requested) - draft.cancelled.units) if is_answer else rest
    if draft.expected.is_in_part or units:
        return units
    if rest:
        draft.faults.append(RowFault(row.row, "quantity", NONE_REQUESTED))
    else:
        _report_lacking(row, lines, "the rest", draft, is_applied=False)
    return units


def _named_kept(row: AnswerRow, lines: Sequence[ExpectedLine], kept: KeptUnits, draft: ReplyDraft) -> Units:
    """Return the units by line that are new of those that a row names.

    What was said before is repeated: a list of all that is cancelled counts once.
    """
    units = Units()
    named = left = row.quantity or 0
    for line in lines:
        repeated = min(left, kept.said[line.id])
        if repeated:
            kept.said[line.id] -= repeated
            verb = agree(repeated, "was", "were")
            text = f"{repeated} of {line.sku} {verb} rejected or cancelled before: counted once"
            draft.warnings.append(RowFault(row.row, "quantity", text))
        units[line.id] = min(left - repeated, draft.rest[line.id])
        left -= repeated + units[line.id]
    if left:
        _report_lacking(row, lines, f"{left} of {lines[0].sku}", draft, is_applied=left < named)
    return +units


def _report_lacking(
    row: AnswerRow, lines: Sequence[ExpectedLine], named: str, draft: ReplyDraft, *, is_applied: bool
) -> None:
    """Add that units which are not shipped do not remain: a fault where the whole row is about units that have left."""
    names = {line.id for line in lines}
    left = contents_of(draft.expected.reported) + contents_of(draft.parcels)
    said = draft.expected.rejected.keys() | draft.expected.cancelled.keys()
    said |= draft.rejected.units.keys() | draft.cancelled.units.keys()
    text = f"rejects or cancels {named}, which does not remain: not counted"
    if is_applied or names & said or not names & left.keys():
        draft.warnings.append(RowFault(row.row, "quantity", text))
    else:
        draft.faults.append(RowFault(row.row, "quantity", f"{text}; ask the supplier whether it has left"))
