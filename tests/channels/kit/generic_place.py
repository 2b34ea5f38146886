"""The generic channel: webhooks and polls of the same document."""

from collections.abc import Mapping
from email.message import Message
from functools import cached_property
from typing import ClassVar

from local.world import server
from local.world.routes import Answer
from local.world.shop import Shop
from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.values import iso
from tests.channels.kit.place import HOOK, MUGS, SENSELESS, Json, Place, Taken, Way, Webhooks
from tests.channels.kit.sale import NUMBER, PLACED, Item, Sale, Sort

GOODS_ONLY = "lines are goods: the shop leaves out what is not shipped"


class GenericPlace(Place):
    """A shop of the generic protocol that wants its calls signed."""

    kind = ChannelKind.GENERIC
    order_id = "W/7001"
    webhooks = Webhooks(
        topic="X-Packhorse-Topic",
        topics={"order": "order.created", "order-shipped": "order.updated"},
        signature="X-Packhorse-Signature",
        written=lambda digest: f"sha256={digest.hex()}",
    )
    means: ClassVar = {
        "PUT /": SENSELESS,  # any 2xx is a yes, whatever the body
        "POST /": SENSELESS,
        "DELETE /": SENSELESS,
        "GET /webhook": frozenset({"404", "no fields", "no data"}),  # no such route, or no url
        "GET /listings": frozenset({"404"}),
    }
    cannot: ClassVar = {
        "a gift card beside goods": GOODS_ONLY,
        "a service beside goods": GOODS_ONLY,
        "nothing but a gift card": GOODS_ONLY,
        "nothing but a service": GOODS_ONLY,
        "units that came back": "the protocol has no returns",
        "a test order": "the protocol has no test orders",
        "refuse a listing": "the simulated shop has no list of what may be set",
        "lack a permission": "a token of the protocol may do all or nothing",
        "archived": "the protocol has no archive",
    }

    store: Shop

    @property
    def keys(self) -> Keys:
        return Keys(self.store.settings.token, others=(self.store.settings.webhook_secret,))

    def new_store(self) -> Shop:
        found = Shop()
        found.settings.requires_signature = True
        for reference in MUGS:
            found.listings[reference] = {"reference": reference, "sku": reference, "title": reference}
        return found

    def answer(self, method: str, target: str, headers: Message, body: bytes) -> Answer:
        token, signature = (headers.get(name, "") for name in ("Authorization", "X-Packhorse-Signature"))
        return server.answer(self.store, method, target, token, body, signature)

    def body(self, sale: Sale) -> Json:
        return {
            "id": self.name_of(self.number),
            "number": "1001",
            "currency": sale.currency,
            "placed_at": iso(PLACED),
            "modified_at": iso(sale.modified_at),
            "paid_at": iso(PLACED) if sale.is_paid else None,
            "cancelled_at": iso(sale.modified_at) if sale.is_cancelled else None,
            "refunded_at": iso(sale.modified_at) if sale.is_refunded else None,
            "shipped_at": iso(sale.modified_at) if sale.is_all_gone else None,
            "customer": {"name": sale.buyer},
            "ship_to": sale.street and {"name": sale.buyer, "address1": sale.street, "city": "Berlin", "country": "DE"},
            "lines": [self._line(place, item) for place, item in enumerate(sale.items)],
            "parcels": [
                {
                    "id": str(9001 + number),
                    "carrier": "UPS",
                    "tracking": each.tracking,
                    "lines": [{"line": self.line_id(at), "quantity": units} for at, units in each.units.items()],
                }
                for number, each in enumerate(sale.sent)
                if not each.is_cancelled
            ],
        }

    def _line(self, place: int, item: Item) -> Json:
        named = {} if item.sort is Sort.CUSTOM else {"reference": f"listing-{place}", "sku": item.sku}
        units = item.quantity - item.dropped
        return {"id": self.line_id(place), "name": item.name, "quantity": units, "unit_price": item.price, **named}

    def put(self, sale: Sale) -> None:
        self.store.put_order(self.body(sale))

    @cached_property
    def ways(self) -> Mapping[str, Way]:
        return {"webhook": self.posted, "poll": self.polled}

    def posted(self, sale: Sale) -> Taken:
        return self.read({"X-Packhorse-Topic": "order.updated"}, self.body(sale))

    # ---- what the shop has

    def line_id(self, place: int) -> str:
        return f"line/{place}"

    def parcels(self) -> list[tuple[str | None, Mapping[int, int]]]:
        return [
            (parcel["tracking"], {self.place_of(part["line"]): part["quantity"] for part in parcel["lines"]})
            for parcel in self.store.orders[self.order_id]["parcels"]
        ]

    def shows(self, reference: str) -> int:
        return self.store.stock[reference]

    def times_cancelled(self) -> int:
        return len(self.store.cancellations)

    def hooks(self) -> list[str]:
        url = self.store.settings.webhook_url or ""
        return ["order.created", "order.updated"] if url.endswith(HOOK) else []

    def lose_hooks(self) -> None:
        self.store.settings.webhook_url = None

    def put_listings(self, count: int) -> list[str]:
        names = [f"{number:05}" for number in range(count)]
        self.store.listings = {each: {"reference": each, "sku": str(int(each)), "title": "Mug"} for each in names}
        return names

    def drop_listing(self, reference: str) -> None:
        del self.store.listings[reference]

    def name_of(self, number: int) -> str:
        return f"W/{NUMBER + number}"

    def refuse(self) -> None:
        self.store.settings.token = "since-then-replaced"
