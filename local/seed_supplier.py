"""The supplier of the small merchant: layouts of the files that go to it and come back, and its account."""

import httpx

from local.api import Api
from local.running import Stack

SUPPLIER = "loomworks"
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


def connect_supplier(api: Api, stack: Stack) -> None:
    """Send orders of its warehouse to the simulated supplier over SFTP, and fetch its answers there."""
    url = f"{stack.world['supplier_url']}/_control"
    account = httpx.get(f"{url}/account").raise_for_status().json()
    supplier = {
        "name": "Loomworks",
        "warehouses": [SUPPLIER],
        "folders": {"orders": "in", "processed": "done"},
        "orders": ORDER_LAYOUT,
        "answers": [ANSWER_LAYOUT],
        "every_minutes": 5,
        **account,
    }
    api.put(f"/suppliers/{SUPPLIER}", supplier)
    httpx.put(f"{url}/settings", json={"lacking": LACKING}).raise_for_status()
