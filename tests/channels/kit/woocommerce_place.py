"""WooCommerce: webhooks, and polls of a store that sorts by change and of one that sorts by id alone."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from email.message import Message
from functools import cached_property
from typing import ClassVar

from local.world.routes import Answer
from local.world.woocommerce import products, server
from local.world.woocommerce.store import Store
from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import ChannelKind
from tests.channels.kit.place import HOOK, MUGS, Json, Place, Taken, Way, Webhooks
from tests.channels.kit.sale import NUMBER, PLACED, Item, Sale, Sort

PRODUCT = 44210
VIRTUAL = frozenset({Sort.GIFT_CARD, Sort.SERVICE})
NO_PARCELS = "orders list no parcels but ours: of all they say only that it has left"
ONE_LINE = "a line does not say whether its product is shipped; an order does, if none is"
ONLY_POLLED = "webhooks do not have the lines of refunds: the next poll reads them"


class WooCommercePlace(Place):
    """A WooCommerce store that shows parcels as core fulfillments."""

    kind = ChannelKind.WOOCOMMERCE
    prefix = server.PREFIX
    lists_parcels = False
    webhooks = Webhooks(
        topic="X-WC-Webhook-Topic",
        topics={
            "order-created": "order.created",
            "order-cancelled": "order.updated",
            "order-completed": "order.updated",
        },
        signature="X-WC-Webhook-Signature",
        written=lambda digest: b64encode(digest).decode(),
    )
    cannot: ClassVar = {
        "a gift card beside goods": ONE_LINE,
        "a service beside goods": ONE_LINE,
        "a custom item": "what is of no product is a fee, which is no line",
        "units refunded that the buyer keeps": "a refund does not say whether its units came back",
        "a test order": "a store has no test orders",
        "archived": "a store archives no orders",
        "a part has left": NO_PARCELS,
        "a fulfilment that was cancelled": NO_PARCELS,
        "in part fulfilled before created": NO_PARCELS,
        "a fulfilment that is made and renumbered": NO_PARCELS,
        "a fulfilment that is made, cancelled and made again": NO_PARCELS,
    }
    silent: ClassVar = {
        "webhook": {
            "units refunded before they left, restocked": ONLY_POLLED,
            "units refunded before they left, not restocked": ONLY_POLLED,
            "units that came back": ONLY_POLLED,
        }
    }

    means: ClassVar = {
        "DELETE /": frozenset({"404", "no fields", "no data"}),  # it is gone
        "POST /wp-json/wc/v3/products/batch": frozenset({"401", "403"}),  # what a check says
        "GET /wp-json/wc/v3/settings": frozenset({"401", "403"}),
        "GET /wp-json/wc/v3/webhooks?per_page=1": frozenset({"401", "403"}),
    }

    store: Store

    @property
    def keys(self) -> Keys:
        return Keys("", self.store.settings.key, self.store.settings.secret)

    def new_store(self) -> Store:
        found = Store()
        found.settings.tracking = "fulfillments"
        for number, sku in enumerate(MUGS):
            products.put_product(found, {"id": PRODUCT + number, "sku": sku})
        return found

    def answer(self, method: str, target: str, headers: Message, body: bytes) -> Answer:
        return server.answer(self.store, method, target, headers.get("Authorization", ""), body)

    def body(self, sale: Sale) -> Json:
        modified = _gmt(sale)
        states = {
            "cancelled": sale.is_cancelled,
            "refunded": sale.is_refunded,
            "completed": sale.is_all_gone,
            "processing": sale.is_paid,
        }
        home = sale.street or "Fetches it 1"  # which the classic checkout has as the shipping address, too
        place = {"first_name": sale.buyer, "address_1": home, "city": "Berlin", "country": "DE"}
        return {
            "id": NUMBER + self.number,
            "number": "1001",
            "status": next((state for state, holds in states.items() if holds), "pending"),
            "currency": sale.currency,
            "date_created_gmt": PLACED.isoformat()[:19],
            "date_modified_gmt": modified,
            "date_paid_gmt": PLACED.isoformat()[:19] if sale.is_paid else None,
            "date_completed_gmt": modified if sale.is_all_gone else None,
            "needs_processing": any(item.sort not in VIRTUAL for item in sale.items),
            "billing": place,
            "shipping": place,
            "shipping_lines": [{"method_id": "flat_rate" if sale.street else "local_pickup"}],
            "line_items": [_line(place, item) for place, item in enumerate(sale.items) if item.quantity],
            "refunds": [
                _refund(place, units, before=before, sale=sale)
                for place, item in enumerate(sale.items)
                for units, before in ((item.dropped, True), (item.returned, False))
                if units
            ],
            "meta_data": [],
        }

    def put(self, sale: Sale) -> None:
        self.store.put_order(self.body(sale))

    @cached_property
    def ways(self) -> Mapping[str, Way]:
        return {"webhook": self.posted, "poll": self.polled, "poll of an old store": self.polled_by_id}

    def posted(self, sale: Sale) -> Taken:
        self.put(sale)
        return self.read({"X-WC-Webhook-Topic": "order.updated"}, self.store.orders[str(NUMBER)])

    def polled_by_id(self, sale: Sale) -> Taken:
        self.store.settings.sorts_by_change = False
        return self.polled(sale)

    # ---- what the store has

    def line_id(self, place: int) -> str:
        return str(11 + place)

    def parcels(self) -> list[tuple[str | None, Mapping[int, int]]]:
        made = [
            {each["key"]: each["value"] for each in one["meta_data"]}
            for one in self.store.fulfillments.get(str(NUMBER), ())
        ]
        return [
            (each.get("_tracking_number"), {part["item_id"] - 11: part["qty"] for part in each["_items"]})
            for each in made
        ]

    def numbers(self) -> list[str]:
        notes = [each["note"].split()[2].strip(",") for each in self.store.notes.get(str(NUMBER), ())]
        return [*super().numbers(), *notes]

    def shows(self, reference: str) -> int:
        found = self.store.products.values()
        return next(int(each["stock_quantity"]) for each in found if reference in (each["sku"], str(each["id"])))

    def times_cancelled(self) -> int:
        return int(self.store.orders[str(NUMBER)]["status"] == "cancelled")

    def hooks(self) -> list[str]:
        found = self.store.webhooks.values()
        return sorted(
            each["topic"] for each in found if each["delivery_url"].endswith(HOOK) and each["status"] == "active"
        )

    def lose_hooks(self) -> None:
        for each in self.store.webhooks.values():
            each["status"] = "disabled"

    def put_listings(self, count: int) -> list[str]:
        self.store.products.clear()
        for number in range(count):
            products.put_product(self.store, {"id": 50_000 + number, "sku": str(number), "name": "Mug"})
        return [str(50_000 + number) for number in range(count)]

    def drop_listing(self, reference: str) -> None:
        del self.store.products[reference]

    def name_of(self, number: int) -> str:
        return str(NUMBER + number)

    def refuse(self) -> None:
        self.store.settings.secret = "since-then-replaced"

    def lack(self) -> str:
        self.store.settings.permissions = "read"
        return "Read/Write"


def _gmt(sale: Sale) -> str:
    return sale.modified_at.isoformat()[:19]


def _line(place: int, item: Item) -> Json:
    cost = str(round(float(item.price) * item.quantity, 6))
    return {
        "id": 11 + place,
        "product_id": 101 + place,
        "variation_id": 0,
        "sku": item.sku,
        "name": item.name,
        "quantity": item.quantity,
        "subtotal": cost,
        "total": cost,
    }


def _refund(place: int, units: int, *, before: bool, sale: Sale) -> Json:
    moment = sale.modified_at + timedelta(minutes=-1 if before else 1)
    line = {"quantity": -units, "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": str(11 + place)}]}
    return {"id": 700 + place, "date_created_gmt": moment.isoformat()[:19], "line_items": [line]}
