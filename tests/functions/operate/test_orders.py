"""Orders: found, shown, placed by people, and steered."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from functions.allocate import route
from functions.complete import track
from packhorse.aws import clients
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.orders.channel_order import MAX_LINES, Customer
from packhorse.store import catalogue, order_search
from packhorse.usecases.orders import search_orders
from simulation.api_requests import request
from simulation.builders import NOON, a_channel, a_configuration, a_line, a_warehouse, an_order, sqs_event
from simulation.merchant import MUG, Context, balance, put_stock, set_up
from tests.conftest import queued
from tests.functions.operate.calls import Answer, call, send
from tests.functions.operate.orders import an_order_by_hand, get, one_routed, routed, step

pytestmark = pytest.mark.usefixtures("cloud")

EUR = "EUR"


def numbers(answer: Answer) -> list[str]:
    return [item["number"] for item in answer.body["items"]]


def all_pages(**query: Any) -> Iterable[Answer]:
    answer = call("GET", "/orders", query=query)
    yield answer
    while answer.body["next"]:
        answer = call("GET", "/orders", query={**query, "cursor": answer.body["next"]})
        yield answer


def deliver(url: str, handler: Any) -> None:
    """Has a function take in what waits in its queue."""
    messages = queued(url)
    if messages:
        assert handler(sqs_event(*messages), Context()) == {"batchItemFailures": []}


# ---- placed by hand --------------------------------------------------------------------------------


def test_an_order_placed_by_hand_goes_the_way_of_every_order() -> None:
    set_up()
    put_stock(10)

    placed = call("POST", "/orders", an_order_by_hand(channel_order_id="H-1", number="H-1"))
    deliver(settings.orders_queue_url, route.handler)

    assert placed.status == 202
    assert placed.body == {"id": placed.body["id"], "channel": "shop", "channel_order_id": "H-1"}
    order = get(placed.body["id"])
    assert (order["status"], order["number"], order["ship_to"]["country"]) == ("in_fulfilment", "H-1", "DE")
    assert order["timeline"][0]["who"] == "user:ada@example.com"
    assert balance() == (10, 2, 8)


def test_an_order_placed_by_hand_has_its_note_and_its_gift_message() -> None:
    set_up()

    placed = call("POST", "/orders", an_order_by_hand(note="ring twice", gift_message="For Ada,\nwith love"))
    deliver(settings.orders_queue_url, route.handler)

    order = get(placed.body["id"])
    assert (order["note"], order["gift_message"]) == ("ring twice", "For Ada,\nwith love")


def test_lines_placed_by_hand_without_a_name_have_that_of_their_product() -> None:
    set_up()
    catalogue.put_product(Product(sku=MUG, name="Mug, white"))
    lines = [{"sku": sku, "quantity": 1, "unit_price": PRICE, **name} for sku, name in LINES_WITH_AND_WITHOUT_NAME]

    placed = call("POST", "/orders", an_order_by_hand(lines=lines))
    deliver(settings.orders_queue_url, route.handler)

    assert [each["name"] for each in get(placed.body["id"])["lines"]] == ["Mug, white", "The mug", ""]


def test_an_order_without_an_id_of_its_own_gets_one() -> None:
    set_up()

    first, second = (call("POST", "/orders", an_order_by_hand()).body for _ in range(2))

    assert first["channel_order_id"].startswith("manual-")
    assert first["id"] != second["id"]


@pytest.mark.parametrize(("number", "shown"), [(" ", "H-1"), ("\u00a0#7 ", "#7")])
def test_a_number_has_no_blanks_around_it_and_one_of_blanks_is_none(number: str, shown: str) -> None:
    set_up()

    placed = call("POST", "/orders", an_order_by_hand(channel_order_id="H-1", number=number))
    deliver(settings.orders_queue_url, route.handler)

    assert get(placed.body["id"])["number"] == shown


def test_a_request_whose_answer_was_lost_is_answered_again_though_its_order_is_there() -> None:
    set_up()
    body, key = an_order_by_hand(channel_order_id="H-1"), {"idempotency-key": "one"}
    first = call("POST", "/orders", body, headers=key)
    deliver(settings.orders_queue_url, route.handler)
    remembered = clients.client("dynamodb").scan(TableName=settings.requests_table)["Items"]
    clients.client("dynamodb").delete_item(TableName=settings.requests_table, Key={"id": remembered[0]["id"]})

    assert (first.status, call("POST", "/orders", body, headers=key).body) == (202, first.body)
    assert call("POST", "/orders", body, headers={"idempotency-key": "two"}).status == 409


def test_an_order_that_the_channel_has_already_is_409() -> None:
    set_up()
    one_routed(channel_order_id="H-1")

    answer = call("POST", "/orders", an_order_by_hand(channel_order_id="H-1"))

    assert answer.status == 409
    assert queued(settings.orders_queue_url) == []


def test_of_two_orders_placed_under_one_id_at_once_the_second_is_an_exception() -> None:
    set_up()
    put_stock(10)
    lines = [{"sku": MUG, "quantity": 7, "unit_price": PRICE}]
    first = call("POST", "/orders", an_order_by_hand(channel_order_id="H-1"))
    second = call("POST", "/orders", an_order_by_hand(channel_order_id="H-1", lines=lines))

    deliver(settings.orders_queue_url, route.handler)
    deliver(settings.orders_queue_url, route.handler)

    assert (first.status, second.status) == (202, 202)
    assert balance() == (10, 2, 8)
    (problem,) = call("GET", "/exceptions").body["items"]
    assert (problem["cause"], problem["concerns"]) == ("order_exists", "shop H-1")


PRICE = {"amount": "12.50", "currency": EUR}
LINES_WITH_AND_WITHOUT_NAME: tuple[tuple[str, dict[str, str]], ...] = (
    (MUG, {}),
    (MUG, {"name": "The mug"}),
    ("unknown", {}),
)
DOLLARS = {"amount": "1.00", "currency": "USD"}


UNFIT: list[tuple[dict[str, Any], list[str]]] = [
    ({"channel": "nowhere"}, ["channel"]),
    ({"lines": []}, ["lines"]),
    ({"lines": [{"sku": MUG, "quantity": 0, "unit_price": PRICE}]}, ["lines.0.quantity"]),
    ({"lines": [{"sku": MUG, "quantity": "many", "unit_price": PRICE}]}, ["lines.0.quantity"]),
    ({"lines": [{"sku": MUG, "quantity": 1, "unit_price": 12.5}]}, ["lines.0.unit_price"]),
    ({"lines": [{"sku": MUG, "quantity": 1, "unit_price": {**PRICE, "amount": "1.005"}}]}, ["lines.0.unit_price"]),
    (
        {"lines": [{"sku": MUG, "quantity": 1, "unit_price": {**PRICE, "amount": each}} for each in ("0", "-5.00")]},
        ["lines.1.unit_price.amount"],
    ),
    *(
        ({field: {**PRICE, "amount": "-0.01"}}, [f"{field}.amount"])
        for field in ("shipping", "tax", "discount", "total")
    ),
    ({"lines": [{"sku": " ", "quantity": 1, "unit_price": PRICE}]}, ["lines.0.sku"]),
    ({"channel_order_id": " "}, ["channel_order_id"]),
    ({"ship_to": {"name": "Ada", "address1": "Way 1", "city": "Berlin", "country": "Germny"}}, ["ship_to.country"]),
    ({"lines": [{"sku": "", "quantity": 1}]}, ["lines.0.sku", "lines.0.unit_price"]),
    ({"lines": [{"sku": MUG, "quantity": 1, "unit_price": PRICE, "price": 1}]}, ["lines.0.price"]),
    ({"lines": [{"sku": MUG, "quantity": 1, "unit_price": PRICE, "warehouse": "moon"}]}, ["lines.0.warehouse"]),
    ({"lines": [{"sku": MUG, "quantity": 1, "unit_price": PRICE, "warehouse": "closed"}]}, ["lines.0.warehouse"]),
    *(
        ({"lines": [{"sku": MUG, "quantity": each, "unit_price": PRICE}]}, ["lines.0.quantity"])
        for each in (True, "7", 1e3)
    ),
    (
        {"lines": [{"sku": MUG, "quantity": 1, "unit_price": {**PRICE, "currency": "XXQ"}}]},
        ["lines.0.unit_price.currency"],
    ),
    (
        {"lines": [{"sku": MUG, "quantity": 1, "unit_price": each} for each in (PRICE, DOLLARS)]},
        ["lines.1.unit_price"],
    ),
    ({"shipping": DOLLARS, "total": PRICE}, ["shipping"]),
    ({"ship_to": {"name": "Ada"}}, ["ship_to.address1", "ship_to.city", "ship_to.country"]),
    *(({field: {"amount": "1e17", "currency": EUR}}, [field]) for field in ("shipping", "tax", "discount", "total")),
    ({"total": {"minor": 10**25, "currency": EUR}}, ["total.minor"]),
    ({"lines": [{"sku": MUG, "quantity": 1, "unit_price": {**PRICE, "amount": "1e17"}}]}, ["lines.0.unit_price"]),
    ({"placed_at": "yesterday"}, ["placed_at"]),
    ({"placed_at": "9998-01-01T00:00:00Z"}, ["placed_at"]),
    ({"placed_at": "2026-11-23T12:00:00"}, ["placed_at"]),
    ({"placed_at": "9998-12-31T23:59:59-23:59"}, ["placed_at"]),
    ({"placed_at": "1001-01-01T00:00:00+14:00"}, ["placed_at"]),
    ({"placed_at": "0001-01-01T00:00:00+14:00"}, ["placed_at"]),
    ({"placed_at": "9999-12-31T23:59:59-14:00"}, ["placed_at"]),
    ({"status": "complete"}, ["status"]),
    ({"note": "x" * 5001}, ["note"]),
    ({"gift_message": "x" * 5001}, ["gift_message"]),
]


def test_an_order_that_does_not_fit_is_422_with_the_fields_at_fault(subtests: pytest.Subtests) -> None:
    set_up(a_configuration(a_warehouse("closed", active=False), a_warehouse("main")))

    for changed, fields in UNFIT:
        with subtests.test(str(fields)):
            answer = call("POST", "/orders", an_order_by_hand(**changed))
            assert (answer.status, answer.fields) == (422, fields)
    assert queued(settings.orders_queue_url) == []


def test_an_order_of_a_time_that_its_channel_ignores_is_422() -> None:
    since = NOON - timedelta(days=365)
    shop = a_channel("shop", ChannelKind.GENERIC, ignore_before=since, base_url="https://shop.example")
    set_up(a_configuration(channel=shop))

    too_early = call("POST", "/orders", an_order_by_hand(placed_at=f"{since - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"))

    assert (too_early.status, [error["field"] for error in too_early.body["errors"]]) == (422, ["placed_at"])
    assert call("POST", "/orders", an_order_by_hand(placed_at=f"{since:%Y-%m-%dT%H:%M:%SZ}")).status == 202


def test_an_order_has_a_most_of_lines() -> None:
    set_up()
    line = {"sku": MUG, "quantity": 1, "unit_price": PRICE}

    assert call("POST", "/orders", an_order_by_hand(lines=[line] * MAX_LINES)).status == 202
    assert call("POST", "/orders", an_order_by_hand(lines=[line] * (MAX_LINES + 1))).fields == ["lines"]


# ---- shown --------------------------------------------------------------------------------------------


def test_an_order_looks_as_it_was_promised() -> None:
    set_up(a_configuration(a_warehouse("berlin"), a_warehouse("main"), ship_partial_lines=True))
    put_stock(2, warehouse="main")
    order_id = one_routed(a_line(quantity=3, line="L1", name="Mug"), delivery_method="Express")

    order = get(order_id)

    promised = "id channel channel_order_id number status flags placed_at customer ship_to delivery_method"
    assert set(promised.split()) | {"lines", "fulfilments", "holds", "timeline"} <= set(order)
    assert (order["id"], order["channel"], order["status"]) == (order_id, "shop", "in_fulfilment")
    assert order["flags"] == ["backordered", "late"]
    assert order["placed_at"] == f"{NOON:%Y-%m-%dT%H:%M:%SZ}"
    assert order["customer"] == {"id": "", "name": "Ada Lovelace", "email": "ada@example.com", "phone": ""}
    line = order["lines"][0]
    assert (line["id"], line["sku"], line["quantity"]) == ("L1", MUG, 3)
    assert line["unit_price"] == {"amount": "12.50", "currency": "EUR"}
    assert line["allocations"] == [{"warehouse": "main", "quantity": 2}]
    assert line["short"] == 1
    assert (line["routing"]["rule"], line["routing"]["config_version"]) == ("catchall", 1)
    assert set(line["routing"]["candidates"][0]) == {"warehouse", "rule", "rejected", "available"}
    work = order["fulfilments"][0]
    assert work["id"] == f"{order_id}-1"
    assert (work["warehouse"], work["kind"], work["status"]) == ("main", "own", "queued")
    assert work["lines"] == [{"line": "L1", "quantity": 2, "pick": [{"sku": MUG, "quantity": 2}]}]
    assert work["parcels"] == order["holds"] == []
    assert set(order["timeline"][0]) == {"at", "what", "who", "detail"}
    assert "token" not in json.dumps(order)


def test_a_parcel_looks_as_it_was_promised() -> None:
    set_up()
    put_stock(5)
    order_id = one_routed(a_line(quantity=2))
    step(order_id, "fulfilments/1/ship", {"parcels": [{"carrier": "DHL", "tracking": "T1"}]})
    deliver(settings.tracking_queue_url, track.handler)

    work = get(order_id)["fulfilments"][0]

    assert work["status"] == "shipped"
    parcel = work["parcels"][0]
    assert set(parcel) == {"carrier", "tracking", "label_url", "shipped_at", "lines", "transit", "notified"}
    assert (parcel["carrier"], parcel["tracking"], parcel["lines"]) == ("DHL", "T1", [{"line": "1", "quantity": 2}])


# ---- found ---------------------------------------------------------------------------------------------


def test_orders_are_listed_newest_first_page_by_page() -> None:
    set_up()
    told = [an_order(number=f"#{n}", placed_at=NOON + timedelta(minutes=n)) for n in range(5)]
    routed(*told)

    pages = list(all_pages(limit=2))

    assert [numbers(page) for page in pages] == [["#4", "#3"], ["#2", "#1"], ["#0"]]
    assert pages[-1].body["next"] is None


def test_a_page_that_ends_with_the_last_order_is_the_last() -> None:
    set_up()
    routed(*(an_order() for _ in range(2)))

    assert [len(numbers(page)) for page in all_pages(limit=2)] == [2]


def test_a_list_goes_through_every_status_in_one_order() -> None:
    set_up()
    unpaid = an_order(number="#unpaid", paid_at=None, placed_at=NOON)
    opened = an_order(number="#open", placed_at=NOON + timedelta(minutes=1))
    cancelled = an_order(number="#cancelled", cancelled_at=NOON, placed_at=NOON + timedelta(minutes=2))
    routed(unpaid, opened, cancelled)

    pages = list(all_pages(limit=1))

    assert [numbers(page) for page in pages] == [["#cancelled"], ["#open"], ["#unpaid"]]


def test_orders_are_filtered_by_status_channel_and_flag() -> None:
    set_up(a_configuration(channel=a_channel("shop")).with_channel(a_channel("other")))
    put_stock(1)
    routed(an_order(number="#served"))
    routed(an_order(number="#short"), an_order(number="#unpaid", channel="other", paid_at=None))

    def found(**query: Any) -> set[str]:
        return set(numbers(call("GET", "/orders", query=query)))

    assert found(status="in_fulfilment") == {"#served"}
    assert found(status="awaiting_payment") == found(channel="other") == {"#unpaid"}
    assert found(flag="backordered") == {"#short", "#unpaid"}
    assert found(flag="backordered", channel="shop") == {"#short"}
    assert found(flag="backordered", channel="shop", status="in_fulfilment") == set()
    assert found(flag="held") == set()


def test_what_is_rare_is_found_over_several_pages_none_of_which_reads_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_up(a_configuration().with_channel(a_channel("other")))
    told = [an_order(number=f"#{n}", placed_at=NOON + timedelta(minutes=n)) for n in range(20)]
    rare = [an_order(number=f"#rare{n}", channel="other", placed_at=NOON + timedelta(minutes=n)) for n in (3, 17)]
    routed(*told, *rare)
    monkeypatch.setattr(order_search, "MAX_KEYS_READ", 2)
    monkeypatch.setattr(order_search, "MAX_KEY_PAGES", 2)

    pages = list(all_pages(channel="other"))

    assert [number for page in pages for number in numbers(page)] == ["#rare17", "#rare3"]
    assert len(pages) > 2


NAMES = ["#1007-B", "1007-b", " 1007-B ", "ADA@example.com", "the id"]


def test_an_order_is_found_by_its_number_its_id_or_the_customer(subtests: pytest.Subtests) -> None:
    set_up()
    order_id = one_routed(number="#1007-B")
    routed(an_order(customer=Customer(email="eve@example.com")))

    for text in NAMES:
        with subtests.test(text):
            found = call("GET", "/orders", query={"q": order_id if text == "the id" else text})

            assert numbers(found) == ["#1007-B"]


def test_what_is_found_by_name_is_filtered_too() -> None:
    set_up()
    routed(an_order(number="#7"), an_order(number="#7", paid_at=None))

    assert len(numbers(call("GET", "/orders", query={"q": "7"}))) == 2
    assert len(numbers(call("GET", "/orders", query={"q": "7", "status": "awaiting_payment"}))) == 1
    assert numbers(call("GET", "/orders", query={"q": "7", "flag": "held"})) == []


def test_what_is_found_by_name_comes_newest_first_page_by_page() -> None:
    set_up()
    ada = Customer(email="ada@example.com")
    told = [an_order(number=f"#{n}", customer=ada, placed_at=NOON + timedelta(minutes=n)) for n in range(4)]
    routed(*told, an_order(number="ada@example.com", placed_at=NOON + timedelta(hours=1)))

    pages = list(all_pages(q="ada@example.com", limit=2))

    assert [numbers(page) for page in pages] == [["ada@example.com", "#3"], ["#2", "#1"], ["#0"]]
    assert call("GET", "/orders", query={"q": "ada@example.com", "cursor": "WzFd"}).fields == ["cursor"]


def test_what_is_rare_among_many_that_are_found_by_name_is_on_a_page_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_up()
    ada = Customer(email="ada@example.com")
    told = [an_order(number=f"#{n}", customer=ada, placed_at=NOON + timedelta(minutes=n)) for n in range(1, 6)]
    routed(*told, an_order(number="#unpaid", customer=ada, paid_at=None, placed_at=NOON))
    monkeypatch.setattr(search_orders, "MAX_MATCHES_READ", 2)

    pages = list(all_pages(q="ada@example.com", status="awaiting_payment"))

    assert [numbers(page) for page in pages] == [[], [], ["#unpaid"]]


NO_NAMES = [" ", "#", "nobody", "Müller, Ada", "a,b"]


def test_what_names_no_order_finds_none(subtests: pytest.Subtests) -> None:
    set_up()
    one_routed()

    for text in NO_NAMES:
        with subtests.test(text):
            assert call("GET", "/orders", query={"q": text}).body == {"items": [], "next": None}


def test_a_parameter_that_is_empty_is_one_that_was_not_given() -> None:
    set_up()
    one_routed(number="#1")

    found = call("GET", "/orders", query={"status": "", "channel": "", "flag": "", "q": "", "limit": "", "cursor": ""})

    assert numbers(found) == ["#1"]


def test_a_parameter_that_is_given_twice_is_422() -> None:
    event = request("GET", "/orders", query={"q": "a,b"}, rawQueryString="q=a&q=b")

    assert send(event).fields == ["q"]


def test_the_list_says_whom_an_order_goes_to_also_where_its_channel_names_no_buyer() -> None:
    set_up()
    one_routed(customer=Customer())

    [item] = call("GET", "/orders").body["items"]

    assert (item["customer"]["name"], item["recipient"]) == ("", "Ada Lovelace")


def test_a_customer_with_a_comma_in_the_name_is_found() -> None:
    set_up()
    one_routed(number="#1", customer=Customer(name="Lovelace, Ada"))

    assert numbers(call("GET", "/orders", query={"q": "Lovelace, Ada"})) == ["#1"]


def test_an_order_in_a_list_says_what_matters() -> None:
    set_up()
    put_stock(5)
    order_id = one_routed(a_line(quantity=2), number="#9")

    item = call("GET", "/orders").body["items"][0]

    assert (item["id"], item["number"], item["units"], item["warehouses"]) == (order_id, "#9", 2, ["main"])
    assert "lines" not in item


UNFIT_QUESTIONS = [
    ({"status": "lost"}, "status"),
    ({"flag": "red"}, "flag"),
    ({"limit": "0"}, "limit"),
    ({"limit": "101"}, "limit"),
    ({"limit": "ten"}, "limit"),
    ({"cursor": "made up"}, "cursor"),
    ({"cursor": "WzFd"}, "cursor"),
    ({"cursor": "IiI="}, "cursor"),
    ({"q": "x" * 201}, "q"),
]


def test_a_question_that_does_not_fit_is_422(subtests: pytest.Subtests) -> None:
    for query, field in UNFIT_QUESTIONS:
        with subtests.test(str(query)):
            answer = call("GET", "/orders", query=query)
            assert (answer.status, answer.fields) == (422, [field])


# ---- steered ----------------------------------------------------------------------------------------------


def test_an_order_that_is_paid_by_hand_goes_on() -> None:
    set_up()
    put_stock(5)
    order_id = one_routed(paid_at=None)

    answer = step(order_id, "pay")
    deliver(settings.orders_queue_url, route.handler)

    assert (answer.status, answer.body["status"]) == (200, "open")
    assert answer.body["paid_at"] is not None
    assert get(order_id)["status"] == "in_fulfilment"
    assert step(order_id, "pay").status == 200
    assert [entry["what"] for entry in get(order_id)["timeline"]].count("paid") == 1


def test_a_held_order_waits_until_its_last_hold_is_taken_off() -> None:
    set_up()
    put_stock(5)
    order_id = one_routed(paid_at=None)

    first = step(order_id, "hold", {"reason": "fraud?"}).body
    step(order_id, "hold", {"reason": "call first"})
    step(order_id, "pay")
    deliver(settings.orders_queue_url, route.handler)
    held = get(order_id)
    one_less = step(order_id, "release", {"hold": first["holds"][0]["id"]}).body
    step(order_id, "release")
    deliver(settings.orders_queue_url, route.handler)

    assert first["holds"][0] | {"id": 0, "placed_at": 0} == {
        "id": 0, "reason": "fraud?", "owner": "user:ada@example.com", "placed_at": 0, "other": None,
        "category": "other", "is_shared": False, "until": None,
    }  # fmt: skip
    assert (held["status"], held["flags"], held["fulfilments"]) == ("open", ["held"], [])
    assert [hold["reason"] for hold in one_less["holds"]] == ["call first"]
    assert get(order_id)["status"] == "in_fulfilment"
    assert balance() == (5, 1, 4)


def test_releasing_what_is_not_held_is_409() -> None:
    set_up()
    order_id = one_routed()

    assert step(order_id, "release").status == 409
    assert step(order_id, "release", {"hold": "12345678"}).status == 409


NO_REASONS = [None, {}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 256}]


def test_a_hold_needs_a_reason(subtests: pytest.Subtests) -> None:
    set_up()
    order_id = one_routed()

    for body in NO_REASONS:
        with subtests.test(str(body)):
            assert step(order_id, "hold", body).status == 422


def test_a_cancelled_order_gives_its_stock_back() -> None:
    set_up()
    put_stock(5)
    order_id = one_routed(a_line(quantity=2))

    answer = step(order_id, "cancel", {"reason": "changed my mind"})
    deliver(settings.orders_queue_url, route.handler)

    assert (answer.status, answer.body["status"]) == (200, "cancelled")
    assert "changed my mind" in [entry["detail"] for entry in answer.body["timeline"]]
    assert balance() == (5, 0, 5)
    assert step(order_id, "cancel").body["status"] == "cancelled"
    assert step(order_id, "pay").status == step(order_id, "complete").status == 409
    assert step(order_id, "hold", {"reason": "late"}).status == 409


def test_a_completed_order_takes_its_stock_along() -> None:
    set_up()
    put_stock(5)
    order_id = one_routed(a_line(quantity=2))

    answer = step(order_id, "complete")

    assert (answer.status, answer.body["status"]) == (200, "complete")
    assert balance() == (3, 0, 3)
    assert step(order_id, "cancel").status == 409
    assert step(order_id, "complete").body["status"] == "complete"


def test_an_unpaid_order_cannot_be_completed() -> None:
    set_up()

    assert step(one_routed(paid_at=None), "complete").status == 409


def test_a_rerouted_order_takes_what_has_come_meanwhile() -> None:
    set_up()
    order_id = one_routed(a_line(quantity=2))
    put_stock(5)

    answer = step(order_id, "reroute")
    deliver(settings.orders_queue_url, route.handler)

    assert (answer.status, answer.body["flags"]) == (202, ["backordered", "late"])
    assert get(order_id)["flags"] == ["late"]
    assert balance() == (5, 2, 3)


def test_every_step_is_followed_up_even_if_the_call_dies_half_way() -> None:
    set_up()
    order_id = one_routed(paid_at=None)

    step(order_id, "pay")

    assert queued(settings.orders_queue_url) == [
        {"kind": "advance", "order_id": order_id, "for_labels": False, "foreseen": False}
    ]
    held_back = clients.client("sqs").get_queue_attributes(QueueUrl=settings.orders_queue_url, AttributeNames=["All"])
    assert held_back["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"


# ---- shipped --------------------------------------------------------------------------------------------


def ship(order_id: str, *parcels: dict[str, Any], number: Any = 1) -> Answer:
    return step(order_id, f"fulfilments/{number}/ship", {"parcels": list(parcels)}, roles=["operator"])


def a_parcel(tracking: str = "T1", **lines: int) -> dict[str, Any]:
    parts = [{"line": line.removeprefix("l"), "quantity": units} for line, units in lines.items()]
    return {"carrier": "DHL", "tracking": tracking} | ({"lines": parts} if parts else {})


def test_tracking_goes_through_the_tracking_queue() -> None:
    set_up()
    put_stock(5)
    order_id = one_routed(a_line(quantity=3))

    answer = ship(order_id, a_parcel("T1", l1=1), a_parcel("T2", l1=1))
    deliver(settings.tracking_queue_url, track.handler)
    partly = get(order_id)["status"]
    ship(order_id, a_parcel("T3"))
    deliver(settings.tracking_queue_url, track.handler)

    assert (answer.status, answer.body["status"], partly) == (202, "in_fulfilment", "partially_shipped")
    assert get(order_id)["status"] == "complete"
    assert balance() == (2, 0, 2)


def test_a_tracking_number_is_without_the_sign_of_a_spreadsheet() -> None:
    set_up()
    put_stock(5)
    order_id = one_routed(a_line(quantity=3))

    ship(order_id, a_parcel("'00340434"))
    deliver(settings.tracking_queue_url, track.handler)

    assert get(order_id)["fulfilments"][0]["parcels"][0]["tracking"] == "00340434"


def test_a_parcel_told_twice_is_one_parcel() -> None:
    set_up()
    put_stock(5)
    order_id = one_routed(a_line(quantity=3))
    ship(order_id, a_parcel("T1", l1=1))
    deliver(settings.tracking_queue_url, track.handler)

    again = ship(order_id, a_parcel("T1", l1=1))

    assert again.status == 202
    assert queued(settings.tracking_queue_url) == []


UNFIT_SHIPMENTS = [
    ([], ["parcels"]),
    ([{"carrier": "DHL"}], ["parcels.0.tracking"]),
    ([{"carrier": " ", "tracking": ""}], ["parcels.0.carrier", "parcels.0.tracking"]),
    ([a_parcel("1.23457E+11")], ["parcels.0.tracking"]),
    ([a_parcel("-")], ["parcels.0.tracking"]),
    ([a_parcel(" , ")], ["parcels.0.tracking"]),
    ([a_parcel(l1=0)], ["parcels.0.lines.0.quantity"]),
    ([a_parcel(l1=4)], ["parcels.0.lines"]),
    ([a_parcel("T1", l1=2), a_parcel("T2", l1=2)], ["parcels.1.lines"]),
    ([a_parcel(l9=1)], ["parcels.0.lines"]),
    ([{**a_parcel(), "weight": 3}], ["parcels.0.weight"]),
]


def test_a_shipment_that_cannot_be_is_422(subtests: pytest.Subtests) -> None:
    set_up()
    put_stock(5)
    order_id = one_routed(a_line(quantity=3))

    for parcels, fields in UNFIT_SHIPMENTS:
        with subtests.test(str(parcels)):
            answer = ship(order_id, *parcels)
            assert (answer.status, answer.fields) == (422, fields)
    assert queued(settings.tracking_queue_url) == []


def test_a_fulfilment_that_is_not_there_is_404_and_one_that_is_over_409() -> None:
    set_up()
    put_stock(5)
    order_id = one_routed()
    assert ship(order_id, a_parcel(), number=2).status == 404
    assert ship(order_id, a_parcel(), number=0).fields == ["number"]
    assert ship(order_id, a_parcel(), number="one").fields == ["number"]

    step(order_id, "complete")

    assert ship(order_id, a_parcel("T9")).status == 409
