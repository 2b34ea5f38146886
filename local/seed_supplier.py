"""The supplier of the small merchant: layouts of the files that go to it and come back, and its account."""

from typing import Any

import httpx

from local.api import Api
from local.running import Stack

SUPPLIER = "loomworks"
BOUGHT = {"CUSHION-LINEN": "Cushion, linen"}
"""What it sells to the merchant, who has none in stock: it is bought once orders wait for it."""
SUPPLIED = {"RUG-WOOL": "Rug, wool", "RUG-JUTE": "Rug, jute", "BLANKET-WOOL": "Blanket, wool"}
LACKING = ["BLANKET-WOOL"]
"""What the supplier has not got, although its last stock feed said so: it rejects orders of it."""
ORDER_LAYOUT = {
    "file_name": "ORD_{batch:6}.csv",
    "records": [
        {
            "level": "line",
            "columns": [
                {"name": "PO_NUM", "source": "fulfilment.id"},
                {"name": "LINE", "source": "line.number"},
                {"name": "ITEM", "source": "line.sku"},
                {"name": "QTY", "source": "line.quantity"},
                {"name": "NAME", "source": "ship_to.name", "written": {"max_length": 35, "too_long": "cut"}},
                {"name": "ADDRESS", "source": "ship_to.address1"},
                {"name": "CITY", "source": "ship_to.city"},
                {"name": "STATE", "source": "ship_to.state"},
                {"name": "ZIP", "source": "ship_to.postcode"},
                {"name": "COUNTRY", "source": "ship_to.country"},
            ],
        }
    ],
}
ANSWER_LAYOUT = {
    "folder": "out",
    "files": "*.csv",
    "complete": "done",
    "statuses": {"ACK": "acknowledged", "REJ": "rejected", "SHP": "shipped"},
    "columns": [
        {"field": "fulfilment", "names": ["PO_NUM"], "required": True},
        {"field": "status", "names": ["STATUS"]},
        {"field": "sku", "names": ["ITEM"]},
        {"field": "quantity", "names": ["QTY"]},
        {"field": "carrier", "names": ["CARRIER"]},
        {"field": "tracking", "names": ["TRACKING"]},
        {"field": "reason", "names": ["REASON"]},
    ],
}
PURCHASE_LAYOUT = {
    "file_name": "PO_{order}_{batch}.csv",
    "records": [
        {
            "level": "line",
            "columns": [
                {"name": "PO", "source": "purchase_order.number"},
                {"name": "LINE", "source": "line.number"},
                {"name": "ITEM", "source": "line.supplier_sku", "instead": "line.sku"},
                {"name": "QTY", "source": "line.quantity"},
                {"name": "PRICE", "source": "line.price"},
                {"name": "DUE", "source": "line.expected_on"},
            ],
        }
    ],
}
CONFIRMATION_LAYOUT = {
    "folder": "confirmed",
    "files": "*.csv",
    "complete": "done",
    "statuses": {"ACK": "acknowledged", "REJ": "rejected", "SHP": "shipped"},
    "columns": [
        {"field": "purchase_order", "names": ["PO"], "required": True},
        {"field": "status", "names": ["STATUS"]},
        {"field": "line", "names": ["LINE"]},
        {"field": "quantity", "names": ["QTY"]},
        {"field": "expected_on", "names": ["DUE"]},
        {"field": "delivery", "names": ["DELIVERY"]},
        {"field": "reason", "names": ["REASON"]},
    ],
}
PURCHASING = {
    "account": "PKH-77",
    "terms": "30 days net",
    "address": {
        "name": "Loomworks",
        "address1": "2 Mill Street",
        "city": "York",
        "postcode": "YO1 7EP",
        "country": "GB",
    },
    "layout": PURCHASE_LAYOUT,
    "folder": "purchases",
    "pdf": True,
    "answers": [CONFIRMATION_LAYOUT],
    "drop_ship": True,
}
PRICES = {"CUSHION-LINEN": "6.40", "RUG-WOOL": "58.00", "RUG-JUTE": "31.50", "BLANKET-WOOL": "22.00"}


def terms_of(sku: str) -> list[dict[str, Any]]:
    """Return the terms on which a product is bought of the supplier; what goes to our warehouses comes in cases."""
    if sku not in PRICES:
        return []
    terms = {"supplier": SUPPLIER, "price": {"amount": PRICES[sku], "currency": "USD"}, "lead_days": 5}
    return [{**terms, "case_pack": 6, "minimum": 12} if sku in BOUGHT else terms]


def connect_supplier(api: Api, stack: Stack) -> None:
    """Send the simulated supplier orders of its warehouse and purchase orders over SFTP, and fetch its answers."""
    url = f"{stack.world['supplier_url']}/_control"
    account = httpx.get(f"{url}/account").raise_for_status().json()
    supplier = {
        "name": "Loomworks",
        "warehouses": [SUPPLIER],
        "folders": {"orders": "in", "processed": "done"},
        "orders": ORDER_LAYOUT,
        "answers": [ANSWER_LAYOUT],
        "purchasing": PURCHASING,
        "every_minutes": 5,
        **account,
    }
    api.put(f"/suppliers/{SUPPLIER}", supplier)
    httpx.put(f"{url}/settings", json={"lacking": LACKING}).raise_for_status()
