"""The own queue: fulfilment orders of our own warehouses, each with the task token of its execution."""

from pydantic import TypeAdapter

from packhorse.domain.schema import Reader
from packhorse.domain.values import Cursor, Label, OrderId, OrderIdText, Value


class HandOver(Value):
    """A fulfilment order that the state machine requests; `token` is the task token of its execution."""

    order: OrderIdText
    attempt: int
    fulfilment: int
    kind: Label
    token: Cursor

    @property
    def order_id(self) -> OrderId:
        """The order that it is about."""
        return self.order

    @property
    def who(self) -> str:
        """In whose name the order changes."""
        return "packhorse"


HAND_OVER_MESSAGE = Reader(TypeAdapter(HandOver))
