"""Units in the fulfilments of an order, of which eBay need not say how many they are."""

from collections import Counter
from collections.abc import Iterable, Sequence

from packhorse.channels.ebay.order_models import Fulfilment, OrderedLine

ALL_LEFT = "FULFILLED"


def units_sent(sent: Sequence[Fulfilment], lines: Iterable[OrderedLine]) -> "list[Counter[str]]":
    """Return the units by line of each fulfilment.

    One without a number has one unit of a line, as eBay documents, or all of them where all have left and no other
    fulfilment has any.
    """
    times = Counter(part.id for each in sent for part in each.lines)
    whole = {line.id: line.quantity for line in lines if line.fulfilment == ALL_LEFT and times[line.id] == 1}
    found: list[Counter[str]] = []
    for each in sent:
        units: Counter[str] = Counter()
        for part in each.lines:
            units[part.id] += whole.get(part.id, 1) if part.quantity is None else part.quantity
        found.append(units)
    return found
