"""Acts of the carrier with the parcels that it collected: it scans them, and reports that."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from local.world.carriers import easypost_trackers
from local.world.carriers.account import SCANNED
from packhorse.domain.values import iso
from simulation.day import place_by_hand, receive
from simulation.label_rules import CarrierBooks
from simulation.labelling import to_label
from simulation.opening import EAST, MUG
from simulation.order_documents import labels_of
from simulation.outside import Outside

REST = timedelta(days=300)
"""How long ago the parcel was delivered that had a number before."""
ON_ITS_WAY = ("in_transit", "out_for_delivery", "delivered")


def a_carrier_that_scans(day: Outside, name: str) -> None:
    """Scans parcels and posts signed webhooks: some twice or out of order, some before their purchase is recorded."""
    for _ in range(6):
        day.turns.sleep(80 * day.random.random())
        if day.carrier:
            scan(day, day.carrier, name)


def a_carrier_that_is_early(day: Outside, name: str) -> None:
    """Scans the parcel of two orders as soon as one of them has its label: what gives it to the other one dies."""
    receive(day, MUG, EAST, 2)
    for number in range(2):
        place_by_hand(day, f"{name}-{number}", {MUG: 1}, paid=True)
    day.turns.sleep(60)
    mine = [each for each in to_label(day) if day.books.orders[each[0]]["channel_order_id"].startswith(name)]
    refs = [{"order": order_id, "fulfilment": number} for order_id, number in mine]
    if day.carrier is None or len(refs) != 2 or not day.call_api("POST", "/merges", {"fulfilments": refs}).is_done:
        return
    path = f"/orders/{mine[0][0]}/fulfilments/{mine[0][1]}/label"
    day.turns.spawn(partial(day.call_api, "POST", path, {}, tries=1), f"{name}-buyer")
    for _ in range(2000):
        day.turns.sleep(0.01)
        if tracking := next(_half_given(day, day.carrier), ""):
            day.report(lambda: "every process dies before the other order has the label", is_trouble=True)
            day.deployment.restart()
            day.post_from_carrier(day.parcel_reaches(day.carrier, tracking, ON_ITS_WAY[0]))
            return


def a_carrier_that_uses_numbers_again(day: Outside, name: str) -> None:
    """Reports of parcels that it has not got what became of those that had their numbers most of a year before."""
    for _ in range(3):
        day.turns.sleep(150 * day.random.random())
        if day.carrier:
            for sold in list(day.carrier.account.purchases):
                if sold["tracking"] not in day.carrier.scanned and not day.carrier.is_voided(sold):
                    day.post_from_carrier(_report_of_former(day, day.carrier, sold["tracking"]))


def _report_of_former(day: Outside, carrier: CarrierBooks, tracking: str) -> bytes:
    """Return the webhook of the parcel that had a number before, and was delivered."""
    former = {**carrier.account.parcels[tracking]}
    then = iso(datetime.fromtimestamp(day.turns.now, UTC) - REST)
    return json.dumps(
        easypost_trackers.advance(carrier.account, former, "delivered", then, "delivered")["body"]
    ).encode()


def _half_given(day: Outside, carrier: CarrierBooks) -> Iterator[str]:
    """Yield the parcels that may leave and whose label one order has bought, and another one has not yet."""
    copies = [each for document in day.books.orders.values() for each in labels_of(document) if each.get("holder")]
    missing = {each["id"] for each in copies if each["state"] == "buying"}
    for sold in carrier.account.purchases:
        is_bought = carrier.labels.get(sold["reference"], {}).get("state") == "bought"
        if is_bought and sold["reference"] in missing and may_leave(day, carrier, sold):
            yield sold["tracking"]


def scan(day: Outside, carrier: CarrierBooks, name: str) -> None:
    """Report each parcel: that its label was bought, or the next place where it is."""
    due = []
    for sold in carrier.account.purchases:
        label = carrier.labels.get(sold["reference"], {})
        if label.get("state") == "buying":
            due.append(day.parcel_reaches(carrier, sold["tracking"], "pre_transit"))
        elif day.random.random() < 0.5 and may_leave(day, carrier, sold):
            due.append(day.parcel_reaches(carrier, sold["tracking"], next_place(day, carrier, sold["tracking"])))
    day.random.shuffle(due)
    for place, event in enumerate(due):
        for time in range(day.random.choice((1, 1, 2))):
            work, after = partial(day.post_from_carrier, event), 60 * day.random.random()
            day.turns.spawn(work, f"{name}-{len(carrier.account.events)}-{place}-{time}", after)


def may_leave(day: Outside, carrier: CarrierBooks, sold: Mapping[str, Any]) -> bool:
    """Return whether people give the parcel to the carrier, or it has it: its label is neither voided nor held up."""
    if sold["tracking"] in carrier.scanned:
        return True
    holders = [document for document in day.books.orders.values() if _has(document, sold["reference"])]
    is_held = any(document.get("holds") for document in holders)
    return carrier.labels[sold["reference"]]["state"] == "bought" and not is_held and not carrier.is_voided(sold)


def _has(document: Mapping[str, Any], label: str) -> bool:
    return any(each["id"] == label for each in labels_of(document))


def next_place(day: Outside, carrier: CarrierBooks, tracking: str) -> str:
    """Return what becomes of a parcel next: most are delivered in the end, some come back."""
    now = carrier.account.parcels[tracking]["status"]
    if now not in SCANNED or now not in ON_ITS_WAY[:2]:
        return ON_ITS_WAY[0] if now not in SCANNED else "delivered"
    return day.random.choice((ON_ITS_WAY[ON_ITS_WAY.index(now) + 1], "delivered", "return_to_sender"))
