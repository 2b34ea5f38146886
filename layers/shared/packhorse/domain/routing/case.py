"""Lines that need a warehouse, and the stock that the lines of an order leave to each other."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from packhorse.domain.configuration.account import Account
from packhorse.domain.routing.eligibility import Eligibility, Ranking
from packhorse.domain.stock.goods import Goods, Recipe, Shelf
from packhorse.domain.values import WarehouseId

UnitsByWarehouse = Mapping[WarehouseId, int]
"""Units of a line by warehouse, in order of precedence."""

Prospects = Mapping[WarehouseId, set[str]]
"""Lines that each warehouse ships, or could still ship together with the others of the set."""


class RemainingStock:
    """Stock as the lines of an order leave it to each other."""

    def __init__(self, stock: Mapping[Shelf, int]) -> None:
        self.stock = stock
        self.taken = Goods()

    def units(self, recipe: Recipe, warehouse: WarehouseId) -> int:
        """Return how many units the rest of the stock there makes; a kit without components makes none."""
        return max(0, min((self._left(Shelf(sku, warehouse)) // n for sku, n in recipe.items()), default=0))

    def _left(self, place: Shelf) -> int:
        return self.stock.get(place, 0) - self.taken.get(place, 0)

    def take(self, recipe: Recipe, warehouse: WarehouseId, units: int) -> None:
        """Leaves that much less to the next line."""
        self.taken.update({Shelf(sku, warehouse): n * units for sku, n in recipe.items() if units})


class Case(NamedTuple):
    """What every rule is given; `named` is the warehouse that a person chose, `pin` the product's only one."""

    line: str
    quantity: int
    recipe: Recipe
    named: WarehouseId | None
    pin: WarehouseId | None
    ranking: Ranking
    eligible: Eligibility
    shelves: RemainingStock

    @property
    def account(self) -> Account:
        """The merchant's settings."""
        return self.eligible.configuration.account

    @property
    def bound_for(self) -> WarehouseId | None:
        """Where it goes whatever the stock."""
        fixed = (self.named, self.eligible.override, self.pin)
        return next((warehouse for warehouse in fixed if warehouse and not self.eligible.closed(warehouse)), None)

    def there(self, warehouse: WarehouseId) -> int:
        """Units of the line that a warehouse could ship."""
        return self.shelves.units(self.recipe, warehouse)

    def seen(self, warehouses: Iterable[WarehouseId]) -> UnitsByWarehouse:
        """Return the same for several warehouses."""
        return {warehouse: self.there(warehouse) for warehouse in warehouses}

    def covered_by(self, seen: UnitsByWarehouse) -> UnitsByWarehouse | None:
        """Return the first warehouse that has it all or, with `split_lines`, the first few that have it together."""
        for warehouse, units in seen.items():
            if units >= self.quantity:
                return {warehouse: self.quantity}
        return _parts(seen, self.quantity) if self.account.split_lines and sum(seen.values()) >= self.quantity else None

    def available_units(self, precedence: Iterable[WarehouseId], short_at: WarehouseId) -> UnitsByWarehouse:
        """Return what one warehouse has (`split_lines`: what all have, if it is not all there).

        The rest is short there.
        """
        seen = self.seen((short_at,))
        if self.account.split_lines and seen[short_at] < self.quantity:
            seen = self.seen((*precedence, short_at))
        parts = _parts(seen, self.quantity)
        return {**parts, short_at: parts.get(short_at, 0)}

    def preferring(self, prospects: Prospects) -> "Case":
        """Return the case with warehouses sorted by how many lines of the order they ship, within each rule."""
        return self._replace(ranking=self.ranking.by(lambda warehouse: -len(prospects[warehouse])))


def _parts(seen: UnitsByWarehouse, wanted: int) -> UnitsByWarehouse:
    parts: dict[WarehouseId, int] = {}
    for warehouse, units in seen.items():
        if units and wanted:
            parts[warehouse] = min(units, wanted)
            wanted -= parts[warehouse]
    return parts


def prospects(
    cases: Iterable[Case],
    settled: Mapping[str, Collection[WarehouseId]],
    stock: Mapping[Shelf, int],
    warehouses: Iterable[WarehouseId],
) -> Prospects:
    """Return which lines each warehouse ships or could ship, settled and bound lines included."""
    shelves = RemainingStock(stock)
    together = {warehouse: {line for line, at in settled.items() if warehouse in at} for warehouse in warehouses}
    for case in cases:
        bound_for = case.bound_for
        for warehouse in (bound_for,) if bound_for else case.ranking.precedence:
            there = shelves.units(case.recipe, warehouse)
            if bound_for or there >= case.quantity:
                shelves.take(case.recipe, warehouse, min(there, case.quantity))
                together[warehouse].add(case.line)
    return together
