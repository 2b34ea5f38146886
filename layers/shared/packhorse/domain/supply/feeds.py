"""Stock feeds of suppliers: the quantities in one, and why a person must confirm it first."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import units_of
from packhorse.domain.orders.shipping import goods_of
from packhorse.domain.plural import plural
from packhorse.domain.spreadsheets import without_fraction
from packhorse.domain.stock.adjustment import ShelfUnits
from packhorse.domain.stock.goods import Goods
from packhorse.domain.supply.answer_layout import Absent, FeedLayout, Reads
from packhorse.domain.supply.answers import RowFault, same_sku
from packhorse.domain.supply.received import FileId
from packhorse.domain.values import Instant, Label, Sku, Text, Value

MOST_LEFT = 1000
"""Files that stay in their folder, the newest ones, whose digests are stored."""
MOST_HELD = 100
"""Feeds of changes that wait for a person together: the oldest is over with one more."""


class FeedRow(NamedTuple):
    """A row of a stock feed."""

    row: int
    sku: str
    supplier_sku: str
    quantity: int


class FeedSku(NamedTuple):
    """How a row of a stock feed names its product; both are empty where that could not be read."""

    sku: str = ""
    supplier_sku: str = ""


class FeedQuantities(NamedTuple):
    """The quantities of a feed by our skus, and which rows have them.

    `unknown` are skus in it that we do not have, which changes nothing. `named` are our skus that it names, also those
    without a quantity.
    """

    units: Mapping[Sku, int]
    rows: Mapping[int, Sku] = MappingProxyType({})
    named: frozenset[Sku] = frozenset()
    unknown: tuple[str, ...] = ()
    faults: tuple[RowFault, ...] = ()
    warnings: tuple[RowFault, ...] = ()


class FeedFile(Value):
    """A feed: the file, the key of its content in the bucket, and when it was written.

    `is_dated`: the server says when that was, and it may be so; else `written_at` is a time when it was not there yet.
    `later` is the key of the skus that later feeds have named while it was held: its numbers of these do not count any
    more.
    """

    id: FileId
    name: str
    digest: str
    key: Label = ""
    written_at: Instant
    is_dated: bool = True
    later: Label = ""


class FeedState(Value):
    """How far a supplier's feeds are: since when they are expected, the last one that was read, and the one held.

    Feeds of changes that are held wait together: `held_before` are those before the one held, oldest first.
    `last_at` is when the last one came, or came again. `emptied_at` is when the stock was set to none since they
    stopped coming. `left` are the digests, by name, of files that were read and could not be put aside. `version` is
    another one after each save, empty before the first.
    """

    since: Instant
    last: FeedFile | None = None
    last_at: Instant | None = None
    held: FeedFile | None = None
    held_before: tuple[FeedFile, ...] = ()
    emptied_at: Instant | None = None
    left: Mapping[str, str] = {}
    version: Text = ""

    @property
    def all_held(self) -> tuple[FeedFile, ...]:
        """The feeds that wait for a person, oldest first."""
        return (*self.held_before, self.held) if self.held else ()

    def with_held(self, files: Sequence[FeedFile]) -> "FeedState":
        """Return it with these feeds, oldest first, as those that wait for a person."""
        return self.replace(held=files[-1] if files else None, held_before=tuple(files[:-1]))

    def has_read(self, file: FeedFile) -> bool:
        """Return whether that is the last file once more: the same content, not written since.

        The content of an older feed may come back: the supplier has as many as then again.
        """
        if not file.is_dated and self.is_left(file):
            return True
        if self.last is None or self.last.digest != file.digest:
            return False
        return not file.is_dated or file.written_at <= self._written_at(self.last)

    def is_emptied_of(self, file: FeedFile) -> bool:
        """Return whether the stock was set to none since a file with the content of the last one came."""
        return self.emptied_at is not None and self.last is not None and self.last.digest == file.digest

    def is_left(self, file: FeedFile) -> bool:
        """Return whether a file was read and has stayed where it is: it has not come again."""
        return self.left.get(file.name) == file.digest

    def with_left(self, file: FeedFile) -> "FeedState":
        """Return it with a file that was read and stays where it is."""
        if self.is_left(file):
            return self
        newest = list({**self.left, file.name: file.digest}.items())[-MOST_LEFT:]
        return self.replace(left=dict(newest))

    def without_left(self, gone: Callable[[str], bool]) -> "FeedState":
        """Return it without files that are gone: what comes under their names is another one."""
        left = {name: digest for name, digest in self.left.items() if not gone(name)}
        return self if len(left) == len(self.left) else self.replace(left=left)

    def is_past(self, file: FeedFile) -> bool:
        """Return whether a file was written before the last one that was read."""
        return self.last is not None and file.is_dated and file.written_at < self._written_at(self.last)

    def _written_at(self, last: FeedFile) -> datetime:
        """Return when the last one was written, at the latest when it came: older code kept dates of the future."""
        return min(last.written_at, self.last_at or last.written_at)


class FeedDecision(Value):
    """What a person decided about a held feed."""

    accepted: bool
    who: Label
    at: Instant


class ConcernKind(StrEnum):
    """Why a feed is held."""

    EMPTY = "empty"
    DROPPED = "dropped"
    EMPTIED = "emptied"


class Concern(NamedTuple):
    """A reason to hold a feed until a person confirms it."""

    kind: ConcernKind
    message: str


def quantities_of(
    rows: Iterable[FeedRow],
    skus: Collection[Sku],
    by_supplier_sku: Mapping[str, Sku],
    unread: Iterable[FeedSku] = (),
    stocked: Collection[Sku] = (),
) -> FeedQuantities:
    """Return the quantities of a feed for the products that we have; a sku with two quantities has none.

    What a spreadsheet did to the zeros of a sku is undone where only one sku fits, with a warning. `unread` are
    those of rows that could not be read. A supplier's own sku is ours only if that is `stocked` at its warehouse, and
    has no other one there: else its number is that of another product.
    """
    naming = _Naming(skus, by_supplier_sku, stocked)
    by_sku: dict[Sku, list[FeedRow]] = {}
    unknown: list[str] = []
    warnings: list[RowFault] = []
    for row in rows:
        if sku := naming.sku_of(row):
            by_sku.setdefault(sku, []).append(row)
        else:
            unknown.append(row.sku or row.supplier_sku)
        warnings += naming.doubts_of(row, sku)
    faults = [fault for sku, same in by_sku.items() for fault in _contradictions(sku, same)]
    units = {sku: same[0].quantity for sku, same in by_sku.items() if len({row.quantity for row in same}) == 1}
    unread_skus = {sku for each in unread if any(each) and (sku := naming.sku_of(each))}
    return FeedQuantities(
        units,
        dict(sorted((row.row, sku) for sku in units for row in by_sku[sku])),
        frozenset(by_sku) | unread_skus,
        tuple(dict.fromkeys(unknown)),
        tuple(sorted(faults, key=lambda fault: fault.row)),
        tuple(warnings),
    )


def _contradictions(sku: Sku, same: Sequence[FeedRow]) -> Iterator[RowFault]:
    """Yield a fault for each row of a sku that has another quantity than the first one."""
    first, *others = same
    for row in others:
        if row.quantity != first.quantity:
            text = f"row {first.row} has another quantity of {sku}: neither is used"
            yield RowFault(row.row, "quantity", text)


class _Naming:
    """Finds the product that a row names."""

    def __init__(
        self, skus: Collection[Sku], by_supplier_sku: Mapping[str, Sku], stocked: Collection[Sku] = ()
    ) -> None:
        self._ours = frozenset(skus)
        self._theirs = by_supplier_sku
        # Skus of ours that may be the supplier's own, too: it is not known to call these products otherwise.
        self._shared = frozenset(stocked) - frozenset(by_supplier_sku.values())
        self._loose = _by_loose_name((*self._ours, *by_supplier_sku))
        self._loose_theirs = _by_loose_name(by_supplier_sku)

    def doubts_of(self, row: FeedRow, sku: Sku | None) -> Iterator[RowFault]:
        """Yield a warning about a row whose sku is not the very one that it was read as, or may be one of ours."""
        if sku and not self._is_exact(row):
            text = f"“{(row.sku or row.supplier_sku)[:40]}” was read as {sku}: a spreadsheet changed its zeros or case"
            yield RowFault(row.row, "sku", text)
        elif sku is None and not row.sku and row.supplier_sku in self._ours:
            text = f"“{row.supplier_sku[:40]}” is a sku of ours, but none that the supplier is known to have: "
            yield RowFault(row.row, "supplier_sku", f"{text}if it is, enter it in its supplier_skus")

    def _is_exact(self, row: FeedRow) -> bool:
        """Return whether a row names its product as it is stored, with all zeros and in its case."""
        if row.sku in self._ours or row.sku in self._theirs or row.supplier_sku in self._theirs:
            return True
        return not row.sku and row.supplier_sku in self._shared

    def sku_of(self, row: FeedRow | FeedSku) -> Sku | None:
        """Return our sku that a row names; a supplier's own sku has to be entered, or stocked there."""
        return self._by_name(row.sku, row.supplier_sku) if row.sku else self._of_supplier(row.supplier_sku)

    def _of_supplier(self, name: str) -> Sku | None:
        """Return our sku of the supplier's own one: as it is entered, or stocked there without one, or loosely."""
        if name in self._theirs:
            return self._theirs[name]
        if name in self._shared:
            return Sku(name)
        found = same_sku(name, self._loose_theirs.get(_loose(name), ()))
        return self._theirs[found] if found else None

    def _by_name(self, sku: str, supplier_sku: str) -> Sku | None:
        if sku in self._ours:
            return Sku(sku)
        for name in (sku, supplier_sku):
            if name and name in self._theirs:
                return self._theirs[name]
        name = sku or supplier_sku
        found = same_sku(name, self._loose.get(_loose(name), ()))
        return self._theirs.get(found, Sku(found)) if found else None


def _by_loose_name(skus: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for sku in skus:
        found.setdefault(_loose(sku), []).append(sku)
    return {name: tuple(each) for name, each in found.items()}


def _loose(sku: str) -> str:
    return without_fraction(sku.casefold()).lstrip("0")


def concerns_of(before: Mapping[Sku, int], units: Mapping[Sku, int], layout: FeedLayout) -> tuple[Concern, ...]:
    """Return why a feed must be confirmed before it sets the quantities of a warehouse; none: it is applied.

    `before` are the quantities of all products there now; negative ones count as nothing.
    """
    stays = {} if layout.absent is Absent.ZERO else {sku: each for sku, each in before.items() if each > 0}
    after = {**stays, **units} if units else {}
    return concerns_within(before, after, layout.most_dropped_percent, layout.most_emptied_percent)


def concerns_within(
    before: Mapping[Sku, int], units: Mapping[Sku, int], most_dropped: int, most_emptied: int
) -> tuple[Concern, ...]:
    """Return why new quantities of all products of a warehouse must be confirmed; the limits are percents."""
    if not units:
        return (Concern(ConcernKind.EMPTY, "the feed has no quantity of any of our products"),)
    stocked = {sku: quantity for sku, quantity in before.items() if quantity > 0}
    after = {sku: units.get(sku, 0) for sku in stocked}
    new = sum(quantity for sku, quantity in units.items() if sku not in stocked)
    return (*_dropped(stocked, sum(after.values()) + new, most_dropped), *_emptied(stocked, after, most_emptied))


def _dropped(before: Mapping[Sku, int], left: int, most: int) -> Sequence[Concern]:
    total = sum(before.values())
    if (total - left) * 100 <= total * most:
        return ()
    text = f"the stock would drop from {total} to {plural(left, 'unit')}, by more than {most} %"
    return (Concern(ConcernKind.DROPPED, text),)


def _emptied(before: Mapping[Sku, int], after: Mapping[Sku, int], most: int) -> Sequence[Concern]:
    emptied = sum(1 for quantity in after.values() if quantity <= 0)
    if emptied * 100 <= len(before) * most:
        return ()
    text = f"{emptied} of {plural(len(before), 'product')} in stock would have none, more than {most} %"
    return (Concern(ConcernKind.EMPTIED, text),)


def uncounted(units: ShelfUnits, known: int, counts: Reads) -> int:
    """Return the units on hand that a number in a feed does not count.

    Of what is available there, those that the supplier keeps for orders which it has (`known` units), and quarantined
    ones. Orders that it does not have yet are not in it: its number still counts their units.
    """
    return min(known, units.committed) + units.quarantined if counts is Reads.AVAILABLE else 0


def left_after(order: Order, fulfilment: FulfilmentOrder, moment: datetime, sent_at: datetime | None) -> Goods:
    """Return the goods of a fulfilment order that left its warehouse after a moment, or may have.

    What its supplier had only after that left after it, whatever the supplier says. Of what left on the day of the
    moment at no stated time of day, rather too few units are available than too many.
    """
    is_later = sent_at is not None and sent_at > moment
    parcels = (parcel for parcel in fulfilment.parcels if is_later or (parcel.left_by or parcel.shipped_at) > moment)
    return sum((goods_of(order, fulfilment.warehouse, units_of(parcel.lines)) for parcel in parcels), Goods())


def on_hand_by(fed: int, units: ShelfUnits, known: int, counts: Reads) -> int:
    """Return the units on hand by a feed; never fewer than are committed and quarantined: nothing is then available.

    >>> shelf = ShelfUnits(on_hand=20, committed=3)
    >>> on_hand_by(10, shelf, 3, Reads.AVAILABLE), on_hand_by(10, shelf, 1, Reads.AVAILABLE)
    (13, 11)
    >>> on_hand_by(10, shelf, 3, Reads.ON_HAND), on_hand_by(2, shelf, 3, Reads.ON_HAND)
    (10, 3)
    """
    return max(fed + uncounted(units, known, counts), units.committed + units.quarantined)


def counted_before(units: ShelfUnits, known: int, counts: Reads) -> int:
    """Return the number that a feed would have for a shelf as it is: what the next one is compared with."""
    return max(0, units.on_hand - uncounted(units, known, counts))


def is_silent(last_feed_at: datetime | None, since: datetime, now: datetime, layout: FeedLayout) -> bool:
    """Return whether no feed came for too long; `since` is when feeds were first expected."""
    return now - (last_feed_at or since) > timedelta(hours=layout.silent_after_hours)
