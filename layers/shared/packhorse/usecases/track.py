"""Track: take messages of the tracking queue, parcels that left a warehouse and reports of carriers."""

from collections.abc import Mapping
from datetime import datetime

from packhorse.messages.tracking import ParcelsShipped, ParcelTracked, TrackingMessage
from packhorse.usecases.record_tracking import record_tracking
from packhorse.usecases.ship import ship_parcels


def track(messages: Mapping[str, TrackingMessage], now: datetime) -> set[str]:
    """Record parcels, then reports about them; return the messages to be delivered again."""
    shipped = {name: each for name, each in messages.items() if isinstance(each, ParcelsShipped)}
    reports = {name: each for name, each in messages.items() if isinstance(each, ParcelTracked)}
    failed = ship_parcels(shipped, now) if shipped else set()
    return failed | (record_tracking(reports, now) if reports else set())
