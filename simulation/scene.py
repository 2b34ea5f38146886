"""What a day is that no dice decide: its partner, its stock, and when work counts as shipped."""

from collections.abc import Mapping
from typing import NamedTuple

CARRIER, SUPPLIER = "carrier", "supplier"


class Scene(NamedTuple):
    """A day's partner (a carrier or a supplier), the units on hand by sku and warehouse, `ships_on` by warehouse."""

    partner: str
    stock: Mapping[tuple[str, str], int]
    ships_on: Mapping[str, str] = {}
