"""The orders of the demo, by webhook, file and poll, one for each routing rule, with the expected result of each."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.seed import OWN, SHOP, SHOPIFY, TRADE
from local.seed_amazon import AMAZON, AMAZON_WAREHOUSE
from local.seed_ebay import EBAY
from local.seed_supplier import SUPPLIER
from local.seed_woocommerce import WOO, references

Lines = dict[str, int]
LOS_ANGELES = {"city": "Los Angeles", "state": "CA", "postcode": "90012", "country": "US"}
NEW_YORK = {"city": "New York", "state": "NY", "postcode": "10011", "country": "US"}
MANCHESTER = {"city": "Manchester", "state": "", "postcode": "M1 1AE", "country": "GB"}
BERLIN = {"city": "Berlin", "state": "", "postcode": "10117", "country": "DE"}


@dataclass(frozen=True)
class Example:
    """An order and its expected result: warehouse and rule by sku; `ends` names how the demo closes the order."""

    name: str
    channel: str
    lines: Lines
    to: dict[str, str]
    goes: dict[str, tuple[str, str]]
    ends: str = "tracking"
    status: str = "complete"
    warehouse: str = ""
    id: str = ""
    paid: bool = True
    by_hand: bool = False


EXAMPLES = (
    Example("state", SHOPIFY, {"MUG-WHITE": 2}, LOS_ANGELES, {"MUG-WHITE": ("reno", "geo")}, ends="label"),
    Example(
        "postcode range",
        SHOPIFY,
        {"MUG-BLACK": 1, "BOWL-S": 4},
        NEW_YORK,
        {"MUG-BLACK": ("newark", "geo"), "BOWL-S": ("newark", "geo")},
        ends="label",
    ),
    Example("country", SHOPIFY, {"TEAPOT-1L": 1}, MANCHESTER, {"TEAPOT-1L": ("leeds", "geo")}),
    Example("region has none", SHOPIFY, {"PAN-28": 1}, NEW_YORK, {"PAN-28": ("reno", "priority")}, ends="label"),
    Example(
        "no region, priorities", SHOPIFY, {"PLATE-L": 6}, BERLIN, {"PLATE-L": ("newark", "priority")}, ends="label"
    ),
    Example(
        "two warehouses",
        SHOPIFY,
        {"MUG-ENAMEL": 1, "KETTLE-GB": 1},
        LOS_ANGELES,
        {"MUG-ENAMEL": ("reno", "geo"), "KETTLE-GB": ("leeds", "priority")},
    ),
    Example("pinned product", SHOPIFY, {"STOVE-CAST": 1}, NEW_YORK, {"STOVE-CAST": ("reno", "pinned")}),
    Example(
        "sold out: catchall",
        SHOPIFY,
        {"LAMP-SOLD-OUT": 1},
        NEW_YORK,
        {"LAMP-SOLD-OUT": ("", "catchall")},
        ends="waits",
        status="open",
    ),
    Example("shipped on Shopify", SHOPIFY, {"BOWL-L": 2}, LOS_ANGELES, {"BOWL-L": ("reno", "geo")}, ends="storefront"),
    Example(
        "cancelled on Shopify",
        SHOPIFY,
        {"PAN-24": 3},
        LOS_ANGELES,
        {"PAN-24": ("", "geo")},
        ends="cancelled",
        status="cancelled",
    ),
    Example(
        "cancelled here, and so on Shopify",
        SHOPIFY,
        {"MUG-WHITE": 1},
        LOS_ANGELES,
        {"MUG-WHITE": ("", "geo")},
        ends="cancelled here",
        status="cancelled",
    ),
    Example("excluded warehouse", TRADE, {"FORK-SET-6": 10}, NEW_YORK, {"FORK-SET-6": ("reno", "priority")}),
    Example(
        "warehouse named in the file",
        TRADE,
        {"SPOON-SET-6": 10},
        LOS_ANGELES,
        {"SPOON-SET-6": ("leeds", "manual")},
        warehouse="leeds",
    ),
    Example("two parcels", TRADE, {"BOARD-OAK": 5}, MANCHESTER, {"BOARD-OAK": ("leeds", "geo")}, ends="parcels"),
    Example("by a supplier", SHOPIFY, {"RUG-WOOL": 1}, NEW_YORK, {"RUG-WOOL": (SUPPLIER, "priority")}, ends="supplier"),
    Example(
        "by a supplier, two lines",
        TRADE,
        {"RUG-WOOL": 1, "RUG-JUTE": 3},
        NEW_YORK,
        {"RUG-WOOL": (SUPPLIER, "priority"), "RUG-JUTE": (SUPPLIER, "priority")},
        ends="supplier",
    ),
    Example(
        "rejected by a supplier",
        SHOPIFY,
        {"BLANKET-WOOL": 2},
        BERLIN,
        {"BLANKET-WOOL": ("leeds", "priority")},
        ends="rejected",
    ),
    Example(
        "cancelled here, and so in the shop",
        SHOP,
        {"KNIFE-SET-6": 1},
        NEW_YORK,
        {"KNIFE-SET-6": ("", "override")},
        ends="cancelled here",
        status="cancelled",
    ),
    Example(
        "WooCommerce, by webhook", WOO, {"KETTLE-GB": 3}, MANCHESTER, {"KETTLE-GB": ("leeds", "geo")}, ends="parcels"
    ),
    Example(
        "cancelled here, and so on WooCommerce",
        WOO,
        {"PAN-28": 1},
        MANCHESTER,
        {"PAN-28": ("", "geo")},
        ends="cancelled here",
        status="cancelled",
    ),
    Example("WooCommerce, polled", WOO, {"APRON-BLUE-M": 1}, LOS_ANGELES, {"APRON-BLUE-M": ("reno", "geo")}),
    Example(
        "cancelled on WooCommerce",
        WOO,
        {"PAN-28": 2},
        MANCHESTER,
        {"PAN-28": ("", "geo")},
        ends="cancelled",
        status="cancelled",
    ),
    Example("channel's own warehouse", SHOP, {"KNIFE-SET-6": 1}, NEW_YORK, {"KNIFE-SET-6": ("leeds", "override")}),
    Example(
        "completed by hand",
        SHOP,
        {"APRON RED L #2": 1},
        BERLIN,
        {"APRON RED L #2": ("leeds", "override")},
        ends="by hand",
    ),
    Example("placed by hand", TRADE, {"SPOON-SET-6": 1}, NEW_YORK, {"SPOON-SET-6": ("reno", "priority")}, by_hand=True),
    Example(
        "shipped by Amazon",
        SHOPIFY,
        {"TRAY-BAMBOO": 2},
        NEW_YORK,
        {"TRAY-BAMBOO": (AMAZON_WAREHOUSE, "priority")},
        ends="amazon",
    ),
    Example(
        "bought of a supplier first",
        SHOPIFY,
        {"CUSHION-LINEN": 4},
        LOS_ANGELES,
        {"CUSHION-LINEN": ("reno", "geo")},
        ends="bought",
    ),
    Example("Amazon, by notification", AMAZON, {"MUG-WHITE": 1}, LOS_ANGELES, {"MUG-WHITE": ("reno", "geo")}),
    Example("Amazon, polled", AMAZON, {"BOWL-S": 2}, NEW_YORK, {"BOWL-S": ("newark", "geo")}),
    Example("polled on eBay", EBAY, {"PLATE-S": 2}, LOS_ANGELES, {"PLATE-S": ("reno", "geo")}),
    Example("notified by eBay", EBAY, {"APRON-BLUE-M": 1}, NEW_YORK, {"APRON-BLUE-M": ("newark", "geo")}),
)


def now() -> str:
    """Return the current time in the format of the channels."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shopify_order(example: Example, order_id: str, **changes: Any) -> dict[str, Any]:
    """Return the body of a Shopify webhook for the order; `changes` are fields that differ from a new order's."""
    address = {
        "name": "Grace Hopper",
        "address1": "1 Harbor Street",
        "city": example.to["city"],
        "province_code": example.to["state"] or None,
        "zip": example.to["postcode"],
        "country_code": example.to["country"],
    }
    moment = now()
    return {
        "id": int(order_id),
        "name": f"#{order_id[-5:]}",
        "created_at": moment,
        "processed_at": moment,
        "updated_at": moment,
        "cancelled_at": None,
        "currency": "USD",
        "email": "grace@example.com",
        "financial_status": "paid",
        "fulfillment_status": None,
        "fulfillments": [],
        "shipping_address": address,
        "billing_address": address,
        "shipping_lines": [{"code": "Standard", "title": "Standard", "price": "4.90"}],
        "line_items": [
            {
                "id": int(order_id) * 100 + index,
                "variant_id": None,
                "sku": sku,
                "name": sku,
                "quantity": quantity,
                "current_quantity": quantity,
                "price": "19.00",
                "requires_shipping": True,
            }
            for index, (sku, quantity) in enumerate(example.lines.items(), 1)
        ],
        **changes,
    }


def shipped_on_shopify(order: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a webhook for the same order, fulfilled in Shopify's admin."""
    moment = now()
    parcel = {
        "id": order["id"] + 1,
        "status": "success",
        "created_at": moment,
        "tracking_company": "UPS",
        "tracking_numbers": [f"1Z{order['id']}"],
        "line_items": [{"id": line["id"], "quantity": line["quantity"]} for line in order["line_items"]],
    }
    return {**order, "updated_at": moment, "fulfillment_status": "fulfilled", "fulfillments": [parcel]}


def woo_order(example: Example, order_id: str, **changes: Any) -> dict[str, Any]:
    """Return the order as WooCommerce's REST API has it; the buyer is a guest, and named by the billing address."""
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    listed = references(OWN)
    return {
        "id": int(order_id),
        "number": order_id,
        "status": "processing",
        "currency": "EUR",
        "date_created_gmt": moment,
        "date_paid_gmt": moment,
        "customer_id": 0,
        "billing": {
            "first_name": "Alan",
            "last_name": "Turing",
            "address_1": "3 Wilmslow Road",
            **example.to,
            "email": "alan@example.com",
        },
        "shipping": {"first_name": "", "last_name": "", "address_1": "", "city": "", "postcode": "", "country": ""},
        "payment_method": "stripe",
        "line_items": [
            {
                "id": int(order_id) * 100 + index,
                "product_id": int(listed[sku].partition(":")[0]),
                "variation_id": int(listed[sku].partition(":")[2] or 0),
                "sku": sku,
                "name": sku,
                "quantity": quantity,
                "subtotal": f"{quantity * 8.403361344537815:.12f}",
                "total": f"{quantity * 8.403361344537815:.12f}",
            }
            for index, (sku, quantity) in enumerate(example.lines.items(), 1)
        ],
        "shipping_lines": [{"method_id": "flat_rate", "method_title": "Standard", "total": "4.90"}],
        "refunds": [],
        "meta_data": [],
        **changes,
    }


def shop_order(example: Example, order_id: str) -> dict[str, Any]:
    """Return the order in the format of the generic channel."""
    return {
        "id": order_id,
        "number": order_id,
        "placed_at": now(),
        "modified_at": now(),
        "currency": "GBP",
        "paid_at": now(),
        "cancelled_at": None,
        "shipped_at": None,
        "customer": {"name": "Joan Clarke", "email": "joan@example.com", "phone": ""},
        "ship_to": {"name": "Joan Clarke", "address1": "8 Park Row", **example.to},
        "delivery_method": "standard",
        "lines": [
            {"id": str(index), "reference": sku, "sku": sku, "name": sku, "quantity": quantity, "unit_price": "15.00"}
            for index, (sku, quantity) in enumerate(example.lines.items(), 1)
        ],
        "parcels": [],
    }


def order_by_hand(example: Example, order_id: str) -> dict[str, Any]:
    """Return the order as a person enters it."""
    price = {"amount": "9.50", "currency": "USD"}
    return {
        "channel": example.channel,
        "channel_order_id": order_id,
        "paid": True,
        "ship_to": {"name": "Mary Ltd", "address1": "5 Dock Road", **example.to},
        "lines": [{"sku": sku, "quantity": units, "unit_price": price} for sku, units in example.lines.items()],
    }


def order_file(examples: list[tuple[Example, str]]) -> str:
    """Return the orders as a CSV file, a row for each line; the last row is wrong on purpose."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(
        "OrderNumber,SKU,Quantity,UnitPrice,Currency,ShipName,ShipAddress1,ShipCity,ShipState,ShipZip,ShipCountry,"
        "PaymentDate,Warehouse".split(",")
    )
    for example, order_id in examples:
        to = (example.to["city"], example.to["state"], example.to["postcode"], example.to["country"])
        for sku, quantity in example.lines.items():
            rows.writerow(
                [order_id, sku, quantity, "9.50", "USD", "Mary Ltd", "5 Dock Road", *to, now(), example.warehouse]
            )
    rows.writerow(["BAD-1", "MUG-WHITE", "three", "9.50", "USD", "Nobody", "1 Street", "Town", "", "", "US", now(), ""])
    return out.getvalue()
