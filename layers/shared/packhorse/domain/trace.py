"""The routing trace: which rule decided for a line, and why every other warehouse was not taken."""

from enum import StrEnum

from packhorse.domain.values import Value, WarehouseId


class Rule(StrEnum):
    """Which step of the routing decided."""

    MANUAL = "manual"
    OVERRIDE = "override"
    PINNED = "pinned"
    GEO = "geo"
    PRIORITY = "priority"
    CATCHALL = "catchall"


class Candidate(Value):
    """A warehouse that was looked at for a line: by which rule, what it had, and why it was not taken (None: taken)."""

    warehouse: WarehouseId
    rule: Rule
    rejected: str | None
    available: int | None = None


class RoutingDecision(Value):
    """Why a line went where it went."""

    rule: Rule
    config_version: int
    candidates: tuple[Candidate, ...]
    notes: tuple[str, ...] = ()
