"""Reads of the rows that people ship from: pages of a view, each with a bounded number of reads, and what is late."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.orders.checks import Check
from packhorse.domain.orders.fulfilment_rows import FulfilmentRow, View
from packhorse.domain.values import Instant, Value, WarehouseId, iso
from packhorse.store import expressions
from packhorse.store.expressions import Expression, Request, between, contains, equals, less, missing
from packhorse.store.order_search import LAST, folded, listed
from packhorse.store.reading import whole_pages
from packhorse.store.rows import RowKey, partition, row_of

MAX_ROWS_READ = 1000
MAX_ROW_PAGES = 5
MAX_COUNTED_PAGES = 200
"""Pages of a megabyte: more than a hundred thousand rows."""
FIRST = " "
"""A sort key before all others."""


class RowFilter(Value):
    """What a list of rows is limited to; None is no limit."""

    warehouse: str | None = None
    channel: str | None = None
    service: str | None = None
    country: str | None = None
    tag: str | None = None
    check: Check | None = None
    late: bool | None = None
    expedited: bool | None = None
    words: tuple[str, ...] = ()
    now: Instant

    @property
    def condition(self) -> Expression | None:
        """The condition on the attributes beside the key, None without any."""
        return expressions.all_of(self._conditions())

    def _conditions(self) -> Iterator[Expression]:
        for name in ("warehouse", "channel", "country"):
            if value := getattr(self, name):
                yield equals(name, value)
        if self.service:
            yield equals("method", folded(self.service))
        if self.tag:
            yield contains("tags", listed((folded(self.tag),)))
        if self.check:
            yield contains("checks", listed((self.check,)))
        if self.expedited is not None:
            yield equals("expedited", "yes") if self.expedited else missing("expedited")
        yield from (contains("searched", word) for word in self.words)

    @property
    def reach(self) -> tuple[str, str]:
        """The first and the last sort key to read."""
        if self.late is None:
            return FIRST, LAST
        return (FIRST, iso(self.now)) if self.late else (iso(self.now), LAST)


class RowPage(NamedTuple):
    """Rows by their sort keys, and the sort key up to which all were read (empty: to the end)."""

    rows: dict[str, FulfilmentRow]
    read_to: str


def rows_of_view(view: View, only: RowFilter, after: str, limit: int, *, is_backwards: bool) -> RowPage:
    """Return up to `limit` rows of a view that pass the filter, after a sort key (empty: from the first).

    A read ends after MAX_ROW_PAGES: of what is rare it may return fewer, and not be at the end.
    """
    first, last = only.reach
    if after:
        first, last = (first, min(last, just_before(after))) if is_backwards else (max(first, just_after(after)), last)
    if first > last:
        return RowPage({}, "")
    filtering = only.condition
    query = _of_view(view, between("sk", first, last), filtering) | {
        "ConsistentRead": True,
        "ScanIndexForward": not is_backwards,
        "Limit": MAX_ROWS_READ if filtering else limit + 1,
    }
    rows: dict[str, FulfilmentRow] = {}
    for page in islice(whole_pages("query", **query), MAX_ROW_PAGES):
        for item in page["Items"]:
            key = item["sk"]["S"]
            rows[key] = row_of(item)
            if len(rows) == limit:
                return RowPage(rows, key)
    return RowPage(rows, page["LastEvaluatedKey"]["sk"]["S"] if "LastEvaluatedKey" in page else "")


def rows_with_fulfillers(only: RowFilter) -> Iterator[FulfilmentRow]:
    """Yield the rows of fulfilment orders that partners may have, by view; they may be those of a moment ago."""
    for view in (View.NEEDS_FIX, View.HELD, View.PARTNERS):
        after = ""
        while True:
            page = rows_of_view(view, only, after, MAX_ROWS_READ, is_backwards=False)
            yield from (row for row in page.rows.values() if row.fulfilment)
            after = page.read_to
            if not after:
                break


def just_after(key: str) -> str:
    """Return a sort key between this one and the next that there may be: a range includes its ends."""
    return f"{key}{FIRST}"


def just_before(key: str) -> str:
    """Return a sort key between the last one that there may be and this one.

    >>> just_before("2026#b")
    '2026#a~'
    """
    return f"{key[:-1]}{chr(ord(key[-1]) - 1)}{LAST}"


def late_rows(view: View, only: RowFilter) -> int:
    """Return how many rows of a view are late, among the first MAX_ROWS_READ of them."""
    only = RowFilter(now=only.now, warehouse=only.warehouse)
    query = _of_view(view, less("sk", iso(only.now)), only.condition)
    return int(client("dynamodb").query(**query, Select="COUNT", Limit=MAX_ROWS_READ)["Count"])


def rows_by_warehouse(view: View) -> "Counter[WarehouseId | None] | None":
    """Return how many rows a view has at each warehouse, strongly consistent; None if they are too many to read."""
    keys = equals("pk", partition(view))
    query = expressions.query(settings.orders_table, keys, ConsistentRead=True, ProjectionExpression="pk, sk")
    found: Counter[WarehouseId | None] = Counter()
    for page in islice(whole_pages("query", **query), MAX_COUNTED_PAGES):
        found.update(RowKey(item["pk"]["S"], item["sk"]["S"]).warehouse for item in page["Items"])
    return None if "LastEvaluatedKey" in page else found


def keys_of_view(view: View, after: str, limit: int) -> tuple[list[RowKey], str]:
    """Return a page of the keys of a view, strongly consistent, and where the next one starts (empty at the end)."""
    query = _of_view(view, between("sk", just_after(after) if after else FIRST, LAST)) | {
        "ConsistentRead": True,
        "Limit": limit,
    }
    page = client("dynamodb").query(**query)
    keys = [RowKey(item["pk"]["S"], item["sk"]["S"]) for item in page["Items"]]
    last = page.get("LastEvaluatedKey", {}).get("sk", {}).get("S", "")
    return keys, last


def _of_view(view: View, keys: Expression, only: Expression | None = None, **options: Any) -> Request:
    return expressions.query(settings.orders_table, equals("pk", partition(view)) & keys, only=only, **options)
