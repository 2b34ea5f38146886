"""What a built product is made of, as stock: kits among its components are unfolded, built ones are themselves."""

from collections import Counter
from collections.abc import Mapping

from packhorse.domain.catalogue.kits import Catalogue, recipe
from packhorse.domain.catalogue.product import ProductKind
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.purchasing.case_pack import MAX_UNITS
from packhorse.domain.stock.goods import Recipe
from packhorse.domain.values import Sku
from packhorse.domain.work_orders.work_order import MAX_INPUTS, Input, Output, WorkKind, WorkTerms

_OF_KIND: Mapping[ProductKind, str] = {
    ProductKind.KIT: "is a kit, which is put together when it ships",
    ProductKind.STOCKED: "is stocked, and has no recipe",
}


def components_of(sku: str, products: Catalogue) -> Recipe:
    """Return the stock that one unit is built of; raises Rejected for a product that is not built.

    >>> from packhorse.domain.catalogue.product import Product
    >>> table = Product(sku="TABLE", kind="built", components={"LEG": 4, "TOP": 1})
    >>> dict(components_of("TABLE", {Sku("TABLE"): table}))
    {'LEG': 4, 'TOP': 1}
    """
    found = components_or_reason(sku, products)
    if isinstance(found, str):
        raise Rejected("the product cannot be built", [FieldError("sku", found)])
    return found


def components_or_reason(sku: str, products: Catalogue) -> Recipe | str:
    """Return the stock that one unit is built of, or why no work order can build it."""
    product = products.get(Sku(sku))
    if product is None:
        return f"there is no product {sku}"
    if product.kind is not ProductKind.BUILT:
        return f"{sku} {_OF_KIND[product.kind]}; only a product of the kind `built` is built in advance"
    units: Counter[Sku] = Counter()
    for component, each in product.components.items():
        for name, taken in recipe(Sku(component), products).items():
            units[name] += each * taken
    if len(units) > MAX_INPUTS:
        return f"{sku} takes {len(units)} different skus, a work order takes {MAX_INPUTS}: build a part of it first"
    for name, taken in units.items():
        if taken > MAX_UNITS:
            return f"one {sku} takes {taken:,} of {name}, a work order takes {MAX_UNITS:,}"
    return units


def parts_of(terms: WorkTerms, taken: Recipe) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
    """Return what a work order uses and what it makes, by the recipe of its product; raises Rejected for too many."""
    for sku, units in taken.items():
        if terms.units * units > MAX_UNITS:
            problem = f"they take {terms.units * units:,} of {sku}, and {MAX_UNITS:,} at most: make several work orders"
            raise Rejected("the work order is too large", [FieldError("units", problem)])
    if terms.kind is WorkKind.BUILD:
        inputs = tuple(Input(sku=sku, per_unit=units) for sku, units in taken.items())
        return inputs, (Output(sku=terms.sku, per_unit=1),)
    outputs = tuple(Output(sku=sku, per_unit=units) for sku, units in taken.items())
    return (Input(sku=terms.sku, per_unit=1),), outputs
