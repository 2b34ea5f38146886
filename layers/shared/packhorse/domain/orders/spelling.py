"""How else an order may be named: a visible number has a `#` or lacks it, and a spreadsheet makes it a fraction."""

from packhorse.domain.spreadsheets import without_fraction


def without_marks(name: str) -> str:
    """Return the number of an order as it is without a `#`, and without the fraction that a spreadsheet gave it.

    >>> without_marks("#1001"), without_marks("1001.0"), without_marks("W-1001.0")
    ('1001', '1001', 'W-1001.0')
    """
    return without_fraction(name.strip().removeprefix("#").strip())


def spellings(name: str) -> tuple[str, ...]:
    """Return all ways in which the id or number of an order may be written; the first is the given one.

    A name of nothing but blanks and its mark has no other.

    >>> spellings("1001"), spellings("#W-1")
    (('1001', '#1001', '1001.0'), ('#W-1', 'W-1'))
    """
    if not (bare := without_marks(name)):
        return (name,)
    fraction = [f"{bare}.0"] if bare.isascii() and bare.isdigit() else []
    return tuple(dict.fromkeys((name, bare, f"#{bare}", *fraction)))
