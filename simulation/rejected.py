"""The rules of what warehouses reject, by the documents of orders."""

from collections import Counter
from collections.abc import Iterator

from simulation.order_documents import Document


def faults_of_refusals(last: Document, document: Document) -> Iterator[str]:
    """Yield each line that got units at a warehouse which had rejected it, unless that warehouse ships them."""
    before = {line["id"]: line for line in last["lines"]}
    for line in document["lines"]:
        was = before.get(line["id"], {})
        refused = _refused(was) & _refused(line)
        more = _allocated(line) - _allocated(was) - (_sent(document, line["id"]) - _sent(last, line["id"]))
        for warehouse in sorted(refused & more.keys()):
            yield f"line {line['id']} was routed to {warehouse}, which had rejected it"


def _refused(line: Document) -> set[str]:
    return {each["warehouse"] for each in line.get("refused", ())}


def _allocated(line: Document) -> "Counter[str]":
    return Counter({part["warehouse"]: part["quantity"] for part in line.get("allocations", ())})


def _sent(document: Document, line: str) -> "Counter[str]":
    """Return the units of a line in parcels, by warehouse."""
    sent: Counter[str] = Counter()
    for work in document.get("fulfilments", ()):
        for parcel in work.get("parcels", ()):
            sent[work["warehouse"]] += sum(part["quantity"] for part in parcel["lines"] if part["line"] == line)
    return sent


def newly_damaged(last: Document, document: Document) -> "Counter[tuple[str, str]]":
    """Return the units by sku and warehouse that were rejected as damaged, without those of kits."""
    return _newly_rejected(last, document, frozenset({"damaged"}))


def newly_lacking(last: Document, document: Document) -> "Counter[tuple[str, str]]":
    """Return the same of those that are not there: none is left, or fewer than were counted."""
    return _newly_rejected(last, document, frozenset({"none_left", "mismatch"}))


def _newly_rejected(last: Document, document: Document, reasons: frozenset[str]) -> "Counter[tuple[str, str]]":
    recipes = {line["id"]: line.get("components") or {line.get("matched"): 1} for line in document["lines"]}
    units: Counter[tuple[str, str]] = Counter()
    known = {each["id"] for work in last.get("fulfilments", ()) for each in work.get("rejections", ())}
    for work in document.get("fulfilments", ()):
        for rejection in work.get("rejections", ()):
            if rejection["id"] in known or rejection["reason"] not in reasons:
                continue
            for line, quantity in rejection["units"].items():
                if len(recipes[line]) == 1:
                    ((sku, each),) = recipes[line].items()
                    units[sku, work["warehouse"]] += each * quantity
    return units
