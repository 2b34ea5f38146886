"""Find the fulfilment orders that rows of a supplier's file name, as they were when the file was first read.

Killed while its orders are changed, a file is read again: by then its own rows have ended some of them.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, NamedTuple

from pydantic import TypeAdapter

from packhorse.aws.bucket import read_payload, store_file, store_file_once
from packhorse.domain.errors import NotNow
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import LineQuantity, parts_of
from packhorse.domain.schema import ByName, Reader, stamped
from packhorse.domain.supply.answers import Reference, same_sku
from packhorse.domain.supply.received import ReceivedFile
from packhorse.domain.supply.sending import was_sent_to
from packhorse.domain.supply.sent_rows import NO_NAMES, numbered_rows, skus_in_files
from packhorse.domain.supply.supplier import Supplier, author_of
from packhorse.domain.supply.unread import units_with
from packhorse.domain.values import OrderId, Sku, Value
from packhorse.store import catalogue, order_search, orders
from packhorse.store.purchases import PURCHASES

FULFILMENT_ID = re.compile(r"(.+)-([1-9][0-9]{0,3})")


Sent = tuple[Order, FulfilmentOrder]


class NamedFulfilment(NamedTuple):
    """A fulfilment order that was sent to the supplier, as it is before the file is applied.

    `units` are those that its rows may be about.
    """

    order_id: OrderId
    number: int
    is_open: bool
    units: tuple[LineQuantity, ...] = ()


class NamedReference(Value):
    """The fulfilment orders that a reference may mean."""

    reference: Annotated[Reference, ByName()]
    found: tuple[Annotated[NamedFulfilment, ByName()], ...]


class NamedInFile(Value):
    """What the references of a file may mean, as it is stored."""

    references: tuple[NamedReference, ...]


NAMED = Reader(TypeAdapter(NamedInFile))


def find_named(
    supplier: Supplier, file: ReceivedFile, references: Iterable[Reference]
) -> Mapping[Reference, Sequence[NamedFulfilment]]:
    """Return the fulfilment orders that each reference of a file may mean: one unless it is wrong or ambiguous.

    The answer for a file is stored before any order is changed by it, and stays the same, also where another exchange
    reads the file at the same time; references that an earlier reading did not have, since the layout was another one,
    are looked up.
    """
    key, wanted = f"suppliers/{supplier.id}/named/{file.id}.json", set(references)
    before = _stored(key)
    named = _looked_up(supplier, wanted, before)
    if not wanted - before.keys():
        return named
    pairs = sorted({**before, **named}.items())
    found = NamedInFile(references=tuple(NamedReference(reference=each, found=tuple(meant)) for each, meant in pairs))
    content = stamped(found.model_dump_json()).encode()
    if before:
        store_file(key, content, "application/json")
    elif not store_file_once(key, content, "application/json"):
        return _looked_up(supplier, wanted, _stored(key))
    return named


def _stored(key: str) -> Mapping[Reference, Sequence[NamedFulfilment]]:
    """Return what an earlier reading of a file found, nothing before the first."""
    try:
        return {each.reference: each.found for each in NAMED.read(read_payload(key)).references}
    except NotNow:
        return {}


def _looked_up(
    supplier: Supplier, wanted: Collection[Reference], before: Mapping[Reference, Sequence[NamedFulfilment]]
) -> dict[Reference, tuple[NamedFulfilment, ...]]:
    """Return what references mean, as it was found before or is now."""
    theirs = catalogue.skus_of_supplier(supplier.id) if any(each.sku for each in wanted) else {}
    return {each: tuple(before[each] if each in before else _named(supplier, each, theirs)) for each in wanted}


def _shipped_by(purchase_order: str) -> str:
    """Return the id of the fulfilment order that a purchase order follows; empty for any other number."""
    name = purchase_order.upper()
    found = PURCHASES.find([name]).get(name) if name else None
    return f"{found.ships.order}-{found.ships.fulfilment}" if found and found.ships else ""


def _named(supplier: Supplier, reference: Reference, theirs: Mapping[str, Sku]) -> Sequence[NamedFulfilment]:
    """Return the fulfilment orders that a reference names and the supplier was sent."""
    by_id = FULFILMENT_ID.fullmatch(reference.fulfilment.lower() or _shipped_by(reference.purchase_order))
    number = reference.order
    ids = [OrderId(by_id[1])] if by_id else list(order_search.numbered_ids(number)) if number else []
    sent = [
        (order, each)
        for order in orders.find_orders(ids).values()
        for each in order.fulfilments
        if was_sent_to(each, supplier) and (by_id is None or each.number == int(by_id[2]))
    ]
    meant = sent if len(sent) < 2 else _settled(sent, reference, theirs)
    who = author_of(supplier.id)
    return [
        NamedFulfilment(order.id, each.number, each.is_open, parts_of(units_with(each, who))) for order, each in meant
    ]


def _settled(sent: Sequence[Sent], reference: Reference, theirs: Mapping[str, Sku]) -> Sequence[Sent]:
    """Return those of several fulfilment orders of one number that a row can be about; it applies if that is one.

    A tracking number that one of them has is a row that is repeated. A new one is about the only one that is open.
    Without any, whichever was answered before may be meant; where all have shipped, nothing new is said of any.
    """
    having = [each for each in sent if _has(each, reference.sku, theirs)] or sent
    if not reference.tracking:
        have_all_left = all(each.status is FulfilmentStatus.SHIPPED and not each.may_come_late for _, each in having)
        return having[:1] if have_all_left else having
    carrying = [
        each for each in having if any(parcel.is_named(reference.tracking) for parcel in each[1].reported_parcels)
    ]
    if carrying:
        return carrying[:1]
    return [each for each in having if each[1].is_open] or having


def _has(sent: Sent, sku: str, theirs: Mapping[str, Sku]) -> bool:
    """Return whether a fulfilment order has a line of the sku, or a component of that, ours or the supplier's."""
    order, fulfilment = sent
    rows = numbered_rows(order, fulfilment, NO_NAMES)
    lines = {row.line for row in rows}
    ours = {each for line in order.lines if line.id in lines for each in skus_in_files(line)}
    names = ours | {name for name, product in theirs.items() if product in ours} | {row.supplier_sku for row in rows}
    return bool(sku) and same_sku(sku, names) is not None
