"""What spreadsheets do to codes that look like numbers, undone where that is certain and refused where it is not."""

import re

_ROUNDED = re.compile(r"-?\d+([.,]\d+)?E\+\d+", re.IGNORECASE | re.ASCII)
_FRACTION = re.compile(r"(\d+)\.0", re.ASCII)
_AS_TEXT = re.compile(r"['’](?=[\d+])")


def as_typed(text: str) -> str:
    """Return the text without the sign that makes a number text; raises ValueError for a number that lost digits.

    >>> as_typed("'00123"), as_typed("’s-Hertogenbosch")
    ('00123', '’s-Hertogenbosch')
    """
    if _ROUNDED.fullmatch(text):
        raise ValueError(f"“{text[:40]}” has lost digits in a spreadsheet: format the column as text, enter it again")
    return without_sign(text)


def without_sign(text: str) -> str:
    """Return the text without the sign that makes a number text.

    >>> without_sign("'00123"), without_sign("'tis")
    ('00123', "'tis")
    """
    return text[1:] if _AS_TEXT.match(text) else text


def without_fraction(number: str) -> str:
    """Return a number of digits alone without the fraction that a spreadsheet gave it; any other text as it is.

    >>> without_fraction("4711.0"), without_fraction("DN-1.0"), without_fraction("4711.05")
    ('4711', 'DN-1.0', '4711.05')
    """
    found = _FRACTION.fullmatch(number)
    return found[1] if found else number
