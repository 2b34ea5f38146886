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
from packhorse.domain.orders.label_refunds import refund_reported
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.transit import shared_with, tracked
from packhorse.domain.values import OrderId
from packhorse.messages.tracking import CarrierMessage
from packhorse.store import parcels
from packhorse.usecases.orders.change_orders import change_orders

EARLY = timedelta(minutes=3)
"""How long a report may be about a label whose purchase is not recorded yet, in all orders that share it."""


class Tracked(NamedTuple):
    """A report of a carrier account with the fulfilment order that it is about, and the id of its message."""

    order_id: OrderId
    number: int
    event: TrackingEvent | RefundReport
    account: str
    message: str

    @property
    def who(self) -> str:
        """In whose name the order changes."""
        return self.event.carrier if isinstance(self.event, TrackingEvent) else self.account


def record_tracking(messages: Mapping[str, CarrierMessage], now: datetime) -> set[str]:
    """Record reports of carriers; return the messages to be delivered again.

    Whatever has no label of ours is dropped: an account with a carrier may be shared with other systems.
    """
    known = parcels.fulfilment_orders_of(each.event.tracking for each in messages.values())
    early = {name for name, message in messages.items() if now - message.received_at < EARLY}
    found: dict[str, Tracked] = {}
    for name, message in messages.items():
        keys = known.get(message.event.tracking, ())
        for key in keys:  # of a parcel with units of several orders, each has the report
            found[f"{name}#{key.order}"] = Tracked(key.order, key.number, message.event, message.account, name)
        if not keys and name not in early:
            logger.info("parcel not ours", extra={"account": message.account})
    again = early - {report.message for report in found.values()}

    def follow(before: Order, after: Order, reports: Sequence[Tracked]) -> None:
        follow_reports(before, after, reports)
        again.update(early & {each.message for each in reports if lacks_copies(after, each, known)})

    failed = change_orders(found, partial(apply_report, now=now), follow, now) if found else set()
    return again | {found[each].message for each in failed}


def lacks_copies(order: Order, report: Tracked, known: Mapping[str, Sequence[parcels.FulfilmentKey]]) -> bool:
    """Return whether orders that share the label of a reported parcel do not have it yet."""
    tracking = report.event.tracking
    there = {key.order for key in known[tracking]}
    return any(each.order not in there for each in shared_with(order, report.number, tracking))


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
