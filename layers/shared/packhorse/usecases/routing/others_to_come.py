"""Messages about units to come that orders may count on unnamed: fewer or more than before, or given up by orders."""

from collections.abc import Iterable

from packhorse.domain.numbered import Numbered
from packhorse.domain.purchasing.not_bought import fewer_by_name, fewer_to_come, more_to_come
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.messages.release import OthersToCome
from packhorse.store import catalogue


def lost_units(before: Numbered, after: Numbered) -> list[OthersToCome]:
    """Return a message for each shelf to which a change brings fewer units of what is bought per order."""
    return _messages(_per_order(fewer_to_come(before, after)))


def more_units(before: Numbered | None, after: Numbered) -> list[OthersToCome]:
    """Return a message for each shelf to which a change, or a new document, brings more of what is bought per order.

    Orders that lack it and for which nothing was to come may count on these units from now on.
    """
    return _messages(_per_order(more_to_come(before, after)))


def units_given_up(before: Numbered, after: Numbered) -> list[OthersToCome]:
    """Return the same of units that the orders they are made for do not need any more.

    They may have taken others, and those that are to come all the same, of whatever product, are to be taken over.
    """
    return _messages(_per_order(fewer_by_name(before, after)) | set(after.given_up - before.given_up))


def units_to_take_over(documents: Iterable[Numbered]) -> list[OthersToCome]:
    """Return a message for each shelf to which units come that no order needs."""
    return _messages({shelf for each in documents for shelf in each.given_up})


def _per_order(fewer: Goods) -> set[Shelf]:
    products = catalogue.find_products({each.sku for each in fewer})
    return {each for each in fewer if each.sku in products and products[each.sku].bought_per_order}


def _messages(shelves: Iterable[Shelf]) -> list[OthersToCome]:
    return [OthersToCome(sku=each.sku, warehouse=each.warehouse) for each in sorted(shelves)]
