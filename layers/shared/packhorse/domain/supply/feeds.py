"""Stock feeds of suppliers: the quantities in one, and why a person must confirm it first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from packhorse.domain.supply.answer_layout import Absent, FeedLayout
from packhorse.domain.supply.answers import RowFault, same_sku
from packhorse.domain.values import Sku

MAX_UNITS = 1_000_000_000


class FeedRow(NamedTuple):
    """A row of a stock feed."""

    row: int
    sku: str
    supplier_sku: str
    quantity: int


class FeedQuantities(NamedTuple):
    """The quantities of a feed by our skus; `unknown` are skus in it that we do not have, which changes nothing."""

    units: Mapping[Sku, int]
    unknown: tuple[str, ...] = ()
    faults: tuple[RowFault, ...] = ()
    warnings: tuple[RowFault, ...] = ()


class ConcernKind(StrEnum):
    """Why a feed is held."""

    EMPTY = "empty"
    DROPPED = "dropped"
    EMPTIED = "emptied"


class Concern(NamedTuple):
    """A reason to hold a feed until a person confirms it."""

    kind: ConcernKind
    message: str


def quantities_of(rows: Iterable[FeedRow], skus: Collection[Sku], by_supplier_sku: Mapping[str, Sku]) -> FeedQuantities:
    """Return the quantities of a feed for the products that we have; a sku with two quantities has none.

    Zeros that a spreadsheet took off a sku are put back where only one sku fits, with a warning.
    """
    naming = _Naming(skus, by_supplier_sku)
    found: dict[Sku, FeedRow] = {}
    contradicted: set[Sku] = set()
    unknown: list[str] = []
    faults: list[RowFault] = []
    warnings: list[RowFault] = []
    for row in rows:
        sku = naming.sku_of(row)
        if sku is None:
            unknown.append(row.sku or row.supplier_sku)
            continue
        if not naming.is_exact(row):
            text = f"“{(row.sku or row.supplier_sku)[:40]}” was read as {sku}: a spreadsheet took its zeros or case"
            warnings.append(RowFault(row.row, "sku", text))
        first = found.setdefault(sku, row)
        if first.quantity != row.quantity:
            contradicted.add(sku)
            faults.append(
                RowFault(row.row, "quantity", f"row {first.row} has another quantity of {sku}: neither is used")
            )
    units = {sku: row.quantity for sku, row in found.items() if sku not in contradicted}
    return FeedQuantities(units, tuple(dict.fromkeys(unknown)), tuple(faults), tuple(warnings))


class _Naming:
    """Finds the product that a row names."""

    def __init__(self, skus: Collection[Sku], by_supplier_sku: Mapping[str, Sku]) -> None:
        self._ours = frozenset(skus)
        self._theirs = by_supplier_sku
        self._loose = _by_loose_name(self._ours)

    def is_exact(self, row: FeedRow) -> bool:
        return (
            row.sku in self._ours or (row.sku or row.supplier_sku) in self._theirs or row.supplier_sku in self._theirs
        )

    def sku_of(self, row: FeedRow) -> Sku | None:
        if row.sku in self._ours:
            return Sku(row.sku)
        for name in (row.sku, row.supplier_sku):
            if name and name in self._theirs:
                return self._theirs[name]
        name = row.sku or row.supplier_sku
        found = same_sku(name, self._loose.get(_loose(name), ()))
        return Sku(found) if found else None


def _by_loose_name(skus: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for sku in skus:
        found.setdefault(_loose(sku), []).append(sku)
    return {name: tuple(each) for name, each in found.items()}


def _loose(sku: str) -> str:
    return sku.casefold().lstrip("0")


def concerns_of(before: Mapping[Sku, int], units: Mapping[Sku, int], layout: FeedLayout) -> tuple[Concern, ...]:
    """Return why a feed must be confirmed before it sets the quantities of a warehouse; none: it is applied.

    `before` are the quantities of all products there now; negative ones count as nothing.
    """
    if not units:
        return (Concern(ConcernKind.EMPTY, "the feed has no quantity of any of our products"),)
    stocked = {sku: quantity for sku, quantity in before.items() if quantity > 0}
    after = {sku: _after(sku, quantity, units, layout.absent) for sku, quantity in stocked.items()}
    return (*_dropped(stocked, units, after, layout), *_emptied(stocked, after, layout))


def _after(sku: Sku, before: int, units: Mapping[Sku, int], absent: Absent) -> int:
    return units.get(sku, 0 if absent is Absent.ZERO else before)


def _dropped(
    before: Mapping[Sku, int], units: Mapping[Sku, int], after: Mapping[Sku, int], layout: FeedLayout
) -> Sequence[Concern]:
    total = sum(before.values())
    new = sum(quantity for sku, quantity in units.items() if sku not in before)
    left = sum(after.values()) + new
    if (total - left) * 100 <= total * layout.most_dropped_percent:
        return ()
    text = f"the stock would drop from {total} to {left} units, by more than {layout.most_dropped_percent} %"
    return (Concern(ConcernKind.DROPPED, text),)


def _emptied(before: Mapping[Sku, int], after: Mapping[Sku, int], layout: FeedLayout) -> Sequence[Concern]:
    emptied = sum(1 for quantity in after.values() if quantity <= 0)
    if emptied * 100 <= len(before) * layout.most_emptied_percent:
        return ()
    text = f"{emptied} of {len(before)} products in stock would have none, more than {layout.most_emptied_percent} %"
    return (Concern(ConcernKind.EMPTIED, text),)


def is_silent(last_feed_at: datetime | None, since: datetime, now: datetime, layout: FeedLayout) -> bool:
    """Return whether no feed came for too long; `since` is when feeds were first expected."""
    return now - (last_feed_at or since) > timedelta(hours=layout.silent_after_hours)
