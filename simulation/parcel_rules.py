"""The rules of what is bought: no label over a limit of its price, and a box that holds what is in it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from simulation.order_documents import Document

SIDE = 100
"""The sides of a product in millimetres, where parcels go in boxes."""


class Box(NamedTuple):
    """A cube to pack in: its sides, and its weight."""

    id: str
    side: int
    tare: int

    def holds(self, units: int) -> bool:
        """Return whether so many products fit in by volume."""
        return self.side >= SIDE and units * SIDE**3 <= self.side**3


class Terms(NamedTuple):
    """What labels are bought by: limits in minor units of the account ("") and of channels, boxes, grams of a unit."""

    limits: Mapping[str, int]
    boxes: Sequence[Box]
    grams: int


def faults_of_parcel(document: Document, label: Document, terms: Terms) -> Iterator[str]:
    """Yield what is wrong with a label that is to be bought."""
    limits = [terms.limits[name] for name in ("", document["channel"]) if name in terms.limits]
    price = int(Decimal(label["rate"]["price"]["amount"]) * 100)
    if limits and price > min(limits):
        yield f"label {label['id']} costs {price}, more than {min(limits)}"
    if not label.get("shares") and not label.get("holder"):
        yield from _faults_of_box(label, products_in(document, label["units"]), terms)


def _faults_of_box(label: Document, units: int, terms: Terms) -> Iterator[str]:
    name = (label.get("box") or {}).get("box")
    smallest = next((box for box in terms.boxes if box.holds(units)), None)
    if terms.boxes and (smallest is None or smallest.id != name):
        yield f"label {label['id']} of {units} products is in box {name}, the smallest is {smallest}"
    grams = units * terms.grams + (smallest.tare if smallest else 0)
    if label["package"]["weight_g"] != grams:
        yield f"label {label['id']} was bought for {label['package']['weight_g']} g, its parcel has {grams}"


def products_in(document: Document, parts: Mapping[str, int]) -> int:
    """Return the number of products in units by line; a kit has those of its components."""
    each = {
        line["id"]: Counter(line.get("components") or {line.get("matched"): 1}).total() for line in document["lines"]
    }
    return sum(each[line] * units for line, units in parts.items())
