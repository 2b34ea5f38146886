"""What an exception belongs to, by cause: where that is gone, or not called any more, the exception is over."""

from collections.abc import Mapping
from enum import StrEnum

from packhorse.domain.problem import Cause


class Owner(StrEnum):
    """What an exception belongs to."""

    CALLS = "calls"
    """Calls of a channel, which a pause stops, too."""
    CHANNEL = "channel"
    """A channel that is called; a pause keeps it, since it goes on where it stopped."""
    SUPPLIER = "supplier"
    """A supplier that has settings here."""
    WAREHOUSE = "warehouse"
    """A warehouse that Amazon ships from."""
    LISTING = "listing"
    """A listing that orders wait for: the exception ends with them."""
    ORDER = "order"
    """An order, or rows about orders: it ends with them, whatever became of their channel or supplier."""
    PURCHASE = "purchase"
    """A purchase, transfer or work order, which is never removed."""
    MANIFEST = "manifest"
    """A manifest, which is refused when its carrier account is removed."""
    BOOKS = "books"
    """Stock and its ledger, which stay when a warehouse is removed."""
    PERSON = "person"
    """A message or request that a person has to answer for, also once its channel is removed."""


OWNERS: Mapping[Cause, Owner] = {
    cause: owner
    for owner, causes in {
        Owner.CALLS: (Cause.POLL_FAILED, Cause.CREDENTIALS_REFUSED),
        Owner.CHANNEL: (Cause.WEBHOOKS_LOST, Cause.DRIFT, Cause.ORDER_NOT_READ, Cause.PUSH_REJECTED),
        Owner.SUPPLIER: (
            Cause.SUPPLIER_FAILED,
            Cause.SUPPLIER_BATCH_UNKNOWN,
            Cause.SUPPLIER_FILE_UNREADABLE,
            Cause.PURCHASE_ROWS_REFUSED,
            Cause.SUPPLIER_FEED_HELD,
            Cause.SUPPLIER_FEED_SILENT,
        ),
        Owner.WAREHOUSE: (Cause.AMAZON_FAILED, Cause.AMAZON_STOCK_HELD),
        Owner.LISTING: (Cause.UNMATCHED_LISTING,),
        Owner.ORDER: (
            Cause.SAME_ORDER,
            Cause.UNMATCHED_SKU,
            Cause.SHORT_LINE,
            Cause.NOT_BOUGHT,
            Cause.EXCLUDED_WAREHOUSE,
            Cause.UNKNOWN_COUNTRY,
            Cause.NO_ADDRESS,
            Cause.OVERDUE,
            Cause.LABEL_REFUSED,
            Cause.LABEL_UNUSED,
            Cause.LABEL_UNFINISHED,
            Cause.LABEL_NOT_REFUNDED,
            Cause.NOT_DELIVERED,
            Cause.BOX_CHANGED,
            Cause.UNEXPECTED_PARCEL,
            Cause.SUPPLIER_ROWS_REFUSED,
            Cause.SUPPLIER_SILENT,
            Cause.SUPPLIER_LAYOUT_REFUSED,
            Cause.AMAZON_DIFFERS,
            Cause.UNFULFILLABLE,
            Cause.SHIPPED_LATE,
            Cause.SHIPMENT_REFUSED,
            Cause.ANSWER_REFUSED,
            Cause.ACCEPTED_IN_PART,
            Cause.CANCELLATION_REFUSED,
            Cause.CANCELLATION_BY_HAND,
            Cause.CANCELLATION_UNANSWERED,
            Cause.OVERSHIPPED,
            Cause.FULFILMENT_CANCELLED,
            Cause.TRACKING_DIFFERS,
            Cause.SHIPPED_WITHOUT_STOCK,
            Cause.PAID_AFTER_CANCELLATION,
            Cause.UNCANCELLED_IN_CHANNEL,
            Cause.ADDRESS_CHANGED,
            Cause.DELETED_IN_CHANNEL,
            Cause.CANCELLED_AFTER_SHIPPING,
            Cause.EDITED_AFTER_SHIPPING,
            Cause.SHIPPED_AFTER_CANCELLATION,
            Cause.CHANNEL_NOT_NOTIFIED,
            Cause.CHANNEL_NOT_CANCELLED,
            Cause.CHANNEL_NOT_HELD,
            Cause.NOT_REFUNDED,
            Cause.ORDER_DIFFERS,
        ),
        Owner.PURCHASE: (
            Cause.PURCHASE_UNANSWERED,
            Cause.OVER_RECEIVED,
            Cause.PURCHASE_UNNEEDED,
            Cause.PURCHASE_NOT_SENT,
            Cause.PURCHASE_PRICE_DIFFERS,
            Cause.LATE_TO_ARRIVE,
            Cause.TRANSFER_DIFFERS,
            Cause.WORK_UNNEEDED,
            Cause.WORK_LACKS_COMPONENTS,
        ),
        Owner.MANIFEST: (Cause.MANIFEST_NOT_MADE,),
        Owner.BOOKS: (Cause.CHANGES_MISSED, Cause.LEDGER_DIFFERS),
        Owner.PERSON: (
            Cause.DEAD_LETTER,
            Cause.UNREADABLE_ORDER,
            Cause.UNKNOWN_CHANNEL,
            Cause.ORDER_REJECTED,
            Cause.ORDER_EXISTS,
            Cause.DATA_REQUESTED,
            Cause.CHANNEL_ERASURE_REQUESTED,
            Cause.PRIVACY_REQUEST_UNREADABLE,
        ),
    }.items()
    for cause in causes
}
"""The owner of each cause."""


def causes_of(*owners: Owner) -> list[Cause]:
    """Return the causes of these owners."""
    return [cause for cause, owner in OWNERS.items() if owner in owners]
