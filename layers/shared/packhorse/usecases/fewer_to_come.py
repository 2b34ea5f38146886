"""Messages about units that documents do not bring any more, and that orders may have counted on unnamed."""

from packhorse.domain.numbered import Numbered
from packhorse.domain.purchasing.not_bought import fewer_to_come
from packhorse.messages.release import FewerToCome
from packhorse.store import catalogue


def lost_units(before: Numbered, after: Numbered) -> list[FewerToCome]:
    """Return a message for each shelf to which a change brings fewer units of what is bought per order."""
    if not (shelves := sorted(fewer_to_come(before, after))):
        return []
    products = catalogue.find_products({each.sku for each in shelves})
    per_order = {sku for sku, each in products.items() if each.bought_per_order}
    return [FewerToCome(sku=each.sku, warehouse=each.warehouse) for each in shelves if each.sku in per_order]
