"""The end of a day with a carrier account: nothing stays half bought or half voided, and what arrived is recorded."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from local.world.failures import LOST, Failure
from simulation.books import check
from simulation.cloud import name_of
from simulation.day import place_by_hand, receive
from simulation.label_rules import CarrierBooks, faults_of_unanswered
from simulation.labelling import end_trouble, to_label
from simulation.manifest_rules import faults_of_manifests, unsent_by_manifest
from simulation.merging import faults_of_shared
from simulation.opening import EAST, MUG
from simulation.outside import Outside
from simulation.packing_rules import unsent_boxes
from simulation.scanning import may_leave

Do = Callable[[Callable[[], None]], None]
HOURS = 4
"""How long the carrier sells nothing: longer than people do without a word of it."""
MANY = 10_000
"""More than all requests of these hours."""


def close_labels(day: Outside, carrier: CarrierBooks, audit: Callable[[], None]) -> None:
    """Check that labels and batches are finished, once the audits had to run for what processes left behind."""
    end_trouble(day)
    if any(_unfinished(day, carrier)):
        audit()
    check(_unfinished(day, carrier))


def leave_unanswered(day: Outside, carrier: CarrierBooks, do: Do) -> None:
    """Have the carrier sell nothing for hours while a label is bought; check that its order says so, and until when."""
    silent: list[str] = []
    do(lambda: silent.extend(_unanswered(day, carrier)))
    check(silent)
    check(carrier.unfinished())
    check(faults_of_unanswered(day.books.orders))


def _unanswered(day: Outside, carrier: CarrierBooks) -> Iterator[str]:
    receive(day, MUG, EAST, 1)
    place_by_hand(day, "unanswered", {MUG: 1}, paid=True)
    day.turns.sleep(60)
    carrier.account.failures.append(Failure(LOST, times=MANY, method="POST", ending="/buy"))
    for order_id, number in to_label(day)[:3]:
        day.call_api("POST", f"/orders/{order_id}/fulfilments/{number}/label", {}, tries=1)
    day.turns.sleep(HOURS * 3600)
    yield from faults_of_unanswered(day.books.orders, day.turns.now - (HOURS - 0.5) * 3600)
    end_trouble(day)


def _unfinished(day: Outside, carrier: CarrierBooks) -> Iterator[str]:
    yield from carrier.unfinished()
    yield from unfinished_batches(day)
    yield from faults_of_manifests(newest_manifests(day), carrier.account.forms, day.books.orders)
    yield from faults_of_shared(day.books.orders)
    for each in day.books.orders.values():
        yield from unsent_boxes(each, day.books.packing_places)
        yield from unsent_by_manifest(each, day.books.manifest_places)


def unfinished_batches(day: Outside) -> Iterator[str]:
    """Yield what of the label batches has no result yet."""
    items = newest_items(day)
    for (batch, part), body in items.items():
        if part == "BATCH" and not body.get("file") and not body.get("problem"):
            yield f"label batch {batch} is not finished"
        if part != "BATCH" and (batch, "BATCH") in items and body.get("state", "waiting") == "waiting":
            yield f"label batch {batch}: {part} waits"
    yield from purchases_forgotten(day)


def purchases_forgotten(day: Outside) -> Iterator[str]:
    """Yield each entry of a label batch that was bought, and then was neither bought nor voided."""
    for record in day.deployment.world.dynamodb.tables[name_of("WorkTable")].records:
        if record.old and record.new and str(record.key[0]).startswith("LABELS#") and record.key[1] != "BATCH":
            was, became = (json.loads(item["body"]["S"]).get("state", "waiting") for item in (record.old, record.new))
            if was == "bought" and became not in ("bought", "voided"):
                yield f"label batch {record.key[0]}: {record.key[1]} was bought, and became {became}"


def newest_items(day: Outside) -> dict[tuple[str, str], Any]:
    """Return the bodies of label batches and of their entries by keys."""
    found: dict[tuple[str, str], Any] = {}
    for record in day.deployment.world.dynamodb.tables[name_of("WorkTable")].records:
        if record.new and str(record.key[0]).startswith("LABELS#"):
            found[str(record.key[0]), str(record.key[1])] = json.loads(record.new["body"]["S"])
    return found


def newest_manifests(day: Outside) -> dict[str, Any]:
    """Return the manifests by id."""
    found: dict[str, Any] = {}
    for record in day.deployment.world.dynamodb.tables[name_of("WorkTable")].records:
        if record.new and record.key[1] == "MANIFEST":
            found[str(record.key[0])] = json.loads(record.new["body"]["S"])
    return found


def collect_parcels(day: Outside, carrier: CarrierBooks) -> None:
    """Let the carrier collect every parcel that has a label and may leave."""
    for sold in carrier.account.purchases:
        if sold["tracking"] not in carrier.scanned and may_leave(day, carrier, sold):
            day.post_from_carrier(day.parcel_reaches(carrier, sold["tracking"], "in_transit"))


def deliver_parcels(day: Outside, carrier: CarrierBooks) -> None:
    """Let the carrier post what was not taken once more, and deliver every second parcel that it has."""
    for raw in day.unposted:
        day.post_from_carrier(raw)
    for place, tracking in enumerate(sorted(carrier.scanned)):
        if place % 2 and carrier.account.parcels[tracking]["status"] == "in_transit":
            day.post_from_carrier(day.parcel_reaches(carrier, tracking, "delivered"))


def check_delivery(day: Outside, carrier: CarrierBooks) -> None:
    """Check that each order says of its parcels what the carrier says."""
    check(carrier.faults_of_delivery(day.books.orders))
