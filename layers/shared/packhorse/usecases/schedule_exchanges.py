"""Have Amazon called for the warehouses that it ships from, while these are active."""

from packhorse.aws import schedules
from packhorse.aws.queues import message_body
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.values import WarehouseId
from packhorse.messages.fba import ExchangeWithAmazon, exchange_later
from packhorse.store import exceptions


def schedule_exchanges(before: Configuration, after: Configuration) -> None:
    """Put the schedules of the warehouses that Amazon ships from, or shipped from, in line with a configuration.

    One that is new, or active again, is set up once its first exchange works, which is requested at once.
    """
    for name, warehouse in after.warehouses.items():
        if _schedule_of(warehouse) != _schedule_of(before.warehouses.get(name)):
            _schedule(warehouse)


def _schedule_of(warehouse: Warehouse | None) -> object:
    return warehouse.fba if warehouse and warehouse.active else None


def _schedule(warehouse: Warehouse) -> None:
    if warehouse.fba and warehouse.active:
        message = message_body(ExchangeWithAmazon(warehouse=warehouse.id))
        schedules.save_fba_schedule(warehouse.id, warehouse.fba.every_minutes, message)
        exchange_later(warehouse.id)
    else:
        end_exchanges(WarehouseId(warehouse.id))


def end_exchanges(warehouse: WarehouseId) -> None:
    """Call Amazon no more for a warehouse."""
    schedules.delete_fba_schedule(warehouse)
    for cause in (Cause.AMAZON_FAILED, Cause.AMAZON_STOCK_HELD):
        exceptions.resolve(cause, Subject.of_warehouse(warehouse))
