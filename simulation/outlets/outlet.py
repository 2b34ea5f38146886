"""A store beside the shop: what acts do in it, and what it believes of an order, whatever its kind."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import httpx

from packhorse.aws.secrets import Credentials
from packhorse.domain.configuration.channel import Channel
from simulation.turns import Turns

Units = Counter[str]
Json = dict[str, Any]


class Event(NamedTuple):
    """What a store posts of an order: the headers and the body; `states`: the body is all of the order."""

    headers: Mapping[str, str]
    body: bytes
    states: bool


class Seen(NamedTuple):
    """A parcel as the store has it: its number in small letters and digits, and its units by line."""

    number: str
    units: Units


class Outlet(Protocol):
    """A store with a clock of its own.

    `moved` are the skus whose stock it changed by itself, `cancel_calls` the orders that it was called to cancel,
    `changed` is called with an order that we changed in it.
    """

    id: str
    url: str
    channel: Channel
    moved: set[str]
    cancel_calls: list[str]
    changed: Callable[[str], None]

    def __init__(self, turns: Turns) -> None: ...

    @property
    def keys(self) -> Credentials:
        """The credentials that count now."""
        ...

    @property
    def orders(self) -> Iterable[str]:
        """The ids of its orders."""
        ...

    def renew_keys(self) -> None:
        """Have only new credentials count from now on."""
        ...

    def answers(self, received: httpx.Request) -> httpx.Response:
        """Return the answer of its API."""
        ...

    def reference(self, sku: str) -> str:
        """Return the reference of a listing."""
        ...

    def offers(self, sku: str) -> int:
        """Return the quantity that it shows."""
        ...

    def stock_up(self, sku: str, units: int) -> None:
        """Add units before the day begins."""
        ...

    def sell(self, lines: Mapping[str, int]) -> str:
        """Sell units; return the id of the order."""
        ...

    def date_back(self, number: str, at: datetime) -> None:
        """Have an order placed, and changed last, at an earlier moment."""
        ...

    def event(self, number: str, topic: str = "") -> Event:
        """Return what it posts of an order as it is now."""
        ...

    def edit(self, number: str, line: int, units: int) -> bool:
        """Change the units of a line, if the store can; return whether it did."""
        ...

    def ship(self, number: str) -> Units:
        """Mark some or all of an order as shipped in the store itself; return all units that left so."""
        ...

    def cancel(self, number: str) -> None:
        """Cancel an order in the store."""
        ...

    def in_shop_terms(self, number: str) -> Json:
        """Return the compared fields of an order as the generic shop would list them."""
        ...

    def parcels(self, number: str) -> list[Seen]:
        """Return the parcels of an order, also those that the store itself made."""
        ...


def plain(number: str | None) -> str:
    """Return a tracking number as every store can have it."""
    return "".join(filter(str.isalnum, number or "")).casefold()
