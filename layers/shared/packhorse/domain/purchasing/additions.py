"""What is new of a purchase or work order, in words for its timeline: units of what, and for which orders."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from packhorse.domain.purchasing.made_for import MadeFor, Purpose, needed_units
from packhorse.domain.purchasing.purchase_line import PurchaseLine

MOST_SAID = 230
"""Characters of parts: with the number of the others, an entry of a timeline takes it."""


def added(before: Iterable[PurchaseLine], after: Iterable[PurchaseLine], called: Mapping[str, str]) -> str:
    """Return the units that lines have beyond those of before, with what their orders are called.

    Units without an order are for stock, or the rest of a case.
    """
    were = {line.id: line for line in before}
    return joined([part for line in after for part in _more(were.get(line.id), line, called)])


def _more(before: PurchaseLine | None, after: PurchaseLine, called: Mapping[str, str]) -> Iterator[str]:
    more = needed_units(after.sku, after.made_for)
    more -= needed_units(after.sku, before.made_for) if before else Counter()
    yield from _named(more, called)
    others = after.ordered - (before.ordered if before else 0) - more.total()
    if others > 0:
        yield f"{others} of {after.sku}"


def for_orders(sku: str, made_for: Iterable[MadeFor], called: Mapping[str, str]) -> str:
    """Return how many units of a sku are for which orders, by what these are called."""
    return joined(list(_named(needed_units(sku, made_for), called)))


def _named(units: Mapping[Purpose, int], called: Mapping[str, str]) -> Iterator[str]:
    for purpose, number in units.items():
        yield f"{number} of {purpose.sku} for {called.get(purpose.order) or purpose.order}"


def joined(parts: Sequence[str]) -> str:
    """Return the parts as one text: as many as an entry has room for, and the number of the others.

    >>> joined(["2 of MUG for #1001", "1 of LAMP"]), joined(["x" * 100] * 9)[-12:]
    ('2 of MUG for #1001, 1 of LAMP', 'x and 7 more')
    """
    said, rest = [*parts[:1]], [*parts[1:]]
    while rest and len(", ".join((*said, rest[0]))) <= MOST_SAID:
        said.append(rest.pop(0))
    return ", ".join(said) + (f" and {len(rest)} more" if rest else "")
