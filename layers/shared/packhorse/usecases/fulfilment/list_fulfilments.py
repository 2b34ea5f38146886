"""List fulfilments: rows of one view or of all, by when they are to ship, and the counts of all views.

A request makes a bounded number of reads; what is rare comes on several pages, some of them short.
"""

from enum import StrEnum
from typing import NamedTuple

from packhorse.domain.orders.fulfilment_rows import FulfilmentRow, View
from packhorse.domain.values import Value
from packhorse.store import row_counts, row_search
from packhorse.store.row_search import RowFilter


class RowSort(StrEnum):
    """The order of the list, by when rows are to ship; with a minus sign, the last first."""

    SHIP_BY = "ship_by"
    LATEST_SHIP_BY = "-ship_by"


class ViewCount(Value):
    """How many rows a view has, and how many of them are late."""

    rows: int
    late: int


class RowsFound(NamedTuple):
    """A page of rows, and the sort key after which the next one starts (empty at the end)."""

    rows: list[FulfilmentRow]
    next: str


def list_fulfilments(view: View | None, only: RowFilter, sort: RowSort, after: str, limit: int) -> RowsFound:
    """Return a page of the rows that pass the filter; without a view those of all views, merged."""
    is_backwards = sort is RowSort.LATEST_SHIP_BY
    parts = [
        row_search.rows_of_view(each, only, after, limit + 1, is_backwards=is_backwards)
        for each in ([view] if view else View)
    ]
    rows = {key: row for part in parts for key, row in part.rows.items()}
    keys, ends = sorted(rows, reverse=is_backwards), [part.read_to for part in parts if part.read_to]
    last = (max(ends) if is_backwards else min(ends)) if ends else ""
    if last:  # beyond it, a view may have rows that were not read
        keys = [key for key in keys if (key >= last if is_backwards else key <= last)]
    last = keys[limit - 1] if len(keys) > limit else last
    return RowsFound([rows[key] for key in keys[:limit]], last)


def count_views(only: RowFilter) -> dict[View, ViewCount]:
    """Return the counts of every view, at the filter's warehouse or at all; other filters do not change them."""
    counts = row_counts.counts_of(only.warehouse)
    late = {view: row_search.late_rows(view, only) for view in View if counts[view]}
    return {view: ViewCount(rows=counts[view], late=late.get(view, 0)) for view in View}
