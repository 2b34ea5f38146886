"""People who are limited to warehouses see and change what concerns these, and of a buyer what a label needs."""

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
import time_machine

from packhorse.api.resolver import app
from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Product
from packhorse.domain.money import Money
from packhorse.domain.orders.channel_order import Customer
from packhorse.domain.orders.part import KNOWN_FOR
from packhorse.domain.orders.shipping import ParcelUpdate
from packhorse.domain.users import Role
from packhorse.domain.values import Sku, WarehouseId
from packhorse.messages.tracking import ParcelsShipped
from packhorse.store import catalogue
from packhorse.usecases.fulfilment.ship import ship_parcels
from simulation.aws.boundary import World
from simulation.builders import NOON, a_configuration, a_line, a_warehouse
from simulation.merchant import MUG, put_stock, set_up
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import one_routed, step
from tests.functions.operate.people import PAT, WIL, invited

PLATE, FAR = Sku("Teller 50% #2"), WarehouseId("york-depot")
ADDRESS = Address(name="Ada Lovelace", address1="1 Lane", city="Leeds", postcode="LS1", country="GB", phone="+44 7777")
AMOUNTS = {name: Money.of("98.76", "EUR") for name in ("shipping", "tax", "discount", "total")}
HIDDEN = [
    "ada@hidden",
    "+44 8888",
    "98.76",
    "12.50",
    "call the buyer",
    "Bill",
    "York",
    "york-depot",
    "Teller",
    "surprise",
]
"""What is never in an answer to who works in Leeds."""
WAREHOUSE, PACKER = Role.WAREHOUSE, Role.PACKER


@pytest.fixture
def shared(cloud: World) -> str:
    """The id of an order of which Leeds ships a mug and York a plate; Wil and Pat work in Leeds."""
    set_up(a_configuration(a_warehouse("leeds"), a_warehouse(FAR).replace(name="York")), MUG, PLATE)
    put_stock(5, MUG, "leeds")
    put_stock(5, PLATE, FAR)
    invited(WIL, WAREHOUSE, warehouses=["leeds"])
    invited(PAT, PACKER, warehouses=["leeds"])
    return one_routed(
        a_line(MUG, 2),
        a_line(PLATE, 3, "2"),
        number="#7",
        customer=Customer(name="Ada Lovelace", email="ada@hidden.example", phone="+44 8888"),
        ship_to=ADDRESS,
        bill_to=ADDRESS.replace(name="Bill Payer"),
        note="a surprise for my aunt",
        **AMOUNTS,
    )


@pytest.fixture
def foreign(shared: str) -> str:
    """The id of an order that York alone ships."""
    return one_routed(a_line(PLATE, 1), number="#8")


def of(who: str, method: str, path: str, body: Any = None, **more: Any) -> Answer:
    """A request of a person, whose token has no groups."""
    return call(method, path, body, (), who=who, **more)


def test_an_order_has_the_part_of_ones_own_warehouse(shared: str) -> None:
    step(shared, "hold", {"reason": "call the buyer"})
    step(shared, "notes", {"text": "gift wrap", "printable": True})
    step(shared, "notes", {"text": "a surprise"})

    answer = of(WIL, "GET", f"/orders/{shared}").body

    assert [(line["sku"], line["quantity"], line["unit_price"]) for line in answer["lines"]] == [(MUG, 2, None)]
    assert [each["warehouse"] for each in answer["fulfilments"]] == ["leeds"]
    assert (answer["customer"], answer["ship_to"]) == (
        {"id": "", "name": "Ada Lovelace", "email": "", "phone": ""},
        ADDRESS.model_dump(),
    )
    assert [each["text"] for each in answer["internal_notes"]] == ["gift wrap"]
    assert ("held" in answer["flags"], answer["timeline"], answer["total"]) == (True, [], None)


def test_an_order_that_was_cancelled_is_still_found_without_its_buyer(shared: str) -> None:
    """Whoever holds its papers scans them, and learns that no unit of it is to be shipped."""
    assert step(shared, "cancel").status == 200

    answer = of(WIL, "GET", f"/orders/{shared}")

    assert (answer.status, answer.body["status"]) == (200, "cancelled")
    assert [line["quantity"] for line in answer.body["lines"]] == [0]
    assert (answer.body["customer"]["name"], answer.body["ship_to"]) == ("", None)
    assert of(WIL, "GET", "/orders").body["items"] == []


def test_who_shipped_an_order_neither_sees_nor_finds_its_buyer_some_days_later(shared: str) -> None:
    now = datetime.now(UTC)
    path = f"/orders/{shared}/fulfilments"
    [own] = of(PAT, "GET", f"/orders/{shared}").body["fulfilments"]
    parcel = ParcelUpdate(carrier="DHL", tracking="T1")
    sent = ParcelsShipped(order_id=shared, fulfilment=own["number"], parcels=(parcel,), who="Pat", at=now)
    ship_parcels({"1": sent}, now)
    assert of(PAT, "GET", f"/orders/{shared}").body["ship_to"]["name"] == "Ada Lovelace"

    with time_machine.travel(now + KNOWN_FOR, tick=False):
        order = of(PAT, "GET", f"/orders/{shared}").body
        [listed] = of(PAT, "GET", "/orders").body["items"]
        assert (order["customer"]["name"], order["ship_to"], listed["recipient"]) == ("", None, "")
        assert of(PAT, "GET", "/orders", query={"q": "lovelace"}).body["items"] == []
        assert len(of(PAT, "GET", "/orders", query={"q": "#7"}).body["items"]) == 1
        refs = {"fulfilments": [{"order": shared, "fulfilment": own["number"]}]}
        assert [
            of(PAT, "POST", "/packing-slips", refs).status,
            of(PAT, "GET", f"{path}/{own['number']}/packing-slip").status,
        ] == [
            403,
            403,
        ]


def test_who_is_not_limited_sees_the_whole_order(shared: str) -> None:
    invited("rhea@example.com", Role.READ_ONLY)

    order = of("rhea@example.com", "GET", f"/orders/{shared}").body

    assert (len(order["lines"]), order["customer"]["email"]) == (2, "ada@hidden.example")


def test_a_packer_sees_no_phone_number(shared: str) -> None:
    assert of(WIL, "GET", f"/orders/{shared}").body["ship_to"]["phone"] == ADDRESS.phone
    assert of(PAT, "GET", f"/orders/{shared}").body["ship_to"]["phone"] == ""


def test_a_list_has_the_orders_of_ones_own_warehouse(shared: str, foreign: str) -> None:
    [order] = of(WIL, "GET", "/orders").body["items"]

    assert (order["id"], order["units"], order["warehouses"]) == (shared, 2, ["leeds"])
    assert (order["customer"]["email"], order["total"]) == ("", None)
    assert len(call("GET", "/orders").body["items"]) == 2


FOUND = [("#7", 1), ("lovelace", 1), ("mug", 1), ("ada@hidden.example", 0), ("hidden", 0), ("teller", 0), ("#8", 0)]


def test_what_is_hidden_is_not_found_either(shared: str, foreign: str, subtests: pytest.Subtests) -> None:
    for text, number in FOUND:
        with subtests.test(text):
            assert len(of(WIL, "GET", "/orders", query={"q": text}).body["items"]) == number
    assert len(call("GET", "/orders", query={"q": "hidden"}).body["items"]) == 1


def test_a_cursor_does_not_say_that_what_is_hidden_was_found(shared: str, subtests: pytest.Subtests) -> None:
    """Of two orders of one buyer, a page of one order would end at the first one that has the hidden text."""
    one_routed(a_line(MUG), customer=Customer(name="Ada Lovelace", email="ada@hidden.example"), ship_to=ADDRESS)

    for text in ("ada@hidden.example", "hidden.ex", "ada@wrong.example", "surprise"):
        with subtests.test(text):
            assert of(WIL, "GET", "/orders", query={"q": text, "limit": "1"}).body == {"items": [], "next": None}


@pytest.mark.parametrize("text", ["lovelace", "ada lovelace"])
def test_what_is_found_by_what_one_sees_comes_page_by_page(shared: str, text: str) -> None:
    """Also behind an order that has the text in what is hidden."""
    buyer = Customer(name="Ada Lovelace", email="ada@hidden.example")
    older = one_routed(a_line(MUG), customer=buyer, ship_to=ADDRESS, placed_at=NOON - timedelta(days=9))
    bob = Customer(name="Bob", email="ada.lovelace@hidden.example")
    one_routed(a_line(MUG), customer=bob, ship_to=ADDRESS.replace(name="Bob"), placed_at=NOON - timedelta(days=5))

    found, query = [], {"q": text, "limit": "1"}
    while True:
        page = of(WIL, "GET", "/orders", query=query).body
        found += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]

    assert found == [shared, older]


def test_the_order_of_another_warehouse_is_not_there(foreign: str) -> None:
    shipment = {"parcels": [{"carrier": "DHL", "tracking": "T1"}]}

    for who in (WIL, PAT):
        unknown = of(who, "GET", "/orders/nowhere").body["detail"].replace("nowhere", foreign)
        answer = of(who, "GET", f"/orders/{foreign}")
        assert (answer.status, answer.body["detail"]) == (404, unknown)
        assert of(who, "POST", f"/orders/{foreign}/fulfilments/1/ship", shipment).status == 404


def test_ones_own_fulfilment_order_is_shipped_and_that_of_another_warehouse_is_not_there(shared: str) -> None:
    numbers = {each["warehouse"]: each["number"] for each in call("GET", f"/orders/{shared}").body["fulfilments"]}
    shipment = {"parcels": [{"carrier": "DHL", "tracking": "T1"}]}

    own, other = (
        of(PAT, "POST", f"/orders/{shared}/fulfilments/{numbers[at]}/ship", shipment) for at in ("leeds", FAR)
    )

    assert (own.status, other.status) == (202, 404)
    assert [each["warehouse"] for each in own.body["fulfilments"]] == ["leeds"]


def test_only_operators_and_owners_ship_an_order_that_is_held(shared: str) -> None:
    step(shared, "hold", {"reason": "call the buyer"})
    [own] = of(PAT, "GET", f"/orders/{shared}").body["fulfilments"]
    shipment = {"parcels": [{"carrier": "DHL", "tracking": "T1"}], "override": True}
    path = f"/orders/{shared}/fulfilments/{own['number']}/ship"

    assert [of(who, "POST", path, shipment).status for who in (PAT, WIL)] == [403, 403]
    assert call("POST", path, shipment).status == 202


def test_who_ships_a_held_order_does_not_learn_why_it_is_held(shared: str) -> None:
    """Neither at once nor by the exception of what was on its way when the hold came."""
    step(shared, "hold", {"reason": "call the buyer"})
    [own] = of(PAT, "GET", f"/orders/{shared}").body["fulfilments"]
    parcel = ParcelUpdate(carrier="DHL", tracking="T1")
    sent = ParcelsShipped(order_id=shared, fulfilment=own["number"], parcels=(parcel,), who="carrier", at=NOON)

    refused = of(PAT, "POST", f"/orders/{shared}/fulfilments/{own['number']}/ship", {"parcels": [dict(parcel)]})
    ship_parcels({"1": sent}, NOON)
    [problem] = of(PAT, "GET", f"/orders/{shared}").body["exceptions"]

    assert (refused.status, problem["cause"]) == (409, "shipment_refused")
    assert "call the buyer" not in json.dumps([refused.body, problem])
    assert "held" in refused.body["detail"]
    assert "held" in problem["message"]


def test_stock_is_that_of_ones_own_warehouse(shared: str) -> None:
    put_stock(9, MUG, FAR)

    for query in ({}, {"sku": MUG}, {"warehouse": "leeds"}):
        assert {each["warehouse"] for each in of(WIL, "GET", "/stock", query=query).body["items"]} == {"leeds"}
    entries = of(WIL, "GET", f"/stock/{quote(MUG)}/movements").body["items"]
    assert {each["warehouse"] for each in entries} == {"leeds"}
    assert of(WIL, "GET", "/stock", query={"warehouse": FAR}).fields == ["warehouse"]


def test_who_works_at_several_warehouses_says_at_which(shared: str) -> None:
    invited("both@example.com", WAREHOUSE, warehouses=["leeds", FAR])

    answer = of("both@example.com", "GET", "/orders")

    assert (answer.status, answer.body["errors"][0]["message"]) == (422, "one of leeds, york-depot")
    assert len(of("both@example.com", "GET", "/orders", query={"warehouse": FAR}).body["items"]) == 1
    assert len(of("both@example.com", "GET", f"/orders/{shared}").body["lines"]) == 2


def a_count(sku: str, warehouse: str) -> dict[str, Any]:
    return {"counts": [{"sku": sku, "warehouse": warehouse, "counted": 3}]}


CHANGES = [
    ("adjustments", {"adjustments": [{"sku": MUG, "warehouse": "@", "add": 1}]}, "adjustments.0"),
    ("receipts", {"receipts": [{"sku": MUG, "warehouse": "@", "quantity": 1}]}, "receipts.0"),
    ("counts", {"counts": [{"sku": MUG, "warehouse": "@", "counted": 3}]}, "counts.0"),
    ("transfers", {"transfers": [{"sku": MUG, "from": "leeds", "to": "@", "quantity": 1}]}, "transfers.0.to"),
]


def test_stock_is_changed_at_ones_own_warehouse_only(shared: str, subtests: pytest.Subtests) -> None:
    for kind, body, field in CHANGES:
        with subtests.test(kind):
            foreign = json.loads(json.dumps(body).replace("@", FAR))
            answer = of(WIL, "POST", f"/stock/{kind}", foreign)
            assert (answer.status, answer.fields) == (422, [field])
            own = json.loads(json.dumps(body).replace("@", "leeds"))
            assert kind == "transfers" or of(WIL, "POST", f"/stock/{kind}", own).status == 200
    assert of(PAT, "POST", "/stock/counts", CHANGES[2][1]).status == 403


def test_products_and_warehouses_have_nothing_of_other_warehouses(shared: str) -> None:
    catalogue.put_product(Product(sku=MUG, pinned_warehouse=FAR, priorities=(FAR, "leeds")))

    product = of(WIL, "GET", f"/products/{quote(MUG)}").body

    assert (product["pinned_warehouse"], product["priorities"]) == (None, ["leeds"])
    assert [each["id"] for each in of(WIL, "GET", "/warehouses").body["items"]] == ["leeds"]
    assert of(WIL, "GET", "/warehouses/leeds").status == 200
    assert of(WIL, "GET", f"/warehouses/{FAR}").status == 404


def test_no_answer_to_a_limited_role_has_anything_hidden(shared: str, foreign: str) -> None:
    shipment, own = {"parcels": [{"carrier": "DHL", "tracking": "T1"}]}, quote(MUG)
    requests = [
        *(
            ("GET", path, None)
            for path in ("/me", "/orders", "/orders?q=ada", f"/orders/{shared}", f"/orders/{foreign}")
        ),
        *(("GET", path, None) for path in ("/stock", f"/stock/{own}/movements", "/warehouses", f"/products/{own}")),
        ("POST", "/stock/counts", a_count(MUG, "leeds")),
        ("POST", f"/orders/{shared}/fulfilments/1/ship", shipment),
        ("POST", f"/orders/{shared}/fulfilments/2/ship", shipment),
    ]

    for who, (method, path, body) in ((who, each) for who in (WIL, PAT) for each in requests):
        answer = json.dumps(of(who, method, path.partition("?")[0], body).body, ensure_ascii=False)
        assert [text for text in HIDDEN if text in answer] == [], (who, method, path)
        assert who == WIL or ADDRESS.phone not in answer


ROUTES = [*app._static_routes, *app._dynamic_routes]
PLACES = {"sku": quote(MUG), "number": "1", "place": "1", "line_id": "1", "warehouse_id": "leeds", "channel_id": "shop"}


def filled(path: str, **values: str) -> str:
    """The path of a route with a value for each of its parameters."""
    return re.sub(r"\{(\w+)\}", lambda name: (PLACES | values).get(name[1], "x"), path)


def test_no_route_at_all_answers_a_limited_role_with_anything_hidden(shared: str, foreign: str) -> None:
    """With an empty body; the tests above are about bodies. That a product is in the catalogue is no secret."""
    for route, who, order_id in product(ROUTES, (WIL, PAT), (shared, foreign)):
        body: Any = None if route.method == "GET" else {}
        answer = of(who, route.method, filled(route.openapi_path, order_id=order_id), body).body
        seen = json.dumps(answer, ensure_ascii=False)
        hidden = HIDDEN if route.openapi_path != "/products" else [text for text in HIDDEN if text != "Teller"]
        assert [text for text in hidden if text in seen] == [], (who, route.method, route.openapi_path)


def test_who_has_no_warehouse_yet_sees_nothing_and_learns_why(shared: str) -> None:
    """As people in the group `warehouse` of an earlier version, until an owner says where they work."""
    answer = call("GET", "/orders", roles=["warehouse"])

    assert (answer.status, answer.body["detail"]) == (
        403,
        "you work at no warehouse yet: ask an owner to assign you to one",
    )
    assert call("GET", f"/orders/{shared}", roles=["warehouse"]).status == 404


def test_a_stored_answer_is_not_repeated_to_who_sees_less_now(shared: str) -> None:
    person = invited("moved@example.com", WAREHOUSE, warehouses=["leeds"])
    one = {"headers": {"idempotency-key": "one"}}

    first = of("moved@example.com", "POST", "/stock/counts", a_count(MUG, "leeds"), **one)
    call("PATCH", f"/users/{person}", {"warehouses": [FAR]})
    again = of("moved@example.com", "POST", "/stock/counts", a_count(MUG, "leeds"), **one)

    assert (first.status, again.status, again.fields) == (200, 422, ["Idempotency-Key"])
