"""Products, and how channels list them."""

from typing import Any

import pytest

from functions.allocate import route
from packhorse.aws.settings import settings
from packhorse.domain.orders.order import Status
from packhorse.domain.values import Sku
from packhorse.store import listings, product_search
from simulation.builders import a_line, an_order, sqs_event
from simulation.merchant import Context, balance, put_stock, set_up, stored, told
from tests.conftest import queued
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import meanwhile
from tests.functions.operate.orders import get, routed

pytestmark = pytest.mark.usefixtures("cloud")


def put(sku: str, **body: Any) -> Answer:
    return call("PUT", f"/products/{sku}", body, roles=["operator"])


def list_as(reference: str, sku: str = "CUP", channel: str = "shop") -> Answer:
    return call("PUT", f"/products/{sku}/listings/{channel}", {"reference": reference})


def without_warnings(saved: Answer) -> dict[str, Any]:
    return {name: value for name, value in saved.body.items() if name != "warnings"}


def go_on() -> None:
    """Has the orders queue taken in."""
    route.handler(sqs_event(*queued(settings.orders_queue_url)), Context())


# ---- products --------------------------------------------------------------------------------------------


def test_a_product_is_made_shown_and_replaced() -> None:
    set_up()

    made = put("CUP", name="Cup", barcode="4006381333931", pinned_warehouse="main", priorities=["main"])
    shown = call("GET", "/products/CUP")
    replaced = put("CUP", name="Big cup")

    assert made.body == shown.body | {"warnings": []}
    assert shown.body == {
        "sku": "CUP", "name": "Cup", "kind": "stocked", "barcode": "4006381333931", "pinned_warehouse": "main",
        "priorities": ["main"], "needs_review": False, "reserve": 0, "components": {},
        "sync": True, "bins": {}, "supplier_skus": {}, "bought_from": [], "bought_per_order": False,
        "weight_g": 0,
        "length_mm": 0, "width_mm": 0, "height_mm": 0, "customs_description": "", "origin_country": "", "hs_code": "",
        "customs_value": None,
    }  # fmt: skip
    assert (replaced.body["name"], replaced.body["barcode"]) == ("Big cup", None)
    assert call("GET", "/products/CUP").body | {"warnings": []} == replaced.body


def test_products_are_listed_by_sku_page_by_page() -> None:
    skus = ["B 2", "a", "Ä", "B"]
    set_up(None, *skus)
    first = call("GET", "/products", query={"limit": 3}).body

    second = call("GET", "/products", query={"limit": 3, "cursor": first["next"]}).body

    assert [item["sku"] for item in (*first["items"], *second["items"])] == sorted(skus)
    assert second["next"] is None


def found(q: str, path: str = "/products", **query: Any) -> list[str]:
    """The skus of all pages of a search."""
    page = call("GET", path, query={"q": q, **query}).body
    skus = [item["sku"] for item in page["items"]]
    return skus + (found(q, path, **query | {"cursor": page["next"]}) if page["next"] else [])


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_products_are_found_by_how_their_sku_begins_page_by_page(limit: int) -> None:
    set_up(None, "MUG-1", "MUG-2", "MUG-3", "MUH", "mug", "Ä1", "BIG-MUG")

    assert found("MUG", limit=limit) == ["MUG-1", "MUG-2", "MUG-3", "mug", "BIG-MUG"]
    assert found("mug", limit=limit) == ["mug", "MUG-1", "MUG-2", "MUG-3", "BIG-MUG"]
    assert found("Ä", limit=limit) == ["Ä1"]


@pytest.mark.parametrize("path", ["/products", "/stock"])
def test_a_cursor_of_a_search_for_another_text_is_refused(path: str) -> None:
    set_up(None, "MUG-1", "MUG-2", "BOX")
    cursor = call("GET", path, query={"q": "MUG", "limit": 1}).body["next"]

    answers = [call("GET", path, query={"q": q, "cursor": cursor}) for q in ("BOX", "PAN", "MUG-2")]

    assert [(each.status, each.fields) for each in answers] == [(422, ["cursor"])] * 3


@pytest.mark.parametrize("limit", [1, 100])
def test_products_are_found_by_words_of_their_name_in_any_case(limit: int) -> None:
    set_up()
    put("K-1", name="Knives, Solingen")
    put("K-2", name="Steak knives")
    put("Cup-1", name="Cup", barcode="4006381333931")

    assert found("KNIVES", limit=limit) == ["K-1", "K-2"]
    assert found("knives steak", limit=limit) == ["K-2"]
    assert found("cup-1", limit=limit) == found("4006381333931", limit=limit) == ["Cup-1"]
    assert found("spoon", limit=limit) == []


def test_of_many_products_a_search_reads_a_part_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product_search, "MAX_READ", 2)
    set_up(None, "A", "B", "C")
    put("D", name="Teapot")

    first = call("GET", "/products", query={"q": "teapot"}).body

    assert (first["items"], first["next"] is None) == ([], False)
    assert found("teapot") == ["D"]


UNFIT = [
    ({"kind": "kit"}, ["components"]),
    ({"kind": "built"}, ["components"]),
    ({"components": {"CUP": 2}}, ["components"]),
    ({"kind": "kit", "components": {"NOTHING": 2}}, ["components"]),
    ({"kind": "kit", "components": {"MUG": 0}}, ["components.MUG"]),
    ({"kind": "magic"}, ["kind"]),
    ({"barcode": ""}, ["barcode"]),
    ({"pinned_warehouse": "moon", "priorities": ["main", "mars"]}, ["pinned_warehouse", "priorities"]),
    ({"pinned_warehouse": "Not An Id"}, ["pinned_warehouse"]),
    ({"priorities": ["main"] * 101}, ["priorities"]),
    ({"sku": "OTHER"}, ["sku"]),
    ({"name": "x" * 256}, ["name"]),
]


def test_a_product_that_does_not_fit_is_422(subtests: pytest.Subtests) -> None:
    set_up()

    for body, fields in UNFIT:
        with subtests.test(str(body)[:80]):
            answer = call("PUT", "/products/CUP", body)
            assert (answer.status, answer.fields) == (422, fields)
    assert call("GET", "/products/CUP").status == 404


def test_a_barcode_belongs_to_one_product() -> None:
    set_up()
    put("CUP", barcode="1")

    taken = put("MUG", barcode="1")
    put("CUP", barcode="2")
    free = put("MUG", barcode="1")

    assert (taken.status, taken.fields) == (422, ["barcode"])
    assert free.status == 200
    assert put("CUP", barcode="2").status == 200


def test_a_barcode_with_more_or_fewer_zeros_in_front_is_the_same() -> None:
    set_up()
    put("CUP", barcode="036000291452")

    taken = put("MUG", barcode="0036000291452")
    assert (taken.status, taken.fields) == (422, ["barcode"])

    assert put("CUP", barcode="0036000291452").status == 200


def test_a_barcode_has_no_blanks_around_it() -> None:
    set_up()

    assert put("CUP", barcode=" 036000291452\u00a0").body["barcode"] == "036000291452"
    assert put("MUG", barcode="036000291452 ").fields == ["barcode"]
    assert put("MUG", barcode=" ").fields == ["barcode"]
    assert a_line("", barcode=" 036000291452 ").barcode == "036000291452"


def test_a_product_that_an_order_waits_for_stays() -> None:
    set_up()
    put("CUP")
    order = an_order(a_line("CUP"))
    route.handler(told(order), Context())

    answer = call("DELETE", "/products/CUP")

    assert answer.status == 409
    assert order.order_id in answer.body["detail"]


def test_orders_short_of_a_product_that_becomes_a_kit_go_on_with_what_it_is_made_of() -> None:
    set_up()
    put("CUP")
    order = an_order(a_line("PAIR"))
    put("PAIR")
    route.handler(told(order), Context())
    put_stock(2, "CUP")

    put("PAIR", kind="kit", components={"CUP": 2})
    go_on()

    assert stored(order).lines[0].components == {"CUP": 2}
    assert stored(order).status is Status.IN_FULFILMENT
    assert balance("CUP") == (2, 2, 0)


def test_the_barcode_of_a_removed_product_is_free() -> None:
    set_up()
    put("CUP", barcode="1")

    assert call("DELETE", "/products/CUP").status == 204
    assert put("MUG", barcode="1").status == 200


def test_a_product_that_is_listed_or_has_stock_stays() -> None:
    set_up(None, "CUP", "MUG")
    list_as("gid-1", "CUP")
    put_stock(1, "MUG")

    for sku, why in {"CUP": "shop", "MUG": "stock"}.items():
        answer = call("DELETE", f"/products/{sku}")
        assert (answer.status, why in answer.body["detail"]) == (409, True)
        assert call("GET", f"/products/{sku}").status == 200

    call("DELETE", "/products/CUP/listings/shop")
    call("POST", "/stock/adjustments", {"adjustments": [{"sku": "MUG", "warehouse": "main", "set": 0}]})
    assert [call("DELETE", f"/products/{sku}").status for sku in ("CUP", "MUG", "CUP")] == [204, 204, 404]


def test_two_who_change_a_product_at_once_do_it_one_after_the_other() -> None:
    set_up()
    put("CUP", barcode="1")

    with meanwhile("TransactWriteItems", lambda: put("CUP", barcode="2")):
        answer = put("CUP", barcode="3")

    assert (answer.status, answer.body["barcode"]) == (200, "3")
    assert [put(f"OTHER {n}", barcode=str(n)).status for n in (1, 2, 3)] == [200, 200, 422]


# ---- listings ---------------------------------------------------------------------------------------------


def test_a_reference_that_is_replaced_is_warned_of_since_its_quantity_stays_there() -> None:
    set_up(None, "CUP")
    list_as("V-1")

    assert list_as("V-1").body["warnings"] == []
    [warning] = list_as("V-2").body["warnings"]
    assert warning == "V-1 is listed no more: shop keeps the quantity that it has; set it to 0 there"


def test_a_listing_is_made_shown_changed_and_forgotten() -> None:
    set_up(None, "CUP")

    made = list_as("gid://shopify/ProductVariant/1")
    shown = call("GET", "/products/CUP/listings/shop")
    changed = list_as("gid 2")
    all_of_them = call("GET", "/products/CUP/listings")
    gone = call("DELETE", "/products/CUP/listings/shop")

    assert without_warnings(made) == shown.body == {
        "channel": "shop", "reference": "gid://shopify/ProductVariant/1", "sku": "CUP",
        "max_quantity": 999, "always_use_max": False, "fulfilled_by_channel": False,
    }  # fmt: skip
    assert all_of_them.body == {"items": [without_warnings(changed)], "next": None}
    assert gone.status == 204
    assert call("GET", "/products/CUP/listings").body == {"items": [], "next": None}
    assert call("GET", "/products/CUP/listings/shop").status == 404
    assert call("DELETE", "/products/CUP/listings/shop").status == 404


def test_a_reference_of_a_channel_means_one_product() -> None:
    set_up(None, "CUP", "MUG")
    list_as("gid-1", "CUP")

    taken = list_as("gid-1", "MUG")
    list_as("gid-2", "CUP")
    free = list_as("gid-1", "MUG")

    assert (taken.status, taken.fields) == (422, ["reference"])
    assert free.status == 200


UNFIT_LISTINGS = [
    ("/products/CUP/listings/moon", {"reference": "1"}, 422),
    ("/products/CUP/listings/Not%20An%20Id", {"reference": "1"}, 422),
    ("/products/NO/listings/shop", {"reference": "1"}, 404),
    ("/products/CUP/listings/shop", {"reference": ""}, 422),
    ("/products/CUP/listings/shop", {"reference": "x" * 201}, 422),
    ("/products/CUP/listings/shop", {"reference": "1", "sku": "MUG"}, 422),
]


def test_a_listing_that_does_not_fit_is_refused(subtests: pytest.Subtests) -> None:
    set_up(None, "CUP")

    for path, body, status in UNFIT_LISTINGS:
        with subtests.test(path, body=body):
            assert call("PUT", path, body).status == status
    assert listings.listings_of(Sku("CUP")) == []


def test_two_who_list_a_product_at_once_leave_no_reference_behind() -> None:
    set_up(None, "CUP", "MUG")

    with meanwhile("TransactWriteItems", lambda: list_as("gid-1")):
        answer = list_as("gid-2")

    assert answer.status == 200
    assert call("GET", "/products/CUP/listings").body == {"items": [without_warnings(answer)], "next": None}
    assert [list_as(reference, "MUG").status for reference in ("gid-2", "gid-1")] == [422, 200]


# ---- orders that waited ------------------------------------------------------------------------------------


def test_an_order_that_waited_for_a_product_goes_on_when_it_is_made() -> None:
    set_up()
    waiting, other = an_order(a_line("NEW CUP")), an_order(a_line("NEW MUG"))
    [order_id, other_id] = routed(waiting, other)
    before = get(order_id)["flags"]

    put("NEW%20CUP")
    go_on()

    assert before == ["exception", "late"]
    assert get(order_id)["flags"] == ["backordered", "late"]
    assert get(other_id)["flags"] == ["exception", "late"]


def test_an_order_that_waited_for_a_listing_goes_on_when_it_is_mapped() -> None:
    set_up(None, "CUP")
    put_stock(1, "CUP")
    [order_id] = routed(an_order(a_line("", reference="gid-1")))

    list_as("gid-1")
    go_on()

    order = get(order_id)
    assert (order["status"], order["flags"], order["lines"][0]["sku"]) == ("in_fulfilment", ["late"], "CUP")


@pytest.mark.parametrize("reference", [".", ".."])
def test_a_step_in_a_path_is_no_reference(reference: str) -> None:
    set_up(None, "CUP")

    answer = list_as(reference)

    assert (answer.status, answer.fields) == (422, ["reference"])


@pytest.mark.parametrize("place", [0, 19])
def test_no_product_is_removed_that_an_order_waits_for_however_many_it_lacks(place: int) -> None:
    skus = [f"SKU-{number:02}" for number in range(20)]
    set_up(None, *skus)
    order = an_order(*(a_line(sku, line=sku) for sku in skus))
    routed(order)

    answer = call("DELETE", f"/products/{skus[place]}")

    assert answer.status == 409
    assert order.order_id in answer.body["detail"]
