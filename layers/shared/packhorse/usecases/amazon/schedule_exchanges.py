"""Have Amazon called for the warehouses that it ships from, by the account that has their fulfilment orders."""

from datetime import datetime

from packhorse.aws import schedules
from packhorse.aws.queues import message_body
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.errors import NotNow
from packhorse.domain.orders.mcf import McfStatus
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.values import WarehouseId
from packhorse.messages.fba import ExchangeWithAmazon, exchange_later
from packhorse.store import exceptions
from packhorse.store.row_search import RowFilter, rows_with_fulfillers


def require_same_accounts(before: Configuration, after: Configuration, now: datetime) -> None:
    """Raise NotNow while a warehouse's account at Amazon has anything of which another one would not know."""
    for name, warehouse in after.warehouses.items():
        account, new = _account_of(before.warehouses.get(name)), _account_of(warehouse)
        if account is None or account == new:
            continue
        rows = rows_with_fulfillers(RowFilter(warehouse=name, now=now))
        if count := sum(row.mcf not in (None, McfStatus.REFUSED) for row in rows):
            named = f"fulfilment orders of warehouse {name} are with the account of channel {account} ({count})"
            raise NotNow(f"{named}: set the warehouse inactive, and change that once they are over")


def _account_of(warehouse: Warehouse | None) -> str | None:
    return warehouse.fba.channel if warehouse and warehouse.fba else None


def schedule_exchanges(before: Configuration, after: Configuration) -> None:
    """Put the schedules of the warehouses that Amazon ships from, or shipped from, in line with a configuration.

    One that is new, or active again, is set up once its first exchange works, which is requested at once. For one that
    is switched off, the exchange calls Amazon only while that has anything.
    """
    for name, warehouse in after.warehouses.items():
        if _schedule_of(warehouse) != _schedule_of(before.warehouses.get(name)):
            _schedule(warehouse)


def _schedule_of(warehouse: Warehouse | None) -> object:
    return (warehouse.fba, warehouse.active) if warehouse and warehouse.fba else None


def _schedule(warehouse: Warehouse) -> None:
    if warehouse.fba is None:
        end_exchanges(WarehouseId(warehouse.id))
        return
    message = message_body(ExchangeWithAmazon(warehouse=warehouse.id))
    schedules.save_fba_schedule(warehouse.id, warehouse.fba.every_minutes, message)
    if warehouse.active:
        exchange_later(warehouse.id)
    else:
        exceptions.resolve(Cause.AMAZON_STOCK_HELD, Subject.of_warehouse(warehouse.id))


def end_exchanges(warehouse: WarehouseId) -> None:
    """Call Amazon no more for a warehouse."""
    schedules.delete_fba_schedule(warehouse)
    for cause in (Cause.AMAZON_FAILED, Cause.AMAZON_STOCK_HELD):
        exceptions.resolve(cause, Subject.of_warehouse(warehouse))
