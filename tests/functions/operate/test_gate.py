"""What is looked at before a route is: who may, which verb, what kind of body, how the address is written."""

import base64
import json
from urllib.parse import quote

import pytest

from packhorse.api.gate import MAX_BODY_BYTES
from packhorse.domain.catalogue.product import Product
from packhorse.domain.values import Sku
from packhorse.store import catalogue
from simulation.api_requests import as_it_arrives, request
from simulation.merchant import MUG, put_stock, set_up
from tests.functions.operate.calls import call, encoded, send

pytestmark = pytest.mark.usefixtures("cloud")


ROLES = [
    (["read_only"], "GET", "/orders", 200),
    (["read_only"], "POST", "/orders/1a2b/cancel", 403),
    (["warehouse"], "POST", "/orders/1a2b/cancel", 403),
    (["warehouse", "operator"], "POST", "/orders/1a2b/cancel", 404),
    (["operator"], "PUT", "/channels/shop", 403),
    (["operator"], "PUT", "/account", 403),
    ([], "GET", "/orders", 403),
    (["stranger"], "GET", "/orders", 403),
    ([], "GET", "/nowhere", 403),
    (["owner"], "GET", "/nowhere", 404),
]


def test_what_a_role_may_not_is_403(subtests: pytest.Subtests) -> None:
    for roles, method, path, status in ROLES:
        with subtests.test(f"{method} {path}", roles=roles):
            assert call(method, path, {} if method != "GET" else None, roles).status == status


def test_who_may_not_is_told_so_before_anything_about_the_input() -> None:
    answer = call("PUT", "/account", "{not even JSON", roles=["read_only"])

    assert answer.status == 403
    assert answer.body["detail"] == "your role does not allow this"


def test_nothing_but_health_is_open() -> None:
    stranger = request("GET", "/health")
    del stranger["requestContext"]["authorizer"]

    assert send(stranger)[:2] == (200, {"status": "ok"})
    assert send({**stranger, "rawPath": "/orders"}).status == 403


NOT_THERE = [
    ("PATCH", "/orders", 404),
    ("OPTIONS", "/orders", 405),
    ("HEAD", "/health", 405),
    ("PUT", "/orders", 404),
    ("DELETE", "/account", 404),
    ("GET", "/", 404),
    ("GET", "/orders/1/2/3", 404),
    ("POST", "/health", 404),
    ("GET", "/orders/", 404),
]


def test_what_is_not_there_is_a_problem_document(subtests: pytest.Subtests) -> None:
    for method, path, status in NOT_THERE:
        with subtests.test(f"{method} {path}"):
            answer = call(method, path)
            assert answer.status == answer.body["status"] == status
            assert answer.headers["content-type"] == "application/problem+json"
            assert set(answer.body) == {"type", "title", "status", "detail", "errors"}


BODY = json.dumps({"name": "Tasse"})
AS_BYTES = base64.b64encode(BODY.encode()).decode()


CALLED = [
    ("application/json", BODY, False),
    ("Application/JSON; charset=utf-8", BODY, False),
    ("application/x-www-form-urlencoded", AS_BYTES, True),
    ("", AS_BYTES, True),
]


def test_json_is_read_as_json_however_the_client_calls_it(subtests: pytest.Subtests) -> None:
    set_up()

    for media_type, body, is_encoded in CALLED:
        with subtests.test(media_type):
            headers = {"content-type": media_type}
            answer = call("PUT", "/products/CUP", body, headers=headers, isBase64Encoded=is_encoded)
            assert (answer.status, answer.body["name"]) == (200, "Tasse")


def test_a_body_without_a_media_type_is_read_too() -> None:
    set_up()
    event = request("PUT", "/products/CUP", AS_BYTES, isBase64Encoded=True)
    del event["headers"]["content-type"]

    assert send(event).status == 200


OTHER_TYPES = ["text/csv", "multipart/form-data", "multipart/form-data; boundary=x", "application/xml"]


def test_another_media_type_is_415(subtests: pytest.Subtests) -> None:
    for media_type in OTHER_TYPES:
        with subtests.test(media_type):
            answer = call("PUT", "/products/CUP", AS_BYTES, headers={"content-type": media_type}, isBase64Encoded=True)
            assert (answer.status, answer.body["detail"]) == (415, "send application/json")


UNFIT = [
    ("{", "body"),
    ("", "body"),
    ("null", "body"),
    ("3", "body"),
    ('[{"catchall": "main"}]', "body"),
    ("[" * 100_000, "body"),
    ('{"catchall": 1' + "0" * 5000 + "}", "body"),
    ('{"catchall": NaN}', "body"),
    ('{"catchall": "\\ud800"}', "catchall"),
    ('{"catchall": "main", "catchalls": []}', "catchalls"),
    ('{"catchall": "main", "priorities": ["main", "", 3]}', "priorities.1"),
]


def test_a_body_that_does_not_fit_is_422_with_the_field_at_fault(subtests: pytest.Subtests) -> None:
    for body, field in UNFIT:
        with subtests.test(body[:50]):
            answer = call("PUT", "/account", body)
            assert (answer.status, answer.fields[0]) == (422, field)


UNKNOWN_PARAMETERS = [
    ("/orders", {"state": "open"}, ["state"]),
    ("/orders", {"status": "open", "wharehouse": "main", "Limit": 5}, ["Limit", "wharehouse"]),
    ("/orders", {"q": "", "page": ""}, ["page"]),
    ("/stock", {"place": "main"}, ["place"]),
    ("/account", {"verbose": "true"}, ["verbose"]),
    (f"/products/{quote(MUG)}", {"limit": 5}, ["limit"]),
]


def test_a_parameter_that_the_address_does_not_know_is_422(subtests: pytest.Subtests) -> None:
    set_up()
    catalogue.create_product(Product(sku=MUG))

    for path, query, fields in UNKNOWN_PARAMETERS:
        with subtests.test(f"{path} {query}"):
            answer = call("GET", path, query=query)
            assert (answer.status, answer.fields) == (422, fields)


def test_a_parameter_that_the_address_does_not_know_changes_nothing() -> None:
    set_up()

    assert call("PUT", "/account", {"catchall": "main", "split_lines": True}, query={"dry": "yes"}).status == 422
    assert call("GET", "/account").body["split_lines"] is False


def test_a_known_parameter_without_a_value_is_as_if_it_were_not_there() -> None:
    set_up()

    assert call("GET", "/orders", query={"q": "", "status": ""}).status == 200


def test_bytes_that_are_no_text_fit_no_field() -> None:
    body = base64.b64encode(b'{"catchall": "m\xffin"}').decode()

    answer = call("PUT", "/account", body, isBase64Encoded=True)

    assert (answer.status, answer.fields) == (422, ["catchall"])


FILLERS = ["x", "ü"]


def test_a_body_that_is_too_large_is_413(subtests: pytest.Subtests) -> None:
    for filler in FILLERS:
        with subtests.test(filler):
            text = json.dumps({"name": filler * (MAX_BODY_BYTES // len(filler.encode()))}, ensure_ascii=False)
            encoded_text = base64.b64encode(text.encode()).decode()
            assert call("PUT", "/products/CUP", text).status == 413
            assert call("PUT", "/products/CUP", encoded_text, isBase64Encoded=True).status == 413


ODD = [
    "A B",
    "#1",
    "Müsli & Ähre",
    "1+1",
    "50%",
    "A%20B",
    "%",
    "a,b;c=d",
    "(x)[y]{z}",
    "'\"\\`",
    "日本",
    "a:b@c",
    "~!*|^<>",
    "…",
]


def test_odd_looking_skus_are_found_under_their_address(subtests: pytest.Subtests) -> None:
    set_up(None, *ODD)

    for sku in ODD:
        with subtests.test(sku):
            put_stock(3, sku)
            address = encoded(sku)
            assert call("GET", f"/products/{address}").body["sku"] == sku
            assert call("PUT", f"/products/{address}", {"name": "odd"}).body["sku"] == sku
            assert call("PUT", f"/products/{address}/listings/shop", {"reference": sku}).status == 200
            assert call("GET", f"/products/{address}/listings").body["items"][0]["reference"] == sku
            assert call("GET", f"/stock/{address}/movements").body["items"][0]["on_hand"] == 3
            assert call("GET", "/stock", query={"sku": sku}).body["items"][0]["sku"] == sku
            assert call("DELETE", f"/products/{address}/listings/shop").status == 204


ADDRESSES = ["Caf%C3%A9%20%231%2B1", "Caf%c3%a9 %231+1", "Café #1+1"]


def test_an_address_is_understood_however_much_of_it_is_encoded(subtests: pytest.Subtests) -> None:
    catalogue.put_product(Product(sku="Café #1+1"))

    for address in ADDRESSES:
        with subtests.test(address):
            assert call("GET", f"/products/{address}").status == 200
            assert send({**request("GET", "/"), "rawPath": f"/products/{address}"}).status == 200


def test_a_part_of_an_address_that_is_too_long_is_refused() -> None:
    assert call("GET", f"/products/{'x' * 201}").fields == ["sku"]


NO_SKUS = ["/products/%20A", "/products/A%09B", f"/products/{'x' * 101}"]


def test_a_sku_that_cannot_be_one_is_refused(subtests: pytest.Subtests) -> None:
    for address in NO_SKUS:
        with subtests.test(address):
            answer = call("PUT", address, {})
            assert (answer.status, answer.fields) == (422, ["sku"])


def test_the_test_decodes_paths_as_an_http_api_does() -> None:
    assert as_it_arrives("/a%20%23%C3%BC%25") == "/a #ü%25"
    assert as_it_arrives("/a%252Eb") == "/a%252Eb"


def test_unknown_things_are_404_wherever_they_are_named() -> None:
    set_up()
    for path in (
        "/orders/0",
        "/products/NO",
        "/products/NO/listings",
        f"/products/{MUG[:3]}/listings/shop",
        "/warehouses/no",
        "/channels/no",
    ):
        assert call("GET", path).status == 404, path
    for path in ("/products/NO", "/products/NO/listings/shop", "/warehouses/no", "/channels/no"):
        assert call("DELETE", path).status == 404, path
    for step in ("pay", "cancel", "complete", "release", "reroute"):
        assert call("POST", f"/orders/0/{step}").status == 404, step
    assert Sku("NO") not in catalogue.find_products([Sku("NO")])
