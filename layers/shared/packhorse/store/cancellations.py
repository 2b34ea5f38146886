"""Requests to keep units back that no file of a supplier has yet, in the Work table.

question                  | pk                        | sk
the requests in a list    | CANCELLATIONS#list        | order#number of the fulfilment order

A list is named like the author that a supplier is (`supplier:acme`): it has those about what was sent to that supplier,
also from a warehouse whose orders another one ships by now. One that is named like a warehouse has the others.
"""

from collections.abc import Iterable

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.values import OrderId
from packhorse.store import expressions
from packhorse.store.expressions import equals


def add_request(name: str, order: OrderId, number: int) -> None:
    """Put the request about a fulfilment order into a list; adding it twice is harmless."""
    where = expressions.key(_pk(name), f"{order}#{number}")
    request = expressions.update(settings.work_table, where, sets={"order": order, "number": number})
    client("dynamodb").update_item(**request)


def waiting_requests(name: str, limit: int) -> list[tuple[OrderId, int]]:
    """Return the fulfilment orders of a list, by order and number."""
    keys = equals("pk", _pk(name))
    query = expressions.query(settings.work_table, keys, ConsistentRead=True, Limit=limit)
    found = client("dynamodb").query(**query)["Items"]
    return [(OrderId(item["order"]["S"]), int(item["number"]["N"])) for item in found]


def remove_requests(name: str, requests: Iterable[tuple[OrderId, int]]) -> None:
    """Remove requests that a batch has, or that are over; one that grows after that is added again."""
    for order, number in requests:
        where = expressions.key(_pk(name), f"{order}#{number}")
        client("dynamodb").delete_item(**expressions.delete(settings.work_table, where))


def _pk(name: str) -> str:
    return f"CANCELLATIONS#{name}"
