"""Requests to keep units back that no file of a supplier has yet, in the Work table.

question                           | pk                      | sk
the requests of a warehouse        | CANCELLATIONS#warehouse | order#number of the fulfilment order
"""

from collections.abc import Iterable

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.values import OrderId, WarehouseId
from packhorse.store import expressions
from packhorse.store.expressions import equals


def add_request(warehouse: WarehouseId, order: OrderId, number: int) -> None:
    """Have the warehouse's supplier sent the request about a fulfilment order; adding it twice is harmless."""
    where = expressions.key(_pk(warehouse), f"{order}#{number}")
    request = expressions.update(settings.work_table, where, sets={"order": order, "number": number})
    client("dynamodb").update_item(**request)


def waiting_requests(warehouse: WarehouseId, limit: int) -> list[tuple[OrderId, int]]:
    """Return the fulfilment orders with a request that is to be sent, by order and number."""
    keys = equals("pk", _pk(warehouse))
    query = expressions.query(settings.work_table, keys, ConsistentRead=True, Limit=limit)
    found = client("dynamodb").query(**query)["Items"]
    return [(OrderId(item["order"]["S"]), int(item["number"]["N"])) for item in found]


def remove_requests(warehouse: WarehouseId, requests: Iterable[tuple[OrderId, int]]) -> None:
    """Remove requests that a batch has, or that are over; one that grows after that is added again."""
    for order, number in requests:
        where = expressions.key(_pk(warehouse), f"{order}#{number}")
        client("dynamodb").delete_item(**expressions.delete(settings.work_table, where))


def _pk(warehouse: WarehouseId) -> str:
    return f"CANCELLATIONS#{warehouse}"
