"""The part of the demo in which goods are bought for an order that waits.

The purchase order goes to the supplier as a file and as a page, is answered, and comes in two deliveries, one of them
entered twice.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from rich.table import Table

from local.api import Api, wait_for
from local.demo.expected import ANEW
from local.demo.supplier import FOLDER, PAUSE
from local.home import StackError
from local.running import Stack
from local.seed_supplier import SUPPLIER

FIRST = 4
TIMEOUT = 300
OTHERS_WORK = (
    "the demo's order waits for goods that are bought already, or others wait, too: "
    f"cancel those purchase orders and orders, or {ANEW}"
)

Purchase = dict[str, Any]


class Bought(NamedTuple):
    """A purchase order at its end, and the files that its supplier got and sent."""

    purchase: Purchase
    files: tuple[str, ...]


def buy(stack: Stack, api: Api) -> Bought:
    """Buy what orders wait for, and return the purchase order once the last of it has arrived."""
    drafts = api.post("/purchase-orders/from-short-lines")["items"]
    if len(drafts) != 1:
        raise StackError(OTHERS_WORK)
    [draft] = drafts
    path = f"/purchase-orders/{draft['id']}"
    api.post(f"{path}/submit")
    confirmed = wait_for(lambda: _confirmed(api, path), "the answer about the purchase order", TIMEOUT)
    [line] = confirmed["lines"]
    rest = line["ordered"] - FIRST
    for receipt, units in (("BOX-1", FIRST), ("BOX-1", FIRST), ("BOX-2", rest)):
        received = {"receipt": receipt, "lines": [{"line": line["id"], "accepted": units}]}
        purchase: Purchase = api.post(f"{path}/receive", received)
    root = stack.home.state.joinpath(*FOLDER)
    names = (f"purchases/PO_{draft['id']}_*", f"purchases/{draft['id']}.pdf", f"done/ack_PO_{draft['id']}_*")
    found = (each for name in names for each in root.glob(name))
    return Bought(purchase, tuple(str(each) for each in found if each.suffix != ".done"))


def _confirmed(api: Api, path: str) -> Purchase | None:
    """Return the purchase order once its supplier has confirmed every line."""
    api.post(f"/suppliers/{SUPPLIER}/send-now")
    time.sleep(PAUSE)
    purchase: Purchase = api.get(path)
    return purchase if all(line["acknowledged"] for line in purchase["lines"]) else None


def lines_of(bought: Bought, show: Callable[[str], None]) -> None:
    """Show the files, and what was said."""
    [line] = bought.purchase["lines"]
    show(f"purchase order {bought.purchase['id']}: {line['ordered']} of {line['sku']}, in whole cases")
    for file in bought.files:
        show(f"  {file}")
    show(f"  confirmed for {line['expected_on']}, received in two deliveries, one of them entered twice")


def differences(api: Api, bought: Bought) -> Iterator[str]:
    """Yield how the end differs from the expected one."""
    purchase = bought.purchase
    [line] = purchase["lines"]
    if (purchase["state"], line["received"]) != ("received", line["ordered"]):
        yield f"purchase order {purchase['id']} is {purchase['state']} with {line['received']} received"
    if (purchase["sending"] or {}).get("state") != "sent" or len(bought.files) < 3:
        yield f"purchase order {purchase['id']} was not sent as it should: {purchase['sending']}, {bought.files}"
    shelves = api.get(f"/stock?sku={line['sku']}")["items"]
    if incoming := sum(each["incoming"] for each in shelves):
        yield f"{incoming} of {line['sku']} are still incoming"


def purchase_table(bought: Bought) -> Table:
    """Show what happened to the purchase order."""
    table = Table(
        "at", "what", "who", "detail", title=f"Purchase order {bought.purchase['id']} of {bought.purchase['supplier']}"
    )
    for entry in bought.purchase["timeline"]:
        table.add_row(entry["at"][11:19], entry["what"], entry["who"], entry["detail"])
    return table
