"""What has not come by the day on which it was expected is an exception for a person, until all of it came or is lost.

No code of the product computes the expected result: it is counted from the documents in the stream of the table.
"""

from collections.abc import Container, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from simulation.order_documents import Document
from simulation.transfer_rules import open_units

AUDITED = timedelta(hours=12)
"""How long ago the last audit was at most."""


def faults_of_late(transfers: Mapping[str, Document], opened: Container[str], now: float) -> Iterator[str]:
    """Yield each transfer order that is late in silence, and each of which nothing is to come, and that is said to be.

    `opened` are the documents with an open exception about that.
    """
    today = (datetime.fromtimestamp(now, UTC) - AUDITED).date()
    for name, order in transfers.items():
        is_on_its_way = any(open_units(line) for line in order["lines"])
        expected = order.get("expected_on")
        if is_on_its_way and expected and date.fromisoformat(expected) < today and name not in opened:
            yield f"transfer order {name} was expected on {expected}, and is late, without an exception"
        if not is_on_its_way and name in opened:
            yield f"transfer order {name} is said to be late, and nothing of it is on its way"
