"""Count rows: a batch of changes of rows becomes one change of each count that it touches."""

from collections.abc import Sequence

from packhorse.store import row_counts
from packhorse.store.row_counts import RowChange


def count_rows(changes: Sequence[RowChange]) -> None:
    """Add the rows that came and went to the counts of their views and warehouses."""
    row_counts.count(changes)
