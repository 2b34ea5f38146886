"""Cases: lines that need a warehouse, and the stock that the lines before them leave."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from packhorse.domain.configuration.account import Account
from packhorse.domain.routing.eligibility import Eligibility, Ranking
from packhorse.domain.stock.goods import Goods, Recipe, Shelf, WaitingUnits, both
from packhorse.domain.values import WarehouseId

UnitsByWarehouse = Mapping[WarehouseId, int]
"""Units of a line by warehouse, in order of precedence."""

Prospects = Mapping[WarehouseId, set[str]]
"""Lines by warehouse that ships them, or could ship all of them together."""


class RemainingStock:
    """Stock that the order may take, less what its earlier lines have taken; `kept` is there for older orders."""

    def __init__(self, stock: Mapping[Shelf, int], kept: Mapping[Shelf, int] = MappingProxyType({})) -> None:
        self.stock = stock
        self.kept = kept
        self.taken = Goods()

    def with_kept(self) -> "RemainingStock":
        """Return it with what is kept for older orders: what is taken of one is taken of the other."""
        everything = RemainingStock(both(Goods(self.stock), Goods(self.kept)))
        everything.taken = self.taken
        return everything

    def units(self, recipe: Recipe, warehouse: WarehouseId) -> int:
        """Return how many units of a recipe the remaining stock of a warehouse makes; none of an empty recipe."""
        return max(0, min((self.left(Shelf(sku, warehouse)) // n for sku, n in recipe.items()), default=0))

    def left(self, shelf: Shelf) -> int:
        """Return how many units of a shelf are left."""
        return self.stock.get(shelf, 0) - self.taken.get(shelf, 0)

    def take(self, recipe: Recipe, warehouse: WarehouseId, units: int) -> None:
        """Take the stock of so many units; the next lines find that much less."""
        self.taken.update({Shelf(sku, warehouse): n * units for sku, n in recipe.items() if units})


class Case(NamedTuple):
    """A line to route, the argument of every rule.

    `named` is the warehouse that a person chose, `pin` the product's; `left_from` are those that the units have left.
    """

    line: str
    quantity: int
    recipe: Recipe
    named: WarehouseId | None
    pin: WarehouseId | None
    ranking: Ranking
    eligible: Eligibility
    shelves: RemainingStock
    waited: frozenset[Shelf] = frozenset()
    left_from: tuple[WarehouseId, ...] = ()

    @property
    def account(self) -> Account:
        """The merchant's settings."""
        return self.eligible.configuration.account

    @property
    def bound_for(self) -> WarehouseId | None:
        """The warehouse that the line goes to whatever its stock; None if stock decides."""
        fixed = (self.named, self.eligible.override, self.pin)
        return next((warehouse for warehouse in fixed if warehouse and not self.eligible.closed(warehouse)), None)

    def units_at(self, warehouse: WarehouseId) -> int:
        """Return how many units of the line a warehouse could ship."""
        return self.shelves.units(self.recipe, warehouse)

    def kept_at(self, warehouse: WarehouseId) -> int:
        """Return how many units that the line could use a warehouse keeps for older orders."""
        return max((self.shelves.kept.get(Shelf(sku, warehouse), 0) for sku in self.recipe), default=0)

    def waits_at(self, warehouses: Iterable[WarehouseId], taken: UnitsByWarehouse) -> Iterator[WaitingUnits]:
        """Yield the stock of those warehouses that the line waits for, as it has taken that much only.

        Of a kit these are the components that a warehouse lacks: the others are for whoever can use them now. One that
        it did not wait for is not waited for either as long as it is there, kept for other orders or not: whoever
        routes it from the queue of a sku sees more for it than others do, and each would change what the other decided.
        """
        short = self.quantity - sum(taken.values())
        known = {shelf.warehouse for shelf in self.waited}
        for warehouse in dict.fromkeys(warehouses if short else ()):
            lacking = short if self.account.split_lines else self.quantity - taken.get(warehouse, 0)
            for sku, n in self.recipe.items():
                shelf = Shelf(sku, warehouse)
                is_new = warehouse in known and shelf not in self.waited
                there = self.shelves.left(shelf) + (self.shelves.kept.get(shelf, 0) if is_new else 0)
                if there < lacking * n:
                    yield WaitingUnits(sku=sku, warehouse=warehouse, units=lacking * n)

    def units_by_warehouse(self, warehouses: Iterable[WarehouseId]) -> UnitsByWarehouse:
        """Return how many units of the line each warehouse could ship."""
        return {warehouse: self.units_at(warehouse) for warehouse in warehouses}

    def covered_by(self, available: UnitsByWarehouse) -> UnitsByWarehouse | None:
        """Return the first warehouse with all units or, with `split_lines`, the first few that have them together."""
        for warehouse, units in available.items():
            if units >= self.quantity:
                return {warehouse: self.quantity}
        return (
            parts_of(available, self.quantity)
            if self.account.split_lines and sum(available.values()) >= self.quantity
            else None
        )

    def available_units(self, precedence: Iterable[WarehouseId], short_at: WarehouseId) -> UnitsByWarehouse:
        """Return the units to take for a line that no warehouse covers; the rest is short at `short_at`.

        They are those of `short_at`; with `split_lines`, if it has too few, also those of the others before it.
        """
        available = self.units_by_warehouse((short_at,))
        if self.account.split_lines and available[short_at] < self.quantity:
            available = self.units_by_warehouse((*precedence, short_at))
        parts = parts_of(available, self.quantity)
        return {**parts, short_at: parts.get(short_at, 0)}

    def preferring(self, prospects: Prospects) -> "Case":
        """Return the case with warehouses sorted by how many lines of the order they ship, within each rule."""
        return self._replace(ranking=self.ranking.by(lambda warehouse: -len(prospects[warehouse])))


def parts_of(available: UnitsByWarehouse, wanted: int) -> UnitsByWarehouse:
    """Return the units that the warehouses have of those wanted, the first ones as many as they can."""
    parts: dict[WarehouseId, int] = {}
    for warehouse, units in available.items():
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
            units = shelves.units(case.recipe, warehouse)
            if bound_for or units >= case.quantity:
                shelves.take(case.recipe, warehouse, min(units, case.quantity))
                together[warehouse].add(case.line)
    return together
