"""The two readings after the survey: orders with adjacent rows, then orders with scattered rows."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple

from packhorse.files.csvfile.records import Position, Record
from packhorse.files.orders.order_sheet import OrderSheet, RowsOutcome
from packhorse.files.orders.survey import REFUSALS, Fate, hashed


class OrderFate(NamedTuple):
    """The fate of an order, and its first row."""

    fate: Fate
    first_row: int


class Fates:
    """The fates that the survey stored; without a file no order has one."""

    def __init__(self, path: Path | None = None) -> None:
        self._kept = sqlite3.connect(path or ":memory:") if path else None

    def __enter__(self) -> "Fates":
        return self

    def __exit__(self, *_: object) -> None:
        if self._kept:
            self._kept.close()

    def of(self, key: str) -> OrderFate | None:
        """Return the fate of an order; None if it can be read as a stream."""
        if not self._kept:
            return None
        found = self._kept.execute("SELECT fate, first_row FROM fates WHERE key = ?", (hashed(key),)).fetchone()
        return found and OrderFate(Fate(found[0]), found[1])


def first_reading(records: Iterable[Record], sheet: OrderSheet, fates: Fates) -> Iterator[RowsOutcome]:
    """Yield an outcome for every record: orders, rejections, and nothing yet for orders with scattered rows."""
    for key, run in groupby(records, sheet.key):
        fate = fates.of(key) if key else None
        if key is None:
            yield from map(sheet.stray, run)
        elif fate is None:
            together = list(run)
            yield sheet.read(together, together[-1].after)
        elif fate.fate is Fate.LATER:
            yield from (RowsOutcome(record.after) for record in run)
        else:
            yield from (_refused(record, sheet, fate) for record in run)


def _refused(record: Record, sheet: OrderSheet, fate: OrderFate) -> RowsOutcome:
    """Return one record of an order that is rejected whole; the order is counted and reported at its first row."""
    refused = sheet.refused(record, REFUSALS[fate.fate])
    return refused if record.row == fate.first_row else refused._replace(errors=(), rejected=0)


def second_reading(records: Iterable[Record], sheet: OrderSheet, fates: Fates, done: int) -> Iterator[RowsOutcome]:
    """Yield the orders with scattered rows, by their first row, from the `done`-th on; positions count orders here."""
    held: dict[str, list[Record]] = {}
    for key, run in groupby(records, sheet.key):
        fate = fates.of(key) if key else None
        if key and fate and fate.fate is Fate.LATER:
            held.setdefault(key, []).extend(run)
    for place, together in islice(enumerate(held.values(), 1), done, None):
        yield sheet.read(together, Position(place, 0))
