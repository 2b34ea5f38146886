"""Messages to the fba function: all asynchronous, by a schedule of each warehouse, or about fulfilment orders."""

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.functions import invoke_later
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.schema import Reader
from packhorse.domain.supply.batches import Member
from packhorse.domain.values import Identifier, OrderId, Value

MOST_ATTENDED = 100


class ExchangeWithAmazon(Value):
    """Send a warehouse's fulfilment orders that wait, and read how far Amazon is with the others."""

    kind: Literal["exchange"] = "exchange"
    warehouse: Identifier


class ConfirmStock(Value):
    """Set the stock of a warehouse by Amazon's numbers, however far they are from ours: a person confirmed them."""

    kind: Literal["stock"] = "stock"
    warehouse: Identifier


class ReadStock(Value):
    """Set the stock of a warehouse by a list of Amazon's that is longer than an exchange has time for.

    `is_rest_whole`: the exchange that left it had no failures, so that with the stock nothing fails at Amazon.
    """

    kind: Literal["read_stock"] = "read_stock"
    warehouse: Identifier
    is_rest_whole: bool = False


class AttendFulfilments(Value):
    """Send these fulfilment orders of a warehouse, or what is requested back of them, or read how far Amazon is."""

    kind: Literal["attend"] = "attend"
    warehouse: Identifier
    fulfilments: Annotated[tuple[Member, ...], Field(min_length=1, max_length=MOST_ATTENDED)]


FULFILMENT_ID = re.compile(r"([0-9a-f]{32})-([1-9][0-9]{0,6})")


def member_named(name: str) -> Member | None:
    """Return the fulfilment order that Amazon names by the id that we gave; None for an id that is none of ours.

    >>> member_named("902-6018020-0202003") is None
    True
    """
    found = FULFILMENT_ID.fullmatch(name)
    return Member(order=OrderId(found[1]), fulfilment=int(found[2])) if found else None


def name_of(member: Member) -> str:
    """Return the id that Amazon has a fulfilment order under: the reverse of `member_named`."""
    return f"{member.order}-{member.fulfilment}"


AnyFbaMessage = ExchangeWithAmazon | ConfirmStock | ReadStock | AttendFulfilments
FBA_MESSAGE: Reader[AnyFbaMessage] = Reader(TypeAdapter(Annotated[AnyFbaMessage, Field(discriminator="kind")]))


def attend_later(warehouse: str, fulfilments: Iterable[Member]) -> None:
    """Have fulfilment orders of a warehouse attended to now, beside its schedule."""
    message = AttendFulfilments(warehouse=warehouse, fulfilments=tuple(fulfilments))
    invoke_later(settings.fba_function, message_body(message))


def confirm_stock(warehouse: str) -> None:
    """Have the stock of a warehouse set by Amazon's numbers."""
    invoke_later(settings.fba_function, message_body(ConfirmStock(warehouse=warehouse)))


def read_stock_later(warehouse: str, *, is_rest_whole: bool) -> None:
    """Have the stock of a warehouse read in an invocation of its own."""
    message = ReadStock(warehouse=warehouse, is_rest_whole=is_rest_whole)
    invoke_later(settings.fba_function, message_body(message))


def exchange_later(warehouse: str) -> None:
    """Have a warehouse exchange with Amazon now, beside its schedule."""
    invoke_later(settings.fba_function, message_body(ExchangeWithAmazon(warehouse=warehouse)))
