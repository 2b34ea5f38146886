"""The generic channel against its own page of documentation."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from packhorse.channels.generic.shop import Generic
from packhorse.channels.protocol import ParcelNotice, Quantity
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.orders.parcel import LineQuantity
from tests.channels.setting import set_all

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests/data/generic"
PAGE = (ROOT / "docs/generic-channel.md").read_text()
TODAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
UPDATED = {"X-Packhorse-Topic": "order.updated"}
LINES = (LineQuantity(line="1", quantity=2),)
NOTICE = ParcelNotice("W-1001", "p-1", "DHL", "0034-ü", LINES)

Answer = Callable[[httpx.Request], httpx.Response]


def an_order(**changed: object) -> dict[str, Any]:
    return {**json.loads((DATA / "order.json").read_text()), **changed}


def shop(answer: Answer) -> Generic:
    client = httpx.Client(
        base_url="https://shop.example/api",
        headers={"Authorization": "Bearer let-me-in"},
        transport=httpx.MockTransport(answer),
    )
    return Generic("web-shop", client)


def saying(status: int, content: bytes = b"") -> Generic:
    return shop(lambda request: httpx.Response(status, content=content))


def page(*orders: object, cursor: str | None = None) -> bytes:
    return json.dumps({"orders": orders, "next": cursor}).encode()


def documented(name: str) -> Any:
    found = re.search(rf"^```json {name}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert found, name
    return json.loads(found[1])


# ---- what comes to us


def test_a_known_signature_as_openssl_makes_it() -> None:
    signature = "sha256=3cc5acbf2c42396f497835eb2c4761901c6c11725588086fd3dd69141267c725"

    signed = Generic("web-shop").verify(
        {"x-packhorse-signature": signature}, b'{"id":"W-1001"}', ["correct-horse-battery-staple"]
    )

    assert signed
    assert signature in PAGE


def test_upper_case_digits_are_the_same_signature() -> None:
    signature = "sha256=3CC5ACBF2C42396F497835EB2C4761901C6C11725588086FD3DD69141267C725"

    assert Generic("web-shop").verify(
        {"X-Packhorse-Signature": signature}, b'{"id":"W-1001"}', ["correct-horse-battery-staple"]
    )


def test_a_parcel_without_lines_waits_until_everything_has_shipped() -> None:
    parcels = [{"carrier": "DHL", "tracking": "A"}, {"tracking": "B", "lines": [{"line": 1, "quantity": 1}]}]

    part = Generic("web-shop").read(UPDATED, json.dumps(an_order(parcels=parcels)).encode())
    whole = Generic("web-shop").read(
        UPDATED, json.dumps(an_order(parcels=parcels, shipped_at=TODAY.isoformat())).encode()
    )

    assert part
    assert [parcel.tracking for parcel in part.parcels] == ["B"]
    assert whole
    assert [parcel.tracking for parcel in whole.parcels] == ["A", "B"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"lines": [{"id": "1", "quantity": "2", "unit_price": "1.00"}]}, "lines.0.quantity"),
        ({"lines": [{"id": "1", "quantity": True, "unit_price": "1.00"}]}, "lines.0.quantity"),
        ({"lines": [{"id": "1", "quantity": -1, "unit_price": "1.00"}]}, "lines.0.quantity"),
        ({"lines": [{"id": "1", "quantity": 1, "unit_price": "1e9999"}]}, "lines.0.unit_price"),
        ({"lines": [{"id": "1", "quantity": 1, "unit_price": "-1.00"}]}, "lines.0.unit_price"),
        ({"lines": [{"id": "1", "quantity": 1, "unit_price": None}]}, "lines.0.unit_price"),
        ({"lines": [{"id": "", "quantity": 1, "unit_price": "1.00"}]}, "lines.0.id"),
        ({"lines": []}, "lines"),
        ({"lines": {"0": {}}}, "lines"),
        ({"id": None}, "id"),
        ({"id": ".."}, "id"),
        ({"currency": "Euro"}, "currency"),
        ({"modified_at": "2999-01-01T00:00:00Z"}, "modified_at"),
        ({"placed_at": "2999-01-01T00:00:00Z"}, "placed_at"),
        ({"paid_at": "2999-01-01T00:00:00Z"}, "paid_at"),
        ({"placed_at": 1764000000}, "placed_at"),
        ({"placed_at": "2026-11-23T09:30:00"}, "placed_at"),
        ({"cancelled_at": "0001-01-01T00:00:00+05:00"}, "cancelled_at"),
        ({"ship_to": ["Berlin"]}, "ship_to"),
    ],
)
def test_the_field_at_fault_is_named(changed: dict[str, object], field: str) -> None:
    raw = json.dumps(an_order(**changed)).encode()

    with pytest.raises(Rejected) as refusal:
        Generic("web-shop").read(UPDATED, raw)

    assert field in [error.field for error in refusal.value.errors]


@pytest.mark.parametrize(
    ("changed", "adjusted"),
    [
        ({"total": "12,50"}, ["total"]),
        ({"tax": 1.00501}, ["tax"]),
        ({"shipping": "1e400"}, ["shipping"]),
        ({"note": "Happy birthday \ud83d"}, ["note"]),
        ({"note": "n" * 9000, "number": "7" * 300}, ["note", "number"]),
        ({"gift_message": "n" * 9000}, ["gift_message"]),
        ({"customer": {"email": "e" * 300}}, ["email"]),
        ({"customer": ["Ada"]}, ["customer"]),
        ({"delivery_method": False}, ["delivery_method"]),
        ({"ship_to": {"name": "Ada", "address1": "1" * 300, "postcode": 10117, "country": "DE"}}, ["address1"]),
        ({"lines": [{"id": "1", "name": "n" * 300, "quantity": 1, "unit_price": "1.00"}]}, ["name"]),
        ({"lines": [{"id": "1", "quantity": 1, "unit_price": 8.403361344537815}]}, ["lines.0.unit_price"]),
        ({"lines": [{"id": "1", "barcode": "4" * 60, "quantity": 1, "unit_price": "1.00"}]}, ["barcode"]),
        ({"parcels": [{"tracking": "9" * 300, "lines": [{"line": "1", "quantity": 1}]}]}, ["tracking"]),
    ],
)
def test_a_field_that_nobody_needs_refuses_no_order(changed: dict[str, object], adjusted: list[str]) -> None:
    order = Generic("web-shop").read(UPDATED, json.dumps(an_order(**changed)).encode())

    assert order is not None
    assert list(order.adjusted) == adjusted


def test_an_order_that_fits_is_not_adjusted() -> None:
    order = Generic("web-shop").read(UPDATED, json.dumps(an_order()).encode())

    assert order is not None
    assert order.adjusted == ()


def test_a_price_of_many_decimals_is_rounded_to_its_currency() -> None:
    line = {"id": "1", "quantity": 2, "unit_price": 8.403361344537815}

    order = Generic("web-shop").read(UPDATED, json.dumps(an_order(lines=[line], currency="USD")).encode())

    assert order is not None
    assert order.lines[0].unit_price.amount == "8.40"


def test_a_line_has_the_barcode_that_the_shop_gives() -> None:
    lines = [{"id": "1", "barcode": 4006381333931, "quantity": 1, "unit_price": 1}]

    order = Generic("web-shop").read(UPDATED, json.dumps(an_order(lines=lines)).encode())

    assert order is not None
    assert order.lines[0].barcode == "4006381333931"


def test_a_bad_line_brings_no_second_error_about_the_list_of_lines() -> None:
    raw = json.dumps(an_order(lines=[{"id": "1", "quantity": -1, "unit_price": "1.00"}])).encode()

    with pytest.raises(Rejected) as refusal:
        Generic("web-shop").read(UPDATED, raw)

    assert [error.field for error in refusal.value.errors] == ["lines.0.quantity"]


def test_a_hopeless_order_does_not_make_a_hopeless_list_of_errors() -> None:
    raw = json.dumps(an_order(lines=[{}] * 400)).encode()

    with pytest.raises(Rejected) as refusal:
        Generic("web-shop").read(UPDATED, raw)

    assert len(refusal.value.errors) == 20


def test_an_address_is_read_as_woocommerce_names_its_country() -> None:
    address = {**an_order()["ship_to"], "country": "United States (US)", "state": "California", "postcode": "'90012"}
    body = json.dumps(an_order(ship_to=address)).encode()

    found = Generic("web-shop").read(UPDATED, body)

    assert found is not None
    assert found.ship_to is not None
    assert (found.ship_to.country, found.ship_to.state, found.ship_to.postcode) == ("US", "CA", "90012")


@pytest.mark.parametrize("currency", ["XXQ", "XXX", "eur", ""])
def test_a_currency_that_nothing_is_sold_in_is_refused(currency: str) -> None:
    with pytest.raises(Rejected) as refusal:
        Generic("web-shop").read(UPDATED, json.dumps(an_order(currency=currency)).encode())

    assert "currency" in [error.field for error in refusal.value.errors]


def test_errors_do_not_quote_addresses() -> None:
    raw = json.dumps(an_order(ship_to={"address1": "Baker Street 221b", "city": ["Baker Street 221b"]})).encode()

    with pytest.raises(Rejected) as refusal:
        Generic("web-shop").read(UPDATED, raw)

    assert "Baker" not in repr(
        (refusal.value, refusal.value.errors, refusal.value.__cause__, refusal.value.__context__)
    )


# ---- what we ask for


def test_the_page_that_is_asked_for() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=page())

    shop(answer).orders_since(TODAY, None)
    shop(answer).orders_since(TODAY, "a b&c")

    assert [request.url.path for request in asked] == ["/api/orders", "/api/orders"]
    assert dict(asked[0].url.params) == {"modified_since": "2026-11-23T09:00:00.000000Z", "limit": "50"}
    assert asked[1].url.params["cursor"] == "a b&c"
    assert asked[0].headers["Authorization"] == "Bearer let-me-in"


def test_pages_follow_one_another_until_there_is_no_next() -> None:
    pages = {None: page(an_order(), cursor="two"), "two": page(an_order(id="W-1002"))}
    web = shop(lambda request: httpx.Response(200, content=pages[request.url.params.get("cursor")]))

    def walk() -> Iterator[str]:
        cursor = None
        while True:
            found = web.orders_since(TODAY, cursor)
            yield from (order.channel_order_id for order in found.orders)
            cursor = found.next
            if cursor is None:
                return

    assert list(walk()) == ["W-1001", "W-1002"]


def test_a_page_keeps_the_bytes_that_came() -> None:
    raw = page(an_order())

    assert saying(200, raw).orders_since(TODAY, None).raw == raw


@pytest.mark.parametrize(
    ("bad", "name", "reason"),
    [
        ({"id": "W-1002", "lines": 7}, "W-1002", "lines: "),
        ({"id": 1002, "lines": [{"id": 1, "quantity": 1.5, "unit_price": 1}]}, "1002", "lines.0.quantity: "),
        ({"number": "1002"}, None, "id: is missing"),
        ({"id": "x" * 900}, "x" * 200, "placed_at: is missing"),
        ("W-1002", None, "must be an object"),
        (None, None, "must be an object"),
    ],
)
def test_one_bad_order_does_not_stop_a_page(bad: object, name: str | None, reason: str) -> None:
    found = saying(200, page(an_order(id="W-1001"), bad, an_order(id="W-1003"), cursor="more")).orders_since(
        TODAY, None
    )

    assert [order.channel_order_id for order in found.orders] == ["W-1001", "W-1003"]
    assert found.next == "more"
    (refused,) = found.refused
    assert refused.id == name
    assert json.loads(refused.raw) == bad
    assert reason in refused.reason


# ---- what we tell


def told_by(tell: Callable[[Generic], object]) -> httpx.Request:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    tell(shop(answer))
    (request,) = seen
    return request


def test_a_shipment_travels_under_our_id() -> None:
    request = told_by(lambda web: web.notify_shipped(NOTICE._replace(order="W/1001")))

    assert request.method == "POST"
    assert request.url.raw_path == b"/api/orders/W%2F1001/shipments"
    lines = [{"line": "1", "quantity": 2}]
    assert json.loads(request.content) == {
        "id": "p-1",
        "parcels": [{"carrier": "DHL", "tracking": "0034-ü", "lines": lines}],
    }


def test_a_corrected_shipment_replaces_the_one_of_its_id() -> None:
    request = told_by(lambda web: web.notify_corrected(NOTICE._replace(tracking="JD-2")))

    assert (request.method, request.url.raw_path) == ("PUT", b"/api/orders/W-1001/shipments/p-1")
    assert json.loads(request.content)["parcels"][0]["tracking"] == "JD-2"


def test_a_shipment_that_has_not_left_after_all_is_deleted() -> None:
    request = told_by(lambda web: web.notify_withdrawn(NOTICE))

    assert (request.method, request.url.raw_path) == ("DELETE", b"/api/orders/W-1001/shipments/p-1")


def test_a_quantity_is_set() -> None:
    request = told_by(lambda web: set_all(web, [Quantity("SKU 7/ü?#", 0, last=4, key="k-1")]))

    assert request.method == "PUT"
    assert request.url.raw_path == b"/api/stock/SKU%207%2F%C3%BC%3F%23"
    assert json.loads(request.content) == {"quantity": 0}


def test_a_reference_that_the_shop_refuses_is_refused_alone() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404 if b"gone" in request.url.raw_path else 204, content=b"no such listing")

    answers = set_all(shop(answer), [Quantity(name, 3, None, name) for name in ("mug", "gone", "cup")])

    assert answers["gone"] is not None
    assert "404 no such listing" in str(answers["gone"])
    assert (answers["mug"], answers["cup"]) == (None, None)


# ---- what we ask back


def test_quantities_are_asked_fifty_at_a_time() -> None:
    asked: list[list[str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params.get_list("reference"))
        return httpx.Response(200, json={"stock": [{"reference": name, "quantity": len(name)} for name in asked[-1]]})

    found = shop(answer).quantities([f"MUG {number} ü&=" for number in range(120)])

    assert [len(references) for references in asked] == [50, 50, 20]
    assert len(found) == 120
    assert found["MUG 7 ü&="] == len("MUG 7 ü&=")


def test_what_was_not_asked_for_and_what_is_not_known_is_left_out() -> None:
    stock = [{"reference": 7, "quantity": -2}, {"reference": "surprise", "quantity": 1}]

    assert saying(200, json.dumps({"stock": stock}).encode()).quantities(["7", "unknown"]) == {"7": -2}


@pytest.mark.parametrize("status", [404, 501])
def test_a_shop_that_cannot_be_asked_says_so(status: int) -> None:
    with pytest.raises(Rejected, match=str(status)):
        saying(status).quantities(["mug-blue"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<h1>Be right back</h1>",
        b"[]",
        b"{}",
        b'{"stock": {}}',
        b'{"stock": [{"reference": "a", "quantity": "7"}]}',
    ],
)
def test_an_answer_that_is_no_stock_is_asked_for_again_later(body: bytes) -> None:
    with pytest.raises(Unavailable):
        saying(200, body).quantities(["a"])


# ---- what goes wrong


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<h1>Be right back</h1>",
        page(an_order())[:-40],
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"orders": NaN}',
        b"[]",
        b'{"next": null}',
        b'{"orders": {"id": "W-1001"}, "next": null}',
        b'{"orders": [], "next": 7}',
        b'{"orders": [], "took": NaN}',
        b'{"orders": [1e99999999999999999999]}',
    ],
)
def test_a_page_that_is_no_page_is_asked_for_again_later(body: bytes) -> None:
    with pytest.raises(Unavailable):
        saying(200, body).orders_since(TODAY, None)


def test_an_answer_that_cannot_be_unpacked_is_asked_for_again_later() -> None:
    garbled = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"not gzip"))

    with pytest.raises(Unavailable):
        shop(lambda request: garbled).orders_since(TODAY, None)


def test_a_channel_without_a_base_url_is_for_a_person() -> None:
    with pytest.raises(Rejected, match="base url"):
        Generic("web-shop", httpx.Client(base_url="")).quantities(["mug-blue"])


def test_without_a_client_it_only_receives() -> None:
    with pytest.raises(TypeError):
        Generic("web-shop").quantities(["mug-blue"])


# ---- the page of documentation


def test_the_documented_order_is_the_one_that_is_tested() -> None:
    assert documented("order") == an_order()


def test_the_documented_calls_are_the_ones_that_are_made() -> None:
    shipment = told_by(lambda web: web.notify_shipped(NOTICE._replace(tracking="00340434161094042557")))
    stock = told_by(lambda web: set_all(web, [Quantity("mug-blue", 7, None, "k-1")]))
    cancellation = told_by(lambda web: web.cancel_order("W/1", restock=True))
    read = saying(200, json.dumps(documented("stock-list")).encode()).quantities(["mug-blue", "mug-red"])
    listed = saying(200, json.dumps(documented("page")).encode()).orders_since(TODAY, None)

    assert json.loads(shipment.content) == documented("shipment")
    assert json.loads(stock.content) == documented("stock")
    assert json.loads(cancellation.content) == documented("cancellation")
    assert (cancellation.method, cancellation.url.raw_path) == ("PUT", b"/api/orders/W%2F1/cancellation")
    assert (listed.orders, listed.next) == ((), None)
    assert read == {"mug-blue": 7, "mug-red": 0}


def test_every_field_that_is_read_is_documented() -> None:
    from packhorse.channels.generic import shop

    models = (shop.TheirOrder, shop.TheirLine, shop.TheirAddress, shop.TheirCustomer, shop.TheirParcel)
    fields = {field for model in models for field in model.model_fields}

    assert {field for field in fields if not re.search(rf"`(lines\[\]\.)?{field}`", PAGE)} == set()
