"""Problems: what needs a person, by cause and subject; exceptions are opened with them."""

from collections.abc import Mapping
from enum import StrEnum

from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Value


class Cause(StrEnum):
    """Why something needs a person; docs/exceptions.md has the list."""

    DEAD_LETTER = "dead_letter"
    POLL_FAILED = "poll_failed"
    CREDENTIALS_REFUSED = "credentials_refused"
    UNREADABLE_ORDER = "unreadable_order"
    ORDER_NOT_READ = "order_not_read"
    UNKNOWN_CHANNEL = "unknown_channel"
    ORDER_REJECTED = "order_rejected"
    ORDER_EXISTS = "order_exists"
    SAME_ORDER = "same_order"
    UNMATCHED_SKU = "unmatched_sku"
    UNMATCHED_LISTING = "unmatched_listing"
    WEBHOOKS_LOST = "webhooks_lost"
    SHORT_LINE = "short_line"
    NOT_BOUGHT = "not_bought"
    EXCLUDED_WAREHOUSE = "excluded_warehouse"
    UNKNOWN_COUNTRY = "unknown_country"
    NO_ADDRESS = "no_address"
    OVERDUE = "overdue"
    LABEL_REFUSED = "label_refused"
    LABEL_UNUSED = "label_unused"
    LABEL_UNFINISHED = "label_unfinished"
    LABEL_NOT_REFUNDED = "label_not_refunded"
    NOT_DELIVERED = "not_delivered"
    BOX_CHANGED = "box_changed"
    UNEXPECTED_PARCEL = "unexpected_parcel"
    MANIFEST_NOT_MADE = "manifest_not_made"
    SUPPLIER_FAILED = "supplier_failed"
    SUPPLIER_BATCH_UNKNOWN = "supplier_batch_unknown"
    SUPPLIER_FILE_UNREADABLE = "supplier_file_unreadable"
    SUPPLIER_ROWS_REFUSED = "supplier_rows_refused"
    SUPPLIER_SILENT = "supplier_silent"
    SUPPLIER_LAYOUT_REFUSED = "supplier_layout_refused"
    SUPPLIER_FEED_HELD = "supplier_feed_held"
    SUPPLIER_FEED_SILENT = "supplier_feed_silent"
    AMAZON_FAILED = "amazon_failed"
    AMAZON_STOCK_HELD = "amazon_stock_held"
    AMAZON_DIFFERS = "amazon_differs"
    UNFULFILLABLE = "unfulfillable"
    OVER_RECEIVED = "over_received"
    PURCHASE_UNNEEDED = "purchase_unneeded"
    PURCHASE_NOT_SENT = "purchase_not_sent"
    PURCHASE_ROWS_REFUSED = "purchase_rows_refused"
    PURCHASE_UNANSWERED = "purchase_unanswered"
    PURCHASE_PRICE_DIFFERS = "purchase_price_differs"
    LATE_TO_ARRIVE = "late_to_arrive"
    TRANSFER_DIFFERS = "transfer_differs"
    WORK_UNNEEDED = "work_unneeded"
    WORK_LACKS_COMPONENTS = "work_lacks_components"
    SHIPPED_LATE = "shipped_late"
    SHIPMENT_REFUSED = "shipment_refused"
    ANSWER_REFUSED = "answer_refused"
    ACCEPTED_IN_PART = "accepted_in_part"
    CANCELLATION_REFUSED = "cancellation_refused"
    CANCELLATION_BY_HAND = "cancellation_by_hand"
    CANCELLATION_UNANSWERED = "cancellation_unanswered"
    OVERSHIPPED = "overshipped"
    FULFILMENT_CANCELLED = "fulfilment_cancelled"
    TRACKING_DIFFERS = "tracking_differs"
    SHIPPED_WITHOUT_STOCK = "shipped_without_stock"
    PAID_AFTER_CANCELLATION = "paid_after_cancellation"
    UNCANCELLED_IN_CHANNEL = "uncancelled_in_channel"
    ADDRESS_CHANGED = "address_changed"
    DELETED_IN_CHANNEL = "deleted_in_channel"
    CANCELLED_AFTER_SHIPPING = "cancelled_after_shipping"
    EDITED_AFTER_SHIPPING = "edited_after_shipping"
    SHIPPED_AFTER_CANCELLATION = "shipped_after_cancellation"
    PUSH_REJECTED = "push_rejected"
    CHANNEL_NOT_NOTIFIED = "channel_not_notified"
    CHANNEL_NOT_CANCELLED = "channel_not_cancelled"
    NOT_REFUNDED = "not_refunded"
    CHANNEL_NOT_HELD = "channel_not_held"
    DRIFT = "drift"
    CHANGES_MISSED = "changes_missed"
    LEDGER_DIFFERS = "ledger_differs"
    ORDER_DIFFERS = "order_differs"
    DATA_REQUESTED = "data_requested"
    CHANNEL_ERASURE_REQUESTED = "channel_erasure_requested"
    PRIVACY_REQUEST_UNREADABLE = "privacy_request_unreadable"


class Subject(Value):
    """What an exception is about, in fields; `text` says it to people, and is a part of the exception's identity.

    `order` is our id of an order, `channel_order_id` its channel's; `orders` are all orders of a buyer.
    """

    text: str
    channel: str | None = None
    channel_order_id: str | None = None
    order: str | None = None
    orders: tuple[str, ...] = ()
    line: str | None = None
    fulfilment: int | None = None
    tracking: tuple[str, ...] = ()
    sku: str | None = None
    reference: str | None = None
    warehouse: str | None = None
    upload: str | None = None
    audit: str | None = None
    supplier: str | None = None
    batch: int | None = None
    file: str | None = None
    manifest: str | None = None
    purchase_order: str | None = None
    transfer_order: str | None = None
    work_order: str | None = None

    @classmethod
    def of_supplier(cls, supplier: str, what: str) -> "Subject":
        """Name something about a supplier."""
        return cls(text=f"{supplier} {what}", supplier=supplier)

    @classmethod
    def of_batch(cls, supplier: str, batch: int) -> "Subject":
        """Name a batch of a supplier."""
        return cls(text=f"{supplier} batch {batch}", supplier=supplier, batch=batch)

    @classmethod
    def of_file(cls, supplier: str, file: str) -> "Subject":
        """Name a file that a supplier sent, by its id."""
        return cls(text=f"{supplier} file {file}", supplier=supplier, file=file)

    @classmethod
    def of_purchase(cls, purchase_order: str, line: str, shelf: Shelf) -> "Subject":
        """Name a line of a purchase order."""
        text = f"{purchase_order} line {line}"
        return cls(text=text, purchase_order=purchase_order, line=line, sku=shelf.sku, warehouse=shelf.warehouse)

    @classmethod
    def of_purchase_order(cls, purchase_order: str, warehouse: str) -> "Subject":
        """Name a purchase order."""
        return cls(text=purchase_order, purchase_order=purchase_order, warehouse=warehouse)

    @classmethod
    def of_transfer(cls, transfer_order: str, line: str, shelf: Shelf) -> "Subject":
        """Name a line of a transfer order, by the shelf that its units go to."""
        text = f"{transfer_order} line {line}"
        return cls(text=text, transfer_order=transfer_order, line=line, sku=shelf.sku, warehouse=shelf.warehouse)

    @classmethod
    def of_transfer_order(cls, transfer_order: str, warehouse: str) -> "Subject":
        """Name a transfer order, by the warehouse that it goes to."""
        return cls(text=transfer_order, transfer_order=transfer_order, warehouse=warehouse)

    @classmethod
    def of_work(cls, work_order: str, shelf: Shelf) -> "Subject":
        """Name a work order, by the shelf of its product."""
        return cls(text=work_order, work_order=work_order, sku=shelf.sku, warehouse=shelf.warehouse)

    @classmethod
    def of_manifest(cls, manifest: str, warehouse: str) -> "Subject":
        """Name a manifest of a warehouse."""
        return cls(text=f"manifest {manifest}", manifest=manifest, warehouse=warehouse)

    @classmethod
    def of_channel(cls, channel: str) -> "Subject":
        """Name a channel."""
        return cls(text=channel, channel=channel)

    @classmethod
    def of_listing(cls, channel: str, sku: str) -> "Subject":
        """Name a product on a channel."""
        return cls(text=f"{channel} {sku}", channel=channel, sku=sku)

    @classmethod
    def of_reference(cls, channel: str, reference: str) -> "Subject":
        """Name a listing of a channel by its reference there, or its sku there where it has none."""
        return cls(text=f"{channel} listing {reference}", channel=channel, reference=reference)

    @classmethod
    def of_channel_order(cls, channel: str, channel_order_id: str) -> "Subject":
        """Name an order that is not stored here."""
        return cls(text=f"{channel} {channel_order_id}", channel=channel, channel_order_id=channel_order_id)

    @classmethod
    def of_payload(cls, channel: str, key: str) -> "Subject":
        """Name a payload of a channel by the key under which it is kept."""
        return cls(text=f"{channel} {key}", channel=channel)

    @classmethod
    def of_shelf(cls, shelf: Shelf) -> "Subject":
        """Name a sku at a warehouse."""
        return cls(text=f"{shelf.sku} in {shelf.warehouse}", sku=shelf.sku, warehouse=shelf.warehouse)

    @classmethod
    def of_warehouse(cls, warehouse: str) -> "Subject":
        """Name a warehouse."""
        return cls(text=warehouse, warehouse=warehouse)

    @classmethod
    def of_order(
        cls, order: str, line: str | None = None, fulfilment: int | None = None, tracking: tuple[str, ...] = ()
    ) -> "Subject":
        """Name a stored order, or a part of it."""
        text = f"{order} line {line}" if line else order
        return cls(text=text, order=order, line=line, fulfilment=fulfilment, tracking=tracking)


class Origin(Value):
    """Where the input came from, for a retry: one of our queues and its message group, or a channel.

    `headers` are those that an adapter needs to read the payload.
    """

    queue: str = ""
    group: str = ""
    channel: str = ""
    headers: Mapping[str, str] = {}


NO_ORIGIN = Origin()


class Problem(Value):
    """The data to open an exception with.

    `raw` is the key of the stored payload; a repetition with the same `event` as the last one is not counted. `orders`
    are our ids of other orders that it concerns: people are shown their numbers, which the message does not know.
    """

    cause: Cause
    subject: Subject
    message: str
    orders: tuple[str, ...] = ()
    origin: Origin = NO_ORIGIN
    raw: str = ""
    event: str = ""


def qualified(cause: str, fulfilment: int | None, tracking: tuple[str, ...]) -> str:
    """Return the name of a cause together with what else distinguishes exceptions of one order.

    Schema 1 stored this text as the exception's kind: what is made from it stays the same.

    >>> qualified("overdue", 2, ()), qualified("shipment_refused", 1, ("1Z9", "1Z8"))
    ('overdue_2', 'shipment_refused_1_1Z9_1Z8')
    """
    return "_".join((cause, *((str(fulfilment),) if fulfilment else ()), *tracking))
