"""The line of an order as it is stored, and what follows from it.

Once it has been routed: quantity = cancelled + elsewhere + allocated + short.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Self

from packhorse.domain.orders.channel_order import ChannelLine
from packhorse.domain.orders.rejection import Refusal
from packhorse.domain.routing.decision import Allocation, RoutingDecision
from packhorse.domain.stock.goods import Goods, Pick, Recipe, Shelf, WaitingUnits
from packhorse.domain.values import Sku, SkuText, Text, Value, WarehouseId, Whole


class StatedItem(Value):
    """The item of a line as its channel states it."""

    reference: str = ""
    sku: str = ""
    barcode: str = ""
    name: Text = ""


class FormerItem(Value):
    """What people called a line, and the number of the last fulfilment order that was made while it was that.

    `matched` is the product that it was, `recipe` the stock that one unit took.
    """

    called: Text
    until: Whole
    matched: SkuText | None = None
    recipe: Mapping[SkuText, int] = {}


def _picks(recipe: Mapping[Sku, int] | Mapping[SkuText, int], quantity: int) -> tuple[Pick, ...]:
    return tuple(Pick(sku=sku, quantity=units * quantity) for sku, units in recipe.items() if quantity)


class OrderLine(ChannelLine):
    """A line of an order: `matched` is the sku of its product, None while it has none.

    `components` is the stock that one unit takes, as it was when the line was matched; empty: the sku itself.
    `elsewhere` are units that left without our stock, `waits` the stock that what is short of the line waits for.
    `stated_quantity` and `stated_item` are the channel's where a person set others. `refused` are the warehouses that
    rejected units of it: routing goes without them. `removed_late` are units that the channel removed when they had
    left, or a fulfiller had them: they are in `quantity` until a void brings them back, or the fulfiller agrees.
    `late_item` is what the channel has in the line instead of it, put there as late: the line becomes that then.
    `ids_there` are the ids that the channel has had for the line, the newest last; empty if that is `id` alone.
    `former_items` are what it was before it became another item, the oldest first.
    """

    matched: SkuText | None = None
    components: Mapping[SkuText, int] = {}
    cancelled: int = 0
    elsewhere: int = 0
    allocations: tuple[Allocation, ...] = ()
    waits: tuple[WaitingUnits, ...] = ()
    routing: RoutingDecision | None = None
    stated_quantity: int | None = None
    stated_item: StatedItem | None = None
    refused: tuple[Refusal, ...] = ()
    removed_late: int = 0
    late_item: ChannelLine | None = None
    ids_there: tuple[str, ...] = ()
    former_items: tuple[FormerItem, ...] = ()

    @property
    def id_there(self) -> str:
        """The id by which the channel has the line now."""
        return self.ids_there[-1] if self.ids_there else self.id

    @property
    def called(self) -> str:
        """What people call it: the sku of its product, else what its channel has."""
        return self.matched or self.sku or self.reference or f"line {self.id}"

    def called_in(self, fulfilment: int) -> str:
        """Return what people call the item that the fulfilment order of that number has of the line."""
        former = self._former_in(fulfilment)
        return former.called if former else self.called

    def _former_in(self, fulfilment: int) -> FormerItem | None:
        return next((each for each in self.former_items if fulfilment <= each.until), None)

    def with_former(self, line: "OrderLine", fulfilments: int) -> Self:
        """Return it as what `line` has become, when the order had so many fulfilment orders."""
        former = FormerItem(called=line.called, until=fulfilments, matched=line.matched, recipe=line.recipe)
        return self.replace(former_items=(*line.former_items, former))

    @property
    def recipe(self) -> Recipe:
        """The stock that one unit takes."""
        own = {self.matched: 1} if self.matched else {}
        return {Sku(sku): units for sku, units in (self.components or own).items()}

    def goods(self, warehouse: WarehouseId, quantity: int) -> Goods:
        """Return the stock that so many units of this line take at a warehouse."""
        return Goods({Shelf(sku, warehouse): units * quantity for sku, units in self.recipe.items() if quantity})

    def picks(self, quantity: int) -> tuple[Pick, ...]:
        """Return what to pick for so many units of this line: of a kit its components, else the product itself."""
        return _picks(self.recipe, quantity)

    def matched_in(self, fulfilment: int) -> str | None:
        """Return the product that the fulfilment order of that number has of the line; None if it is not stored."""
        former = self._former_in(fulfilment)
        return former.matched if former and former.recipe else self.matched

    def picks_in(self, fulfilment: int, quantity: int) -> tuple[Pick, ...]:
        """Return what so many units are of the item that the fulfilment order of that number has of the line."""
        former = self._former_in(fulfilment)
        return _picks((former.recipe if former else {}) or self.recipe, quantity)

    @property
    def allocated(self) -> int:
        """Units that have a warehouse, shipped ones included."""
        return sum(allocation.quantity for allocation in self.allocations)

    @property
    def unallocated(self) -> int:
        """Units that still need a warehouse: not yet routed, or short."""
        return self.quantity - self.cancelled - self.elsewhere - self.allocated

    @property
    def short(self) -> int:
        """Units that routing could not cover: the backorder."""
        return self.unallocated if self.routing else 0

    @property
    def awaited(self) -> tuple[WarehouseId, ...]:
        """The warehouses whose stock a short line waits for; with `as_they_fit` only the one that it is short at.

        If all have rejected it, it waits for more units there.
        """
        if not self.short or not self.routing:
            return ()
        waits: tuple[WarehouseId, ...] = tuple(dict.fromkeys(each.shelf.warehouse for each in self.waits))
        waits = waits or tuple(each.warehouse for each in self.routing.candidates if each.rejected is None)
        return waits or tuple(WarehouseId(each.warehouse) for each in self.refused)

    @property
    def is_refused_everywhere(self) -> bool:
        """Whether all warehouses that it could wait for have rejected it."""
        refusing = {each.warehouse for each in self.refused}
        return bool(self.awaited) and refusing.issuperset(self.awaited)


def listing_names(line: ChannelLine) -> Iterable[str]:
    """Return the references under which a listing would match the line: its own, then its sku."""
    return dict.fromkeys(filter(None, (line.reference, line.sku.strip())))


def listing_waits(channel: str, line: ChannelLine) -> Iterator[str]:
    """Yield the keys that would match the line: a listing of its reference or sku, a product with its barcode."""
    for name in listing_names(line):
        yield f"listing#{channel}#{name}"
    if line.barcode:
        yield f"barcode#{line.barcode}"
