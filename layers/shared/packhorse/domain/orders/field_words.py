"""What people call the fields of an order and of its lines."""

from collections.abc import Iterable

CALLED = {
    "bill_to": "billing address",
    "customer": "buyer",
    "deliver_by": "delivery date",
    "expedited": "whether it is expedited",
    "has_price": "whether its price is known",
    "ship_by": "ship date",
    "ship_to": "delivery address",
    "unit_price": "price",
}
"""Fields whose names are not the words for them."""


def field_words(names: Iterable[str]) -> str:
    """Return the names of fields for people.

    >>> field_words(["ship_to", "gift_message"])
    'delivery address, gift message'
    """
    return ", ".join(CALLED.get(name, name.replace("_", " ")) for name in names)
