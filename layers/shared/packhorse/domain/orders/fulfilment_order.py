"""Fulfilment orders: the work of an order at one warehouse, and the parcels that leave it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.values import Instant, Text, Value, WarehouseId


class FulfilmentStatus(StrEnum):
    """How far the work at one warehouse is."""

    QUEUED = "queued"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    SHIPPED = "shipped"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class LineQuantity(Value):
    """So many units of a line."""

    line: str
    quantity: Annotated[int, Field(gt=0)]


def units_of(parts: Iterable[LineQuantity]) -> "Counter[str]":
    """Units by line; a line may be named more than once.

    >>> units_of((LineQuantity(line="1", quantity=2), LineQuantity(line="1", quantity=3)))
    Counter({'1': 5})
    """
    units: Counter[str] = Counter()
    for part in parts:
        units[part.line] += part.quantity
    return units


def parts_of(units: Mapping[str, int]) -> tuple[LineQuantity, ...]:
    """The same the other way round."""
    return tuple(LineQuantity(line=line, quantity=quantity) for line, quantity in units.items())


class Parcel(Value):
    """A parcel and what is in it: no carrier or tracking where nobody told, no lines where it is one box of several."""

    carrier: Text | None = None
    tracking: Text | None = None
    shipped_at: Instant
    lines: tuple[LineQuantity, ...]
    label_url: str | None = None

    def is_named(self, tracking: str | None) -> bool:
        """A tracking number names one parcel, whoever carries it; parcels without one are never the same."""
        return bool(tracking) and self.tracking == tracking


class FulfilmentOrder(Value):
    """The work of an order at one warehouse.

    `attempt` is the execution that hands it over (0: none does), `token` what that execution waits for.
    """

    id: str
    warehouse: WarehouseId
    kind: WarehouseKind
    status: FulfilmentStatus = FulfilmentStatus.QUEUED
    attempt: int
    lines: tuple[LineQuantity, ...]
    parcels: tuple[Parcel, ...] = ()
    token: str | None = None

    @property
    def number(self) -> int:
        """Its place in the order, as in `/orders/{id}/fulfilments/{n}`."""
        return int(self.id.rpartition("-")[2])

    @property
    def is_open(self) -> bool:
        """Whether something is still to be shipped here."""
        return self.status in OPEN_STATUSES

    @property
    def wanted(self) -> "Counter[str]":
        """Units by line that this work is for."""
        return units_of(self.lines)

    @property
    def shipped(self) -> "Counter[str]":
        """Units by line that have left."""
        return units_of(part for parcel in self.parcels for part in parcel.lines)

    @property
    def remaining(self) -> "Counter[str]":
        """Units by line that are still to leave."""
        return self.wanted - self.shipped if self.is_open else Counter()


OPEN_STATUSES = frozenset({FulfilmentStatus.QUEUED, FulfilmentStatus.REQUESTED, FulfilmentStatus.ACCEPTED})
