"""Requests to keep units back that no file of a supplier has yet, in the Work table.

question                  | pk                        | sk
the requests in a list    | CANCELLATIONS#list        | order#number of the fulfilment order

A list is named like the author that a supplier is (`supplier:acme`): it has those about what was sent to that supplier,
also from a warehouse whose orders another one ships by now. One that is named like a warehouse has the others.

`added` is another one each time that a request is added: who read the list removes nothing that was added since.
"""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import uuid4

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.values import OrderId
from packhorse.store import expressions
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.expressions import Attributes, equals, missing
from packhorse.store.reading import first_items


class WaitingRequest(NamedTuple):
    """A request in a list: the order and the number of its fulfilment order, and by what it is recognised."""

    order: OrderId
    number: int
    added: str = ""


def add_request(name: str, order: OrderId, number: int) -> None:
    """Put the request about a fulfilment order into a list, where it is once however often it is added."""
    where = expressions.key(_pk(name), f"{order}#{number}")
    sets: Attributes = {"order": order, "number": number, "added": uuid4().hex}
    client("dynamodb").update_item(**expressions.update(settings.work_table, where, sets=sets))


def waiting_requests(name: str, limit: int) -> list[WaitingRequest]:
    """Return up to `limit` requests of a list, by order and number."""
    keys = equals("pk", _pk(name))
    found = first_items(limit, expressions.query(settings.work_table, keys, ConsistentRead=True))
    return [
        WaitingRequest(OrderId(item["order"]["S"]), int(item["number"]["N"]), item.get("added", {"S": ""})["S"])
        for item in found
    ]


def remove_requests(name: str, requests: Iterable[WaitingRequest]) -> None:
    """Remove requests that a batch has, or that are over; one that was added since they were read stays."""
    for order, number, added in requests:
        where = expressions.key(_pk(name), f"{order}#{number}")
        is_same = equals("added", added) if added else missing("added")
        with ignore_failed_condition():
            client("dynamodb").delete_item(**expressions.delete(settings.work_table, where, is_same))


def _pk(name: str) -> str:
    return f"CANCELLATIONS#{name}"
