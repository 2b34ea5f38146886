"""Select fulfilment orders by the filter of the list that people ship from, for a job over all of them."""

from collections.abc import Iterator
from typing import NamedTuple

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.labels.batch import MAX_ENTRIES
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.orders.fulfilment_rows import FulfilmentRow, View
from packhorse.store.row_search import RowFilter
from packhorse.usecases.fulfilment.list_fulfilments import RowSort, list_fulfilments

PAGE = 100


class Selection(NamedTuple):
    """The rows of a view that pass a filter."""

    view: View
    only: RowFilter


def select_fulfilments(selection: Selection) -> tuple[FulfilmentRef, ...]:
    """Return the fulfilment orders of own warehouses that are selected now, soonest first.

    Raises Rejected for none, and for more than a batch takes: what is bought is then never a part that chance chose.
    """
    found = []
    for row in _rows(selection):
        if row.fulfilment and row.kind is WarehouseKind.OWN:
            found.append(FulfilmentRef(order=row.order_id, fulfilment=row.fulfilment))
        if len(found) > MAX_ENTRIES:
            message = (
                f"more than {MAX_ENTRIES} fulfilment orders match: narrow the filter, by warehouse, service or tag"
            )
            raise Rejected("too many for one batch", [FieldError("filter", message)])
    if not found:
        raise Rejected("nothing to label", [FieldError("filter", "no fulfilment order of an own warehouse matches")])
    return tuple(found)


def _rows(selection: Selection) -> Iterator[FulfilmentRow]:
    after, is_first = "", True
    while after or is_first:
        page = list_fulfilments(selection.view, selection.only, RowSort.SHIP_BY, after, PAGE)
        yield from page.rows
        after, is_first = page.next, False
