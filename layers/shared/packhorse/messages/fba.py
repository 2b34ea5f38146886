"""Messages to the fba function: all asynchronous, by a schedule of each warehouse, or about fulfilment orders."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.functions import invoke_later
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.schema import Reader
from packhorse.domain.supply.batches import Member
from packhorse.domain.values import Identifier, Value


class ExchangeWithAmazon(Value):
    """Send a warehouse's fulfilment orders that wait, and read how far Amazon is with the others."""

    kind: Literal["exchange"] = "exchange"
    warehouse: Identifier


class AttendFulfilments(Value):
    """Send these fulfilment orders of a warehouse, or what is requested back of them, or read how far Amazon is."""

    kind: Literal["attend"] = "attend"
    warehouse: Identifier
    fulfilments: Annotated[tuple[Member, ...], Field(min_length=1, max_length=100)]


AnyFbaMessage = ExchangeWithAmazon | AttendFulfilments
FBA_MESSAGE: Reader[AnyFbaMessage] = Reader(TypeAdapter(Annotated[AnyFbaMessage, Field(discriminator="kind")]))


def attend_later(warehouse: str, fulfilments: Iterable[Member]) -> None:
    """Have fulfilment orders of a warehouse attended to now, beside its schedule."""
    message = AttendFulfilments(warehouse=warehouse, fulfilments=tuple(fulfilments))
    invoke_later(settings.fba_function, message_body(message))
