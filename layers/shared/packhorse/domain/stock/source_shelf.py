"""The state of a shelf that units are to be taken from."""

from typing import NamedTuple

from packhorse.domain.stock.costing import CostBasis
from packhorse.domain.stock.shelf_change import Reserved


class SourceShelf(NamedTuple):
    """What is available on a shelf, what orders have of it and wait for there, what is on hand, and what it costs."""

    available: int = 0
    committed: int = 0
    waiting: int = 0
    basis: CostBasis | None = None
    on_hand: int = 0

    @property
    def kept(self) -> Reserved:
        """What has to stay available for the orders that wait there."""
        return Reserved(self.waiting, self.waiting)
