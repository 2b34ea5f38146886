"""What the document of an order says: its units, its rows, its status, and contradictions between them."""

import json
import zlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from simulation.aws.dynamodb.values import Item

Place = tuple[str, str]
Document = Mapping[str, Any]
OPEN_FULFILMENT = frozenset({"queued", "requested", "accepted"})
MOST_ROWS = 8
"""Rows of an order in the lists that people ship from."""
HANDED_OVER = frozenset({"requested", "accepted"})
OVER = frozenset({"complete", "cancelled"})
GONE = frozenset({"partially_shipped", "complete"})


def moment(value: object) -> datetime:
    """Return the time that a document gives; its texts do not sort, since some have fractions of a second."""
    return datetime.fromisoformat(str(value))


def document_of(item: Item) -> Document:
    """Return the document of an order's item."""
    found: Document = json.loads(zlib.decompress(item["body"]["B"]))
    return found


def works_of(document: Document) -> tuple[Document, ...]:
    """Return the fulfilment orders of an order."""
    return tuple(document.get("fulfilments", ()))


def labels_of(document: Document) -> Iterator[Document]:
    """Yield the labels of an order."""
    for work in works_of(document):
        yield from work.get("labels", ())


def parcels_of(work: Document) -> tuple[Document, ...]:
    """Return the parcels of a fulfilment order that have left."""
    return tuple(work.get("parcels", ()))


def units_of(parts: Iterable[Document]) -> "Counter[str]":
    """Return the units by line of parts."""
    units = Counter[str]()
    for part in parts:
        units[part["line"]] += part["quantity"]
    return units


def open_parts(work: Document) -> list[Document]:
    """Return the units by line of a fulfilment order that are still to leave, none of one that is over."""
    if work.get("status", "queued") not in OPEN_FULFILMENT:
        return []
    gone = units_of(part for parcel in parcels_of(work) for part in parcel["lines"])
    left = units_of(work["lines"]) - gone
    return [{"line": line, "quantity": units} for line, units in left.items()]


def is_void(last: Document, document: Document) -> bool:
    """Return whether a label was voided between these versions of an order: its parcel has not left after all."""
    before = {each["id"]: each["state"] for each in labels_of(last)}
    return any(each["state"] == "voided" and before.get(each["id"]) != "voided" for each in labels_of(document))


def is_undone(before: Document, after: Document) -> bool:
    """Return whether a shipment or a cancellation was undone; an order whose every line was removed may be filled.

    A void of a label undoes its shipment.
    """
    if before["status"] == "cancelled":
        return bool(before.get("cancelled_at")) and after["status"] != "cancelled"
    return before["status"] in GONE and after["status"] not in GONE and not is_void(before, after)


def recipe(line: Document) -> Mapping[str, int]:
    """Return the units of each sku in one unit of a line."""
    return line.get("components") or ({line["matched"]: 1} if line.get("matched") else {})


def holdings(document: Document) -> tuple["Counter[Place]", "Counter[Place]"]:
    """Return the units that an order has committed and not shipped, and those that it has shipped, by shelf."""
    held: Counter[Place] = Counter()
    gone: Counter[Place] = Counter()
    recipes = {line["id"]: recipe(line) for line in document["lines"]}
    for line in document["lines"]:
        for part in line.get("allocations", ()):
            for sku, units in recipes[line["id"]].items():
                held[sku, part["warehouse"]] += units * part["quantity"]
    for warehouse, line_id, quantity in shipped_parts(document):
        for sku, units in recipes[line_id].items():
            held[sku, warehouse] -= units * quantity
            gone[sku, warehouse] += units * quantity
    for owed in document.get("owed", ()):
        place = (owed["sku"], owed["warehouse"])
        held[place] -= owed["committed"] - owed["shipped"]
        gone[place] -= owed["shipped"]
    return held, gone


def uncounted_goods(document: Document) -> "Counter[Place]":
    """Return the units by shelf that left our own warehouses though no line wants them: as many as were there."""
    gone: Counter[Place] = Counter()
    recipes = {line["id"]: recipe(line) for line in document["lines"]}
    for fulfilment in document.get("fulfilments", ()):
        for parcel in fulfilment.get("uncounted_parcels", ()) if fulfilment["kind"] == "own" else ():
            for part in parcel["lines"]:
                for sku, units in recipes[part["line"]].items():
                    gone[sku, fulfilment["warehouse"]] += units * part["quantity"]
    return gone


def short(line: Document) -> int:
    """Return the units of a line that routing could not allocate."""
    return unallocated(line) if line.get("routing") else 0


def unallocated(line: Document) -> int:
    """Return the units of a line that no warehouse has allocated."""
    return ours(line) - allocated(line)


def ours(line: Document) -> int:
    """Return the units of a line that are wanted and have not left without our stock."""
    units: int = line["quantity"] - line.get("cancelled", 0) - line.get("elsewhere", 0)
    return units


def allocated(line: Document) -> int:
    """Return the units of a line that warehouses have allocated."""
    return sum(part["quantity"] for part in line.get("allocations", ()))


def waits(document: Document) -> "Counter[Place]":
    """Return the units that the short lines of an order wait for, by shelf, less those not counted yet."""
    waiting: Counter[Place] = Counter()
    for line in document["lines"]:
        if short(line) > 0 and document["status"] not in ("complete", "cancelled"):
            for each in line.get("waits", ()):
                waiting[each["sku"], each["warehouse"]] += each["units"]
    for owed in document.get("owed", ()):
        waiting[owed["sku"], owed["warehouse"]] -= owed.get("waiting", 0)
    return waiting


def may_ship_late(fulfilment: Document) -> bool:
    """Return whether units left, or may leave, that others have by now: rejected ones, or such as were kept back."""
    return bool(fulfilment.get("rejections") or (fulfilment.get("cancellation") or {}).get("shipped"))


def row_numbers(document: Document) -> list[int]:
    """Return the first fulfilment orders that are to be shipped, by number; before them 0 if units are not handed over.

    An order has MOST_ROWS at once: as some of its fulfilment orders ship, the next ones follow.
    """
    works = document.get("fulfilments", ())
    numbers = [int(work["id"].rpartition("-")[2]) for work in works if work.get("status", "queued") in OPEN_FULFILMENT]
    handed: Counter[tuple[str, str]] = Counter()
    for work in works:
        parts = [work] if work.get("status", "queued") in OPEN_FULFILMENT else work.get("parcels", ())
        handed.update({(line, work["warehouse"]): units for line, units in units_in(parts).items()})
    is_work = document["status"] not in (*OVER, "awaiting_payment") and paid(document)
    is_short = is_work and any(_is_left(line, handed) for line in document["lines"])
    return [*[0] * is_short, *numbers][:MOST_ROWS]


def paid(document: Document) -> bool:
    """Return whether an order may be sent."""
    return bool(document.get("paid_at") or document.get("ships_unpaid"))


def _is_left(line: Document, handed: "Counter[tuple[str, str]]") -> bool:
    """Return whether units of a line have no warehouse, or one that they are not handed over to."""
    parts = line.get("allocations", ())
    return unallocated(line) > 0 or any(part["quantity"] > handed[line["id"], part["warehouse"]] for part in parts)


def row_faults(document: Document, rows: "Counter[tuple[int, str]]") -> Iterator[str]:
    """Yield what is wrong with the rows of an order: each is in one view, and the view fits."""
    shown = sorted(rows.elements())
    if [number for number, _ in shown] != row_numbers(document):
        yield f"its rows are {shown}, it has {row_numbers(document)} to ship"
    is_held = bool(document.get("holds"))
    for number, view in shown:
        if (is_held and view not in {"held", "needs-fix"}) or (not is_held and view == "held"):
            yield f"its row {number} is in the view {view}, and its holds are {document.get('holds', ())}"
        if number and view == "short":
            yield f"fulfilment order {number} is shown as short"


def shipped_parts(document: Document) -> Iterator[tuple[str, str, int]]:
    """Yield the contents of parcels: the warehouse, the line, the quantity."""
    for fulfilment in document.get("fulfilments", ()):
        for parcel in fulfilment.get("parcels", ()):
            for part in parcel["lines"]:
                yield fulfilment["warehouse"], part["line"], part["quantity"]


def shipped_units(document: Document) -> "Counter[str]":
    """Return the shipped units by line."""
    return units_in(parcel for work in works_of(document) for parcel in parcels_of(work))


def wanted_units(document: Document) -> "Counter[str]":
    """Return the units that no person cancelled, by line."""
    return +Counter({line["id"]: line["quantity"] - line.get("cancelled", 0) for line in document["lines"]})


def rejected_units(document: Document) -> "Counter[str]":
    """Return the units of each sku that fulfillers of an order rejected: they are still on their shelves."""
    recipes = {line["id"]: recipe(line) for line in document["lines"]}
    rejected = Counter[str]()
    for each in document.get("fulfilments", ()):
        for rejection in each.get("rejections", ()):
            for line, units in rejection["units"].items():
                for sku, of_one in recipes[line].items():
                    rejected[sku] += of_one * units
    return rejected


def given_up_places(last: Document, document: Document) -> set[Place]:
    """Return the shelves of lines of which fewer units are wanted than were allocated; what is short is first.

    Routing may release units in the same change, for a line before it: they stay on their shelf.
    """
    fewer = wanted_units(last) - wanted_units(document)
    lines = [line for line in last["lines"] if fewer[line["id"]] > short(line)]
    return {(sku, part["warehouse"]) for line in lines for part in line.get("allocations", ()) for sku in recipe(line)}


def sent_to_others(document: Document) -> dict[str, int]:
    """Return the batches of a supplier in which fulfilment orders are, 0 for what was sent to Amazon.

    What drops out of a batch that sends another again is in that earlier one: it is not sent.
    """
    works = document.get("fulfilments", ())
    return {each["id"]: each.get("batch") or 0 for each in works if each.get("batch") or each.get("mcf")}


OVERRIDE = "-override"
"""The end of the tracking number of a parcel with which a person overrides a hold."""


def sent_units(document: Document, scanned: Container[str] = ()) -> "Counter[str]":
    """Return the units by line that our warehouses sent by themselves, without an override of a hold.

    What a carrier has `scanned` is on its way, whatever they do, and so is what a supplier or Amazon has.
    """
    units: Counter[str] = Counter()
    for fulfilment in document.get("fulfilments", ()):
        if fulfilment.get("batch") or fulfilment.get("mcf"):
            continue
        for parcel in fulfilment.get("parcels", ()):
            if parcel.get("tracking") in scanned or parcel.get("is_reported"):
                continue
            if not str(parcel.get("tracking")).endswith(OVERRIDE):
                units.update({part["line"]: part["quantity"] for part in parcel["lines"]})
    return units


def is_completed_by_hand(last: Document, document: Document) -> bool:
    """Return whether a person said between the two that all of the order has left, also if it was held."""
    new = document["timeline"][len(last["timeline"]) :]
    return any(entry["what"] == "shipped" and entry.get("detail") == "outside Packhorse" for entry in new)


def gone_units(document: Document) -> "Counter[str]":
    """Return the units by line that have left, from our stock or without it."""
    return shipped_units(document) + elsewhere_units(document)


def reported_units(document: Document) -> "Counter[str]":
    """Return the units by line that left because the channel said so."""
    parcels = (each for work in works_of(document) for each in parcels_of(work))
    return units_in(parcel for parcel in parcels if parcel.get("is_reported")) + elsewhere_units(document)


def made_units(document: Document) -> "Counter[str]":
    """Return the units by line in our parcels of which the channel has a fulfilment; its own are not counted."""
    parcels = (each for work in works_of(document) for each in parcels_of(work))
    return units_in(parcel for parcel in parcels if parcel.get("channel_fulfilment"))


def elsewhere_units(document: Document) -> "Counter[str]":
    """Return the units by line that left without our stock."""
    return Counter({line["id"]: line.get("elsewhere", 0) for line in document["lines"]})


def faults(document: Document, partners: Container[str] = ()) -> Iterator[str]:
    """Yield the contradictions within an order's document; at `partners` what is held stays, and is not sent."""
    for line in document["lines"]:
        yield from faults_of_line(document, line)
    if status_of(document) != document["status"]:
        yield f"its status is {document['status']} and should be {status_of(document)}"
    tokens = [fulfilment["token"] for fulfilment in document.get("fulfilments", ()) if fulfilment.get("token")]
    if len(tokens) != len(set(tokens)):
        yield "two fulfilment orders wait with the same token"
    for fulfilment in document.get("fulfilments", ()):
        is_held = bool(document.get("holds")) and fulfilment["warehouse"] not in partners
        yield from faults_of_fulfilment(fulfilment, is_held=is_held)


def faults_of_line(document: Document, line: Document) -> Iterator[str]:
    """Yield the contradictions between a line's quantity, its allocations, and what warehouses have of it."""
    gone = shipped_units(document)[line["id"]]
    if unallocated(line) < 0:
        yield f"line {line['id']}: {allocated(line)} allocated of {ours(line)}"
    for place, units in handed_over(document, line["id"]).items():
        if units > sum(part["quantity"] for part in line.get("allocations", ()) if part["warehouse"] == place):
            yield f"line {line['id']}: {units} units are handed over to {place}, fewer are allocated there"
    if gone > allocated(line):
        yield f"line {line['id']}: {gone} shipped of {allocated(line)}"


def handed_over(document: Document, line: str) -> "Counter[str]":
    """Return the units of a line that warehouses have shipped or are to ship, by warehouse."""
    units: Counter[str] = Counter()
    for work in document.get("fulfilments", ()):
        parts = [work] if work.get("status", "queued") in OPEN_FULFILMENT else work.get("parcels", ())
        units[work["warehouse"]] += units_in(parts)[line]
    return units


def faults_of_fulfilment(fulfilment: Document, *, is_held: bool) -> Iterator[str]:
    """Yield the contradictions within a fulfilment order: its parcels, its status, and a hold that takes it back."""
    status, parcels = fulfilment.get("status", "queued"), fulfilment.get("parcels", ())
    sent = [each for each in parcels if each.get("tracking") and not each.get("is_reported")]
    numbers = [(each["tracking"], part["line"]) for each in sent for part in each["lines"]]
    is_amazons = bool(fulfilment.get("mcf"))  # its packages may have one number: fba/rules.py compares them
    if len(numbers) != len(set(numbers)) and not is_amazons:  # lines of one parcel may be reported one by one
        yield f"a parcel left twice: {numbers}"
    if is_held and status in HANDED_OVER and not parcels:
        yield f"it is held, and {fulfilment['warehouse']} has it"
    if status == "shipped" and (left := units_in([fulfilment]) - units_in(parcels)):
        yield f"fulfilment order {fulfilment['id']} is shipped, and {left} have not left"


def units_in(parcels: Iterable[Document]) -> "Counter[str]":
    """Return the units by line in parcels, or in fulfilment orders."""
    return units_of(part for parcel in parcels for part in parcel.get("lines", ()))


def status_of(document: Document) -> str:
    """Return the status that follows from lines, payment and fulfilment orders."""
    gone = gone_units(document).total()
    if wanted_units(document).total() == gone:
        return "complete" if gone else "cancelled"
    if gone:
        return "partially_shipped"
    if not document.get("paid_at"):
        return "awaiting_payment"
    statuses = {fulfilment.get("status", "queued") for fulfilment in document.get("fulfilments", ())}
    return "in_fulfilment" if statuses & OPEN_FULFILMENT else "open"


def wanted(document: Document) -> "Counter[str]":
    """Return the units to ship, by line."""
    return +Counter({line["id"]: ours(line) for line in document["lines"]})


def why(document: Document) -> str:
    """Return what may keep an order open."""
    fulfilments = [(each["warehouse"], each.get("status", "queued")) for each in document.get("fulfilments", ())]
    lines = [(line["id"], short(line), line.get("matched")) for line in document["lines"]]
    paid, holds = bool(document.get("paid_at")), document.get("holds", ())
    return f"lines {lines}, fulfilments {fulfilments}, holds {holds}, paid {paid}"
