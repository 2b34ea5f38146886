"""The change of one shelf in a transaction, and what must hold of the shelf before it."""

from typing import NamedTuple, Self

from packhorse.domain.stock.costing import CostChange


class Reserved(NamedTuple):
    """What has to stay available of a shelf for older orders, and how many units waited there by the decision.

    `waiting` is None where orders are decided oldest first: there it does not matter how many younger ones wait.
    """

    units: int
    waiting: int | None


class ShelfChange(NamedTuple):
    """The sum of changes of a shelf.

    `needed` are the units that have to be available before the first of them, so that each leaves what is reserved;
    `waiting_limit` is how many units may wait by then. `exactly` is what has to be available, no more and no less.
    `cost` is the change of what units cost on average, by the basis and the units that were read.
    """

    on_hand: int = 0
    committed: int = 0
    quarantined: int = 0
    waiting: int = 0
    incoming: int = 0
    in_transit: int = 0
    needed: int = 0
    waiting_limit: int | None = None
    exactly: int | None = None
    cost: CostChange | None = None

    @property
    def available(self) -> int:
        """The change of what is available."""
        return self.on_hand - self.committed - self.quarantined

    @property
    def changes_anything(self) -> bool:
        """Whether the shelf is another one afterwards."""
        units = (self.on_hand, self.committed, self.quarantined, self.waiting, self.incoming, self.in_transit)
        return any(units) or self.cost is not None

    def plus(
        self,
        on_hand: int = 0,
        committed: int = 0,
        quarantined: int = 0,
        waiting: int = 0,
        incoming: int = 0,
        in_transit: int = 0,
    ) -> Self:
        """Return the sum with one more change."""
        return self._replace(
            on_hand=self.on_hand + on_hand,
            committed=self.committed + committed,
            quarantined=self.quarantined + quarantined,
            waiting=self.waiting + waiting,
            incoming=self.incoming + incoming,
            in_transit=self.in_transit + in_transit,
        )

    def emptying(self, available: int | None) -> Self:
        """Return the sum with the condition that the next change finds so many available, if it takes them all.

        >>> ShelfChange(committed=2).emptying(3).exactly
        5
        """
        return self if available is None else self._replace(exactly=available - self.available)

    def reserving(self, taken: int, reserved: Reserved | None) -> Self:
        """Return the sum with the condition that the next change takes so many units and leaves what is reserved.

        >>> ShelfChange(committed=2).reserving(3, Reserved(units=4, waiting=6)).needed
        9
        """
        if reserved is None or taken <= 0:
            return self
        limits = [self.waiting_limit, None if reserved.waiting is None else reserved.waiting - self.waiting]
        return self._replace(
            needed=max(self.needed, taken + reserved.units - self.available),
            waiting_limit=min((limit for limit in limits if limit is not None), default=None),
        )
