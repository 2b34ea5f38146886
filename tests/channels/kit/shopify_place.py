"""Shopify: webhooks by HTTPS and by EventBridge, polls, and orders that are named by a hold."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from email.message import Message
from functools import cached_property

from local.world import shopify_server
from local.world.routes import Answer
from local.world.shopify_fulfilments import fulfillment_orders
from local.world.shopify_store import Bucket, Store
from packhorse.channels.protocol import Keys
from packhorse.channels.shopify.login import clear_tokens
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.values import iso
from tests.channels.kit.place import HOOK, MUGS, Json, Place, Taken, Way, Webhooks, only
from tests.channels.kit.sale import NUMBER, PLACED, Item, Sale, Sort

VARIANT = 44210
RECORDED = ("create", "updated", "paid", "cancelled", "fulfilled", "partially_fulfilled")
WITHOUT_SHIPPING = frozenset({Sort.GIFT_CARD, Sort.SERVICE})


class ShopifyPlace(Place):
    """A Shopify store, with an app that fetches its tokens."""

    kind = ChannelKind.SHOPIFY
    prefix = shopify_server.PREFIX
    grant = shopify_server.GRANT
    webhooks = Webhooks(
        topic="X-Shopify-Topic",
        topics={f"orders-{what}": f"orders/{what}" for what in RECORDED},
        signature="X-Shopify-Hmac-SHA256",
        written=lambda digest: b64encode(digest).decode(),
    )

    store: Store

    @property
    def keys(self) -> Keys:
        return Keys("", self.store.settings.client_id, self.store.settings.client_secret)

    def forget_tokens(self) -> None:
        clear_tokens()

    def new_store(self) -> Store:
        clear_tokens()
        found = Store(bucket=Bucket(maximum=1e9, available=1e9))
        for number, sku in enumerate(MUGS):
            found.put_variant({"id": VARIANT + number, "sku": sku})
        return found

    def answer(self, method: str, target: str, headers: Message, body: bytes) -> Answer:
        return shopify_server.answer(self.store, method, target, headers.get("X-Shopify-Access-Token", ""), body)

    def body(self, sale: Sale) -> Json:
        return {
            "id": NUMBER + self.number,
            "name": "#1001",
            "currency": sale.currency,
            "test": sale.is_test,
            "created_at": iso(PLACED),
            "processed_at": iso(PLACED),
            "updated_at": iso(sale.modified_at),
            "cancelled_at": iso(sale.modified_at) if sale.is_cancelled else None,
            "closed_at": iso(PLACED) if sale.is_archived else None,
            "financial_status": "refunded" if sale.is_refunded else "paid" if sale.is_paid else "pending",
            "fulfillment_status": "fulfilled" if sale.is_all_gone else None,
            "customer": {"first_name": sale.buyer},
            "billing_address": {"name": sale.buyer},
            "shipping_address": sale.street
            and {"name": sale.buyer, "address1": sale.street, "city": "Berlin", "country_code": "DE"},
            "line_items": [self._line(sale, place, item) for place, item in enumerate(sale.items)],
            "fulfillments": [
                {
                    "id": 9001 + number,
                    "status": "cancelled" if each.is_cancelled else "success",
                    "service": "manual",
                    "created_at": iso(sale.modified_at),
                    "tracking_company": "UPS",
                    "tracking_number": each.tracking,
                    "tracking_numbers": [each.tracking],
                    "line_items": [{"id": 11 + place, "quantity": units} for place, units in each.units.items()],
                }
                for number, each in enumerate(sale.sent)
            ],
            "refunds": [
                {"refund_line_items": [{"line_item_id": 11 + place, "quantity": units, "restock_type": what}]}
                for place, item in enumerate(sale.items)
                for what, units in (
                    ("cancel" if sale.restocks else "no_restock", item.dropped),
                    ("return", item.returned),
                    ("no_restock", item.kept),
                )
                if units
            ],
        }

    def _line(self, sale: Sale, place: int, item: Item) -> Json:
        is_custom = item.sort is Sort.CUSTOM
        return {
            "id": 11 + place,
            "variant_id": None if is_custom else 101 + place,
            "sku": None if is_custom else item.sku,
            "name": item.name,
            "quantity": max(item.was or 0, item.quantity),
            "current_quantity": item.quantity - item.dropped - item.returned - item.kept,
            "fulfillable_quantity": sale.left(place),
            "requires_shipping": item.sort not in WITHOUT_SHIPPING,
            "price": item.price,
        }

    def put(self, sale: Sale) -> None:
        self.store.put_order(self.body(sale))

    @cached_property
    def ways(self) -> Mapping[str, Way]:
        return {"webhook": self.posted, "event bus": self.on_the_bus, "poll": self.polled, "hold": self.named}

    def posted(self, sale: Sale) -> Taken:
        return self.read({"X-Shopify-Topic": "orders/updated"}, self.body(sale))

    def on_the_bus(self, sale: Sale) -> Taken:
        assert self.adapter.bus
        metadata = {"X-Shopify-Topic": "orders/updated", "X-Shopify-Shop-Domain": "kit.myshopify.com"}
        found = self.adapter.bus({"detail": {"metadata": metadata, "payload": self.body(sale)}})
        return self.read(found.headers, json.loads(found.payload))

    def named(self, sale: Sale) -> Taken:
        assert self.adapter.read
        self.put(sale)
        return only([self.adapter.read(self.channel, self.http).orders_named(self.names())])

    def names(self) -> Sequence[str]:
        return [each["id"] for each in fulfillment_orders(self.store, self.store.orders[str(NUMBER)])]

    # ---- what the store has

    def line_id(self, place: int) -> str:
        return str(11 + place)

    def parcels(self) -> list[tuple[str | None, Mapping[int, int]]]:
        return [
            (
                each.get("tracking_number") or next(iter(each.get("tracking_numbers") or ()), None),
                {part["id"] - 11: part["quantity"] for part in each["line_items"]},
            )
            for each in self.store.orders[str(NUMBER)]["fulfillments"]
            if each["status"] == "success"
        ]

    def is_change(self, call: str, body: bytes) -> bool:
        return b"mutation" in body

    def numbers(self) -> list[str]:
        made = self.store.orders[str(NUMBER)]["fulfillments"]
        return [number for each in made if each["status"] == "success" for number in each["tracking_numbers"]]

    def shows(self, reference: str) -> int:
        return next(each.levels["7001"] for each in self.store.variants.values() if reference in (each.sku, each.id))

    def times_cancelled(self) -> int:
        return len(self.store.jobs)

    def hooks(self) -> list[str]:
        return sorted(each["topic"] for each in self.store.webhooks if each["uri"].endswith(HOOK))

    def lose_hooks(self) -> None:
        self.store.webhooks.clear()

    def put_listings(self, count: int) -> list[str]:
        self.store.variants.clear()
        for number in range(count):
            self.store.put_variant({"id": 50_000 + number, "sku": str(number), "title": "Mug"})
        return [str(50_000 + number) for number in range(count)]

    def drop_listing(self, reference: str) -> None:
        del self.store.variants[reference]

    def name_of(self, number: int) -> str:
        return str(NUMBER + number)

    def refuse(self) -> None:
        clear_tokens()
        self.store.settings.client_secret = "since-then-replaced"

    def lack(self) -> str:
        self.store.scopes.remove("write_inventory")
        return "write_inventory"
