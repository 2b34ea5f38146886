"""The protocol of channels that ship, from places of their own, what other channels sold."""

from datetime import datetime
from typing import Protocol

from packhorse.domain.errors import Rejected
from packhorse.domain.fba.outbound import ChangedPage, McfPreview, McfProgress, McfRequest
from packhorse.domain.fba.stock import SellableUnits


class IdTaken(Rejected):
    """An order is refused since the channel has one under its id: an earlier try, whose answer was lost."""


class Outbound(Protocol):
    """A channel that ships, from its own places, what other channels sold. Orders there have the ids that we gave."""

    def preview(self, request: McfRequest) -> McfPreview:
        """Return what would become of a request; raises Rejected if it cannot be one."""
        ...

    def create(self, request: McfRequest) -> None:
        """Have a request shipped; raises Rejected if it is refused, IdTaken if that is for its id."""
        ...

    def find(self, name: str) -> McfProgress | None:
        """Return how far an order is; None if the channel does not have it."""
        ...

    def cancel(self, name: str) -> None:
        """Request that an order is kept back; raises Rejected if that is refused. Requesting it twice is harmless."""
        ...

    def changed_since(self, since: datetime, cursor: str | None) -> ChangedPage:
        """Return a page of the orders whose state changed at `since` or later."""
        ...


class Inventory(Protocol):
    """A channel that has stock of ours in its own places."""

    def sellable(self) -> SellableUnits:
        """Return the units that can be sold there of all that it has or had."""
        ...
