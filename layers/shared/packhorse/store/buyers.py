"""The orders of a buyer, in the Orders table.

question                                   | pk           | sk     | index
orders of a buyer's account in a channel   | buyer_key    | placed | by_buyer
orders whose buyer is to be erased         | buyer_key    | placed | by_buyer
orders of an e-mail address                | customer_key | placed | by_customer

An order that was stored before this index has its entry from its next change on.
"""

from collections.abc import Iterator

from packhorse.aws.settings import settings
from packhorse.domain.values import OrderId
from packhorse.store import expressions
from packhorse.store.expressions import equals
from packhorse.store.keys import is_nameable
from packhorse.store.order_search import TO_ERASE, account_key, search_key
from packhorse.store.reading import pages


def orders_of_account(channel: str, customer: str) -> list[OrderId]:
    """Return the orders of a buyer that are not to be erased yet; those of the last second may lack."""
    if not is_nameable(customer):
        return []
    return list(_ids("by_buyer", "buyer_key", account_key(channel, customer)))


def orders_of_email(email: str) -> list[OrderId]:
    """Return the orders of an e-mail address, in any channel; those of the last second may lack."""
    key = search_key(email)
    return list(_ids("by_customer", "customer_key", key)) if key else []


def orders_to_erase() -> list[OrderId]:
    """Return the orders whose buyer is to be erased, those that are still open included."""
    return list(_ids("by_buyer", "buyer_key", TO_ERASE))


def _ids(index: str, attribute: str, key: str) -> Iterator[OrderId]:
    query = expressions.query(settings.orders_table, equals(attribute, key), index=index)
    return (OrderId(item["pk"]["S"]) for item in pages("query", **query))
