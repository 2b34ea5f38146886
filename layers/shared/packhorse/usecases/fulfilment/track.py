"""Track: take messages of the tracking queue, parcels that left, reports of carriers and answers of fulfillers."""

from collections.abc import Mapping
from datetime import datetime

from packhorse.messages.tracking import CarrierMessage, FulfillerAnswer, ParcelsShipped, TrackingMessage
from packhorse.usecases.fulfilment.ship import ship_parcels
from packhorse.usecases.fulfilment.take_answers import take_answers
from packhorse.usecases.labels.record_tracking import record_tracking


def track(messages: Mapping[str, TrackingMessage], now: datetime) -> set[str]:
    """Record parcels, then reports about them and answers; return the messages to be delivered again."""
    shipped = {name: each for name, each in messages.items() if isinstance(each, ParcelsShipped)}
    reports = {name: each for name, each in messages.items() if isinstance(each, CarrierMessage)}
    failed = ship_parcels(shipped, now) if shipped else set()
    failed |= record_tracking(reports, now) if reports else set()
    answers = {name: each for name, each in messages.items() if isinstance(each, FulfillerAnswer)}
    return failed | (take_answers(answers, now) if answers else set())
