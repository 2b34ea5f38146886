"""What documents are to bring in the end: a draft orders or builds none of what its orders do not need any more."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from packhorse.domain.numbered import Coming
from packhorse.domain.purchasing import unneeded as bought
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.purchasing.need import Need
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.stock.goods import Shelf, take
from packhorse.domain.work_orders import unneeded as built
from packhorse.domain.work_orders.work_order import WorkOrder, WorkState

DRAFTED = (PurchaseState.NEW, WorkState.NEW)


def still_coming(documents: Collection[PurchaseOrder | WorkOrder], needs: Sequence[Need]) -> Iterator[Coming]:
    """Yield what documents bring, drafts only what is for the needs where they wait, and for stock.

    The rest of a draft counts for no other order: its own waits elsewhere or for less, and the draft is lowered once
    that is bought. What is submitted comes all the same, and covers its orders first.
    """
    waits = Counter({need.purpose: need.units for need in needs})
    fits = {(need.order, need.line, shelf) for need in needs for shelf in need.shelves}

    def needed(shelf: Shelf, made_for: MadeFor, units: int) -> int:
        is_awaited = (made_for.order, made_for.line, shelf) in fits
        return take(waits, made_for.purpose(shelf.sku), units) if is_awaited else 0

    def marked(shelf: Shelf, made_for: MadeFor) -> MadeFor:
        return made_for.replace(unneeded=made_for.units - needed(shelf, made_for, made_for.units))

    for each in sorted(documents, key=lambda each: (each.state in DRAFTED, each.created_at)):
        if each.state not in DRAFTED:
            for coming in each.coming:
                for part in coming.parts:
                    needed(coming.shelf, part.made_for, part.needed)
                yield coming
        elif isinstance(each, WorkOrder):
            yield from built.coming_of_draft(each, marked)
        else:
            yield from bought.coming_of_draft(each, marked)
