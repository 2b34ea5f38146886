"""The survey, the first reading of a file of orders: it finds the orders that cannot be read as a stream.

Most orders have adjacent rows. The others get a fate, stored in an SQLite file: memory stays constant however many they
are, and another invocation can continue.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import NamedTuple

from packhorse.domain.batching import batched
from packhorse.domain.orders.channel_order import MAX_LINES
from packhorse.domain.orders.spelling import without_marks
from packhorse.files.csvfile.records import Position, Record
from packhorse.files.orders.order_sheet import OrderSheet
from packhorse.files.rows import might_be_a_line

MAX_HELD_ROWS = 10_000
MAX_HELD_BYTES = 32_000_000
MAX_HELD_ORDER_BYTES = 4_000_000
INSERT_ROWS = 5_000


class Fate(StrEnum):
    """How an order with a fate is treated: read LATER, or rejected for this reason."""

    LATER = "later"
    APART = "apart"
    LONG = "long"
    UNSURE = "unsure"
    SHARED = "shared"


REFUSALS = {
    Fate.APART: "rows of one order must be together in a file with this many orders: sort it by OrderNumber",
    Fate.LONG: f"an order has at most {MAX_LINES} lines, and at most 4 MB of text",
    Fate.UNSURE: "a row next to this order has no order number, so it may be a part of this order",
    Fate.SHARED: "another order of the file has the same id, perhaps in another spelling (1001, #1001, 1001.0)",
}
"""Why an order of that fate is rejected; one that is LATER is not: its scattered rows are read together at the end."""


class RowRun(NamedTuple):
    """Adjacent rows of one order; `unsure`: a row beside them may belong to it."""

    key: str
    own_id: str
    first_row: int
    rows: int
    size: int
    unsure: bool


class Survey(NamedTuple):
    """Result of the survey: the number of rows, of orders with a fate, and of those that are LATER."""

    rows: int
    fates: int
    later: int


_SCRATCH = """
PRAGMA main.cache_size = -16000;
CREATE TABLE orders (
    key INTEGER PRIMARY KEY, first_row INTEGER, runs INTEGER, lines INTEGER, size INTEGER, unsure INTEGER
);
CREATE TABLE claims (identity INTEGER, key INTEGER, PRIMARY KEY (identity, key)) WITHOUT ROWID;
CREATE TABLE kept.fates (key INTEGER PRIMARY KEY, first_row INTEGER, lines INTEGER, size INTEGER, fate TEXT);
"""
_ADD = """
INSERT INTO orders VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
    runs = runs + 1, lines = lines + excluded.lines, size = size + excluded.size, unsure = max(unsure, excluded.unsure)
"""
_CLAIM = "INSERT OR IGNORE INTO claims VALUES (?, ?)"
_DECIDE = """
INSERT INTO kept.fates SELECT key, first_row, lines, size, CASE
    WHEN unsure THEN 'unsure' WHEN lines > :lines OR size > :size THEN 'long' ELSE 'apart' END
FROM orders WHERE unsure OR runs > 1 OR lines > :lines OR size > :size
"""
_CLAIM_KEYS = """
INSERT OR IGNORE INTO claims SELECT key, key FROM orders
WHERE key IN (SELECT identity FROM claims) AND key NOT IN (SELECT key FROM claims)
"""
_SHARED = """
INSERT OR REPLACE INTO kept.fates SELECT key, first_row, lines, size, 'shared' FROM orders WHERE key IN (
    SELECT key FROM claims WHERE identity IN (SELECT identity FROM claims GROUP BY identity HAVING count(*) > 1))
"""
_HOLD = """
UPDATE kept.fates SET fate = 'later' WHERE key IN (SELECT key FROM (
    SELECT key, sum(lines) OVER up_to AS held, sum(size) OVER up_to AS bytes
    FROM kept.fates WHERE fate = 'apart' WINDOW up_to AS (ORDER BY first_row, key)
) WHERE held <= :rows AND bytes <= :bytes)
"""


def survey(
    records: Iterable[Record], sheet: OrderSheet, start: Position, path: Path, held_rows: int = MAX_HELD_ROWS
) -> Survey:
    """Read all records and write the fates of their orders to a new SQLite file."""
    with closing(sqlite3.connect("", isolation_level=None)) as scratch:  # a temporary database on disk
        scratch.execute("ATTACH ? AS kept", (str(path),))
        scratch.executescript(_SCRATCH)
        counter = count()
        found = runs((record for record, _ in zip(records, counter, strict=False)), sheet, start)
        for some in batched(found, INSERT_ROWS):
            _add(scratch, some, sheet)
        scratch.execute(_DECIDE, {"lines": MAX_LINES, "size": MAX_HELD_ORDER_BYTES})
        scratch.execute(_CLAIM_KEYS)
        scratch.execute(_SHARED)
        scratch.execute(_HOLD, {"rows": held_rows, "bytes": MAX_HELD_BYTES})
        fates, later = scratch.execute(
            "SELECT count(*), count(iif(fate = 'later', 1, NULL)) FROM kept.fates"
        ).fetchone()
    return Survey(next(counter), fates, later)


def _add(scratch: sqlite3.Connection, some: Sequence[RowRun], sheet: OrderSheet) -> None:
    keys = [hashed(run.key) for run in some]
    scratch.execute("BEGIN")
    scratch.executemany(_ADD, ((key, *run[2:]) for key, run in zip(keys, some, strict=True)))
    # Most orders are named by a plain number, which is their key: what claims nothing needs no row in a large file.
    identities = ((_identity(run), run.key, key) for key, run in zip(keys, some, strict=True))
    claims = ((hashed(name), key) for name, written, key in identities if sheet.has_own_ids or name != written)
    scratch.executemany(_CLAIM, claims)
    scratch.execute("COMMIT")


def _identity(run: RowRun) -> str:
    """Return what the order's id is made of, in its plain spelling, which must be unique in the file."""
    channel, divider, number = run.key.rpartition("\n")
    name = run.own_id or number
    return f"{channel}{divider}{without_marks(name) or name}"


def hashed(key: str) -> int:
    """Return a 64-bit hash; two orders of one hash are read like scattered ones, with the right result."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), signed=True)


def runs(records: Iterable[Record], sheet: OrderSheet, start: Position) -> Iterator[RowRun]:
    """Yield the runs of adjacent rows of one order; a row without an order number ends a run."""
    run: RowRun | None = None
    parted = unsure = False
    offset = start.offset
    for record in records:
        key, size, offset = sheet.key(record), record.after.offset - offset, record.after.offset
        if key is None:
            parted, doubtful = True, might_be_a_line(record)
            unsure = unsure or doubtful
            run = run and run._replace(unsure=run.unsure or doubtful)
        elif run and run.key == key and not parted:
            run = run._replace(rows=run.rows + 1, size=run.size + size, own_id=run.own_id or sheet.own_id(record))
        else:
            if run:
                yield run
            run, parted, unsure = RowRun(key, sheet.own_id(record), record.row, 1, size, unsure), False, False
    if run:
        yield run
