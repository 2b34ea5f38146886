"""Single cells: cleaned of what spreadsheets and web pages leave in them, and guarded against formulas."""

import re

_UNSEEN: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"), None),
    **dict.fromkeys(map(ord, "\u00a0\u2007\u202f"), " "),
}
_WRAPPED = re.compile(r'="(.*)"', re.DOTALL)
_FORMULA = re.compile(r"[\s'\"]*[=+\-@＝＋－＠]|['\"]*[\t\r]")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")


def clean(cell: str) -> str:
    """Return the cell without blanks at its ends, invisible characters, the guard of `guarded`, and Excel's wrapper.

    >>> clean('="00123"'), clean("\u00a0A 1\u200b"), clean("'=1+1")
    ('00123', 'A 1', '=1+1')
    """
    seen = cell if cell.isascii() else cell.translate(_UNSEEN)
    text = unguarded(seen.strip())
    if text.startswith('="') and (wrapped := _WRAPPED.fullmatch(text)):
        return wrapped[1].replace('""', '"').strip()
    return text


def folded(name: str) -> str:
    """Return the name of a column without case, blanks and underscores.

    >>> folded("\ufeffShip Address_1 ")
    'shipaddress1'
    """
    return re.sub(r"[\s_]+", "", clean(name)).casefold()


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet reads as a formula; plain numbers stay. `unguarded` reverses it.

    For files that people open, never for a supplier: the guard would change skus and phone numbers.

    >>> guarded("=1+1"), guarded("-5.00"), guarded("+1 555 0100")
    ("'=1+1", '-5.00', "'+1 555 0100")
    """
    return f"'{cell}" if _is_formula(cell) else cell


def unguarded(cell: str) -> str:
    """Return the cell as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell[1:]) else cell


def _is_formula(cell: str) -> bool:
    return bool(_FORMULA.match(cell)) and not _NUMBER.fullmatch(cell)
