"""What open work orders lack of their components, drafts too, and that is neither there nor on its way."""

from itertools import islice

from packhorse.domain.errors import Conflict
from packhorse.domain.values import Sku
from packhorse.domain.work_orders.components import building, lacking_components, shelves_for
from packhorse.domain.work_orders.work_order import WorkOrder
from packhorse.store import catalogue, stock
from packhorse.store.work_orders import WORK_ORDERS
from packhorse.usecases.supply.short_lines import MAX_NEEDS, Missing, available_in


def with_components(missing: Missing) -> Missing:
    """Return what is missing, with the components that work orders lack: orders come first, as when one is submitted.

    Raises Conflict where work orders changed while stock was read: what they reserved then would be missing twice.
    """
    works = building(each for each in missing.documents if isinstance(each, WorkOrder))
    if not works:
        return missing
    products = catalogue.with_all_components({Sku(each.sku) for each in works})
    there = available_in(stock.balances_at(shelves_for(works, products) - missing.counted))
    if building(WORK_ORDERS.unfinished()) != works:
        raise Conflict("work orders changed meanwhile")
    lacking = lacking_components(works, products, missing.free + there)
    needs = (*missing.needs, *islice(lacking, MAX_NEEDS))
    return missing._replace(needs=needs, products={**products, **missing.products})
