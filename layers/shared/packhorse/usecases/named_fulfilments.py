"""Find the fulfilment orders that rows of a supplier's file name, as they were when the file was first read.

Killed while its orders are changed, a file is read again: by then its own rows have ended some of them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, NamedTuple

from pydantic import TypeAdapter

from packhorse.aws.bucket import read_payload, store_file
from packhorse.domain.errors import NotNow
from packhorse.domain.orders.parcel import LineQuantity, parts_of
from packhorse.domain.schema import ByName, Reader, stamped
from packhorse.domain.supply.answers import Reference
from packhorse.domain.supply.received import ReceivedFile
from packhorse.domain.supply.supplier import Supplier, author_of
from packhorse.domain.supply.unread import units_with
from packhorse.domain.values import OrderId, Value
from packhorse.store import order_search, orders
from packhorse.store.purchases import PURCHASES

FULFILMENT_ID = re.compile(r"(.+)-([1-9][0-9]{0,3})")


class Named(NamedTuple):
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
    found: tuple[Annotated[Named, ByName()], ...]


class NamedInFile(Value):
    """What the references of a file may mean, as it is stored."""

    references: tuple[NamedReference, ...]


NAMED = Reader(TypeAdapter(NamedInFile))


def find_named(
    supplier: Supplier, file: ReceivedFile, references: Iterable[Reference]
) -> Mapping[Reference, Sequence[Named]]:
    """Return the fulfilment orders that each reference of a file may mean: one unless it is wrong or ambiguous.

    The answer for a file is stored before any order is changed by it, and stays the same; references that an earlier
    reading did not have, since the layout was another one, are looked up.
    """
    key = f"suppliers/{supplier.id}/named/{file.id}.json"
    try:
        before = {each.reference: each.found for each in NAMED.read(read_payload(key)).references}
    except NotNow:
        before = {}
    wanted = set(references)
    named = {each: before[each] if each in before else tuple(_named(supplier, each)) for each in wanted}
    if wanted - before.keys():
        pairs = sorted((before | named).items())
        stored = NamedInFile(references=tuple(NamedReference(reference=each, found=found) for each, found in pairs))
        store_file(key, stamped(stored.model_dump_json()).encode(), "application/json")
    return named


def _shipped_by(purchase_order: str) -> str:
    """Return the id of the fulfilment order that a purchase order follows; empty for any other number."""
    name = purchase_order.upper()
    found = PURCHASES.find([name]).get(name) if name else None
    return f"{found.ships.order}-{found.ships.fulfilment}" if found and found.ships else ""


def _named(supplier: Supplier, reference: Reference) -> Sequence[Named]:
    """Return the fulfilment orders that a reference names and the supplier was sent; of several the open ones."""
    by_id = FULFILMENT_ID.fullmatch(reference.fulfilment.lower() or _shipped_by(reference.purchase_order))
    number = reference.order
    ids = [OrderId(by_id[1])] if by_id else list(order_search.numbered_ids(number)) if number else []
    sent = [
        Named(order.id, each.number, each.is_open, parts_of(units_with(each, author_of(supplier.id))))
        for order in orders.find_orders(ids).values()
        for each in order.fulfilments
        if each.warehouse in supplier.warehouses
        and each.batch is not None
        and (by_id is None or each.number == int(by_id[2]))
    ]
    return sent if len(sent) < 2 else [each for each in sent if each.is_open]
