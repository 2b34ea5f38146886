"""Draft work orders for what orders wait for of products that are built: one for each shelf, oldest order first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.purchasing.case_pack import MAX_UNITS
from packhorse.domain.purchasing.made_for import MAX_MADE_FOR, MadeFor
from packhorse.domain.purchasing.short_lines import Need, up_to
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku
from packhorse.domain.work_orders.drafting import WorkDraft


class NeededWork(NamedTuple):
    """A draft, and the lines of orders that it is made for."""

    draft: WorkDraft
    made_for: tuple[MadeFor, ...]


def needed_work(needs: Iterable[Need], products: Mapping[Sku, Product]) -> Iterator[NeededWork]:
    """Yield a draft for each shelf of a built product of which orders need units; other products are bought."""
    built: defaultdict[Shelf, list[Need]] = defaultdict(list)
    for need in needs:
        product = products.get(need.shelf.sku)
        if product and product.kind is ProductKind.BUILT:
            built[need.shelf].append(need)
    for shelf, wanted in sorted(built.items()):
        most_of_a_part = max(products[shelf.sku].components.values(), default=1)
        found = list(up_to(MAX_UNITS // most_of_a_part, wanted))
        units = sum(need.units for need in found)
        draft = WorkDraft(sku=shelf.sku, warehouse=shelf.warehouse, units=units, note="for orders that wait")
        made_for = (MadeFor(order=need.order, line=need.line, units=need.units) for need in found[:MAX_MADE_FOR])
        yield NeededWork(draft, tuple(made_for))
