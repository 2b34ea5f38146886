"""Forward changes of stock: publish them to channels, and serve the backorders of each sku that has more available."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.aws.telemetry import add_metric
from packhorse.domain.values import Sku
from packhorse.messages.changes import send_changes
from packhorse.messages.release import StockArrived, send_release


class StockChange(NamedTuple):
    """A change of what is available of a sku at one warehouse; `event` is its id in the stream."""

    event: str
    sku: Sku
    at: datetime
    before: int
    after: int


def forward_stock_changes(changes: Sequence[StockChange]) -> None:
    """Invoke the publish function once for the batch, and the release function once for each sku that rose in it.

    The event of the batch is its last record: quantities published under it were read after every change of the batch.
    """
    changed = [change for change in changes if change.after != change.before]
    first: dict[Sku, datetime] = {}
    for change in changed:
        first.setdefault(change.sku, change.at)
    if changed:
        send_changes(first, changed[-1].event)
    risen = dict.fromkeys(change.sku for change in changed if change.after > change.before)
    send_release(StockArrived(sku=sku) for sku in risen)
    add_metric("StockChanges", len(changed))
