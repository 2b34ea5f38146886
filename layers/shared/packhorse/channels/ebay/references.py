"""References of eBay listings: which API changes a quantity, and by what.

A listing of the Inventory API is named by its sku, as it is on eBay. Any other is `item:` and its item number, with
`/` and the sku of a variation.
"""

from typing import NamedTuple

ITEM = "item:"


class ListedItem(NamedTuple):
    """A listing that the Trading API changes: its item number, and the sku of a variation."""

    item: str
    sku: str = ""


def listing_reference(item: str, sku: str = "", variation: str = "") -> str:
    """Return the reference of a listing of the Trading API, which order lines have, too.

    >>> listing_reference("110012345678"), listing_reference("110012345678", "MUG-RED", "410081")
    ('item:110012345678', 'item:110012345678/MUG-RED')
    """
    return ITEM + "/".join(filter(None, (item, sku or variation)))


def listed_item(reference: str) -> ListedItem | None:
    """Return the item that a reference names; None for one of the Inventory API, which is a sku.

    >>> listed_item("item:110012345678/MUG/RED"), listed_item("MUG-RED")
    (ListedItem(item='110012345678', sku='MUG/RED'), None)
    """
    if not reference.startswith(ITEM):
        return None
    item, _, sku = reference.removeprefix(ITEM).partition("/")
    return ListedItem(item, sku)
