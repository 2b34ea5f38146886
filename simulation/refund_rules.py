"""Refunds of voided labels: the carrier decides once the day is over, and every label has to say what it decided."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local.world.carriers import easypost_shipments, easypost_trackers
from simulation.label_rules import CarrierBooks
from simulation.order_documents import labels_of
from simulation.outside import Outside

NIGHTS = (1, 16)
"""Days until each night after the decision: a label voided a week ago is next queried about in another week."""


def awaits_refund(carrier: CarrierBooks) -> bool:
    """Return whether the carrier has a refund to decide, or has refused one."""
    return any(each["refund_status"] in ("submitted", "rejected") for each in carrier.account.shipments.values())


def decide_refunds(day: Outside, carrier: CarrierBooks) -> None:
    """Let the carrier decide every refund that was requested; of each third it keeps the money, few are reported."""
    requested = [each for each in carrier.account.shipments.values() if each["refund_status"] == "submitted"]
    for place, shipment in enumerate(requested):
        easypost_shipments.settle_refund(carrier.account, shipment, is_rejected=place % 3 == 1)
        event = easypost_trackers.refund_decided(carrier.account, shipment)
        if event and place % 2:
            day.post_from_carrier(json.dumps(event["body"]).encode())


def faults_of_refunds(carrier: CarrierBooks, orders: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield each voided label that does not say what its carrier decided."""
    for document in orders.values():
        for label in labels_of(document):
            decided = carrier.account.shipments[label["shipment"]]["refund_status"]
            if label["state"] == "voided" and label.get("refund") != decided:
                yield f"the refund of label {label['id']} is {decided}, and its order says {label.get('refund')}"
