"""Amazon on the deployed stack, in both directions: orders by notification and by poll, quantities, packages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
import pytest

from local.api import Api, wait_for
from local.running import Stack
from local.seed import connect
from local.seed_amazon import AMAZON as CHANNEL
from local.seed_amazon import UNITED_STATES, keys_of_amazon
from tests.e2e.test_stock import a_product, balance

pytestmark = pytest.mark.e2e

SKU = "MUG-AMAZON"
_numbers = count(int(datetime.now(UTC).timestamp()))


class Seller:
    """The simulated Amazon, as its seller sees it."""

    def __init__(self, stack: Stack) -> None:
        self.control = f"{stack.world['amazon_url']}/_control"

    def received(self) -> Any:
        return httpx.get(f"{self.control}/received").raise_for_status().json()

    def put(self, what: str, body: Any) -> None:
        httpx.put(f"{self.control}/{what}", json=body).raise_for_status()

    def sells(self, status: str = "UNSHIPPED", fulfilled_by: str = "MERCHANT", units: int = 2) -> str:
        """Have a buyer order a mug; return Amazon's id of the order."""
        number = f"902-{next(_numbers)}"
        self.put("orders", [an_order(number, status, fulfilled_by, units)])
        return number

    def cancels(self, number: str) -> None:
        order = self.received()["orders"][number]
        order["fulfillment"]["fulfillmentStatus"] = "CANCELLED"
        self.put("orders", [{**order, "lastUpdatedTime": moment()}])


def moment() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def an_order(number: str, status: str, fulfilled_by: str, units: int) -> dict[str, Any]:
    sent = units if status == "SHIPPED" else 0
    address = {
        "name": "Grace Hopper",
        "addressLine1": "1 Harbor Street",
        "city": "New York",
        "stateOrRegion": "NY",
        "postalCode": "10011",
        "countryCode": "US",
    }
    price = {"unitPrice": {"amount": "19.00", "currencyCode": "USD"}}
    return {
        "orderId": number,
        "createdTime": moment(),
        "lastUpdatedTime": moment(),
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": UNITED_STATES},
        "buyer": {"buyerName": "Grace Hopper"},
        "recipient": {"deliveryAddress": address},
        "fulfillment": {"fulfillmentStatus": status, "fulfilledBy": fulfilled_by},
        "orderItems": [
            {
                "orderItemId": f"{number}-1",
                "quantityOrdered": units,
                "product": {"sellerSku": SKU, "title": "Mug", "price": price},
                "fulfillment": {"quantityFulfilled": sent, "quantityUnfulfilled": units - sent},
            }
        ],
    }


@pytest.fixture(scope="module")
def seller(stack: Stack, api: Api) -> Iterator[Seller]:
    """The seeded seller, with one more listing and twenty mugs in Newark; each notification comes twice."""
    found = Seller(stack)
    found.put("settings", {"deliveries": 2})
    a_product(api, SKU, newark=20)
    found.put("listings", [{"sku": SKU, "title": "Mug"}])
    connect(api, stack, CHANNEL, keys_of_amazon(stack))
    yield found
    found.put("settings", {"deliveries": 1})


def order_of(api: Api, number: str, status: str) -> dict[str, Any]:
    """Return the order once it is here, in that status."""

    def there() -> dict[str, Any] | None:
        for each in api.get(f"/orders?channel={CHANNEL}&q={number}")["items"]:
            order = api.get(f"/orders/{each['id']}")
            if (order["channel_order_id"], order["status"]) == (number, status):
                return dict(order)
        return None

    return wait_for(there, f"order {number} as {status}", 60)


def test_a_channel_is_subscribed_and_its_listing_shows_the_stock(api: Api, seller: Seller) -> None:
    assert api.get(f"/channels/{CHANNEL}/health")["webhooks"]["topics"] == ["FULFILLMENT_ORDER_STATUS", "ORDER_CHANGE"]
    wait_for(lambda: seller.received()["patches"], "a quantity on Amazon", 60)


def test_an_order_comes_by_notifications_that_come_twice_and_its_parcel_is_confirmed(api: Api, seller: Seller) -> None:
    number = seller.sells()

    order = order_of(api, number, "in_fulfilment")
    tracking = f"1Z{number.replace('-', '')}"
    parcel = {"carrier": "UPS", "tracking": tracking}
    api.post(f"/orders/{order['id']}/fulfilments/1/ship", {"parcels": [parcel]})

    def packages() -> list[tuple[str, str]]:
        return [(each["carrier"], each["trackingNumber"]) for each in seller.received()["orders"][number]["packages"]]

    assert wait_for(packages, "the package on Amazon", 60) == [("UPS", tracking)]
    order_of(api, number, "complete")
    assert balance(api, SKU) == (18, 0, 18)


def test_orders_that_no_notification_names_come_by_a_poll_and_those_of_amazon_take_no_stock(
    api: Api, seller: Seller
) -> None:
    on_hand, committed, available = balance(api, SKU)
    seller.put("settings", {"has_notifications": False})
    number, by_amazon = seller.sells(units=3), seller.sells("SHIPPED", "AMAZON", units=4)
    seller.put("settings", {"has_notifications": True})

    api.post(f"/channels/{CHANNEL}/poll")

    order_of(api, number, "in_fulfilment")
    order_of(api, by_amazon, "complete")
    assert balance(api, SKU) == (on_hand, committed + 3, available - 3)


def test_an_order_that_is_cancelled_on_amazon_is_cancelled_here(api: Api, seller: Seller) -> None:
    number = seller.sells()
    order_of(api, number, "in_fulfilment")

    seller.cancels(number)

    order_of(api, number, "cancelled")
