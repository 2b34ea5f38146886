"""Forward changes of stock: publish them to channels, and serve the backorders of each sku that has more available."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.aws.telemetry import add_metric
from packhorse.domain.values import Sku, WarehouseId
from packhorse.messages.changes import send_changes
from packhorse.messages.release import StockArrived, send_release


class StockChange(NamedTuple):
    """A change of a shelf: the units available, committed, and those that orders wait for, before and after.

    `event` is its id in the stream.
    """

    event: str
    sku: Sku
    warehouse: WarehouseId
    at: datetime
    available: tuple[int, int]
    committed: tuple[int, int]
    waiting: tuple[int, int]

    @property
    def free(self) -> tuple[int, int]:
        """The available units that no order waits for, before and after; negative if more are waited for."""
        return self.available[0] - self.waiting[0], self.available[1] - self.waiting[1]

    @property
    def changes_offer(self) -> bool:
        """Whether another quantity can be sold."""
        return max(0, self.free[0]) != max(0, self.free[1])

    @property
    def is_arrival(self) -> bool:
        """Whether units can be sold that no order had before: they arrived, were counted, or are good again."""
        before, after = (sum(units) for units in zip(self.available, self.committed, strict=True))
        return self.available[0] < self.available[1] and before < after

    @property
    def serves_orders(self) -> bool:
        """Whether orders that wait may get what is available: units came, or an older order waits for fewer."""
        return self.available[1] > 0 and (self.available[0] < self.available[1] or self.free[0] < self.free[1])


def forward_stock_changes(changes: Sequence[StockChange]) -> None:
    """Invoke the publish function once for the batch, and the release function once for each sku that rose in it.

    The event of the batch is its last record: quantities published under it were read after every change of the batch.
    """
    changed = [change for change in changes if change.changes_offer]
    first: dict[Sku, datetime] = {}
    for change in changed:
        first.setdefault(change.sku, change.at)
    if changed:
        send_changes(first, changed[-1].event)
    risen = {change.sku: set[WarehouseId]() for change in changes if change.serves_orders}
    last: dict[Sku, datetime] = {}
    for change in changes:
        if change.is_arrival:
            risen[change.sku].add(change.warehouse)
            last[change.sku] = max(change.at, last.get(change.sku, change.at))
    send_release(StockArrived(sku=sku, arrived_at=tuple(sorted(risen[sku])), last_at=last.get(sku)) for sku in risen)
    add_metric("StockChanges", len(changed))
