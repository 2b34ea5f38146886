"""Messages about units that documents do not bring any more, and that orders may have counted on unnamed."""

from packhorse.domain.numbered import Numbered
from packhorse.domain.purchasing.not_bought import fewer_by_name, fewer_to_come
from packhorse.domain.stock.goods import Goods
from packhorse.messages.release import FewerToCome
from packhorse.store import catalogue


def lost_units(before: Numbered, after: Numbered) -> list[FewerToCome]:
    """Return a message for each shelf to which a change brings fewer units of what is bought per order."""
    return _messages(fewer_to_come(before, after))


def units_given_up(before: Numbered, after: Numbered) -> list[FewerToCome]:
    """Return the same of units that the orders they are made for do not need any more: they took others."""
    return _messages(fewer_by_name(before, after))


def _messages(fewer: Goods) -> list[FewerToCome]:
    if not (shelves := sorted(fewer)):
        return []
    products = catalogue.find_products({each.sku for each in shelves})
    per_order = {sku for sku, each in products.items() if each.bought_per_order}
    return [FewerToCome(sku=each.sku, warehouse=each.warehouse) for each in shelves if each.sku in per_order]
