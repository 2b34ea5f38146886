"""What spreadsheets do to codes that look like numbers, undone where that is certain and refused where it is not."""

import re

_ROUNDED = re.compile(r"-?\d+([.,]\d+)?E\+\d+", re.IGNORECASE | re.ASCII)
_AS_TEXT = re.compile(r"['’](?=[\d+])")


def as_typed(text: str) -> str:
    """Return the text without the sign that makes a number text; raises ValueError for a number that lost digits.

    >>> as_typed("'00123"), as_typed("’s-Hertogenbosch")
    ('00123', '’s-Hertogenbosch')
    """
    if _ROUNDED.fullmatch(text):
        raise ValueError(f"“{text[:40]}” has lost digits in a spreadsheet: format the column as text, enter it again")
    return text[1:] if _AS_TEXT.match(text) else text
