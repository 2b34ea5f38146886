"""Forward changes of stock: to the channels, and, where there is more of a sku, to the backorders."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.aws.telemetry import add_metric
from packhorse.domain.values import Sku
from packhorse.messages.changes import burst_of, send_changes
from packhorse.messages.release import StockArrived, send_release


class StockChange(NamedTuple):
    """A change of what is available of a sku at one warehouse; `event` is its id in the stream."""

    event: str
    sku: Sku
    at: datetime
    before: int
    after: int


def forward_stock_changes(changes: Sequence[StockChange]) -> None:
    """Sends one message a sku for each burst of changes, and one for each sku of which there is more now."""
    changed = [change for change in changes if change.after != change.before]
    bursts: dict[str, dict[Sku, datetime]] = {}
    for change in changed:
        bursts.setdefault(burst_of(change.at.timestamp()), {}).setdefault(change.sku, change.at)
    for burst, skus in bursts.items():
        send_changes(skus, burst)
    risen = {change.sku: change for change in changed if change.after > change.before}
    send_release({change.event: StockArrived(sku=change.sku) for change in risen.values()})
    add_metric("StockChanges", len(changed))
