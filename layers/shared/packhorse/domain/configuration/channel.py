"""Channels: the settings of each place that sells."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.configuration.fba import Packaging
from packhorse.domain.configuration.web_address import store_address
from packhorse.domain.labels.carrier_names import names_meant
from packhorse.domain.money import Money
from packhorse.domain.values import Identifier, Instant, Text, Value, WarehouseId, Whole, start_of_day


class ChannelKind(StrEnum):
    """The protocol a channel speaks; `offline` speaks none: its orders come by CSV file and by people."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    GENERIC = "generic"
    EBAY = "ebay"
    AMAZON = "amazon"
    OFFLINE = "offline"


MARKETPLACES = frozenset({ChannelKind.EBAY, ChannelKind.AMAZON})
"""Kinds whose `base_url` is that of all sellers."""


class FileEncoding(StrEnum):
    """The encoding of a file, where no byte order mark says it."""

    UTF_8 = "utf-8"
    WINDOWS_1250 = "windows-1250"
    WINDOWS_1251 = "windows-1251"
    WINDOWS_1252 = "windows-1252"
    WINDOWS_1253 = "windows-1253"
    WINDOWS_1254 = "windows-1254"
    WINDOWS_1255 = "windows-1255"
    WINDOWS_1256 = "windows-1256"
    WINDOWS_1257 = "windows-1257"
    WINDOWS_1258 = "windows-1258"
    ISO_8859_1 = "iso-8859-1"
    ISO_8859_2 = "iso-8859-2"
    ISO_8859_5 = "iso-8859-5"
    ISO_8859_7 = "iso-8859-7"
    ISO_8859_9 = "iso-8859-9"
    ISO_8859_15 = "iso-8859-15"
    KOI8_R = "koi8-r"
    KOI8_U = "koi8-u"
    MACINTOSH = "macintosh"
    SHIFT_JIS = "shift-jis"
    GB18030 = "gb18030"
    BIG5 = "big5"
    EUC_KR = "euc-kr"


class ReduceOn(StrEnum):
    """When an order of a channel takes its stock."""

    CREATED = "created"
    PAID = "paid"


class LabelPolicy(StrEnum):
    """Who may buy the labels of a channel's orders: we, only the channel itself, or we but not of some carriers."""

    OWN = "own"
    CHANNEL_ONLY = "channel_only"
    OWN_EXCEPT = "own_except"


MarketplaceId = Annotated[str, Field(pattern=r"^[A-Z0-9]{5,20}$")]
LocationId = Annotated[str, Field(min_length=1, max_length=200)]
NumberedLocation = Annotated[str, Field(max_length=200, pattern=r"[^/\s]$")]

MAIN = ""
"""The place of a channel that is its `location`, or the whole of a channel that knows no locations."""


def location_number(location: str | None) -> str:
    """Return the one spelling of a location that a shop names with or without a path; of none, that of MAIN.

    >>> location_number("gid://shopify/Location/7002"), location_number("7002")
    ('7002', '7002')
    """
    return (location or MAIN).rpartition("/")[2]


class ChannelSettings(Value):
    """The settings of a channel.

    Of the stock to publish, `reserve` units are held back and `percent` of the rest is offered; `location` is the
    shop's own id of the location whose stock is set, where it has several, and `locations` are those at which the stock
    of some warehouses is set instead, by warehouse; `file_encoding` is that of its files of orders, `file_columns` are
    our names of their columns, by theirs. `ship_unpaid` are payment states and gateways, in the channel's words, of
    orders that go out before they are paid: cash on delivery. `excluded_carriers` are those that
    `label_policy: own_except` leaves out. `slip_prices`: its packing slips show what the lines cost.
    `notify_customer`: the channel writes to the buyer of each parcel and cancellation that it is notified of;
    `share_holds`: an order that a person holds here is put on hold there, too, where the channel can;
    `carrier_names` are its names of carriers, by ours; `order_states` maps states of orders that plugins add to its
    standard ones. Its orders get no label that is dearer than `max_label_price`.
    `seller` and `marketplace` are the ids of a seller's account and of the country's shop that it sells in, where the
    channel is a marketplace of several. `packaging` and `block_amazon_logistics` are for its orders that a warehouse of
    kind `fba` ships: in which boxes, and that Amazon's own carrier does not bring them.
    """

    name: Text = ""
    kind: ChannelKind
    active: bool = True
    override_warehouse: Identifier | None = None
    reduce_on: ReduceOn = ReduceOn.CREATED
    ship_unpaid: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    ignore_before: Instant | None = None
    base_url: Annotated[str, Field(max_length=500, pattern=r"^https?://")] | None = None
    poll_minutes: Annotated[Whole, Field(ge=1, le=1440)] = 5
    reserve: Annotated[Whole, Field(ge=0, le=1_000_000_000)] = 0
    percent: Annotated[Whole, Field(ge=1, le=100)] | None = None
    location: LocationId | None = None
    locations: Annotated[Mapping[Identifier, NumberedLocation], Field(max_length=100)] = {}
    file_encoding: FileEncoding | None = None
    file_columns: Annotated[Mapping[Text, Text], Field(max_length=200)] = {}
    calls_per_second: Annotated[float, Field(gt=0, le=100)] = 5
    label_policy: LabelPolicy = LabelPolicy.OWN
    excluded_carriers: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    slip_prices: bool = False
    notify_customer: bool = True
    share_holds: bool = True
    carrier_names: Annotated[Mapping[Text, Text], Field(max_length=200)] = {}
    order_states: Annotated[Mapping[Text, Text], Field(max_length=100)] = {}
    max_label_price: Money | None = None
    seller: MarketplaceId | None = None
    marketplace: MarketplaceId | None = None
    packaging: Packaging = Packaging.ANY
    block_amazon_logistics: bool = False


class Channel(ChannelSettings):
    """A place that sells. Its credentials live in Secrets Manager, never here.

    A paused one is not called: nothing is sent to it, and it is not polled. Its webhooks are taken as ever. One is
    active since it was made, switched on or became another store: what it confirmed before does not count. One that
    `awaits_connection` was never given the credentials of its API: it is not called either, and nothing of it fails.
    It was made at `connected_at`, None if that was before this was recorded.
    """

    id: Identifier
    connected_at: Instant | None = None
    paused_since: Instant | None = None
    active_since: Instant | None = None
    awaits_connection: bool = False

    @property
    def is_called(self) -> bool:
        """Whether calls are made to it, if it is active: it is connected, and not paused."""
        return not (self.is_paused or self.awaits_connection)

    @property
    def is_paused(self) -> bool:
        """Whether a person has paused it."""
        return self.paused_since is not None

    @property
    def takes_stock_since(self) -> datetime | None:
        """Since when what leaves takes its stock; what left before was not there any more when stock was counted."""
        return max(filter(None, (self.ignore_before, self.connected_at)), default=None)

    @property
    def store(self) -> str:
        """What its store is recognised by; empty where the settings do not say, and for one that is none.

        An account of a marketplace is a store: the address is the marketplace's own.
        """
        if self.kind in MARKETPLACES:
            return f"{store_address(self.base_url)} {self.seller} {self.marketplace or ''}" if self.seller else ""
        return store_address(self.base_url) if self.is_connected else ""

    @property
    def places(self) -> tuple[str, ...]:
        """The places of the channel that have a quantity of each listing: MAIN, and each further location once."""
        return tuple(dict.fromkeys((MAIN, *map(self.place_of, self.locations))))

    def place_of(self, warehouse: str) -> str:
        """Return the place at which the stock of a warehouse is offered: of one without a location of its own, MAIN."""
        place = location_number(self.locations.get(warehouse))
        return MAIN if place == location_number(self.location) else place

    def location_of(self, warehouse: str) -> str | None:
        """Return the shop's location at which the stock of a warehouse is offered; None: its primary one."""
        return self.at(self.place_of(warehouse)).location

    def at(self, place: str) -> "Channel":
        """Return the channel as if the place was all that it has."""
        return self if place == MAIN else self.replace(location=place, locations={})

    def is_place(self, location: str) -> bool:
        """Return whether a location of the shop is one of the places; of a channel that names none, each is."""
        return self.location is None or location_number(location) in {location_number(self.location), *self.places}

    def warehouses_at(self, location: str, warehouses: Iterable[WarehouseId]) -> tuple[WarehouseId, ...]:
        """Return those of the warehouses whose stock is offered at a location of the shop.

        None are if it is not one of the places, and where all warehouses have one place.
        """
        if not location or not self.locations or not self.is_place(location):
            return ()
        number = location_number(location)
        return tuple(sorted(each for each in warehouses if location_number(self.location_of(each)) == number))

    @property
    def carriers_left_out(self) -> tuple[str, ...]:
        """The carriers whose labels are not bought here for its orders."""
        return self.excluded_carriers if self.label_policy is LabelPolicy.OWN_EXCEPT else ()

    def has_name_of(self, carrier: str | None) -> bool:
        """Return whether the channel has a name of its own for a carrier."""
        return carrier is not None and bool(names_meant(carrier, self.carrier_names))

    def name_of_carrier(self, carrier: str | None) -> str | None:
        """Return the channel's name of a carrier."""
        meant = names_meant(carrier, self.carrier_names) if carrier else ()
        return self.carrier_names[meant[0]] if meant else carrier

    @property
    def is_connected(self) -> bool:
        """Whether it sends its orders itself; files and people bring those of an offline channel."""
        return self.kind is not ChannelKind.OFFLINE


def with_life(new: Channel, before: Channel | None, now: datetime) -> Channel:
    """Return a channel as it is saved over the one before: paused as that, and active since then or from now on."""
    if before is None:
        return new.replace(connected_at=now, paused_since=None, active_since=now if new.active else None)
    new = new.replace(connected_at=before.connected_at)
    goes_on = before.active and before.store == new.store
    since = before.active_since if goes_on else now
    return new.replace(paused_since=before.paused_since, active_since=since if new.active else None)


def connected(new: Channel, stored: Channel | None, now: datetime) -> Channel:
    """Return a channel that does not say from when its orders count: as stored, or from the day of its first save.

    Files and people bring orders of an offline channel, of whatever day.
    """
    if stored:
        return new.replace(ignore_before=stored.ignore_before)
    if not new.is_connected:
        return new
    return new.replace(ignore_before=start_of_day(now))
