"""The rule of warehouses that are switched off: they get nothing new."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from simulation.order_documents import Document, holdings, is_void, open_parts, units_of, works_of


class SwitchedOff(NamedTuple):
    """A warehouse that is switched off, and the moment from which on nothing new can be on its way there."""

    warehouse: str
    since: float


def faults_of_new_work(off: SwitchedOff, last: Document, document: Document, now: float) -> Iterator[str]:
    """Yield what an order gets of a warehouse that is switched off: units of a shelf, or to be shipped from there."""
    if now < off.since or is_void(last, document) or last.get("owed") or document.get("owed"):
        return
    if new := _to_ship(document, off.warehouse) - _to_ship(last, off.warehouse):
        yield f"{dict(new)} are to be shipped from {off.warehouse}, which is switched off"
    was, held = holdings(last)[0], holdings(document)[0]
    for place, units in (held - was).items():
        if place[1] == off.warehouse:
            yield f"{units} units of {place} are taken though it is switched off"


def _to_ship(document: Document, warehouse: str) -> "Counter[str]":
    """Return the units by line that are still to leave a warehouse, handed over or not."""
    works = [work for work in works_of(document) if work["warehouse"] == warehouse]
    return units_of(part for work in works for part in open_parts(work))
