"""Whose figures say what is on the shelves of a warehouse."""

from packhorse.domain.configuration.warehouse import WarehouseKind

COUNTED_HERE = frozenset({WarehouseKind.OWN, WarehouseKind.THIRD_PARTY})
"""Kinds of warehouses whose stock changes by what is received there. Of the others, a supplier or Amazon says it."""

COUNTED_BY_FEED = "no stock changed: a supplier's feed says what is there"
"""What is entered in a timeline where units come or leave at a warehouse that a supplier's feed counts."""


def is_counted_here(kind: WarehouseKind) -> bool:
    """Return whether units that arrive are put on the shelf here.

    >>> is_counted_here(WarehouseKind.OWN), is_counted_here(WarehouseKind.FBA)
    (True, False)
    """
    return kind in COUNTED_HERE


def may_receive(kind: WarehouseKind) -> bool:
    """Return whether goods are sent to such a warehouse: to Amazon, too, but not to a supplier's own."""
    return kind is not WarehouseKind.DROPSHIP
