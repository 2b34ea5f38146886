"""Read how far behind each channel and each supplier was over the last hours and days."""

from datetime import datetime

from packhorse.domain.configuration.channel import Channel
from packhorse.domain.health.lag import SPANS, LagKind, LagPoint
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import Value
from packhorse.store import configuration, lags, suppliers
from packhorse.usecases.operations.read_health import late_after


class ChannelLags(Value):
    """The lags of a channel in the last 24 hours, oldest first; an hour in which none was measured is left out.

    With a lag of `orders` beyond `late_after` seconds it is late.
    """

    channel: str
    late_after: int
    orders: tuple[LagPoint, ...]
    quantities: tuple[LagPoint, ...]


class SupplierLags(Value):
    """How long a supplier took to answer, on each of the last 14 days on which it did, oldest first."""

    supplier: str
    answers: tuple[LagPoint, ...]


class Lags(Value):
    """The lags of all channels and of all suppliers."""

    channels: tuple[ChannelLags, ...]
    suppliers: tuple[SupplierLags, ...]


def read_lags(now: datetime) -> Lags:
    """Return the longest lag of each span that is shown."""
    return Lags(
        channels=tuple(_of_channel(each, now) for each in configuration.current().channels.values()),
        suppliers=tuple(_of_supplier(each, now) for each in suppliers.all_suppliers()),
    )


def _of_channel(channel: Channel, now: datetime) -> ChannelLags:
    return ChannelLags(
        channel=channel.id,
        late_after=int(late_after(channel).total_seconds()),
        orders=_shown(LagKind.ORDERS, channel.id, now),
        quantities=_shown(LagKind.QUANTITIES, channel.id, now),
    )


def _of_supplier(supplier: Supplier, now: datetime) -> SupplierLags:
    return SupplierLags(supplier=supplier.id, answers=_shown(LagKind.ANSWERS, supplier.id, now))


def _shown(kind: LagKind, name: str, now: datetime) -> tuple[LagPoint, ...]:
    return lags.find_lags(kind, name, SPANS[kind].first_shown(now))
