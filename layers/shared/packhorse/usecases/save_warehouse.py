"""Save or remove a warehouse, with the schedule of one that Amazon ships from."""

from collections.abc import Callable

from packhorse.aws import schedules
from packhorse.aws.queues import message_body
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.values import WarehouseId
from packhorse.messages.fba import ExchangeWithAmazon, exchange_later
from packhorse.store import exceptions
from packhorse.usecases import reconfigure


def save_warehouse(warehouse: WarehouseId, edit: Callable[[Configuration], Configuration], who: str) -> Configuration:
    """Put the edited configuration of a warehouse into force in the name of `who`, and its schedule.

    One that Amazon ships from is set up once its first exchange works, which is requested at once.
    """
    config = reconfigure.save(edit, who)
    saved = config.warehouses[warehouse]
    schedule_exchanges(saved)
    if saved.fba and saved.active:
        exchange_later(saved.id)
    return config


def schedule_exchanges(warehouse: Warehouse) -> None:
    """Have Amazon called for a warehouse that it ships from, while that is active; for no other."""
    if warehouse.fba and warehouse.active:
        message = message_body(ExchangeWithAmazon(warehouse=warehouse.id))
        schedules.save_fba_schedule(warehouse.id, warehouse.fba.every_minutes, message)
    else:
        end_exchanges(WarehouseId(warehouse.id))


def end_exchanges(warehouse: WarehouseId) -> None:
    """Call Amazon no more for a warehouse."""
    schedules.delete_fba_schedule(warehouse)
    for cause in (Cause.AMAZON_FAILED, Cause.AMAZON_STOCK_HELD):
        exceptions.resolve(cause, Subject.of_warehouse(warehouse))
