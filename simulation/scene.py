"""Scenes: what of a day is given instead of drawn: its partner, its stock, and when work counts as shipped."""

from collections.abc import Mapping
from typing import NamedTuple

CARRIER, SUPPLIER, AMAZON, ALONE = "carrier", "supplier", "amazon", "alone"


class Scene(NamedTuple):
    """A day's partner (a carrier, a supplier, Amazon; ALONE: none), the units by sku and warehouse, `ships_on`."""

    partner: str
    stock: Mapping[tuple[str, str], int]
    ships_on: Mapping[str, str] = {}
