"""Barcodes of products, which scanners and suppliers spell with more or fewer zeros in front."""

LENGTHS = (8, 12, 13, 14)
"""Digits of a GTIN: as EAN-8, UPC-A, EAN-13, and on cases."""


def typed_as(code: str) -> tuple[str, ...]:
    """Return a code as it was scanned, then in capitals and in small letters: scanners and keyboards change the case.

    >>> typed_as("Mug-7")
    ('Mug-7', 'MUG-7', 'mug-7')
    """
    return tuple(dict.fromkeys((code, code.upper(), code.lower())))


def spellings(code: str) -> frozenset[str]:
    """Return the spellings of a barcode: one GTIN has up to four, any other code its own.

    >>> sorted(spellings("036000291452"))
    ['00036000291452', '0036000291452', '036000291452']
    >>> spellings("MUG-7")
    frozenset({'MUG-7'})
    """
    if not (code.isascii() and code.isdecimal()) or len(code) not in LENGTHS:
        return frozenset({code})
    digits = code.lstrip("0")
    return frozenset(digits.zfill(length) for length in LENGTHS if length >= len(digits))
