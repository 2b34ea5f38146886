"""Record what carriers report of parcels on their way, and of the refunds of labels."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from packhorse.aws.executions import answer_tokens
from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.labels.purchase import RefundReport
from packhorse.domain.labels.tracking import TrackingEvent
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.refunding import refund_reported
from packhorse.domain.orders.transit import tracked
from packhorse.domain.values import OrderId
from packhorse.messages.tracking import CarrierMessage
from packhorse.store import parcels
from packhorse.usecases.change_orders import change_orders

EARLY = timedelta(minutes=3)
"""How long a report may be about a label whose purchase is not recorded yet."""


class Tracked(NamedTuple):
    """A report of a carrier account with the fulfilment order that it is about."""

    order_id: OrderId
    number: int
    event: TrackingEvent | RefundReport
    account: str

    @property
    def who(self) -> str:
        """In whose name the order changes."""
        return self.event.carrier if isinstance(self.event, TrackingEvent) else self.account


def record_tracking(messages: Mapping[str, CarrierMessage], now: datetime) -> set[str]:
    """Record reports of carriers; return the messages to be delivered again.

    Whatever has no label of ours is dropped: an account with a carrier may be shared with other systems.
    """
    known = parcels.fulfilment_orders_of(each.event.tracking for each in messages.values())
    early: set[str] = set()
    found: dict[str, Tracked] = {}
    message_of: dict[str, str] = {}
    for name, message in messages.items():
        if keys := known.get(message.event.tracking):
            for key in keys:  # of a parcel with units of several orders, each has the report
                message_of[f"{name}#{key.order}"] = name
                found[f"{name}#{key.order}"] = Tracked(key.order, key.number, message.event, message.account)
        elif now - message.received_at < EARLY:
            early.add(name)
        else:
            logger.info("parcel not ours", extra={"account": message.account})
    failed = change_orders(found, partial(apply_report, now=now), follow_reports, now) if found else set()
    return early | {message_of[each] for each in failed}


def apply_report(order: Order, report: Tracked, now: datetime) -> Change:
    """Return the change that a report makes."""
    if isinstance(report.event, TrackingEvent):
        return tracked(order, report.number, report.event, now)
    return Change(refund_reported(order, report.number, report.event, now, report.who))


def follow_reports(before: Order, after: Order, reports: Sequence[Tracked]) -> None:
    """Answer the task tokens of fulfilment orders that have ended: their parcels are on their way."""
    answer_tokens(each for each in after.fulfilments if each.number in {report.number for report in reports})
    if after != before:
        logger.info("parcels tracked", extra={"order_id": after.id, "status": after.status})
        add_metric("ParcelsTracked", len(reports))
