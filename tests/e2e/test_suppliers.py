"""A supplier on the deployed local stack: files go to its SFTP server, and its answers come back from there."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from local.api import Api, wait_for
from local.running import Stack
from local.seed import TRADE
from local.seed_supplier import SUPPLIER
from local.stack import down, up

pytestmark = pytest.mark.e2e
Order = dict[str, Any]
SKUS = ("E2E-RUG", "E2E-LACK", "E2E-REFUSED", "E2E-ONCE", "E2E-DIES", "E2E-GARBAGE")
PLAIN = {"lacking": [], "refusing": "", "silent": False, "ships": True, "next_answers": []}


@pytest.fixture(scope="module", autouse=True)
def _stocked(api: Api) -> None:
    """The products, whose stock is there before the first order: units that arrive later end a rejection."""
    for sku in SKUS:
        api.put(f"/products/{sku}", {"name": sku})
    places = [*((sku, SUPPLIER) for sku in SKUS), ("E2E-LACK", "leeds")]
    changes = [{"sku": sku, "warehouse": place, "set": 20} for sku, place in places]
    api.post("/stock/adjustments", {"adjustments": changes})


@pytest.fixture(autouse=True)
def _as_usual(stack: Stack) -> Iterator[None]:
    """The supplier answers as usual before and after each test."""
    control(stack, "PUT", "settings", PLAIN)
    control(stack, "PUT", "delay", {"seconds": 0})
    yield
    control(stack, "PUT", "settings", PLAIN)
    control(stack, "PUT", "delay", {"seconds": 0})


def control(stack: Stack, method: str, path: str, body: Any = None) -> Any:
    url = f"{stack.world['supplier_url']}/_control/{path}"
    return httpx.request(method, url, json=body).raise_for_status().json()


def rows_of(stack: Stack, order: str) -> list[tuple[str, int]]:
    """What the supplier was sent of an order, row by row, whatever the file."""
    rows = control(stack, "GET", "received")["rows"]
    return [(row["sku"], row["quantity"]) for row in rows if row["order"].startswith(order)]


def an_order(api: Api, sku: str, quantity: int = 2) -> str:
    """The id of a paid order of a product of the supplier, which has been handed over."""
    order: Order = {
        "channel": TRADE,
        "paid": True,
        "ship_to": {"name": "Grace Hopper", "address1": "1 Main St", "city": "Wien", "country": "AT"},
        "lines": [{"sku": sku, "quantity": quantity, "unit_price": {"amount": "3.00", "currency": "USD"}}],
    }
    order_id = str(api.post("/orders", order)["id"])
    when(api, order_id, lambda found: statuses(found) == [(SUPPLIER, "requested")])
    return order_id


def when(api: Api, order_id: str, done: Callable[[Order], bool], *, exchanged: bool = False) -> Order:
    """The order once it is so far; with `exchanged` files are exchanged until then."""

    def look() -> Order | None:
        if exchanged:
            api.post(f"/suppliers/{SUPPLIER}/send-now")
            time.sleep(1)
        found = api.call("GET", f"/orders/{order_id}")
        return found.json() if found.status_code == 200 and done(found.json()) else None

    return wait_for(look, f"order {order_id}", 120)


def statuses(order: Order) -> list[tuple[str, str]]:
    return [(work["warehouse"], work["status"]) for work in order["fulfilments"]]


def is_complete(order: Order) -> bool:
    return bool(order["status"] == "complete")


def whats(order: Order) -> list[str]:
    return [entry["what"] for entry in order["timeline"]]


def opened(api: Api) -> set[str]:
    return {each["cause"] for each in api.all("/exceptions") if each["cause"].startswith("supplier")}


def test_the_connection_is_tried_with_a_file(api: Api) -> None:
    steps = api.post(f"/suppliers/{SUPPLIER}/test")["steps"]

    assert [(step["name"], step["ok"]) for step in steps] == [
        ("connect", True),
        ("send", True),
        ("fetch", True),
        ("delete", True),
        ("list out", True),
    ]


def test_an_order_is_sent_once_acknowledged_shipped_and_complete(stack: Stack, api: Api) -> None:
    control(stack, "PUT", "settings", {"ships": False})
    order = an_order(api, "E2E-RUG")

    when(api, order, lambda found: statuses(found) == [(SUPPLIER, "accepted")], exchanged=True)
    control(stack, "PUT", "settings", {"ships": True})
    found = when(api, order, is_complete, exchanged=True)

    assert rows_of(stack, order) == [("E2E-RUG", 2)]
    assert whats(found)[3:] == ["queued", "handed_over", "sent_to_supplier", "accepted", "shipped", "completed"]
    [parcel] = found["fulfilments"][0]["parcels"]
    assert (parcel["carrier"], parcel["tracking"][:10]) == ("UPS", "1ZSUPPLIER")
    [shelf] = api.get(f"/stock?sku=E2E-RUG&warehouse={SUPPLIER}")["items"]
    assert (shelf["on_hand"], shelf["committed"]) == (18, 0)


def test_what_the_supplier_rejects_goes_to_another_warehouse_once(stack: Stack, api: Api) -> None:
    control(stack, "PUT", "settings", {"lacking": ["E2E-LACK"]})
    order = an_order(api, "E2E-LACK")

    found = when(api, order, lambda found: ("leeds", "requested") in statuses(found), exchanged=True)

    assert statuses(found) == [(SUPPLIER, "rejected"), ("leeds", "requested")]
    assert rows_of(stack, order) == [("E2E-LACK", 2)]
    [entry] = [entry for entry in found["timeline"] if entry["what"] == "rejected"]
    assert "no E2E-LACK left" in entry["detail"]
    parcel = {"carrier": "UPS", "tracking": f"1Z{order[:8]}"}
    api.post(f"/orders/{order}/fulfilments/2/ship", {"parcels": [parcel]})
    assert is_complete(when(api, order, is_complete))


def test_calls_at_once_and_a_broken_connection_send_no_row_twice(stack: Stack, api: Api) -> None:
    control(stack, "POST", "failures", {"status": 0, "method": "rename", "path": "in/", "after": True})
    order = an_order(api, "E2E-ONCE")
    functions, payload = stack.client("lambda"), json.dumps({"kind": "exchange", "supplier": SUPPLIER, "send": True})

    for _ in range(4):
        functions.invoke(FunctionName="packhorse-supplier", InvocationType="Event", Payload=payload.encode())
    when(api, order, is_complete, exchanged=True)

    assert rows_of(stack, order) == [("E2E-ONCE", 2)]
    assert control(stack, "GET", "received")["failures"][-1]["times"] == 0
    assert opened(api) == set()


def test_a_function_that_dies_while_it_sends_leaves_a_file_that_is_sent_once(stack: Stack, api: Api) -> None:
    control(stack, "PUT", "delay", {"seconds": 20})
    order = an_order(api, "E2E-DIES")
    api.post(f"/suppliers/{SUPPLIER}/send-now")
    when(api, order, lambda found: "sent_to_supplier" in whats(found))

    down(stack.home)
    up(stack.home, empty=True)
    let_the_lease_expire(stack)
    control(stack, "PUT", "delay", {"seconds": 0})
    assert rows_of(stack, order) == []
    found = when(api, order, is_complete, exchanged=True)

    assert rows_of(stack, order) == [("E2E-DIES", 2)]
    assert whats(found).count("sent_to_supplier") == 1


def let_the_lease_expire(stack: Stack) -> None:
    """As if the minutes had passed for which a process may hold a supplier."""
    found = stack.client("cloudformation").describe_stack_resource(StackName="packhorse", LogicalResourceId="WorkTable")
    stack.client("dynamodb").update_item(
        TableName=found["StackResourceDetail"]["PhysicalResourceId"],
        Key={"pk": {"S": f"SUPPLIER#{SUPPLIER}"}, "sk": {"S": "LEASE"}},
        UpdateExpression="SET #until = :past",
        ExpressionAttributeNames={"#until": "until"},
        ExpressionAttributeValues={":past": {"N": "0"}},
    )


def test_silence_garbage_and_repeated_answers_end_in_one_parcel(stack: Stack, api: Api) -> None:
    control(stack, "PUT", "settings", {"silent": True})
    order = an_order(api, "E2E-GARBAGE")
    when(api, order, lambda found: "sent_to_supplier" in whats(found), exchanged=True)
    assert statuses(api.get(f"/orders/{order}")) == [(SUPPLIER, "requested")]

    control(stack, "PUT", "settings", {"silent": False, "next_answers": ["garbage", "duplicate"]})
    when(api, order, lambda _: "supplier_file_unreadable" in opened(api), exchanged=True)
    control(stack, "POST", "mend")
    found = when(api, order, lambda found: is_complete(found) and not opened(api), exchanged=True)

    assert (len(found["fulfilments"][0]["parcels"]), whats(found).count("shipped")) == (1, 1)
    assert rows_of(stack, order) == [("E2E-GARBAGE", 2)]


def test_a_supplier_that_refuses_everything_gets_no_order_twice(stack: Stack, api: Api) -> None:
    control(stack, "PUT", "settings", {"refusing": "closed for stocktaking"})
    order = an_order(api, "E2E-REFUSED")

    def is_backordered(found: Order) -> bool:
        return "backordered" in found["flags"] and statuses(found) == [(SUPPLIER, "rejected")]

    when(api, order, is_backordered, exchanged=True)
    for _ in range(2):
        when(api, order, is_backordered, exchanged=True)

    assert rows_of(stack, order) == [("E2E-REFUSED", 2)]
