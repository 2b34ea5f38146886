"""Orders that a file brings before their channel: its lines are numbers of rows, and the channel has its own ids."""

from collections.abc import Mapping
from typing import Any

from simulation.order_documents import Document

"""An order as it is stored."""


def is_heard(document: Document) -> bool:
    """Return whether the channel has sent a message of the order, so that it is owed what was done here."""
    return bool(document.get("is_notifiable") or document.get("heard"))


def ids_there(document: Document) -> dict[str, str]:
    """Return the channel's present id of each line, by ours."""
    return {line["id"]: (line.get("ids_there") or (line["id"],))[-1] for line in document.get("lines", ())}


def in_channel_terms(document: Document, names: Mapping[str, str] | None = None) -> Document:
    """Return an order with the channel's ids in its lines, parcels and exceptions: its present ones, or these."""
    found = ids_there(document) if names is None else names
    if all(ours == theirs for ours, theirs in found.items()):
        return document
    lines = [{**line, "id": found.get(line["id"], line["id"])} for line in document["lines"]]
    problems = [
        {**each, "line": found.get(each.get("line"), each.get("line"))} for each in document.get("exceptions", ())
    ]
    work = [
        {**each, "parcels": [_renamed(parcel, found) for parcel in each.get("parcels", ())]}
        for each in document.get("fulfilments", ())
    ]
    told = [_renamed(each, found) for each in document.get("told_parcels", ())]
    return {**document, "lines": lines, "exceptions": problems, "fulfilments": work, "told_parcels": told}


def _renamed(parcel: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    parts = [{**part, "line": names.get(part["line"], part["line"])} for part in parcel.get("lines", ())]
    return {**parcel, "lines": parts}
