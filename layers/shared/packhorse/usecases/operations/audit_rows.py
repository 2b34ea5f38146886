"""Audit the rows of the list of fulfilments: each is as its order makes it, its checks are current, the counts right.

Rows and counts that differ are mended.
"""

import time

from packhorse.aws.telemetry import logger
from packhorse.domain.audits import AuditRun
from packhorse.domain.orders.fulfilment_rows import View
from packhorse.store import orders, row_counts, row_search, rows
from packhorse.store.row_counts import Place, RowCount
from packhorse.store.rows import RowKey
from packhorse.usecases.fulfilment.mend_rows import mend_rows
from packhorse.usecases.labels.recheck_labels import recheck_stale
from packhorse.usecases.operations.audit_findings import AuditPage

ROWS_PAGE = 100
SETTLING = 20.0
"""Seconds in which the stream brings what was written before, unless it is disturbed; then the next audit mends."""


def audit_rows(run: AuditRun, after: str | None, *_: object) -> AuditPage:
    """Audit a page of rows; the first page of a view comes with its counts."""
    name, position = (after or f"{next(iter(View))}/").split("/", 1)
    view = View(name)
    mended = 0 if position else mend_counts(view)
    keys, last = row_search.keys_of_view(view, position, ROWS_PAGE)
    run = run.replace(looked_at=run.looked_at + len(keys), mended=run.mended + mended + mend_page(keys))
    return run, f"{view}/{last}" if last else _next(view)


def _next(view: View) -> str | None:
    views = list(View)
    following = views[views.index(view) + 1 :]
    return f"{following[0]}/" if following else None


def mend_page(keys: list[RowKey]) -> int:
    """Mend the orders of rows that are not what their order says, or have stale checks; return how many were wrong."""
    of_orders = {key.order_id: [each for each in keys if each.order_id == key.order_id] for key in keys}
    read = {order.id: order for order in orders.recent_orders(of_orders)}
    stale = rows.differing(read.values())
    stale |= {name for name, order in read.items() if not {*of_orders[name]} <= rows.keys_of(order)}
    return sum(mend_rows(name, of_orders[name]) for name in stale) + recheck_stale(read.values())


def mend_counts(view: View) -> int:
    """Correct the counts of a view that differ from its rows, and still do when nothing is under way; return how many.

    A difference may be a change that the stream has not brought yet: count and rows have to stay as they are a while.
    """
    if not (found := differences(view)):
        return 0
    time.sleep(SETTLING)
    steady = {place: each for place, each in differences(view).items() if found.get(place) == each}
    mended = sum(row_counts.correct(place, counted, there) for place, (counted, there) in steady.items())
    if mended:
        logger.info("counts of rows mended", extra={"view": view, "counts": mended})
    return mended


def differences(view: View) -> dict[Place, tuple[RowCount, int]]:
    """Return each count of a view that is not the number of its rows, with that number."""
    counted, there = row_counts.all_counts(view), row_search.rows_by_warehouse(view)
    if there is None:
        return {}
    places = {*counted, *((str(view), warehouse) for warehouse in there)}
    found = {place: (counted.get(place, RowCount()), there[place[1]]) for place in places}
    return {place: (count, number) for place, (count, number) in found.items() if count.rows != number}
