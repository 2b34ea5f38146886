"""Draft work orders for what orders wait for of products that are built: one for each shelf, oldest order first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from packhorse.domain.catalogue.kits import Catalogue
from packhorse.domain.catalogue.product import ProductKind
from packhorse.domain.purchasing.case_pack import MAX_UNITS
from packhorse.domain.purchasing.made_for import MAX_MADE_FOR, MadeFor
from packhorse.domain.purchasing.need import Need
from packhorse.domain.purchasing.short_lines import NotDrafted, up_to
from packhorse.domain.stock.goods import Recipe, Shelf
from packhorse.domain.work_orders.drafting import WorkDraft
from packhorse.domain.work_orders.recipe import components_or_reason


class NotBuilt(NotDrafted):
    """Units of a built product that an order waits for and that are not drafted, and why."""


class NeededWork(NamedTuple):
    """A draft, what its product is built of, and the lines of orders that it is made for."""

    draft: WorkDraft
    taken: Recipe
    made_for: tuple[MadeFor, ...]


class ShortWork(NamedTuple):
    """Drafts, and what they leave out."""

    drafts: tuple[NeededWork, ...]
    left_out: tuple[NotBuilt, ...]


def needed_work(needs: Iterable[Need], products: Catalogue) -> ShortWork:
    """Return a draft for each shelf of a built product of which orders need units; other products are bought.

    One that cannot be built is left out, and keeps no other from being built. `products` hold all components.
    """
    drafts: list[NeededWork] = []
    left_out: list[NotBuilt] = []
    for shelf, wanted in sorted(_of_built(needs, products).items()):
        taken = components_or_reason(shelf.sku, products)
        if isinstance(taken, str):
            left_out += (NotBuilt.of(need, taken) for need in wanted)
        else:
            drafts.append(_needed(shelf, wanted, taken))
    return ShortWork(tuple(drafts), tuple(left_out))


def _of_built(needs: Iterable[Need], products: Catalogue) -> Mapping[Shelf, list[Need]]:
    built: defaultdict[Shelf, list[Need]] = defaultdict(list)
    for need in needs:
        product = products.get(need.shelf.sku)
        if product and product.kind is ProductKind.BUILT:
            built[need.shelf].append(need)
    return built


def _needed(shelf: Shelf, wanted: Sequence[Need], taken: Recipe) -> NeededWork:
    found = list(up_to(MAX_UNITS // max(taken.values()), wanted))
    units = sum(need.units for need in found)
    draft = WorkDraft(sku=shelf.sku, warehouse=shelf.warehouse, units=units, note="for orders that wait")
    made_for = (MadeFor(order=need.order, line=need.line, units=need.units) for need in found[:MAX_MADE_FOR])
    return NeededWork(draft, taken, tuple(made_for))
