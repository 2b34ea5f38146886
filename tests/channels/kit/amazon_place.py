"""Amazon: polls of a seller's orders in one marketplace."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import Message
from functools import cached_property
from typing import ClassVar

from local.world import amazon_server
from local.world.amazon import ROLES, Amazon, Settings
from local.world.routes import Answer
from packhorse.channels.amazon import login
from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import ChannelKind
from tests.channels.kit.place import MUGS, Json, Place, Taken, Way, only
from tests.channels.kit.sale import NUMBER, PLACED, Item, Sale

LINE = 20212345678900
GERMANY = "A1PA6795UKMFR9"
DAYS = 86_400.0
NO_UNITS = "its orders say nothing of refunds and returns"
NO_EDITS = "Amazon changes no quantity of an order but by cancelling units"
NO_CARDS = "Amazon sells its gift cards itself"
NO_SERVICES = "services are no orders that are shipped"
NO_PAYMENT = "Amazon does not say whether an order that is cancelled was paid"
QUEUE = "arn:aws:sqs:eu-central-1:123456789012:packhorse-amazon-notifications"


class AmazonPlace(Place):
    """A seller at Amazon, in Germany."""

    kind = ChannelKind.AMAZON
    order_id = "902-0007001-0000000"
    settings: ClassVar = {"seller": Settings.seller, "marketplace": GERMANY}
    prefix = amazon_server.PREFIX
    grant = amazon_server.GRANT
    means: ClassVar = {
        f"GET /listings/2021-08-01/items/{Settings.seller}?marketplaceIds={GERMANY}&pageSize=1": frozenset({"403"}),
        "GET /notifications/v1/subscriptions/FULFILLMENT_ORDER_STATUS": frozenset({"403"}),
        "POST /notifications/v1/subscriptions/FULFILLMENT_ORDER_STATUS": frozenset({"403"}),
    }
    cannot: ClassVar = {
        "extra box": "Amazon has one tracking number for units",
        "not paid yet": "Amazon withholds the address of what is not paid",
        "a gift card beside goods": NO_CARDS,
        "nothing but a gift card": NO_CARDS,
        "a service beside goods": NO_SERVICES,
        "nothing but a service": NO_SERVICES,
        "a custom item": "every line is of a listing",
        "units refunded before they left, restocked": NO_UNITS,
        "units refunded before they left, not restocked": NO_UNITS,
        "units that came back": NO_UNITS,
        "units refunded that the buyer keeps": NO_UNITS,
        "all of the money gone back": NO_UNITS,
        "a line with fewer units by an edit": NO_EDITS,
        "a line with more units by an edit": NO_EDITS,
        "a line removed by an edit": NO_EDITS,
        "older than what is known": NO_EDITS,
        "two of one time, fewer units last": NO_EDITS,
        "two of one time, fewer units first": NO_EDITS,
        "a test order": "the sandbox is a channel of its own",
        "archived": "Amazon archives no orders",
        "cancelled": NO_PAYMENT,
        "cancelled before created": NO_PAYMENT,
        "ship without a number": "Amazon takes no package without a tracking number",
        "withdraw": "the API cannot withdraw a package: a person edits it in Seller Central",
        "cancel": "a seller cancels in Seller Central",
        "end a listing": "the tokens of pages are Amazon's own: what one does then is not documented",
    }

    store: Amazon

    @property
    def keys(self) -> Keys:
        given = self.store.settings
        return Keys(given.refresh_token, given.client_id, given.client_secret)

    def forget_tokens(self) -> None:
        login.clear_tokens()

    def new_store(self) -> Amazon:
        login.clear_tokens()
        # Changes are listed at once, also those of a clock that is ahead.
        found = Amazon(Settings(marketplaces=[GERMANY], listed_after=-10 * DAYS, has_rates=False))
        for sku in MUGS:
            found.put_listing({"sku": sku})
        return found

    def answer(self, method: str, target: str, headers: Message, body: bytes) -> Answer:
        return amazon_server.answer(self.store, method, target, headers, body)

    def body(self, sale: Sale) -> Json:
        address = {"name": sale.buyer, "addressLine1": sale.street, "city": "Berlin", "countryCode": "DE"}
        return {
            "orderId": self.name_of(self.number),
            "createdTime": _moment(PLACED),
            "lastUpdatedTime": _moment(sale.modified_at),
            "salesChannel": {"channelName": "AMAZON", "marketplaceId": GERMANY},
            "buyer": {"buyerName": sale.buyer},
            "recipient": {"deliveryAddress": address} if sale.street else {},
            "fulfillment": {"fulfillmentStatus": _status(sale), "fulfilledBy": "MERCHANT"},
            "orderItems": [self._item(place, item, sale) for place, item in enumerate(sale.items)],
            "packages": [
                {
                    "packageReferenceId": str(9001 + number),
                    "packageStatus": {"status": "CANCELLED" if each.is_cancelled else "SHIPPED"},
                    "carrier": "UPS",
                    "shipTime": _moment(sale.modified_at),
                    "trackingNumber": each.tracking,
                    "packageItems": [
                        {"orderItemId": self.line_id(at), "quantity": units} for at, units in each.units.items()
                    ],
                }
                for number, each in enumerate(sale.sent)
            ],
        }

    def _item(self, place: int, item: Item, sale: Sale) -> Json:
        price = {"unitPrice": {"amount": item.price, "currencyCode": sale.currency}}
        return {
            "orderItemId": self.line_id(place),
            "quantityOrdered": item.quantity,
            "product": {"sellerSku": item.sku, "title": item.name, "price": price},
            "fulfillment": {"quantityFulfilled": sale.gone(place), "quantityUnfulfilled": sale.left(place)},
        }

    def put(self, sale: Sale) -> None:
        self.store.put_order(self.body(sale))

    @cached_property
    def ways(self) -> Mapping[str, Way]:
        return {"poll": self.polled, "by name": self.named}

    def named(self, sale: Sale) -> Taken:
        """Return what reading the order by its id takes in."""
        assert self.adapter.read
        self.put(sale)
        return only([self.adapter.read(self.channel, self.http).orders_named([self.order_id])])

    def names(self) -> Sequence[str]:
        return [self.order_id]

    # ---- what the store has

    def line_id(self, place: int) -> str:
        return str(LINE + place)

    def parcels(self) -> list[tuple[str | None, Mapping[int, int]]]:
        return [
            (
                each["trackingNumber"],
                {int(part["orderItemId"]) - LINE: part["quantity"] for part in each["packageItems"]},
            )
            for each in self.store.orders.get(self.order_id, {}).get("packages", ())
        ]

    def shows(self, reference: str) -> int:
        return int(self.store.live(reference)["quantity"])

    def times_cancelled(self) -> int:
        return 0

    @property
    def hook(self) -> str:
        """The queue that its notifications go to."""
        return QUEUE

    def hooks(self) -> list[str]:
        ours = {name for name, each in self.store.destinations.items() if each["arn"] == QUEUE}
        return sorted(topic for topic, each in self.store.subscriptions.items() if each["destinationId"] in ours)

    def lose_hooks(self) -> None:
        self.store.subscriptions.clear()

    def put_listings(self, count: int) -> list[str]:
        self.store.listings.clear()
        for number in range(count):
            self.store.put_listing({"sku": str(number)})
        return list(self.store.listings)

    def drop_listing(self, reference: str) -> None:
        del self.store.listings[reference]

    def name_of(self, number: int) -> str:
        return f"902-{NUMBER + number:07}-0000000"

    def refuse(self) -> None:
        login.clear_tokens()
        self.store.settings.refresh_token = "since-then-replaced"

    def lack(self) -> str:
        self.store.settings.roles = [each for each in ROLES if each != "Product Listing"]
        return "Product Listing"


def _status(sale: Sale) -> str:
    if sale.is_cancelled:
        return "CANCELLED"
    if not sale.is_paid:
        return "PENDING"
    if sale.is_all_gone:
        return "SHIPPED"
    return "PARTIALLY_SHIPPED" if any(map(sale.gone, range(len(sale.items)))) else "UNSHIPPED"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
