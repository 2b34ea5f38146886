"""The days on which a planted bug can show, by what their merchant has: the others need not be run.

A bug is planted before the product is imported, so nothing of it is imported here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulation.outside import Outside

Days = Callable[["Outside"], bool]


def any_day(_: "Outside") -> bool:
    """Return True: the bug can show on every day."""
    return True


def with_carrier(day: "Outside") -> bool:
    """Return whether labels are bought."""
    return day.carrier is not None


def with_boxes(day: "Outside") -> bool:
    """Return whether labels are bought for boxes of the merchant's sizes."""
    return day.carrier is not None and bool(day.carrier.terms.boxes)


def with_limit_of_account(day: "Outside") -> bool:
    """Return whether labels are bought that cost no more than the account allows."""
    return day.carrier is not None and "" in day.carrier.terms.limits


def with_supplier(day: "Outside") -> bool:
    """Return whether a supplier ships what is in one of the warehouses."""
    return day.supplier is not None


def with_supplier_api(day: "Outside") -> bool:
    """Return whether a supplier takes files by the POST of an API."""
    return day.supplier is not None and day.supplier.api is not None


def with_feed_of_changes(day: "Outside") -> bool:
    """Return whether a supplier says what has changed in its warehouse."""
    return day.supplier is not None and day.supplier.feeds is not None and not day.supplier.feeds.is_whole


def with_requests_in_files(day: "Outside") -> bool:
    """Return whether a supplier gets requests to keep units back in files, and answers them so."""
    return day.supplier is not None and day.supplier.reads_requests


def with_amazon(day: "Outside") -> bool:
    """Return whether one of the warehouses is Amazon's."""
    return day.amazon is not None


def with_shopify(day: "Outside") -> bool:
    """Return whether the merchant has a Shopify store."""
    return day.expected.has_store


def with_ebay(day: "Outside") -> bool:
    """Return whether the merchant sells on eBay."""
    return any(outlet.id == "ebay" for outlet in day.outlets)


def with_sync(day: "Outside") -> bool:
    """Return whether stock is published to channels."""
    return day.expected.is_synced


def with_restock_rule(day: "Outside") -> bool:
    """Return whether what is cancelled is put back by another rule than that of what has not shipped."""
    return day.books.puts_back_by_rule
