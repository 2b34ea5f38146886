"""The merchant of the bill: two warehouses, products that are in one of them each, and shops that post webhooks.

It imports the code that is measured: see `bench.deployed`.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

import httpx

from bench.deployed import Deployed
from local.world import server
from local.world.shop import Shop, now, signature
from packhorse.aws import schedules, secrets
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.configuration.account import Account
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.values import ChannelId, WarehouseId
from packhorse.store import catalogue, configuration, listings
from simulation.api_requests import request
from simulation.cloud import name_of
from simulation.merchant import put_stock

EAST, WEST = "east", "west"
SHOP_URL, TOKEN, SECRET = "https://{}.example", "shop-token", "shop-secret"
UNITS = 1000
Order = dict[str, Any]


class Merchant:
    """A merchant on a deployment, with so many shops; `is_synced`: shops are sent quantities.

    `east` and `west` are how many products each warehouse has; none is in both.
    """

    def __init__(
        self, deployed: Deployed, shops: int = 1, *, east: int = 0, west: int = 0, is_synced: bool = False
    ) -> None:
        self.deployed = deployed
        self.shops = [f"shop-{number}" for number in range(1, shops + 1)]
        counts = {EAST: east, WEST: west}
        self._skus = {
            warehouse: [f"{warehouse.upper()}-MUG-{n:03}" for n in range(count)] for warehouse, count in counts.items()
        }
        self._is_synced = is_synced
        self._orders = 0

    def open(self) -> None:
        """Set all of it up, and let all that follows from it happen."""
        channels = [Channel(id=name, kind="generic", base_url=SHOP_URL.format(name)) for name in self.shops]
        account = Account(catchall=WEST, priorities=(EAST, WEST), sync=self._is_synced)
        ours = Configuration(
            account=account,
            warehouses={WarehouseId(name): Warehouse(id=name) for name in (EAST, WEST)},
            channels={ChannelId(each.id): each for each in channels},
        )
        configuration.mark_propagated(configuration.apply_edit(lambda _: ours, "owner", datetime.now(UTC)).version)
        for channel in channels:
            secrets.save_credentials(ChannelId(channel.id), secrets.Credentials(webhook_secrets=(SECRET,), token=TOKEN))
            schedules.save_schedule(channel)
            self.deployed.world.web.serve(SHOP_URL.format(channel.id), answers_of(Shop()))
        for warehouse, skus in self._skus.items():
            for sku in skus:
                catalogue.put_product(Product(sku=sku))
                for name in self.shops:
                    listings.put_listing(Listing(channel=name, sku=sku, reference=sku))
                put_stock(UNITS, sku, warehouse)
        self.deployed.settle()

    # ---- orders --------------------------------------------------------------------------------------------

    def orders(self, count: int, warehouses: int) -> list[Order]:
        """Return new paid orders of two lines, in one warehouse or one in each; no two orders share a product."""
        east, west = self._skus[EAST], self._skus[WEST]
        others = west if warehouses > 1 else east[count:]
        return [self._order(skus) for skus in zip(east[:count], others[:count], strict=True)]

    def _order(self, skus: tuple[str, ...]) -> Order:
        self._orders += 1
        person = {"name": "Ada Lovelace", "email": "ada.lovelace@example.com", "phone": "+49 30 901820"}
        return {
            "id": f"W-{self._orders:06}",
            "number": f"{self._orders:06}",
            "placed_at": now(),
            "modified_at": now(),
            "paid_at": now(),
            "currency": "EUR",
            "customer": person,
            "ship_to": {
                "name": person["name"],
                "address1": "Unter den Linden 77",
                "city": "Berlin",
                "postcode": "10117",
                "country": "DE",
                "phone": person["phone"],
            },
            "delivery_method": "Standard",
            "shipping": "4.90",
            "total": "29.90",
            "lines": [
                {
                    "id": str(line),
                    "reference": sku,
                    "sku": sku,
                    "name": "Blue mug, 0.3 l",
                    "quantity": 1,
                    "unit_price": "12.50",
                }
                for line, sku in enumerate(skus, 1)
            ],
        }

    def post(self, order: Order, topic: str) -> None:
        """Post a webhook, signed by the first shop."""
        raw = json.dumps(order).encode()
        headers = {
            "content-type": "application/json",
            "x-packhorse-topic": topic,
            "x-packhorse-signature": signature(raw, SECRET),
        }
        self.deployed.request(
            "WebhookFunction",
            {
                "pathParameters": {"channel": self.shops[0]},
                "headers": headers,
                "body": raw.decode(),
                "isBase64Encoded": False,
            },
        )

    def ship_all(self, warehouses: int) -> None:
        """Warehouses ship every order that is not complete, a parcel for each fulfilment order, over the API."""
        for order_id in list(self.order_ids("in_fulfilment")):
            for number in range(1, warehouses + 1):
                parcel = {"carrier": "DHL", "tracking": f"00340434161094{self._orders:06}{number}"}
                path = f"/orders/{quote(order_id)}/fulfilments/{number}/ship"
                self.deployed.request("ApiFunction", request("POST", path, {"parcels": [parcel]}))

    def order_ids(self, status: str) -> Iterator[str]:
        """Return the ids of all orders of a status, without a call that would be counted."""
        items = (
            each.item for each in self.deployed.world.dynamodb.tables[name_of("OrdersTable")].storage.walk_all(None)
        )
        return (item["pk"]["S"] for item in items if item["sk"]["S"] == "ORDER" and item["status"]["S"] == status)


def answers_of(shop: Shop) -> Any:
    """Return what answers the calls of a shop, which has every order that it is notified of."""

    def answer(request: httpx.Request) -> httpx.Response:
        token, target = request.headers.get("authorization", ""), request.url.raw_path.decode()
        if target.startswith("/orders/"):
            number = unquote(target.split("/")[2])
            shop.orders.setdefault(number, {"id": number, "modified_at": ""})
        status, body = server.answer(shop, request.method, target, token, request.read())
        return httpx.Response(status, json=body)

    return answer
