"""Acts of people who merge orders into one parcel and undo that, and the rules of labels that orders share."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from simulation.day import place_by_hand, receive
from simulation.opening import EAST, MUG
from simulation.order_documents import OPEN_FULFILMENT, Document, works_of
from simulation.outside import Outside

KEPT = frozenset({"bought", "unused"})


def a_packer_who_merges(day: Outside, name: str) -> None:
    """Merges fulfilment orders of several orders, some with two people at once, buys their label, or undoes it.

    Most are those of a customer who ordered twice.
    """
    receive(day, MUG, EAST, 2)
    for number in range(2):
        place_by_hand(day, f"{name}-{number}", {MUG: 1}, paid=True)
    for time, wait in enumerate((20, 120, 120)):
        day.turns.sleep(wait * day.random.random())
        refs = _some_to_merge(day, name)
        if len(refs) > 1:
            request = partial(day.call_api, "POST", "/merges", {"fulfilments": refs})
            if day.random.random() < 0.3:
                day.turns.spawn(request, f"{name}-again-{time}", day.random.random())
            request()
        for order_id, number in _merged_ones(day):
            if day.carrier and day.random.random() < 0.5:
                day.call_api("POST", f"/orders/{order_id}/fulfilments/{number}/label", {})
            elif day.random.random() < 0.3:
                day.call_api("POST", f"/orders/{order_id}/fulfilments/{number}/unmerge")


def _some_to_merge(day: Outside, name: str) -> list[dict[str, Any]]:
    """Return two or three open fulfilment orders, mostly those of the customer of an act."""
    found = _open_ones(day)
    day.random.shuffle(found)
    if day.random.random() < 0.7:
        found = [each for each in found if day.books.orders[each[0]]["channel_order_id"].startswith(name)]
    return [{"order": order_id, "fulfilment": number} for order_id, number in found[: day.random.choice((2, 3))]]


def _open_ones(day: Outside) -> list[tuple[str, int]]:
    return [
        (order_id, number)
        for order_id, document in sorted(day.books.orders.items())
        for number, work in enumerate(works_of(document), 1)
        if work.get("status", "queued") in OPEN_FULFILMENT and not document.get("holds")
    ]


def _merged_ones(day: Outside) -> list[tuple[str, int]]:
    return [
        (order_id, number)
        for order_id, document in sorted(day.books.orders.items())
        for number, work in enumerate(works_of(document), 1)
        if work.get("merge") and work.get("status", "queued") in OPEN_FULFILMENT
    ]


def faults_of_shared(orders: Mapping[str, Document]) -> Iterator[str]:
    """Yield what is wrong with labels and merges of several orders once nothing goes wrong any more."""
    for order_id, document in orders.items():
        for work in works_of(document):
            if work.get("left_merge"):
                yield f"fulfilment order {work['id']} left a merge, and the others do not know it"
            for label in work.get("labels", ()):
                yield from _faults_of_label(orders, order_id, label)
                yield from _faults_of_reports(orders, order_id, label)


def _faults_of_label(orders: Mapping[str, Document], order_id: str, label: Document) -> Iterator[str]:
    for ref in label.get("shares", ()):
        copy = _copy(orders, ref, label["id"])
        if copy is None:
            yield f"label {label['id']} is shared with order {ref['order']}, which has none"
        elif not _agree(copy["state"], label["state"]):
            yield f"label {label['id']} is {label['state']} in order {order_id}, {copy['state']} in {ref['order']}"
    holder = label.get("holder")
    if holder and _copy(orders, holder, label["id"]) is None:
        yield f"label {label['id']} in order {order_id} is a copy of none"


def _faults_of_reports(orders: Mapping[str, Document], order_id: str, label: Document) -> Iterator[str]:
    """Yield each order of which a parcel says other than the carrier's reports that another order has of it.

    One whose parcel has not left yet has none of those that say no more than that the carrier knows of it.
    """
    for ref in label.get("shares", ()) if label["state"] == "bought" else ():
        copy = _copy(orders, ref, label["id"])
        seen = [_seen(orders[name], label) for name in (ref["order"], order_id)]
        if copy and copy["state"] == "bought" and None not in seen and seen[0] != seen[1]:
            yield f"label {label['id']} is reported with order {order_id} otherwise than with {ref['order']}"


def _seen(order: Document, label: Document) -> str | None:
    """Return the newest that the carrier reported of a label's parcel, as the order has it; None if it has not left."""
    parcels = (each for work in works_of(order) for each in work.get("parcels", ()) if each.get("label") == label["id"])
    return next(((each.get("transit") or {}).get("status", "") for each in parcels), None)


def _copy(orders: Mapping[str, Document], ref: Document, label_id: str) -> Document | None:
    work = works_of(orders[ref["order"]])[ref["fulfilment"] - 1]
    return next((each for each in work.get("labels", ()) if each["id"] == label_id), None)


def _agree(one: str, other: str) -> bool:
    return one == other or {one, other} <= KEPT
