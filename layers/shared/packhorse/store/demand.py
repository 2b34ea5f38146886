"""What orders took of each shelf, day by day, in the Work table; see domain/purchasing/demand.py.

question | pk                | sk
a shelf  | DEMAND#warehouse  | sku

The nightly audit of stock writes it, as it reads each ledger anyway; an unchanged one is not written again.
"""

from collections.abc import Iterable

from pydantic import TypeAdapter

from packhorse.aws.settings import settings
from packhorse.domain.purchasing.demand import Demand
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.stock.goods import Shelf
from packhorse.store import expressions
from packhorse.store.expressions import Attributes
from packhorse.store.putting import write_together
from packhorse.store.reading import batch_get

DEMAND = Reader(TypeAdapter(Demand))


def keep(found: Iterable[Demand]) -> None:
    """Store what changed of it."""
    bodies = {(f"DEMAND#{each.warehouse}", each.sku): stamped(each.model_dump_json()) for each in found}
    keys = (expressions.key(*name) for name in bodies)
    read = batch_get(settings.work_table, keys, ConsistentRead=False)
    stored = {(item["pk"]["S"], item["sk"]["S"]): item["body"]["S"] for item in read}
    changed = {name: body for name, body in bodies.items() if stored.get(name) != body}
    items: list[Attributes] = [{"pk": pk, "sk": sk, "body": body} for (pk, sk), body in changed.items()]
    write_together(settings.work_table, items)


def find(shelves: Iterable[Shelf]) -> list[Demand]:
    """Return what orders took of these shelves, by warehouse and sku; shelves without a record are left out."""
    keys = (expressions.key(f"DEMAND#{each.warehouse}", each.sku) for each in shelves)
    found = (DEMAND.read(item["body"]["S"]) for item in batch_get(settings.work_table, keys))
    return sorted(found, key=lambda each: (each.warehouse, each.sku))
