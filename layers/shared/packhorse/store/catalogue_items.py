"""The Catalogue table.

question                                   | pk                          | sk                | index
a product                                  | PRODUCT#sku                 | PRODUCT           | -
the listings of a product                  | PRODUCT#sku                 | LISTING#channel   | -
the listings of a channel, by sku          | kind = LISTING#channel      | name              | by_kind
which product a channel means              | LISTING#channel#reference   | LISTING           | -
which product has a barcode                | BARCODE#barcode             | BARCODE           | -
which product a supplier means             | SUPPLIER_SKU#supplier#sku   | SUPPLIER_SKU      | -
what a supplier calls our products         | kind = SUPPLIER_SKU#supplier | name             | by_kind
what a product is a component of           | COMPONENT#sku               | KIT#kit           | -
all products, by sku                       | kind = PRODUCT              | name              | by_kind

Matching reads base items only, so that a listing saved a moment ago is found. `untold` of a product or listing is the
event under which its change is to be published; it is removed once that message is sent. `run` of a reference is the
import of listings that made it.
"""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from packhorse.aws.settings import settings
from packhorse.domain.errors import NotFound
from packhorse.domain.values import Sku
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.items import Item


class ByKind(GlobalSecondaryIndex["CatalogueItem"]):
    """All products, by sku."""

    class Meta:
        index_name = "by_kind"
        projection = AllProjection()

    kind = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)


class CatalogueItem(Item):
    """One item of the table; `body` is the product or listing as JSON."""

    class Meta:
        table_name = settings.catalogue_table

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    body = UnicodeAttribute()
    untold = UnicodeAttribute(null=True)
    run = UnicodeAttribute(null=True)
    by_kind = ByKind()


def product_key(sku: Sku) -> tuple[str, str]:
    """Return the key of the item of a product."""
    return f"PRODUCT#{sku}", "PRODUCT"


def product_item(sku: Sku) -> CatalogueItem:
    """Return the item of the product of that sku; raises NotFound."""
    found = stored_item(*product_key(sku))
    if found is None:
        raise NotFound(f"there is no product {sku}")
    return found


def stored_item(pk: str, sk: str) -> CatalogueItem | None:
    """Return the item of that key as it is now; None without one."""
    return next(iter(CatalogueItem.batch_get([(pk, sk)], consistent_read=True)), None)


def is_unchanged(read: CatalogueItem | None) -> Condition:
    """Return the condition that the item is as it was read, or still missing."""
    return CatalogueItem.body == read.body if read else CatalogueItem.pk.does_not_exist()


def mark_published(entry: CatalogueItem, event: str) -> None:
    """Mark the change of a product or listing as published, unless it has changed again."""
    with ignore_failed_condition():
        entry.save(condition=(CatalogueItem.body == entry.body) & (CatalogueItem.untold == event))
