"""Single cells: cleaned of what spreadsheets and web pages leave in them, and guarded against formulas."""

import re

from packhorse.domain.unseen import without_formats

_UNSEEN: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u00ad\u200e\u200f"), None),
    **dict.fromkeys(map(ord, "\u00a0\u2007\u202f"), " "),
}
_WRAPPED = re.compile(r'="(.*)"', re.DOTALL)
_FORMULA = re.compile(r"[\s'\"]*[=+\-@＝＋－＠]|['\"]*[\t\r]")
_PIECE = re.compile(r"(?<=[,;\t\r\n])[^,;\t\r\n]+")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")


def clean(cell: str) -> str:
    """Return the cell without blanks at its ends, invisible characters, the guard of `guarded`, and Excel's wrapper.

    >>> clean('="00123"'), clean("\u00a0A 1\u200b"), clean("'=1+1")
    ('00123', 'A 1', '=1+1')
    """
    seen = cell if cell.isascii() else without_formats(cell.translate(_UNSEEN))
    text = unguarded(seen.strip())
    if text.startswith('="') and (wrapped := _WRAPPED.fullmatch(text)):
        return wrapped[1].replace('""', '"').strip()
    return text


def folded(name: str) -> str:
    """Return the name of a column without case, blanks, underscores and hyphens.

    >>> folded("\ufeffShip Address_1 ")
    'shipaddress1'
    """
    return re.sub(r"[\s_-]+", "", clean(name)).casefold()


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet reads as a formula; plain numbers stay. `unguarded` reverses it.

    Nor do its pieces, which become cells where a spreadsheet cuts lines at another character than the file does. For
    files that people open, never for a supplier: the guard would change skus and phone numbers.

    >>> guarded("=1+1"), guarded("-5.00"), guarded("+1 555 0100"), guarded("a;=1+1")
    ("'=1+1", '-5.00', "'+1 555 0100", "a;'=1+1")
    """
    safe = _PIECE.sub(lambda piece: _with_guard(piece[0]), cell)
    return f"'{safe}" if _is_formula(cell) else safe


def unguarded(cell: str) -> str:
    """Return the cell as it was before `guarded`."""
    return _PIECE.sub(lambda piece: _without_guard(piece[0]), _without_guard(cell)) if "'" in cell else cell


def _with_guard(piece: str) -> str:
    return f"'{piece}" if _is_formula(piece) else piece


def _without_guard(piece: str) -> str:
    return piece[1:] if piece.startswith("'") and _is_formula(piece[1:]) else piece


def _is_formula(cell: str) -> bool:
    return bool(_FORMULA.match(cell)) and not _NUMBER.fullmatch(cell)
