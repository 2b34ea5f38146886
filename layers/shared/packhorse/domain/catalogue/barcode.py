"""Barcodes of products, which scanners and suppliers spell with more or fewer zeros in front."""

LENGTHS = (8, 12, 13, 14)
"""Digits of a GTIN: as EAN-8, UPC-A, EAN-13, and on cases."""
LEAST_DIGITS = 7
"""An EAN-8 whose zero in front a spreadsheet has taken off."""


def typed_as(code: str) -> tuple[str, ...]:
    """Return a code as it was scanned, then in capitals and in small letters: scanners and keyboards change the case.

    >>> typed_as("Mug-7")
    ('Mug-7', 'MUG-7', 'mug-7')
    """
    return tuple(dict.fromkeys((code, code.upper(), code.lower())))


def spellings(code: str) -> frozenset[str]:
    """Return the spellings of a barcode: one GTIN has up to five, any other code its own.

    One is without zeros in front, as a spreadsheet leaves it.

    >>> sorted(spellings("036000291452"))
    ['00036000291452', '0036000291452', '036000291452', '36000291452']
    >>> spellings("MUG-7")
    frozenset({'MUG-7'})
    """
    if not (code.isascii() and code.isdecimal()):
        return frozenset({code})
    digits = code.lstrip("0")
    filled = frozenset(digits.zfill(length) for length in LENGTHS if length >= len(digits))
    if len(digits) >= LEAST_DIGITS and len(code) <= max(LENGTHS) and _is_checked(digits):
        return filled | {code, digits}
    return filled if len(code) in LENGTHS else frozenset({code})


def _is_checked(digits: str) -> bool:
    """Return whether the last digit is the check digit of a GTIN, which other numbers have by chance only.

    >>> _is_checked("36000291452"), _is_checked("36000291453")
    (True, False)
    """
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0
