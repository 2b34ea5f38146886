"""Messages about units to come that orders may count on unnamed: fewer than before, or some that no order needs."""

from collections.abc import Iterable

from packhorse.domain.numbered import Numbered
from packhorse.domain.purchasing.not_bought import fewer_by_name, fewer_to_come
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.messages.release import FewerToCome
from packhorse.store import catalogue


def lost_units(before: Numbered, after: Numbered) -> list[FewerToCome]:
    """Return a message for each shelf to which a change brings fewer units of what is bought per order."""
    return _messages(_per_order(fewer_to_come(before, after)))


def units_given_up(before: Numbered, after: Numbered) -> list[FewerToCome]:
    """Return the same of units that the orders they are made for do not need any more.

    They may have taken others, and those that are to come all the same, of whatever product, are to be taken over.
    """
    return _messages(_per_order(fewer_by_name(before, after)) | set(after.given_up - before.given_up))


def units_to_take_over(documents: Iterable[Numbered]) -> list[FewerToCome]:
    """Return a message for each shelf to which units come that no order needs."""
    return _messages({shelf for each in documents for shelf in each.given_up})


def _per_order(fewer: Goods) -> set[Shelf]:
    products = catalogue.find_products({each.sku for each in fewer})
    return {each for each in fewer if each.sku in products and products[each.sku].bought_per_order}


def _messages(shelves: Iterable[Shelf]) -> list[FewerToCome]:
    return [FewerToCome(sku=each.sku, warehouse=each.warehouse) for each in sorted(shelves)]
