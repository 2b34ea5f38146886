"""What has not come by the day on which it was expected is an exception for a person, until all of it came or is lost.

No code of the product computes the expected result: it is counted from the documents in the stream of the table.
"""

from collections.abc import Container, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from simulation.order_documents import Document
from simulation.purchase_rules import still_open
from simulation.transfer_rules import open_units

AUDITED = timedelta(hours=12)
"""How long ago the last audit was at most."""


def faults_of_late(
    transfers: Mapping[str, Document], purchases: Mapping[str, Document], opened: Container[str], now: float
) -> Iterator[str]:
    """Yield each transfer or purchase order that is late in silence, and each that is said to be with nothing to come.

    `opened` are the documents with an open exception about that.
    """
    today = (datetime.fromtimestamp(now, UTC) - AUDITED).date()
    expected = {name: days_of_transfer(order) for name, order in transfers.items()}
    expected |= {name: days_of_purchase(order) for name, order in purchases.items()}
    for name, days in expected.items():
        if min(days, default=today) < today and name not in opened:
            yield f"{name} was expected on {min(days)}, and is late, without an exception"
        if not days and name in opened:
            yield f"{name} is said to be late, and nothing of it is to come"


def days_of_transfer(order: Document) -> list[date]:
    """Return the day on which units are expected, a late one where that is usual; none if none are on their way."""
    return [_day(order)] if any(open_units(line) for line in order["lines"]) else []


def days_of_purchase(order: Document) -> list[date]:
    """Return the days on which units of a purchase order are expected; none of one whose supplier ships to a buyer."""
    if order.get("ships") or not order.get("submitted_at") or order.get("cancelled_at"):
        return []
    return [_day(line) for line in order["lines"] if still_open(line) > 0]


def _day(document: Document) -> date:
    return date.fromisoformat(document["expected_on"]) if document.get("expected_on") else date.max
