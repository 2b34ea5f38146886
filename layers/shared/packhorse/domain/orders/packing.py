"""Packings: what was counted into the box of a fulfilment order at a packing bench, and by whom."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from packhorse.domain.values import Identifier, Instant, SkuText, Text, Value

ScanId = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
"""An id that the bench chooses for a scan, and repeats with it: the same id again changes nothing."""
MAX_SCANS = 50
"""Scans that are remembered, to be undone and recognised; the counts keep all."""


class PackingState(StrEnum):
    """How far the box of a fulfilment order is; one that was put aside is UNOPENED again."""

    UNOPENED = "unopened"
    OPEN = "open"
    CLOSED = "closed"


class Scan(Value):
    """A unit that was counted, `by_hand` without its barcode; `undone_by` is the id of the request that undid it.

    `is_out`: it was taken out of the box, which needs fewer units by now.
    """

    id: ScanId
    sku: SkuText
    by_hand: bool = False
    undone_by: ScanId | None = None
    is_out: bool = False

    @property
    def counts(self) -> bool:
        """Whether its unit is in the box."""
        return not self.undone_by and not self.is_out


class Packing(Value):
    """The box of a fulfilment order: who packs it where since when, and the units by sku that it needs and has.

    `is_check`: it counts as shipped already, by its label. `scans` are the newest MAX_SCANS. `finished` is the id of
    the request that closed it with less than it needed.
    """

    who: Text
    station: Identifier
    since: Instant
    is_check: bool = False
    needed: Mapping[SkuText, int]
    counted: Mapping[SkuText, int] = {}
    by_hand: int = 0
    scans: tuple[Scan, ...] = ()
    closed_at: Instant | None = None
    closed_by: Text = ""
    finished: ScanId | None = None

    @property
    def state(self) -> PackingState:
        """Whether the box is open or closed."""
        return PackingState.CLOSED if self.closed_at else PackingState.OPEN

    @property
    def missing(self) -> "Counter[str]":
        """Units by sku that are still to be counted."""
        return Counter(self.needed) - Counter(self.counted)

    def scan(self, scan_id: str) -> Scan | None:
        """Return the scan that a request of this id made or undid, None if neither is remembered."""
        return next((each for each in self.scans if scan_id in (each.id, each.undone_by)), None)

    @property
    def last(self) -> Scan | None:
        """The newest scan whose unit is in the box, None without one."""
        return next((each for each in reversed(self.scans) if each.counts), None)

    def needing(self, needed: Mapping[str, int]) -> "Packing":
        """Return the packing of a box that needs these units by now; what is counted beyond them is taken out."""
        kept = Counter(self.counted) & Counter(needed)
        over, out = Counter(self.counted) - kept, list[Scan]()
        for scan in reversed(self.scans):
            if scan.counts and over[scan.sku] > 0:
                over[scan.sku] -= 1
                out.append(scan)
        return self.replace(
            needed=dict(needed),
            counted=dict(kept),
            by_hand=self.by_hand - sum(scan.by_hand for scan in out),
            scans=tuple(scan.replace(is_out=True) if scan in out else scan for scan in self.scans),
        )

    def with_scan(self, scan: Scan) -> "Packing":
        """Return the packing with one more unit."""
        return self.replace(
            counted={**self.counted, scan.sku: self.counted.get(scan.sku, 0) + 1},
            by_hand=self.by_hand + scan.by_hand,
            scans=(*self.scans, scan)[-MAX_SCANS:],
        )

    def without(self, scan: Scan, undo_id: str) -> "Packing":
        """Return the packing without the unit of a scan."""
        undone = scan.replace(undone_by=undo_id)
        return self.replace(
            counted=dict(Counter(self.counted) - Counter([scan.sku])),
            by_hand=self.by_hand - scan.by_hand,
            scans=tuple(undone if each == scan else each for each in self.scans),
        )
