"""eBay on a simulated day: a seller's orders, which notifications name, and listings of both kinds."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import httpx

from local.world import ebay_items, ebay_server, ebay_trading
from local.world.ebay import Ebay, now
from local.world.ebay_notifications import notification, signed
from packhorse.aws.secrets import Credentials
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.web_address import origin_of
from simulation.aws.web import response_of
from simulation.outlets.outlet import Event, Json, Seen, Units, plain
from simulation.turns import Turns

EBAY, EBAY_URL = "ebay", "https://ebay.example"
EBAY_SECRET = "a-verification-token-of-the-endpoint"
ITEMS = {"CUP": "110000000002", "SET": "110000000003", "BOWL": "110000000005"}
"""Listings of the Trading API; every other sku is an item of the Inventory API."""
SKUS = ("MUG", "CUP", "SET", "JUG", "BOWL", "PLATE")
BUYER = "ada_1815"
OWN = "s17"
"""The beginning of tracking numbers that the seller enters on eBay."""


class EbayOutlet:
    """The seller's account."""

    id, url = EBAY, EBAY_URL
    channel = Channel(id=EBAY, kind=ChannelKind.EBAY, base_url=EBAY_URL, calls_per_second=50)

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.ebay = Ebay()
        self.moved: set[str] = set()
        self.cancel_calls: list[str] = []
        self.changed: Callable[[str], None] = _ignore
        self._orders = 500
        for sku in SKUS:
            if sku in ITEMS:
                ebay_trading.put_listings(self.ebay, {}, [{"item": ITEMS[sku], "sku": sku}])
            else:
                ebay_items.put_items(self.ebay, {}, [{"sku": sku}])

    @property
    def keys(self) -> Credentials:
        """The application, and the seller's refresh token."""
        settings = self.ebay.settings
        return Credentials(
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            token=settings.refresh_token,
            webhook_secrets=(EBAY_SECRET,),
            origin=origin_of(EBAY_URL),
        )

    @property
    def orders(self) -> Iterable[str]:
        """The ids of its orders."""
        return list(self.ebay.orders)

    def renew_keys(self) -> None:
        """Consent anew: the refresh token of before is revoked, with all access tokens."""
        self._orders += 1
        self.ebay.settings.refresh_token = f"v^1.1#seller-{self._orders}"
        self.ebay.tokens.clear()

    def answers(self, received: httpx.Request) -> httpx.Response:
        """Return the answer of its APIs."""
        target = received.url.raw_path.decode()
        with self.turns.skewed(0.0):
            answer = ebay_server.answer(self.ebay, received.method, target, received.headers, received.read())
        return response_of(*answer)

    def reference(self, sku: str) -> str:
        """Return the item of a listing, or the sku of an inventory item."""
        return f"item:{ITEMS[sku]}" if sku in ITEMS else sku

    def offers(self, sku: str) -> int:
        """Return the quantity that is left of a listing."""
        found = self._listing(sku)
        return max(0, int(found["quantity"]) - int(found.get("sold", 0)))

    def stock_up(self, sku: str, units: int) -> None:
        """Add units before the day begins."""
        self._listing(sku)["quantity"] += units

    def draft(self) -> None:
        """Leave an item of the Inventory API without an offer beside each listing of its sku."""
        ebay_items.put_items(self.ebay, {}, [{"sku": sku, "listing": ""} for sku in ITEMS])

    def sell(self, lines: Mapping[str, int]) -> str:
        """Sell units, which are paid at once."""
        self._orders += 1
        number = f"17-{self._orders}"
        place = {"addressLine1": "Unter den Linden 1", "city": "Berlin", "postalCode": "10117", "countryCode": "DE"}
        to = {"fullName": "Ada Lovelace", "contactAddress": place, "email": "lovelace@example.org"}
        payment = {"paymentMethod": "EBAY", "paymentDate": now(), "paymentStatus": "PAID"}
        self.ebay.put_order(
            {
                "orderId": number,
                "creationDate": now(),
                "orderFulfillmentStatus": "NOT_STARTED",
                "orderPaymentStatus": "PAID",
                "buyer": {"username": BUYER},
                "cancelStatus": {"cancelState": "NONE_REQUESTED"},
                "paymentSummary": {"payments": [payment]},
                "fulfillmentStartInstructions": [
                    {"fulfillmentInstructionsType": "SHIP_TO", "shippingStep": {"shipTo": to}}
                ],
                "lineItems": [
                    {
                        "lineItemId": f"{self._orders}{index:02}",
                        "legacyItemId": ITEMS.get(sku, f"1190000000{index:02}"),
                        "sku": sku,
                        "title": sku,
                        "quantity": quantity,
                        "lineItemCost": {"value": f"{9 * quantity}.0", "currency": "EUR"},
                    }
                    for index, (sku, quantity) in enumerate(lines.items(), 1)
                ],
            }
        )
        self.moved |= lines.keys()
        return number

    def date_back(self, number: str, at: datetime) -> None:
        """Have an order placed, and changed last, at an earlier moment."""
        moment = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.ebay.orders[number] |= {"creationDate": moment, "lastModifiedDate": moment}

    def event(self, number: str, topic: str = "ORDER_CONFIRMATION") -> Event:
        """Return the notification that names an order."""
        if topic == "ITEM_MARKED_SHIPPED":
            return self._signed(topic, {"itemMarkedShipped": {"orderId": number}})
        return self._signed(topic, {"order": {"orderId": number}})

    def deletion(self) -> Event:
        """Return the notification that the buyer of the orders closed the account."""
        return self._signed("MARKETPLACE_ACCOUNT_DELETION", {"username": BUYER, "userId": "y9qonyvfrqq"})

    def edit(self, number: str, line: int, units: int) -> bool:
        """Do nothing: an order of eBay has the lines that were bought."""
        return False

    def ship(self, number: str) -> Units:
        """Mark a line that has not begun to ship as shipped; return the units of all that are marked so."""
        order = self.ebay.orders[number]
        left = [
            line for line in order["lineItems"] if line.get("lineItemFulfillmentStatus", "NOT_STARTED") == "NOT_STARTED"
        ]
        if left and order["cancelStatus"]["cancelState"] != "CANCELED":
            part = {"lineItemId": left[0]["lineItemId"], "quantity": left[0]["quantity"]}
            tracking = f"{OWN}{left[0]['lineItemId']}"
            self.ebay.ship(number, {"lineItems": [part], "trackingNumber": tracking, "shippingCarrierCode": "UPS"})
        return sum((each.units for each in self.parcels(number) if is_own(each)), Counter[str]())

    def cancel(self, number: str) -> None:
        """Cancel an order of which nothing has shipped."""
        order = self.ebay.orders[number]
        if order["orderFulfillmentStatus"] == "NOT_STARTED":
            order["cancelStatus"] = {"cancelState": "CANCELED", "cancelledDate": now()}
            order["lastModifiedDate"] = now()

    def in_shop_terms(self, number: str) -> Json:
        """Return the compared fields of an order as the generic shop would list them."""
        order = self.ebay.orders[number]
        return {
            "id": number,
            "modified_at": order["lastModifiedDate"],
            "cancelled_at": order["cancelStatus"].get("cancelledDate"),
            "lines": [{"id": line["lineItemId"], "quantity": line["quantity"]} for line in order["lineItems"]],
            "parcels": [
                {"lines": [{"line": line, "quantity": units} for line, units in each.units.items()]}
                for each in self.parcels(number)
                if is_own(each)
            ],
        }

    def parcels(self, number: str) -> list[Seen]:
        """Return the shipping fulfilments; eBay takes a number once, and one without any has its id."""
        return [
            Seen(
                plain(each.get("shipmentTrackingNumber") or each["fulfillmentId"]),
                Counter({part["lineItemId"]: part["quantity"] for part in each["lineItems"]}),
            )
            for each in self.ebay.fulfilments.get(number, ())
        ]

    def _listing(self, sku: str) -> Json:
        return self.ebay.listings[ITEMS[sku]] if sku in ITEMS else self.ebay.items[sku]

    def _signed(self, topic: str, data: Json) -> Event:
        raw = json.dumps(notification(topic, data)).encode()
        return Event({"x-ebay-signature": signed(self.ebay, raw)}, raw, states=False)


def is_own(parcel: Seen) -> bool:
    """Return whether the seller marked it as shipped on eBay itself."""
    return parcel.number.startswith(OWN)


def _ignore(_: str) -> None:
    """Do nothing."""
