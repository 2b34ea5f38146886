"""A turn of orders that are allocated: how waiting ones are served, what was written, what is left."""

from collections.abc import Callable, Collection
from types import MappingProxyType
from typing import NamedTuple

from packhorse.domain.orders.order import Order
from packhorse.domain.orders.rejecting import Arrivals
from packhorse.domain.stock.supply import Queue
from packhorse.domain.values import OrderId
from packhorse.messages.orders import AdvanceOrder
from packhorse.usecases.intake.take_in import AdvancedOrder, Pending

NO_ARRIVALS: Arrivals = MappingProxyType({})


class Serving(NamedTuple):
    """How waiting orders are served: in which queue, and what gets those that change, before the write.

    On the shelves `arrived` are new units since then: that their warehouses rejected lines before is forgotten.

    After a crash nothing else follows up what was written: a delayed message advances those orders.
    """

    foresee: Callable[[Collection[OrderId]], None]
    queue: Queue | None = None
    arrived: Arrivals = NO_ARRIVALS


class Turn(NamedTuple):
    """The outcome of a turn: orders for the next turn, orders to try again later, and whether it met a conflict."""

    again: Pending
    failed: frozenset[OrderId]
    conflicted: bool


class WrittenOrder(NamedTuple):
    """An order of a batch as it is stored now; None if its write met a conflict."""

    outcome: AdvancedOrder
    order: Order | None

    @property
    def id(self) -> OrderId:
        """The id of the order."""
        return self.outcome.stored.id

    @property
    def may_be_half_done(self) -> bool:
        """Whether an earlier process may have died between the commit of the order and its follow-up.

        Only a message to advance the order says so; other messages need not repeat the follow-up, since the one whose
        process died is delivered again and adds such a message.
        """
        return any(isinstance(message, AdvanceOrder) for message in self.outcome.stored.messages)

    @property
    def is_foreseen(self) -> bool:
        """Whether those who serve backorders sent every message, before they wrote the order."""
        return all(isinstance(message, AdvanceOrder) and message.foreseen for message in self.outcome.stored.messages)

    @property
    def is_for_labels(self) -> bool:
        """Whether a message is to finish labels of the order."""
        messages = self.outcome.stored.messages
        return any(isinstance(message, AdvanceOrder) and message.for_labels for message in messages)
