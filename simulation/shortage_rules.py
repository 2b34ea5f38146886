"""The rules of shortages: nothing that an order waits for is left lying."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from packhorse.domain.configuration.channel import ReduceOn
from packhorse.domain.orders import channel_order
from packhorse.domain.values import ChannelId
from packhorse.store import configuration
from simulation.day import NO_COUNTRY
from simulation.opening import WEST
from simulation.order_documents import OVER, Document, moment, recipe, short, unallocated, works_of
from simulation.outside import Outside
from simulation.two_ids import is_held_as_twin


def faults_of_shortages(day: Outside) -> Iterator[str]:
    """Yield each order that is short of units that are available, or not routed."""
    config = configuration.current()
    trade_waits = config.channels[ChannelId("trade")].reduce_on is ReduceOn.PAID
    for document in day.books.orders.values():
        if document["status"] in OVER or (
            trade_waits and document["channel"] == "trade" and not document.get("paid_at")
        ):
            continue
        if goes_nowhere(document):
            yield from _faults_of_going_nowhere(document)
        if is_held_as_twin(document):
            continue  # it takes no stock
        for line in document["lines"]:
            if line.get("matched") and unallocated(line) > short(line):
                yield f"order {document['channel_order_id']} takes no stock of {recipe(line)}"
            if short(line) and _is_there(day, document, line, config.account.priorities):
                yield f"order {document['channel_order_id']} is short of {recipe(line)}, which is available"


def _faults_of_going_nowhere(document: Document) -> Iterator[str]:
    """Yield an order to an unknown country that is handed over, or has no exception."""
    said = any(problem["cause"] == "unknown_country" for problem in document.get("exceptions", ()))
    if works_of(document) or not said:
        yield f"order {document['channel_order_id']} to an unknown country is handed over, or has no exception"


def _is_there(day: Outside, document: Document, line: Document, priorities: tuple[str, ...]) -> bool:
    kept = _kept_before(day, document)
    if line.get("warehouse"):
        return _units(day, line, line["warehouse"], kept) > 0
    requested = Counter[str]()
    for fulfilment in document.get("fulfilments", ()):
        parts = fulfilment["lines"] if fulfilment.get("status", "queued") not in ("cancelled", "rejected") else ()
        requested[fulfilment["warehouse"]] += sum(part["quantity"] for part in parts if part["line"] == line["id"])
    holds = Counter({part["warehouse"]: part["quantity"] for part in line.get("allocations", ())}) - requested
    wanted = short(line) + holds.total()
    refused = {each["warehouse"] for each in line.get("refused", ())}
    if any(_units(day, line, place, kept) + holds[place] >= wanted for place in priorities if place not in refused):
        return True
    return WEST not in refused and _units(day, line, WEST, kept) > 0 and not holds - Counter({WEST: holds[WEST]})


def _units(day: Outside, line: Document, warehouse: str, kept: Counter[tuple[str, str]]) -> int:
    there = (day.books.available(sku, warehouse) - kept[sku, warehouse] for sku in recipe(line))
    return max(0, min((units // n for units, n in zip(there, recipe(line).values(), strict=True)), default=0))


def _kept_before(day: Outside, document: Document) -> Counter[tuple[str, str]]:
    """Return the units that older orders wait for, by shelf."""
    kept: Counter[tuple[str, str]] = Counter()
    for name, waiting in day.books.waits.items():
        if age(day.books.orders[name]) < age(document):
            kept.update(waiting)
    return kept


def age(document: Document) -> tuple[datetime, str]:
    """Return the sort key of an order among those that wait: the oldest is served first."""
    return moment(document["placed_at"]), channel_order.order_id(
        ChannelId(document["channel"]), document["channel_order_id"]
    )


def goes_nowhere(document: Document) -> bool:
    """Return whether the order is not over and goes to a country that no table has."""
    return document["status"] not in OVER and (document.get("ship_to") or {}).get("country") == NO_COUNTRY
