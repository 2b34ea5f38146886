"""What nested work orders build that the work orders which need it do not wait for any more."""

from collections import Counter
from collections.abc import Collection

from packhorse.domain.stock.goods import Goods
from packhorse.domain.work_orders.work_order import WorkOrder


def not_awaited(works: Collection[WorkOrder]) -> Goods:
    """Return the open units of nested work orders that no other of these awaits: they are for whoever waits."""
    awaited: Counter[str] = Counter()
    for work in works:
        awaited.update({part.nested: part.awaited for part in work.inputs if part.nested})
    free = Goods()
    for work in works:
        if work.builds_for:
            free[work.shelf] += max(0, work.open - awaited[work.id])
    return free
