"""Columns whose names resemble a missing one: the report suggests them, and they are never read in its place."""

import difflib
from collections.abc import Iterable, Mapping

from packhorse.files.csvfile.cells import folded

SIMILARITY = 0.8


def similar_columns(header: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """Return, by our name, the column of the header that looks like a spelling of it; `names` maps folded spellings.

    >>> similar_columns(("Suplier", "Colour"), {"supplier": "supplier"})
    {'supplier': 'Suplier'}
    """
    found: dict[str, str] = {}
    for cell in header:
        if alike := difflib.get_close_matches(folded(cell), names, 1, SIMILARITY):
            found.setdefault(names[alike[0]], cell)
    return found
