"""What the shops of the demo have in the end: parcels, cancelled orders, quantities."""

import httpx

from local.api import wait_for
from local.demo import amazon, ebay, woocommerce
from local.demo.run import TIMEOUT, Demo, out
from local.demo.tables import Offer, Orders, expected_offers
from local.seed import SHOP, SHOPIFY
from local.seed_amazon import AMAZON, quantities_on_amazon
from local.seed_ebay import EBAY, quantities_on_ebay
from local.seed_woocommerce import WOO


def wait_for_notices(demo: Demo, orders: Orders) -> None:
    """Wait until the shops have every parcel of their orders, and print how many that are."""
    examples = [each for each in demo.examples if each.channel in (SHOPIFY, SHOP, WOO, EBAY, AMAZON)]
    parcels = [
        parcel["tracking"]
        for example in examples
        for each in orders[example.id]["fulfilments"]
        for parcel in each["parcels"]
        if parcel["tracking"]
    ]
    wait_for(lambda: {*parcels} <= _parcels_in_shops(demo), "the notices of parcels", TIMEOUT)
    out.print(f"  {len(parcels)} parcels of {len(examples)} orders: each shop has its own, with carrier and number")
    wait_for(lambda: not woocommerce.not_completed(demo.stack, demo.of(WOO)), "completed orders", TIMEOUT)
    out.print("  the WooCommerce store has completed the orders that left")


def wait_for_cancellations(demo: Demo, orders: Orders) -> None:
    """Wait until the shops have cancelled what was cancelled here."""
    names = {orders[each.id]["channel_order_id"] for each in demo.examples if each.ends == "cancelled here"}
    wait_for(lambda: names <= _cancelled_in_shops(demo), "the cancellations", TIMEOUT)
    out.print(f"  {len(names)} orders are cancelled in their shops, too; no money moved")


def _cancelled_in_shops(demo: Demo) -> set[str]:
    """Return the orders that are cancelled in the shops, by their ids there."""
    store = httpx.get(f"{demo.stack.world['shopify_url']}/_control/received").json()["orders"]
    shop = httpx.get(f"{demo.stack.world['shop_url']}/_control/received").json()["orders"]
    return {
        *(name for name, order in {**store, **shop}.items() if order.get("cancelled_at")),
        *woocommerce.cancelled_in_store(demo.stack),
    }


def _parcels_in_shops(demo: Demo) -> set[str | None]:
    """Return the tracking numbers that the shops have."""
    store = httpx.get(f"{demo.stack.world['shopify_url']}/_control/received").json()["orders"]
    shop = httpx.get(f"{demo.stack.world['shop_url']}/_control/received").json()["shipments"]
    sent = (each for order in store.values() for each in order["fulfillments"])
    theirs = {number for each in sent for number in (each.get("tracking_numbers") or [each.get("tracking_number")])}
    theirs |= ebay.parcels(demo.stack) | woocommerce.parcels_in_store(demo.stack)
    theirs |= amazon.parcels(demo.stack)
    return theirs | {parcel["tracking"] for each in shop for parcel in each["parcels"]}


def offers(demo: Demo) -> dict[str, Offer]:
    """Return the quantities that the shops show now."""
    store = httpx.get(f"{demo.stack.world['shopify_url']}/_control/received").json()["variants"]
    shop = httpx.get(f"{demo.stack.world['shop_url']}/_control/received").json()["stock"]
    levels = {each["sku"]: next(iter(each["levels"].values())) for each in store.values()}
    others = (
        woocommerce.stock_in_store(demo.stack),
        quantities_on_ebay(demo.stack),
        quantities_on_amazon(demo.stack),
    )
    return {sku: Offer(levels[sku], shop.get(sku), *(each.get(sku) for each in others)) for sku in levels}


def wait_for_offers(demo: Demo) -> dict[str, Offer]:
    """Return the same once the shops show what follows from the stock, which Amazon may set meanwhile."""
    return wait_for(
        lambda: _if_contains(offers(demo), expected_offers(demo.stock())), "the stock of the shops", TIMEOUT
    )


def _if_contains(shown: dict[str, Offer], expected: dict[str, Offer]) -> dict[str, Offer] | None:
    return shown if expected.items() <= shown.items() else None
