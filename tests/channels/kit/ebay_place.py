"""eBay: polls, and orders that a signed notification names."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from email.message import Message
from functools import cached_property
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from local.world import ebay_server
from local.world.ebay import ITEMS, Ebay
from local.world.ebay_notifications import signed
from local.world.routes import FORBIDDEN, OK, Answer, Reply
from packhorse.channels.ebay import login
from packhorse.channels.ebay.notifications import clear_keys
from packhorse.channels.protocol import Challenge, Keys
from packhorse.domain.configuration.channel import ChannelKind
from tests.channels.kit.place import HOOK, MUGS, SECRET, SENSELESS, Json, Place, Taken, Way, only
from tests.channels.kit.sale import NUMBER, PLACED, Item, Sale, Sort

LINE = 10012345678900
NO_UNITS = "refunds are of money: they name no units"
NO_EDITS = "eBay changes no quantity of an order that was placed"
NO_SERVICES = "services are sold in no order that is shipped"
NO_CHANGES = "the API can neither change nor withdraw a shipment: a person does it in Seller Hub"


class EbayPlace(Place):
    """A seller at eBay."""

    kind = ChannelKind.EBAY
    order_id = "12-07001-00000"
    prefix = ebay_server.PREFIX
    grant = ebay_server.GRANT
    means: ClassVar = {
        "PUT /commerce/": SENSELESS,  # which have no body
        "POST /commerce/": SENSELESS,
        "GET /sell/fulfillment/v1/order?limit=1": frozenset({"403"}),  # a scope that lacks, which a check says
        "GET /sell/inventory/v1/inventory_item?limit=1": frozenset({"403"}),
        "GET /commerce/notification/v1/subscription": frozenset({"403"}),
        "GET /sell/inventory/v1/offer?sku=": frozenset({"404"}),  # an item without offers
    }
    cannot: ClassVar = {
        "extra box": "eBay's API has one tracking number for units",
        "a service beside goods": NO_SERVICES,
        "nothing but a service": NO_SERVICES,
        "a custom item": "every line is of a listing",
        "units refunded before they left, restocked": NO_UNITS,
        "units refunded before they left, not restocked": NO_UNITS,
        "units that came back": NO_UNITS,
        "units refunded that the buyer keeps": NO_UNITS,
        "a line with fewer units by an edit": NO_EDITS,
        "a line with more units by an edit": NO_EDITS,
        "a line removed by an edit": NO_EDITS,
        "older than what is known": NO_EDITS,
        "two of one time, fewer units last": NO_EDITS,
        "two of one time, fewer units first": NO_EDITS,
        "a test order": "the sandbox is a channel of its own",
        "archived": "eBay archives no orders",
        "correct": NO_CHANGES,
        "withdraw": NO_CHANGES,
        "cancel": "cancelling is a request to the buyer, and gives the money back",
    }

    store: Ebay

    @property
    def keys(self) -> Keys:
        given = self.store.settings
        return Keys(given.refresh_token, given.client_id, given.client_secret, (SECRET,))

    def forget_tokens(self) -> None:
        login.clear_tokens()

    def new_store(self) -> Ebay:
        login.clear_tokens()
        clear_keys()
        found = Ebay()
        for sku in MUGS:
            found.items[sku] = {"sku": sku, "quantity": 0, "title": sku}
        return found

    def answer(self, method: str, target: str, headers: Message, body: bytes) -> Answer:
        return ebay_server.answer(self.store, method, target, headers, body)

    def body(self, sale: Sale) -> Json:
        contact = {
            "fullName": sale.buyer,
            "contactAddress": {"addressLine1": sale.street, "city": "Berlin", "countryCode": "DE"},
        }
        step = {"shippingStep": {"shipTo": contact, "shippingServiceCode": "DE_DHLPaket"}} if sale.street else {}
        payment = "FULLY_REFUNDED" if sale.is_refunded else "PAID" if sale.is_paid else "PENDING"
        return {
            "orderId": self.name_of(self.number),
            "creationDate": _moment(PLACED),
            "lastModifiedDate": _moment(sale.modified_at),
            "orderFulfillmentStatus": "FULFILLED" if sale.is_all_gone else "NOT_STARTED",
            "orderPaymentStatus": payment,
            "buyer": {"username": "ada_1815", "buyerRegistrationAddress": {"fullName": sale.buyer}},
            "cancelStatus": {"cancelState": "CANCELED" if sale.is_cancelled else "NONE_REQUESTED"},
            "fulfillmentStartInstructions": [{"fulfillmentInstructionsType": "SHIP_TO", **step}],
            "lineItems": [self._line(place, item, sale.currency) for place, item in enumerate(sale.items)],
        }

    def _line(self, place: int, item: Item, currency: str) -> Json:
        gift = {"giftDetails": {"recipientEmail": "ada@example.org"}} if item.sort is Sort.GIFT_CARD else {}
        return {
            "lineItemId": self.line_id(place),
            "legacyItemId": str(110012345678 + place),
            "sku": item.sku,
            "title": item.name,
            "quantity": item.quantity,
            "lineItemCost": {"value": str(Decimal(item.price) * item.quantity), "currency": currency},
            **gift,
        }

    def put(self, sale: Sale) -> None:
        self.store.put_order(self.body(sale))
        self.store.fulfilments[self.name_of(self.number)] = [
            {
                "fulfillmentId": each.tracking,
                "shipmentTrackingNumber": each.tracking,
                "shippingCarrierCode": "UPS",
                "shippedDate": _moment(sale.modified_at),
                "lineItems": [{"lineItemId": self.line_id(at), "quantity": units} for at, units in each.units.items()],
            }
            for each in sale.sent
            if not each.is_cancelled
        ]

    @cached_property
    def ways(self) -> Mapping[str, Way]:
        return {"notification": self.announced, "poll": self.polled}

    def announced(self, sale: Sale) -> Taken:
        assert self.adapter.announce
        assert self.adapter.read
        self.put(sale)
        metadata = {"topic": "ORDER_CONFIRMATION", "schemaVersion": "1.0"}
        data = {"order": {"orderId": self.order_id}}
        raw = json.dumps({"metadata": metadata, "notification": {"data": data}}).encode()
        announcing = self.adapter.announce(self.channel, self.http)
        assert announcing.verify({self.adapter.announced_by: signed(self.store, raw)}, raw)
        names = announcing.read(raw).orders
        return only([self.adapter.read(self.channel, self.http).orders_named(names)])

    def names(self) -> Sequence[str]:
        return [self.order_id]

    # ---- what the store has

    def line_id(self, place: int) -> str:
        return str(LINE + place)

    def parcels(self) -> list[tuple[str | None, Mapping[int, int]]]:
        return [
            (
                each.get("shipmentTrackingNumber"),
                {int(part["lineItemId"]) - LINE: part["quantity"] for part in each["lineItems"]},
            )
            for each in self.store.fulfilments.get(self.order_id, ())
        ]

    def shows(self, reference: str) -> int:
        return int(self.store.items[reference]["quantity"])

    def times_cancelled(self) -> int:
        return 0

    def hooks(self) -> list[str]:
        places = {
            name
            for name, each in self.store.destinations.items()
            if each["deliveryConfig"]["endpoint"].endswith(HOOK) and each["status"] == "ENABLED"
        }
        found = self.store.subscriptions.values()
        return sorted(
            each["topicId"] for each in found if each["destinationId"] in places and each["status"] == "ENABLED"
        )

    def lose_hooks(self) -> None:
        for each in (*self.store.destinations.values(), *self.store.subscriptions.values()):
            each["status"] = "DISABLED"

    def put_listings(self, count: int) -> list[str]:
        self.store.items = {str(number): {"sku": str(number), "quantity": 1, "title": ""} for number in range(count)}
        return list(self.store.items)

    def drop_listing(self, reference: str) -> None:
        del self.store.items[reference]

    def name_of(self, number: int) -> str:
        return f"12-{NUMBER + number:05}-00000"

    def refuse(self) -> None:
        login.clear_tokens()
        self.store.settings.refresh_token = "since-then-replaced"

    def lack(self) -> str:
        login.clear_tokens()
        self.store.settings.scopes = tuple(each for each in self.store.settings.scopes if each != ITEMS)
        return "sell.inventory"

    def answer_hook(self, target: str) -> Answer:
        given = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        assert self.adapter.challenge
        found = self.adapter.challenge(Challenge(self.hook, given), [SECRET])
        return (OK, Reply(found.body.encode(), found.media_type)) if found else (FORBIDDEN, {})


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
