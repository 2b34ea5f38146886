"""What carriers report, in our terms: tracking, and refunds; this imports no httpx."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.labels.purchase import Refund, RefundReport
from packhorse.domain.labels.tracking import TrackingEvent, TrackingStatus
from packhorse.http.body import parse_moment, readable

MAX_TEXT = 255
"""Characters of a text that a carrier wrote; more are cut."""


class Reported(NamedTuple):
    """A status as a carrier reports it; `at` is the text of a moment."""

    status: TrackingStatus
    at: str
    detail: str


def tracking_events(carrier: str, tracking: str, reported: Iterable[Reported]) -> Sequence[TrackingEvent]:
    """Return the statuses that have a moment, oldest first, each once."""
    found: dict[tuple[datetime, TrackingStatus, str], TrackingEvent] = {}
    for each in reported:
        if moment := parse_moment(each.at):
            event = TrackingEvent(
                carrier=cut(carrier), tracking=cut(tracking), status=each.status, at=moment, detail=cut(each.detail)
            )
            found.setdefault((event.at, event.status, event.detail), event)
    return tuple(sorted(found.values(), key=lambda event: event.at))


def refund_reports(tracking: str, refund: Refund | None) -> Sequence[RefundReport]:
    """Return the report of a refund that was decided, none of another."""
    is_decided = refund in (Refund.REFUNDED, Refund.REJECTED)
    return (RefundReport(tracking=cut(tracking), refund=refund),) if refund and is_decided and tracking else ()


def cut(text: str) -> str:
    """Return the text as we store it: readable, and of bounded length."""
    return readable(text).strip()[:MAX_TEXT]
