"""The state of shelves that units are to be taken from."""

from collections.abc import Iterable

from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.source_shelf import SourceShelf
from packhorse.store import costs, stock


def source_shelves(shelves: Iterable[Shelf]) -> dict[Shelf, SourceShelf]:
    """Return what those shelves have that ever had any stock."""
    named = list(shelves)
    balances, costed = stock.balances_at(named), costs.costs_at(named)
    found = {}
    for shelf, balance in balances.items():
        basis = costed[shelf].basis if shelf in costed else None
        found[shelf] = SourceShelf(balance.available, balance.committed, balance.waiting, basis, balance.on_hand)
    return found
