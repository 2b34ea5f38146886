"""Suppliers and logistics partners: who fulfils the orders of a warehouse, and how they are reached."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.problem import Subject
from packhorse.domain.supply.answer_layout import AnswerLayout, FeedLayout, Reads, answer_faults
from packhorse.domain.supply.checks import layout_faults
from packhorse.domain.supply.layout import OrderLayout
from packhorse.domain.supply.purchasing import Purchasing, purchasing_faults
from packhorse.domain.supply.sent import Visible
from packhorse.domain.supply.sources import LINE_NAMES, Source
from packhorse.domain.supply.transport import EmailSettings, Folder, HttpsSettings, Transport, transport_faults
from packhorse.domain.values import Identifier, Text, Value, WarehouseId, Whole


class Forward(StrEnum):
    """When orders go to a supplier: by themselves on its schedule, or when a person says so."""

    AUTOMATIC = "automatic"
    ON_COMMAND = "on_command"


class WhenSilent(StrEnum):
    """What follows the exception about a supplier that does not answer in time.

    `remind` sends the orders once more, under a new batch number. `route_again` takes them from it.
    """

    NOTHING = "nothing"
    REMIND = "remind"
    ROUTE_AGAIN = "route_again"


class Folders(Value):
    """Folders on the supplier's server; answers say theirs. `processed` is where read files go: none deletes them.

    `cancellations` is where requests to keep units back go; without one they go where orders do.
    """

    orders: Folder = "."
    cancellations: Folder | None = None
    processed: Folder | None = None
    test: Folder | None = None


class SupplierSettings(Value):
    """The settings of a supplier; `warehouses` are those whose orders it fulfils, of kind `dropship` or `3pl`.

    One that goods are only bought from may have neither a `transport` nor a layout of `orders`: people write to it.
    Files are sent and fetched every `every_minutes`. Of a fulfilment order without an answer for
    `answers_within_hours` an exception opens, and `when_silent` follows after as long again. `cancellations` is the
    layout of requests to keep units back; without one, a person makes them. `purchasing` is how goods are bought of it.
    """

    name: Text = ""
    active: bool = True
    warehouses: Annotated[tuple[Identifier, ...], Field(max_length=20)] = ()
    transport: Transport | None = None
    folders: Folders = Folders()
    orders: OrderLayout | None = None
    cancellations: OrderLayout | None = None
    answers: Annotated[tuple[AnswerLayout, ...], Field(max_length=10)] = ()
    feed: FeedLayout | None = None
    visible: Visible = Visible()
    forward: Forward = Forward.AUTOMATIC
    every_minutes: Annotated[Whole, Field(ge=5, le=1440)] = 15
    most_orders_per_file: Annotated[Whole, Field(ge=1, le=1000)] = 200
    answers_within_hours: Annotated[Whole, Field(ge=1, le=720)] = 24
    when_silent: WhenSilent = WhenSilent.NOTHING
    purchasing: Purchasing = Purchasing()


class Supplier(SupplierSettings):
    """Who fulfils orders for us. Credentials are in Secrets Manager, never here."""

    id: Identifier

    @property
    def connection(self) -> Transport:
        """How its files travel; raises NotNow without one."""
        if self.transport is None:
            raise NotNow(f"supplier {self.id} has no transport: people write to it")
        return self.transport

    @property
    def is_reached(self) -> bool:
        """Whether anything is exchanged with it, by its transport or by mails with purchase orders."""
        return self.transport is not None or self.purchasing.email is not None

    @property
    def names_purchases(self) -> bool:
        """Whether its files of orders have the numbers of the purchase orders that follow them."""
        return any(map(_names_purchases, (self.orders, self.cancellations)))

    @property
    def incoming(self) -> tuple[AnswerLayout, ...]:
        """The layouts of all files that are fetched from it."""
        return (*self.answers, *self.purchasing.answers, *((self.feed,) if self.feed else ()))

    def files_of(self, layout: AnswerLayout) -> Subject:
        """Return what an exception about the files of a layout names."""
        return Subject.of_supplier(self.id, f"folder {layout.folder} {layout.files}")

    @property
    def gets_purchases(self) -> bool:
        """Whether purchase orders are sent to it; people write to one that is not active."""
        return self.active and self.purchasing.sends

    def next_purchase_check(self, now: datetime) -> datetime | None:
        """Return when the answer to a purchase order is due; None for a supplier that answers none by files."""
        return now + timedelta(hours=self.answers_within_hours) if self.purchasing.answers else None

    @property
    def order_layout(self) -> OrderLayout:
        """What its files of orders look like; raises NotNow without one."""
        if self.orders is None:
            raise NotNow(f"supplier {self.id} has no layout of orders: people write to it")
        return self.orders

    @property
    def line_names(self) -> Collection[Source]:
        """By what rows of its answers name lines: what its files have, or either where they have both or neither."""
        layouts = filter(None, (self.orders, self.cancellations))
        return LINE_NAMES & {source for each in layouts for source in each.sources} or LINE_NAMES

    @property
    def fed_warehouse(self) -> WarehouseId | None:
        """The warehouse whose quantities its stock feed sets; None without a feed or a warehouse."""
        if self.feed is None:
            return None
        name = self.feed.warehouse or (self.warehouses[0] if len(self.warehouses) == 1 else None)
        return WarehouseId(name) if name else None

    def feeds(self, warehouse: str) -> bool:
        """Return whether its stock feed is read, and sets the stock of a warehouse."""
        return self.active and self.fed_warehouse == warehouse

    def feeds_available(self, warehouse: str) -> bool:
        """Return whether its feed says what is available there: units that it has for orders are none of its number."""
        return self.feeds(warehouse) and self.feed is not None and self.feed.counts is Reads.AVAILABLE


def author_of(supplier: str) -> str:
    """Return the name under which a supplier stands as the author of what its files say."""
    return f"supplier:{supplier}"


def _names_purchases(layout: OrderLayout | None) -> bool:
    return layout is not None and Source.FULFILMENT_PURCHASE in layout.sources


def check_supplier(settings: SupplierSettings, local_allowed: bool = False) -> None:
    """Raise Rejected with every fault of the settings, each with the path of its field."""
    faults = tuple(_faults(settings, local_allowed))
    if faults:
        raise Rejected("the supplier's settings cannot be used", faults)


def _faults(settings: SupplierSettings, local_allowed: bool) -> Iterator[FieldError]:
    parts = (
        ("transport", transport_faults(settings.transport, local_allowed) if settings.transport else ()),
        ("orders", layout_faults(settings.orders, settings.visible) if settings.orders else ()),
        ("cancellations", layout_faults(settings.cancellations, settings.visible) if settings.cancellations else ()),
        *((f"answers.{place}", answer_faults(layout)) for place, layout in enumerate(settings.answers)),
        ("feed", answer_faults(settings.feed) if settings.feed else ()),
        ("purchasing", purchasing_faults(settings.purchasing, local_allowed)),
    )
    for prefix, faults in parts:
        for fault in faults:
            yield FieldError(f"{prefix}.{fault.field}", fault.message)
    for name, layout in (("orders", settings.orders), ("cancellations", settings.cancellations)):
        if _names_purchases(layout) and not settings.purchasing.drop_ship:
            wrong = f"{Source.FULFILMENT_PURCHASE} needs purchasing.drop_ship: without it orders have no purchase order"
            yield FieldError(f"{name}.records", wrong)
    yield from _unreachable(settings)
    yield from _fed(settings)
    yield from _missing(settings)


def _missing(settings: SupplierSettings) -> Iterator[FieldError]:
    """Yield what is missing of a supplier that files are exchanged with."""
    exchanges = settings.warehouses or settings.answers or settings.feed or settings.cancellations
    if settings.transport is None and (exchanges or settings.orders or settings.purchasing.needs_transport):
        yield FieldError("transport", "is missing: only a supplier without warehouses and files needs none")
    only_bought_from = (settings.purchasing.sends or settings.purchasing.answers) and not exchanges
    if settings.orders is None and (exchanges or settings.transport) and not only_bought_from:
        yield FieldError("orders", "is missing: only a supplier without warehouses and files needs none")


def _fed(settings: SupplierSettings) -> Iterator[FieldError]:
    """Yield a fault if it is open which warehouse a stock feed is of."""
    feed = settings.feed
    if feed and feed.warehouse and feed.warehouse not in settings.warehouses:
        yield FieldError("feed.warehouse", "is not one of the supplier's warehouses")
    if feed and not feed.warehouse and len(settings.warehouses) > 1:
        yield FieldError("feed.warehouse", "the supplier has several warehouses: name the one that the feed is of")


def _unreachable(settings: SupplierSettings) -> Iterator[FieldError]:
    """Yield what the connection cannot do and the settings need."""
    transport = settings.transport
    if transport is None:
        return
    lists = not isinstance(transport, EmailSettings) and (not isinstance(transport, HttpsSettings) or transport.lists)
    if (settings.answers or settings.feed or settings.purchasing.answers) and not lists:
        yield FieldError("transport.kind", "nothing can be fetched this way: leave out answers and feed")
    if isinstance(transport, HttpsSettings) and settings.folders.processed:
        yield FieldError("folders.processed", "files of an API are deleted once they are read: leave it out")
    layouts = (*settings.answers, *settings.purchasing.answers, settings.feed)
    incoming = {layout.folder for layout in layouts if layout}
    if settings.folders.processed in incoming:
        yield FieldError("folders.processed", "is a folder that answers are read from")
