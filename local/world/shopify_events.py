"""What the store posts beside its orders: changed quantities, and requests about personal data.

Shopify posts `inventory_levels/update` for every change of a quantity, also one that an app makes through the API.
The requests are of three topics to which no app subscribes: their url is set in the app.
"""

from typing import Any

from local.world.shop import now

Json = dict[str, Any]
SHOP = {"shop_id": 954889, "shop_domain": "packhorse-test.myshopify.com"}
PRIVACY = ("customers/data_request", "customers/redact", "shop/redact")


def level_event(item: str, location: str, available: int) -> Json:
    """Return the event of a quantity that an item has at a location since now."""
    payload = {
        "inventory_item_id": int(item),
        "location_id": int(location),
        "available": available,
        "updated_at": now(),
        "admin_graphql_api_id": f"gid://shopify/InventoryLevel/{location}?inventory_item_id={item}",
    }
    return {"topic": "inventory_levels/update", "payload": payload}


def privacy_event(number: int, topic: str, customer: Json, orders: list[int]) -> Json:
    """Return the event of a request about personal data, of a topic of PRIVACY: of a customer, or of the whole shop."""
    about = {
        "customers/data_request": {"customer": customer, "orders_requested": orders, "data_request": {"id": number}},
        "customers/redact": {"customer": customer, "orders_to_redact": orders},
        "shop/redact": {},
    }[topic]
    return {"topic": topic, "payload": {**SHOP, **about}}
