"""The rules of packing benches, by the documents of orders alone."""

from collections import Counter
from collections.abc import Iterator

from simulation.order_documents import Document, units_of

REMEMBERED = 50
"""Scans that a box remembers."""


def faults_of_packing(last: Document, document: Document) -> Iterator[str]:
    """Yield what an order's new version does to its boxes that it must not."""
    before = {each["id"]: each for each in last.get("fulfilments", ())}
    for work in document.get("fulfilments", ()):
        was = before.get(work["id"], {})
        yield from _faults_of_rejections(work)
        yield from _faults_of_parcels(work)
        if (box := work.get("packing")) and box != was.get("packing"):
            yield from _faults_of_box(box, was.get("packing") or {}, units_to_pack(document, work, was))


def _faults_of_box(box: Document, was: Document, units: "Counter[str]") -> Iterator[str]:
    counted, scans = Counter[str](box.get("counted", {})), box.get("scans", ())
    is_closed = box.get("closed_at") != was.get("closed_at") and box.get("closed_at")
    has_more = counted - Counter(was.get("counted", {}))
    if over := counted - Counter(box["needed"]):
        yield f"its box has {dict(over)} more than it needs"
    if (has_more or is_closed) and (over := counted - units):
        yield f"its box has {dict(over)} more than the fulfilment order"
    if is_closed and (missing := units - counted):
        yield f"its box is closed without {dict(missing)}"
    names = [name for scan in scans for name in (scan["id"], scan.get("undone_by")) if name]
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        yield f"its box counts the same scans more than once: {twice}"
    kept = sum(not scan.get("undone_by") for scan in scans)
    if len(scans) < REMEMBERED and counted.total() > kept:
        yield f"its box has {counted.total()} units by {kept} scans"
    known, names_now = {scan["id"] for scan in was.get("scans", ())}, {scan["id"] for scan in scans}
    if box["since"] == was.get("since") and len(scans) < REMEMBERED and (lost := known - names_now):
        yield f"its box forgets the scans {lost}"
    undone = {scan["id"] for scan in was.get("scans", ()) if scan.get("undone_by")}
    if box["since"] == was.get("since") and (again := [each for each in scans if _is_back(each, undone)]):
        yield f"its box counts again what was undone: {again}"


def _is_back(scan: Document, undone: set[str]) -> bool:
    return scan["id"] in undone and not scan.get("undone_by")


def units_to_pack(document: Document, work: Document, was: Document) -> "Counter[str]":
    """Return the units by sku that belong into the box: what had not left, or left by its label alone."""
    left = units_of(work.get("lines", ()))
    sent = [each for each in was.get("parcels", ()) if not each.get("label")]
    labelled = [each for each in was.get("parcels", ()) if each.get("label")]
    open_units = left - sum(map(_contents, (*sent, *labelled)), Counter[str]())
    units = open_units or sum(map(_contents, labelled), Counter[str]())
    needed: Counter[str] = Counter()
    for line in document["lines"]:
        own = {line["matched"]: 1} if line.get("matched") else {}
        for sku, each in (line.get("components") or own).items():
            needed[sku] += each * units[line["id"]]
    return +needed


def _contents(parcel: Document) -> "Counter[str]":
    return units_of(parcel["lines"])


def _faults_of_rejections(work: Document) -> Iterator[str]:
    names = Counter(each["id"] for each in work.get("rejections", ()))
    if twice := [name for name, times in names.items() if times > 1]:
        yield f"the same rejections count more than once: {twice}"


def _faults_of_parcels(work: Document) -> Iterator[str]:
    names = Counter(each["label"] for each in work.get("parcels", ()) if each.get("label"))
    if twice := [name for name, times in names.items() if times > 1]:
        yield f"the parcels of the same labels left more than once: {twice}"


def _is_closed(work: Document) -> bool:
    return bool((work.get("packing") or {}).get("closed_at"))


def unsent_boxes(document: Document, places: frozenset[str]) -> Iterator[str]:
    """Yield the closed boxes that have a label, and stayed where the closed box is what ships."""
    for work in document.get("fulfilments", ()):
        if document.get("holds") or not _is_closed(work) or work["warehouse"] not in places:
            continue
        sent = {each.get("label") for each in work.get("parcels", ())}
        if any(each["state"] == "bought" and each["id"] not in sent for each in work.get("labels", ())):
            yield f"fulfilment order {work['id']} is packed and labelled, and stays"


def sent_unpacked(last: Document, document: Document, places: frozenset[str], scanned: set[str]) -> Iterator[str]:
    """Yield the parcels that left by their label alone, where the closed box is what ships.

    A parcel of a part of the box opens it by leaving.
    """
    before = {each.get("label") for work in last.get("fulfilments", ()) for each in work.get("parcels", ())}
    closed = {work["id"] for each in (last, document) for work in each.get("fulfilments", ()) if _is_closed(work)}
    for work in document.get("fulfilments", ()):
        for parcel in work.get("parcels", ()) if work["warehouse"] in places and work["id"] not in closed else ():
            is_new = parcel.get("label") and parcel["label"] not in before
            if is_new and parcel.get("tracking") not in scanned:
                yield f"parcel {parcel['tracking']} left before its box was closed"
