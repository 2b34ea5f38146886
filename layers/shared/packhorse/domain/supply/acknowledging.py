"""What rows of a supplier acknowledge of the units that it has of a fulfilment order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from packhorse.domain.supply.answers import AnswerRow, ExpectedLine
from packhorse.domain.supply.reply_draft import ReplyDraft

NamedRow = tuple[AnswerRow, tuple[ExpectedLine, ...]]
"""A row and the lines that it speaks of."""


class Acknowledged(NamedTuple):
    """The lines that are acknowledged whole, the units of others, which are fewer than remained, and these in words."""

    whole: tuple[str, ...]
    fewer: Mapping[str, int]
    words: str


def acknowledged_of(rows: Sequence[NamedRow], draft: ReplyDraft) -> Acknowledged:
    """Return what rows acknowledge, compared with what remained before their file and it does not reject."""
    whole = {line.id for row, lines in rows if row.quantity is None for line in lines}
    gone = draft.rejected.units + draft.cancelled.units
    fewer: dict[str, int] = {}
    words = []
    for lines, found in _by_lines(rows).items():
        ids = {line.id for line in lines}
        accepted = sum(row.quantity or 0 for row in found)
        wanted = sum(line.remaining - gone[line.id] for line in lines)
        left = sum(draft.remaining[line] for line in ids)
        if accepted < wanted and left and not whole & ids:
            fewer.update(_spread(accepted, lines))
            reasons = dict.fromkeys(row.reason for row in found if row.reason)
            words.append(": ".join(filter(None, (f"{accepted} of {wanted} {lines[0].sku}", ", ".join(reasons)))))
        else:
            whole |= ids
    return Acknowledged(tuple(whole - fewer.keys()), fewer, "; ".join(words)[:1500])


def _by_lines(rows: Iterable[NamedRow]) -> Mapping[tuple[ExpectedLine, ...], Sequence[AnswerRow]]:
    """Return the rows with a quantity by the lines that they share."""
    found: dict[tuple[ExpectedLine, ...], list[AnswerRow]] = {}
    for row, lines in rows:
        if row.quantity is not None:
            found.setdefault(lines, []).append(row)
    return found


def _spread(units: int, lines: Iterable[ExpectedLine]) -> Mapping[str, int]:
    """Return the units by line, of the first lines first, whether they have left or not: so a file says it again."""
    spread = {}
    for line in lines:
        spread[line.id] = min(units, line.quantity)
        units -= spread[line.id]
    return spread
