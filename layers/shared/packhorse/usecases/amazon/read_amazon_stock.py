"""Read what Amazon can sell of a warehouse, and set its stock by it: by an exchange or, if that takes long, on its own.

Amazon lists 50 skus a call, two calls a second, and the place in its list expires after half a minute: a list is read
in one invocation.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import httpx

from packhorse.aws.telemetry import facts_of, logger
from packhorse.channels import fulfiller_of
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.fba import FbaSettings
from packhorse.domain.errors import NoTurn, OutOfTime, Rejected, Unavailable
from packhorse.domain.orders.fulfilment_rows import FulfilmentRow
from packhorse.domain.supply.batches import Member
from packhorse.domain.values import WarehouseId, iso
from packhorse.messages.fba import read_stock_later
from packhorse.store import fba_state, row_search
from packhorse.store.row_search import RowFilter
from packhorse.usecases.amazon.amazon_round import AmazonInvocation
from packhorse.usecases.amazon.stock_from_amazon import set_stock

LONGEST_READ = timedelta(minutes=15)
"""How long an invocation lives that reads a list: within that no other one is begun."""
BEHIND = timedelta(hours=2)
"""How late changes, or the stock, are read before that is an exception."""


class AmazonWarehouse(NamedTuple):
    """A warehouse that Amazon ships from, and the channel whose account does.

    One that is switched off gets nothing new by routing; Amazon is called until what it has is over.
    """

    id: WarehouseId
    fba: FbaSettings
    channel: Channel
    is_active: bool


class AmazonFailures(NamedTuple):
    """What failed of a message; `is_whole`: without failures, nothing of the warehouse fails at Amazon."""

    failures: list[str]
    is_whole: bool = False


def read_or_leave_stock(
    warehouse: AmazonWarehouse, http: httpx.Client, call: AmazonInvocation, *, is_rest_whole: bool
) -> AmazonFailures:
    """Set the warehouse's stock in what an exchange has left of its time, or have another invocation set it.

    The exchange says nothing about the stock then, and that invocation whether anything of the warehouse fails.
    """
    try:
        return _done(warehouse, http, call, is_confirmed=False)._replace(is_whole=True)
    except (NoTurn, OutOfTime) as error:
        logger.info("stock is read on its own", extra={"warehouse": warehouse.id, **facts_of(error)})
        if fba_state.begin_long_read(warehouse.id, call.at, LONGEST_READ):
            read_stock_later(warehouse.id, is_rest_whole=is_rest_whole)
        return AmazonFailures([])


def read_stock(
    warehouse: AmazonWarehouse,
    http: httpx.Client,
    call: AmazonInvocation,
    *,
    is_confirmed: bool,
    is_rest_whole: bool,
) -> AmazonFailures:
    """Set the warehouse's stock; that it is not read in time is a failure once it is late."""
    try:
        return _done(warehouse, http, call, is_confirmed=is_confirmed)._replace(is_whole=is_rest_whole)
    except (NoTurn, OutOfTime) as error:
        logger.info("stock is read later", extra={"warehouse": warehouse.id, **facts_of(error)})
        last = fba_state.find_stock_read(warehouse.id)
        is_late = last is not None and call.at - last >= BEHIND
        text = f"the stock was read at {iso(last) if last else ''} last: its list needs more time than there is"
        return AmazonFailures([text] if is_late else [])


def _done(
    warehouse: AmazonWarehouse, http: httpx.Client, call: AmazonInvocation, *, is_confirmed: bool
) -> AmazonFailures:
    """Set the warehouse's stock; return what failed. Raises NoTurn, OutOfTime if its list takes too long."""
    try:
        _read(warehouse, http, call, is_confirmed=is_confirmed)
    except (NoTurn, OutOfTime):
        raise
    except (Rejected, Unavailable) as error:
        return AmazonFailures([error.in_full])
    return AmazonFailures([])


def _read(warehouse: AmazonWarehouse, http: httpx.Client, call: AmazonInvocation, *, is_confirmed: bool) -> None:
    """Read all that Amazon can sell, and after that which orders it has reserved units for."""
    make = fulfiller_of(warehouse.channel).inventory
    if make is None:
        return
    sellable = make(warehouse.channel, http).sellable()
    members = (Member(order=row.order_id, fulfilment=row.fulfilment or 0) for row in open_rows(warehouse.id, call.at))
    set_stock(warehouse.id, warehouse.fba, sellable, members, call.at, is_confirmed=is_confirmed)


def open_rows(warehouse: WarehouseId, now: datetime) -> Iterator[FulfilmentRow]:
    """Yield the rows of a warehouse's open fulfilment orders; they may be those of a moment ago."""
    yield from row_search.rows_with_fulfillers(RowFilter(warehouse=warehouse, now=now))
