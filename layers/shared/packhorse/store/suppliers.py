"""The Settings table: suppliers and logistics partners, an item each, apart from the configuration that routes.

question                | pk         | sk
one supplier            | SUPPLIERS  | id
all suppliers, by id    | SUPPLIERS  |

`version` is counted up by each write and is the condition of the next one.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from packhorse.aws.clients import client, raising
from packhorse.aws.settings import settings
from packhorse.domain.errors import Conflict, NotFound, Rejected
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import WarehouseId, iso
from packhorse.store import expressions
from packhorse.store.conditions import CONDITION_FAILED
from packhorse.store.expressions import Attributes, equals, missing
from packhorse.store.reading import get_item, pages

PK = "SUPPLIERS"
SUPPLIER = Reader(TypeAdapter(Supplier))
MAX_DOCUMENT_BYTES = 390_000
"""Size of a document that fits an item beside its other attributes."""


def get_supplier(name: str) -> Supplier:
    """Return a supplier; raises NotFound."""
    found = find_supplier(name)
    if found is None:
        raise NotFound(f"there is no supplier {name}")
    return found


def find_supplier(name: str) -> Supplier | None:
    """Return a supplier, None if it does not exist."""
    found = _get(name)
    return SUPPLIER.read(found["body"]["S"]) if found else None


def who_saved(name: str) -> tuple[str, ...]:
    """Return who saved a supplier last; nothing without one."""
    found = _get(name)
    return (found["who"]["S"],) if found else ()


def all_suppliers() -> list[Supplier]:
    """Return all suppliers, by id."""
    query = expressions.query(settings.settings_table, equals("pk", PK), ConsistentRead=True)
    return [SUPPLIER.read(item["body"]["S"]) for item in pages("query", **query)]


def sellers() -> dict[str, Supplier]:
    """Return the suppliers that Packhorse buys from by itself, by id: those that are not switched off."""
    return {each.id: each for each in all_suppliers() if each.active}


def supplier_of(warehouse: WarehouseId) -> Supplier | None:
    """Return the supplier that ships the orders of a warehouse, None without one."""
    return next((each for each in all_suppliers() if warehouse in each.warehouses), None)


def fed_warehouses() -> frozenset[WarehouseId]:
    """Return the warehouses whose stock a supplier's feed sets."""
    return frozenset(each.fed_warehouse for each in all_suppliers() if each.active and each.fed_warehouse)


def apply_edit(name: str, edit: Callable[[Supplier | None], Supplier], who: str, at: datetime) -> Supplier:
    """Store an edited supplier in the name of `who`; `edit` gets None for a new one. Raises Conflict."""
    found = _get(name)
    after = edit(SUPPLIER.read(found["body"]["S"]) if found else None)
    body = stamped(after.model_dump_json())
    if len(body.encode()) > MAX_DOCUMENT_BYTES:
        raise Rejected(f"a supplier's settings may have {MAX_DOCUMENT_BYTES} bytes; these have {len(body.encode())}")
    version = int(found["version"]["N"]) if found else 0
    is_unchanged = equals("version", version) if found else missing("pk")
    values: Attributes = {"pk": PK, "sk": name, "version": version + 1, "who": who, "at": iso(at), "body": body}
    with raising({CONDITION_FAILED: Conflict(f"supplier {name} was changed at the same time")}):
        client("dynamodb").put_item(**expressions.put(settings.settings_table, values, is_unchanged))
    return after


def delete_supplier(name: str) -> None:
    """Delete a supplier, if it exists."""
    client("dynamodb").delete_item(**expressions.delete(settings.settings_table, expressions.key(PK, name)))


def _get(name: str) -> Mapping[str, Any] | None:
    key = expressions.key(PK, name)
    return get_item(settings.settings_table, key)
