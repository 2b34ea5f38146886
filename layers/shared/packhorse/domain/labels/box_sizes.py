"""Box sizes: the account's presets, and the choice of the smallest that holds the units of a parcel."""

from collections.abc import Iterable, Sequence
from typing import Annotated, NamedTuple

from pydantic import Field

from packhorse.domain.labels.consignment import Grams, Package, possible_weight
from packhorse.domain.money import Money
from packhorse.domain.values import Identifier, Text, Value, Whole

MAX_SIZES = 50
MAX_REFUSED = 10
"""Refused box sizes that are stored with a label: the largest, which are nearest to the chosen one."""

Side = Annotated[Whole, Field(ge=1, le=100_000)]
"""A side in millimetres."""


class BoxSize(Value):
    """A box to pack in: its inner sides, the thickness of its wall, the weight and the cost of the empty box.

    `warehouses` are those that have it, all without any.
    """

    id: Identifier
    name: Text = ""
    length_mm: Side
    width_mm: Side
    height_mm: Side
    wall_mm: Annotated[Whole, Field(ge=0, le=100)] = 0
    tare_g: Grams = 0
    cost: Money | None = None
    warehouses: Annotated[tuple[Identifier, ...], Field(max_length=100)] = ()
    active: bool = True

    @property
    def sides(self) -> tuple[int, int, int]:
        """The inner sides, longest first."""
        return _longest_first(self.length_mm, self.width_mm, self.height_mm)

    @property
    def volume(self) -> int:
        """The inner volume in cubic millimetres."""
        return self.length_mm * self.width_mm * self.height_mm

    def is_at(self, warehouse: str) -> bool:
        """Return whether a warehouse packs in it."""
        return self.active and (not self.warehouses or warehouse in self.warehouses)

    def package(self, grams: int) -> Package:
        """Return the parcel of contents of that weight in it: with its tare, and its outer sides.

        A parcel that is heavier than any can be has no weight, as one that is unknown.
        """
        outer = [side + 2 * self.wall_mm for side in (self.length_mm, self.width_mm, self.height_mm)]
        length, width, height = (min(side, 100_000) for side in outer)
        weight = possible_weight(grams + self.tare_g)
        return Package(weight_g=weight, length_mm=length, width_mm=width, height_mm=height)


class RefusedBox(Value):
    """A box size that was considered for a parcel, and why it does not hold it."""

    box: Identifier
    reason: Text


class BoxChoice(Value):
    """The box size of a parcel, None if none could be chosen; why; and the smaller ones that do not hold it."""

    box: Identifier | None
    reason: Text
    refused: tuple[RefusedBox, ...] = ()


class SizedUnits(NamedTuple):
    """Units of a product, with the sides of one in millimetres; a side of 0 is unknown."""

    sku: str
    units: int
    sides: tuple[int, int, int]

    @property
    def volume(self) -> int:
        """The volume of all units in cubic millimetres."""
        length, width, height = self.sides
        return self.units * length * width * height


def smallest(boxes: Iterable[BoxSize], items: Sequence[SizedUnits]) -> BoxChoice:
    """Return the smallest box size whose volume holds the items, and into which each of them fits by its sides.

    Items of unknown sides have to be sorted out before.
    """
    refused: list[RefusedBox] = []
    for box in sorted(boxes, key=lambda each: (each.volume, each.id)):
        if not (fault := _fault(box, items)):
            reason = f"the smallest that holds {_litres(_volume(items))} l"
            return BoxChoice(box=box.id, reason=reason, refused=tuple(refused[-MAX_REFUSED:]))
        refused.append(RefusedBox(box=box.id, reason=fault))
    reason = f"no box size of {len(refused)} holds it ({refused[-1].reason})"[:255] if refused else "no box sizes"
    return BoxChoice(box=None, reason=reason, refused=tuple(refused[-MAX_REFUSED:]))


def _fault(box: BoxSize, items: Sequence[SizedUnits]) -> str:
    for item in items:
        sides = _longest_first(*item.sides)
        if any(side > room for side, room in zip(sides, box.sides, strict=True)):
            return f"{item.sku} is {_written(sides)} mm, the box {_written(box.sides)} mm"
    if (volume := _volume(items)) > box.volume:
        return f"the units take {_litres(volume)} l, the box holds {_litres(box.volume)} l"
    return ""


def _volume(items: Iterable[SizedUnits]) -> int:
    return sum(item.volume for item in items)


def _longest_first(*sides: int) -> tuple[int, int, int]:
    length, width, height = sorted(sides, reverse=True)
    return length, width, height


def _written(sides: tuple[int, int, int]) -> str:
    return " x ".join(map(str, sides))


def _litres(volume: int) -> str:
    return f"{volume / 1_000_000:.2f}"
