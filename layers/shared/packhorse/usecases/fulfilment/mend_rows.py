"""Mend the rows of an order: those that it lacks are put, those that are not its own deleted."""

from collections.abc import Iterable
from contextlib import suppress

from packhorse.aws.telemetry import logger
from packhorse.domain.errors import Conflict
from packhorse.domain.values import OrderId
from packhorse.store import orders, rows
from packhorse.store.commit import write_together
from packhorse.store.rows import RowKey


def mend_rows(order_id: OrderId, keys: Iterable[RowKey] = ()) -> int:
    """Bring the rows of an order up to date, `keys` among them; return how many were wrong.

    An order that changes meanwhile is left: whoever changes it writes its rows, and the next audit reads it again.
    """
    order = orders.get_order(order_id)
    writes = rows.mending_writes(order, keys)
    if not writes:
        return 0
    with suppress(Conflict):
        write_together([orders.order_check(order), *writes])
        logger.info("rows mended", extra={"order_id": order_id, "rows": len(writes)})
        return len(writes)
    return 0
