"""Mark purchase orders and transfer orders whose day passed before all of their units came: each opens an exception."""

from collections.abc import Callable, Iterable
from datetime import date

from packhorse.aws.telemetry import logger
from packhorse.domain.errors import PackhorseError
from packhorse.domain.purchasing import late
from packhorse.domain.transfers import expecting
from packhorse.usecases.supply.change_purchase import change_purchase
from packhorse.usecases.supply.change_transfer import change_transfer

WHO = "packhorse"


def mark_late(purchases: Iterable[str], transfers: Iterable[str], today: date, has_no_time: Callable[[], bool]) -> None:
    """Mark those of them that are late; the next night marks what fails now, or does not fit the time."""
    for name in purchases:
        if has_no_time():
            return
        _marked(name, lambda name: change_purchase(name, lambda order, _, __: late.with_late(order, today), WHO))
    for name in transfers:
        if has_no_time():
            return
        _marked(name, lambda name: change_transfer(name, lambda order, _, __: expecting.with_late(order, today), WHO))


def _marked(name: str, mark: Callable[[str], object]) -> None:
    try:
        mark(name)
    except PackhorseError as error:
        logger.warning("a late order was not marked", extra={"document": name, "failure": type(error).__name__})
