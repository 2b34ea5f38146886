"""The rules of the machine: messages, executions, counts and audits leave nothing behind."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from simulation.aws.dynamodb.values import Item
from simulation.cloud import name_of
from simulation.offer_rules import offered_units
from simulation.order_documents import OPEN_FULFILMENT, OVER
from simulation.outlets.acts import channels
from simulation.outside import Outside

NOT_BY_ORDERS = frozenset({"receive", "adjust", "transfer"})


def faults_of_letters(day: Outside) -> Iterator[str]:
    """Yield unreadable messages without an exception, and readable ones that fail for good."""
    if len(list(exceptions_of(day, "dead_letter"))) < day.expected.poisoned:
        yield "an unreadable message is gone, without an exception"
    still_open = [each["concerns"]["S"] for each in open_exceptions_of(day, "dead_letter")]
    if len(still_open) > day.expected.poisoned:
        yield f"messages still fail when retried: {still_open}"


def exceptions_of(day: Outside, cause: str) -> Iterator[Item]:
    """Yield the exceptions of a cause, open and over, as they are stored."""
    for item in _work(day):
        if item.get("cause", {}).get("S") == cause:
            yield item


def open_exceptions_of(day: Outside, cause: str) -> Iterator[Item]:
    """Yield the open exceptions of a cause."""
    return (each for each in exceptions_of(day, cause) if each["kind"]["S"] == "EXCEPTION#open")


def faults_of_counts(day: Outside) -> Iterator[str]:
    """Yield counts of views, which the stream keeps, that are not the rows that orders have in them."""
    there = Counter(view for rows in day.books.rows.values() for _, view in rows.elements())
    counted: Counter[str] = Counter()
    for item in _work(day):
        if item["pk"]["S"] == "ROWS":
            counted[item["sk"]["S"].partition("#")[0]] += int(item["rows"]["N"])
    if +counted != +there or min(counted.values(), default=0) < 0:
        yield f"the views are counted as {dict(counted)}, and have {dict(there)}"


def faults_of_hand_overs(day: Outside) -> Iterator[str]:
    """Yield each fulfilment order that was not handed over, and each ended one whose execution was not answered."""
    for document in day.books.orders.values():
        for fulfilment in document.get("fulfilments", ()):
            if fulfilment.get("status", "queued") == "queued" and not document.get("holds"):
                place = fulfilment["warehouse"]
                yield f"order {document['channel_order_id']} was never handed over to {place}"
    awaited = {
        f"{order_id}-{fulfilment['attempt']}"
        for order_id, document in day.books.orders.items()
        for fulfilment in document.get("fulfilments", ())
        if fulfilment.get("status", "queued") in OPEN_FULFILMENT and fulfilment["attempt"]
    }
    for execution in day.deployment.world.states.executions.values():
        if execution.status == "RUNNING" and execution.name not in awaited:
            yield f"execution {execution.name} was never answered, although its fulfilment orders ended"


def faults_of_audits(day: Outside) -> Iterator[str]:
    """Yield what the audits did not check, found wrong, or had to mend."""
    reports = {
        item["pk"]["S"]: json.loads(item["body"]["S"])
        for item in _work(day)
        if item["pk"]["S"].startswith(("AUDIT#", "DRIFT#"))
    }
    for name, run in reports.items():
        if run.get("wrong") or (run.get("mended") and not day.expected.gave_up):
            yield f"an audit found {run['wrong']} wrong and mended {run['mended']}: {name}"
    looked_at = {name: run["looked_at"] for name, run in reports.items()}
    for name, records in _audited(day).items():
        if looked_at.get(name) != records:
            yield f"{name} looked at {looked_at.get(name)} of {records}"


def _audited(day: Outside) -> dict[str, int]:
    """Return the number of records that the first audits of all have to check, by the key of their report."""
    is_open = [document["status"] not in OVER for document in day.books.orders.values()]
    audited = {"AUDIT#stock": len(day.books.stock), "AUDIT#orders": sum(is_open)}
    if day.expected.is_synced:
        audited |= {f"DRIFT#{channel}": len(offered_units(day, channel)) for channel in channels(day)}
    return audited


def faults_of_executions(day: Outside) -> Iterator[str]:
    """Yield executions that run although all orders are over, and queues with messages."""
    running = [each.name for each in day.deployment.world.states.executions.values() if each.status == "RUNNING"]
    if running:
        yield f"executions still run: {running}"
    for name, queue in day.deployment.world.sqs.queues.items():
        if queue.messages:
            yield f"{len(queue.messages)} messages are left in {name}: {queue.messages[0].body[:200]}"


def faults_of_movements(day: Outside) -> Iterator[str]:
    """Yield shelves on which a receipt, an adjustment or a transfer was not applied once."""
    moved: Counter[tuple[str, str]] = Counter()
    for each in day.books.movements:
        if each["kind"] in NOT_BY_ORDERS:
            moved[each["place"]] += each["on_hand"]
    for place in {*moved, *day.expected.added}:
        expected = day.expected.added[place]
        if moved[place] not in {expected + units for units in sums(day.expected.unanswered[place])}:
            yield f"{place}: {expected} units were to arrive, {moved[place]} did"


def _work(day: Outside) -> Iterable[Item]:
    """Return the items of the work table as its records leave them."""
    records = day.deployment.world.dynamodb.tables[name_of("WorkTable")].records
    return [each for each in {record.key: record.new for record in records}.values() if each]


def sums(several: Iterable[int]) -> set[int]:
    """Return all sums that some of the numbers can have.

    >>> sorted(sums([3, -3, 3]))
    [-3, 0, 3, 6]
    """
    found = {0}
    for each in several:
        found |= {each + other for other in found}
    return found
