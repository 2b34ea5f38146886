"""What a shelf has, as far as it matters to whoever takes units from it."""

from typing import NamedTuple

from packhorse.domain.stock.costing import CostBasis


class SourceShelf(NamedTuple):
    """What is available on a shelf, what orders have of it and wait for there, what is on hand, and what it costs."""

    available: int = 0
    committed: int = 0
    waiting: int = 0
    basis: CostBasis | None = None
    on_hand: int = 0
