"""Routing decisions: the rule that decided, where the units go, and why every other warehouse lost."""

from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import Field

from packhorse.domain.stock.goods import Goods, WaitingUnits
from packhorse.domain.values import Value, WarehouseId, Whole


class Rule(StrEnum):
    """The rule of the routing that decided."""

    MANUAL = "manual"
    OVERRIDE = "override"
    PINNED = "pinned"
    GEO = "geo"
    PRIORITY = "priority"
    CATCHALL = "catchall"


class Candidate(Value):
    """A warehouse that a rule considered: its available units, and why it was rejected (None: it was chosen)."""

    warehouse: WarehouseId
    rule: Rule
    rejected: str | None
    available: int | None = None


class RoutingDecision(Value):
    """The rule that decided on a line, and its trace."""

    rule: Rule
    config_version: int
    candidates: tuple[Candidate, ...]
    notes: tuple[str, ...] = ()


class Allocation(Value):
    """Units of a line committed at a warehouse, shipped ones included."""

    warehouse: WarehouseId
    quantity: Annotated[Whole, Field(gt=0)]


class LineDecision(NamedTuple):
    """Where a line ships from and why; `blocked`: why it waits for a person instead.

    `waits` is the stock that what is short of it waits for, in each warehouse that could ship it.
    """

    line: str
    allocations: tuple[Allocation, ...]
    routing: RoutingDecision
    blocked: str | None = None
    waits: tuple[WaitingUnits, ...] = ()


class RoutingOutcome(NamedTuple):
    """The decisions on all lines, and the stock that they take (of kits: the components)."""

    lines: tuple[LineDecision, ...]
    taken: Goods
