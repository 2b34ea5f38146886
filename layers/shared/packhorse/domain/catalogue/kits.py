"""Kits: the stock that one unit takes, and how many units could be made of the available components."""

from collections import Counter
from collections.abc import Iterator, Mapping

from packhorse.domain.catalogue.product import MAX_COMPONENTS, Product
from packhorse.domain.errors import FieldError
from packhorse.domain.stock.goods import Recipe
from packhorse.domain.values import Sku

MAX_DEPTH = 3
Catalogue = Mapping[Sku, Product]


def recipe(sku: Sku, products: Catalogue) -> Recipe:
    """Return the stock that one unit takes: a kit's components, nested kits unfolded; any other product is itself.

    >>> cups = Product(sku="SIX", kind="kit", components={"CUP": 6})
    >>> dict(recipe(Sku("SIX"), {Sku("SIX"): cups}))
    {'CUP': 6}
    """
    product = products.get(sku)
    if product is None or not product.is_kit:
        return {sku: 1}
    taken: Counter[Sku] = Counter()
    for component, units in product.components.items():
        for name, each in recipe(Sku(component), products).items():
            taken[name] += each * units
    return taken


def makeable(taken: Recipe, available: Mapping[Sku, int], reserves: Mapping[Sku, int]) -> int:
    """Return how many kits one warehouse could make: the scarcest component decides, its reserve is left alone.

    >>> makeable({Sku("CHAIR"): 3}, {Sku("CHAIR"): 30}, {Sku("CHAIR"): 5})
    8
    """
    return min(
        (max(0, available.get(sku, 0) - reserves.get(sku, 0)) // units for sku, units in taken.items()), default=0
    )


def errors(new: Product, products: Catalogue) -> Iterator[FieldError]:
    """Yield why the product cannot be made of its components; `products` holds all that it would contain."""
    if new.has_components != bool(new.components):
        wrong = f"a {new.kind} product has {'at least one component' if new.has_components else 'no components'}"
        yield FieldError("components", wrong)
        return
    catalogue = {**products, Sku(new.sku): new}
    for path in _paths((Sku(new.sku),), catalogue):
        if path[-1] in path[:-1]:
            yield FieldError("components", f"a product cannot contain itself: {' > '.join(path)}")
        elif path[-1] not in catalogue:
            yield FieldError("components", f"there is no product {path[-1]}")
        elif _is_too_deep(path, catalogue):
            yield FieldError("components", f"kits go {MAX_DEPTH} deep at most: {' > '.join(path)}")
    if new.is_kit and len(recipe_or_nothing(new, catalogue)) > MAX_COMPONENTS:
        yield FieldError("components", f"a kit takes at most {MAX_COMPONENTS} different skus")


def recipe_or_nothing(new: Product, catalogue: Catalogue) -> Recipe:
    """Return the recipe, or an empty one if the kit contains itself or is nested too deeply."""
    paths = list(_paths((Sku(new.sku),), catalogue))
    is_sound = all(path[-1] not in path[:-1] and not _is_too_deep(path, catalogue) for path in paths)
    return recipe(Sku(new.sku), catalogue) if is_sound else {}


def _paths(path: tuple[Sku, ...], catalogue: Catalogue) -> Iterator[tuple[Sku, ...]]:
    """Yield every path from a product down to a component; a path ends at a circle, or one step too deep."""
    product = catalogue.get(path[-1])
    if product is None or _is_too_deep(path, catalogue) or path[-1] in path[:-1]:
        return
    for component in product.components:
        down = (*path, Sku(component))
        yield down
        yield from _paths(down, catalogue)


def _is_too_deep(path: tuple[Sku, ...], catalogue: Catalogue) -> bool:
    """Return whether the path leads through more nested kits than allowed; a built product is not a kit."""
    return sum(sku in catalogue and catalogue[sku].is_kit for sku in path[:-1]) > MAX_DEPTH
