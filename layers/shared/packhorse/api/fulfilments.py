"""Fulfilments: the list that people ship from, with counts by view."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import AT_BENCH, VIEWING, allow
from packhorse.api.limits import of_warehouse
from packhorse.api.paging import KEY, Cursor, PageSize, cursor_of, position_of
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.orders.cancellation import CancellationState
from packhorse.domain.orders.checks import Check
from packhorse.domain.orders.fulfilment_rows import FulfilmentRow, RowLine, View
from packhorse.domain.values import Instant, Value, shared_fields
from packhorse.store.order_search import words_of
from packhorse.store.row_search import RowFilter
from packhorse.usecases.fulfilment.list_fulfilments import RowSort, ViewCount, count_views, list_fulfilments

router = APIGatewayHttpRouter()


class FulfilmentItem(Value):
    """A row: an open fulfilment order, or what of an order is not handed over yet (`fulfilment` is null).

    `lines` counts lines, `short_lines` those that are short; `short_line` is the first of these, with the units that it
    lacks. `checks` are those that fail. Rows with the same `merge` ship as one parcel. `cancellation` is
    how far a request is that its fulfiller keeps units back, `packer` who has its box open at a bench.
    """

    view: View
    order_id: str
    number: str
    fulfilment: int | None
    channel: str
    warehouse: str | None
    kind: WarehouseKind | None
    placed_at: Instant
    ship_by: Instant | None
    deliver_by: Instant | None
    late: bool
    expedited: bool
    delivery_method: str
    recipient: str
    country: str
    postcode: str
    tags: tuple[str, ...]
    units: int
    lines: int
    first_line: RowLine | None
    short_line: RowLine | None
    short_lines: int
    checks: tuple[Check, ...]
    exceptions: tuple[str, ...]
    merge: str | None
    cancellation: CancellationState | None
    packer: str


class FulfilmentPage(Value):
    """A page of rows; the first one comes with the counts of all views."""

    items: tuple[FulfilmentItem, ...]
    counts: Mapping[View, ViewCount] | None
    next: str | None


@router.get("/fulfilments", summary="What is to be shipped, soonest first, with counts by view", tags=["fulfilments"])
@allow(VIEWING | AT_BENCH, of_warehouse)
def listed(
    view: Annotated[View | None, Query(description="Without one, the rows of all views")] = None,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    channel: Annotated[str | None, Query(max_length=40)] = None,
    service: Annotated[str | None, Query(max_length=255, description="The delivery method of the order")] = None,
    country: Annotated[str | None, Query(max_length=255)] = None,
    tag: Annotated[str | None, Query(max_length=40)] = None,
    check: Annotated[Check | None, Query(description="Rows that fail this check")] = None,
    late: Annotated[bool | None, Query()] = None,
    expedited: Annotated[bool | None, Query()] = None,
    q: Annotated[str | None, Query(max_length=200, description="Parts of number, name, sku, tag, tracking")] = None,
    sort: Annotated[RowSort, Query(description="By when rows are to ship; with a minus, last first")] = RowSort.SHIP_BY,
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> FulfilmentPage:
    """Every row is in one view, the first that fits: the views partition the open orders.

    With `q`, rows that have each of its words. What is rare comes on several pages: one may be short, or empty, and
    still have a next one. The counts are those of the `warehouse`, or of all; other filters do not change them. They
    follow a change within seconds; `late` is counted among the first thousand that are late.
    """
    now, after = datetime.now(UTC), position_of(cursor, KEY)
    only = RowFilter(
        warehouse=warehouse,
        channel=channel,
        service=service,
        country=country,
        tag=tag,
        check=check,
        late=late,
        expedited=expedited,
        words=words_of(q or ""),
        now=now,
    )
    found = list_fulfilments(view, only, sort, after or "", limit)
    counts = None if after else count_views(only)
    return FulfilmentPage(items=tuple(_item(row, now) for row in found.rows), counts=counts, next=cursor_of(found.next))


def _item(row: FulfilmentRow, now: datetime) -> FulfilmentItem:
    same = shared_fields(FulfilmentItem, row, "ship_by", "late")
    is_late = row.due_at is not None and row.due_at < now
    return FulfilmentItem(**same, ship_by=row.due_at, late=is_late)
