"""Forward changes of stock: publish them to channels, and serve the backorders of each sku that has more available."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.aws.telemetry import add_metric
from packhorse.domain.values import Sku
from packhorse.messages.changes import send_changes
from packhorse.messages.release import StockArrived, send_release


class StockChange(NamedTuple):
    """A change of a shelf: the units available, and those that orders wait for, before and after.

    `event` is its id in the stream.
    """

    event: str
    sku: Sku
    at: datetime
    available: tuple[int, int]
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
    risen = dict.fromkeys(change.sku for change in changes if change.serves_orders)
    send_release(StockArrived(sku=sku) for sku in risen)
    add_metric("StockChanges", len(changed))
