"""Messages to the release function: reasons to route backorders again."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.functions import invoke_later
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.batching import batched
from packhorse.domain.schema import Reader
from packhorse.domain.stock.goods import WaitingUnits
from packhorse.domain.values import Cursor, Identifier, Instant, OrderId, OrderIdText, SkuInMessage, Value


class StockArrived(Value):
    """More units of a sku are available; `after` is the last order that was advanced for it.

    The orders up to that one still wait for the units `kept`. At the warehouses `arrived_at` they are new ones, the
    last of which came at `last_at`: lines that these had rejected before may be routed there again.
    """

    kind: Literal["sku"] = "sku"
    sku: SkuInMessage
    after: Cursor = ""
    kept: tuple[WaitingUnits, ...] = ()
    arrived_at: tuple[Identifier, ...] = ()
    last_at: Instant | None = None


class ConfigurationChanged(Value):
    """The configuration changed: backorders may find a warehouse that they did not find before."""

    kind: Literal["all"] = "all"
    after: Cursor = ""


class OrdersToBuyFor(Value):
    """What is bought for these orders may have to follow what they want now."""

    kind: Literal["buy"] = "buy"
    orders: tuple[OrderIdText, ...]


class ChecksToMake(Value):
    """The checks of labels may fail otherwise: of these orders, or without any of all open ones `after` that one."""

    kind: Literal["checks"] = "checks"
    orders: tuple[OrderIdText, ...] = ()
    after: Cursor = ""


class OthersToCome(Value):
    """Other units of a sku are to come to a warehouse: orders `after` that one may have counted on fewer or on more.

    None of them named these orders; those that do not need units any more by which they are named took others.
    """

    kind: Literal["fewer"] = "fewer"
    sku: SkuInMessage
    warehouse: Identifier
    after: Cursor = ""


Reason = StockArrived | ConfigurationChanged | OrdersToBuyFor | ChecksToMake | OthersToCome
ORDERS_AT_ONCE = 25
ReleaseMessage = Annotated[Reason, Field(discriminator="kind")]
RELEASE_MESSAGE: Reader[Reason] = Reader(TypeAdapter(ReleaseMessage))


def send_orders_to_buy_for(orders: Iterable[OrderId]) -> None:
    """Send messages to buy for orders, and to give up what they do not need any more."""
    send_release(OrdersToBuyFor(orders=tuple(part)) for part in batched(orders, ORDERS_AT_ONCE))


def send_release(reasons: Iterable[Reason]) -> None:
    """Invoke the release function for each reason: it serves backorders, buys for orders, or checks labels."""
    for reason in reasons:
        invoke_later(settings.release_function, message_body(reason))
