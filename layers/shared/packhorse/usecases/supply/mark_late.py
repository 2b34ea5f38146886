"""Mark purchase orders and transfer orders whose day passed before all of their units came: each opens an exception."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from packhorse.aws.telemetry import logger
from packhorse.domain.errors import PackhorseError
from packhorse.domain.purchasing import late
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.transfers import expecting
from packhorse.domain.transfers.transfer_order import TransferOrder
from packhorse.usecases.supply.change_purchase import change_purchase
from packhorse.usecases.supply.change_transfer import change_transfer

WHO = "packhorse"


def mark_late(
    purchases: Iterable[str],
    transfers: Iterable[str],
    day_at: Callable[[str], date],
    has_no_time: Callable[[], bool],
) -> None:
    """Mark those of them that are late by the day that it is at their warehouse.

    The next night marks what fails now, or does not fit the time.
    """

    def late_purchase(order: PurchaseOrder, _: str, __: datetime) -> PurchaseOrder:
        return late.with_late(order, day_at(order.warehouse))

    def late_transfer(order: TransferOrder, _: str, __: datetime) -> TransferOrder:
        return expecting.with_late(order, day_at(order.to_warehouse))

    for name in purchases:
        if has_no_time():
            return
        _marked(name, lambda name: change_purchase(name, late_purchase, WHO))
    for name in transfers:
        if has_no_time():
            return
        _marked(name, lambda name: change_transfer(name, late_transfer, WHO))


def _marked(name: str, mark: Callable[[str], object]) -> None:
    try:
        mark(name)
    except PackhorseError as error:
        logger.warning("a late order was not marked", extra={"document": name, "failure": type(error).__name__})
