"""What only EasyPost does."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from local.world.carriers.easypost_trackers import signature
from packhorse.carriers.easypost.selling import EasyPost
from packhorse.carriers.easypost.shipments import shipment_body
from packhorse.carriers.easypost.webhooks import read, verify
from packhorse.domain.configuration.carrier import CarrierKind
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.labels.consignment import LabelFormat, Package
from packhorse.domain.labels.purchase import Refund, Sale
from packhorse.domain.labels.tracking import TrackingStatus
from packhorse.domain.money import Money
from packhorse.http.answers import BoundedTransport
from tests.carriers.counter import A_RATE, CUSTOMS, SENDER, Counter, abroad, consignment, only_tracking

SALE = Sale("shp_1", A_RATE, "lbl-7", LabelFormat.ZPL)
BASE = "https://api.easypost.com"
CDN = "https://easypost-files.s3.us-west-2.amazonaws.com/files/postage_label/1.png"
PNG, ZPL = b"\x89PNG\r\n\x1a\n...", b"\xef\xbb\xbf^XA^XZ"


@pytest.fixture
def counter(counters: dict[CarrierKind, Counter]) -> Counter:
    found = counters[CarrierKind.EASYPOST]
    found.clients[0].delete("/_control").raise_for_status()
    return found


def answering(handler: Callable[[httpx.Request], httpx.Response]) -> EasyPost:
    """An account whose carrier is a function."""
    http = httpx.Client(base_url=BASE, transport=BoundedTransport(httpx.MockTransport(handler), ("key",)))
    http.headers["Authorization"] = "Basic a2V5Og=="
    return EasyPost(http)


def bought(**fields: Any) -> dict[str, Any]:
    rate = {"id": "rate_1", "carrier": "USPS", "service": "Priority", "rate": "11.01", "currency": "USD"}
    label = {"label_url": CDN, "label_file_type": "image/png"}
    return {"id": "shp_1", "tracking_code": "94001", "selected_rate": rate, "postage_label": label, **fields}


def refusal(code: str, message: str = "no", status: int = 422) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, "message": message, "errors": []}})


# ---- our consignment in its terms


def test_weights_and_sizes_are_rounded_up() -> None:
    package = Package(weight_g=1000, length_mm=300, width_mm=200, height_mm=101)

    parcel = shipment_body(consignment(package=package))["shipment"]["parcel"]

    assert parcel == {"weight": 35.3, "length": 11.9, "width": 7.9, "height": 4.0}


def test_a_size_that_is_not_whole_is_left_out() -> None:
    parcel = shipment_body(consignment(package=Package(weight_g=1, length_mm=300)))["shipment"]["parcel"]

    assert parcel == {"weight": 0.1}


def test_a_consignment_carries_reference_format_and_order_number() -> None:
    shipment = shipment_body(consignment(label_format=LabelFormat.ZPL))["shipment"]

    assert shipment["reference"] == "lbl-7"
    assert shipment["options"] == {"label_format": "ZPL", "label_size": "4x6", "print_custom_1": "R-1001"}
    assert shipment["to_address"]["street2"] == "Apt 2"
    assert "customs_info" not in shipment


def test_customs_lines_are_declared_with_their_totals() -> None:
    info = shipment_body(abroad())["shipment"]["customs_info"]

    assert info["customs_signer"] == SENDER.name
    assert info["eel_pfc"] == "NOEEI 30.37(a)"
    assert info["customs_items"] == [
        {
            "description": "T-shirt",
            "quantity": 2,
            "value": "23.25",
            "currency": "USD",
            "weight": 11.005,
            "origin_country": "PT",
            "hs_tariff_number": "610910",
        },
        {
            "description": "Mug “東京”",
            "quantity": 1,
            "value": "9.00",
            "currency": "USD",
            "weight": 10.582,
            "origin_country": "US",
        },
    ]


def test_only_the_united_states_want_a_clause_about_their_export_declaration() -> None:
    from_germany = abroad(sender=SENDER.replace(country="DE", name=""))
    info = shipment_body(from_germany)["shipment"]["customs_info"]

    assert "eel_pfc" not in info
    assert info["customs_signer"] == "Packhorse Ltd"


# ---- rates


def test_a_rate_that_is_unreadable_is_a_problem_and_hides_no_other() -> None:
    good = {"id": "rate_1", "carrier": "UPS", "service": "Ground", "rate": "8.205", "currency": "USD"}
    odd = [{"id": "rate_2"}, {**good, "rate": "NaN"}, {**good, "currency": "XXX"}, {**good, "rate": "-1"}, None]

    rated = answering(lambda _: httpx.Response(201, json={"id": "shp_1", "rates": [*odd, good]})).rates(consignment())

    assert [(rate.id, rate.price) for rate in rated.rates] == [("rate_1", Money.of("8.21", "USD"))]
    assert len(rated.problems) == len(odd)


def test_a_message_may_be_any_json() -> None:
    messages = [{"carrier": "UPS", "message": {"errors": ["no", {"why": "tired"}]}}, {"carrier": None, "message": None}]

    rated = answering(lambda _: httpx.Response(201, json={"id": "shp_1", "messages": messages})).rates(consignment())

    assert rated.problems == ("UPS: no; tired",)


# ---- buying


def test_no_label_is_sold_whose_contents_weigh_more_than_the_parcel(counter: Counter) -> None:
    rated = counter.selling.rates(abroad(package=Package(weight_g=600)))
    rate = next(each for each in rated.rates if each.carrier == "USPS")

    with pytest.raises(Rejected, match="content items cannot be more than"):
        counter.selling.buy(Sale(rated.id, rate, "lbl-7", LabelFormat.PDF))

    assert not counter.account.purchases


def test_a_customs_line_below_what_is_kept_of_its_weight_is_refused(counter: Counter) -> None:
    body = shipment_body(abroad())
    body["shipment"]["customs_info"]["customs_items"][0]["weight"] = 0.0009

    answer = counter.clients[0].post("/v2/shipments", json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "CUSTOMS_ITEM.PARAMETERS.INVALID")


def test_a_shipment_that_was_bought_before_is_not_bought_again(counter: Counter) -> None:
    sale = counter.sale()

    assert counter.selling.buy(sale) == counter.selling.buy(sale)
    assert len(counter.account.purchases) == 1


@pytest.mark.parametrize("code", ["SHIPMENT.PURCHASE.IN_PROGRESS", "SHIPMENT.POSTAGE.NO_RESPONSE"])
def test_a_purchase_that_is_undecided_is_no_refusal(code: str) -> None:
    with pytest.raises(Unavailable):
        answering(lambda _: refusal(code)).buy(SALE)


def test_an_answer_beyond_all_bounds_is_no_refusal() -> None:
    with pytest.raises(Unavailable):
        answering(lambda _: httpx.Response(200, content=b" " * 10_000_001)).buy(SALE)


def test_a_refusal_names_code_message_and_fields() -> None:
    errors = [{"field": "to_address.zip", "message": ["is odd", "is short"]}, "and so on"]
    body = {"error": {"code": "ADDRESS.INVALID", "message": {"to": ["Bad address"]}, "errors": errors}}

    with pytest.raises(Rejected) as error:
        answering(lambda _: httpx.Response(422, json=body)).buy(SALE)

    assert error.value.in_full == "Bad address: code: ADDRESS.INVALID; to_address.zip: is odd; is short; and so on"


def test_a_refusal_that_quotes_our_key_is_quoted_without_it() -> None:
    with pytest.raises(Rejected) as error:
        answering(lambda _: refusal("X", "you sent a2V5Og==, tests are over")).buy(SALE)

    assert str(error.value) == "you sent ***, tests are over"


# ---- files


def test_a_label_that_is_an_image_is_converted(counter: Counter) -> None:
    sale = counter.sale(label_format=LabelFormat.PNG)
    counter.selling.buy(sale)

    for wanted in LabelFormat:
        assert counter.selling.label(sale._replace(format=wanted)).format is wanted


def test_a_label_that_cannot_be_converted_comes_as_it_is(counter: Counter) -> None:
    sale = counter.sale(label_format=LabelFormat.ZPL)
    counter.selling.buy(sale)

    assert counter.selling.label(sale._replace(format=LabelFormat.PDF)).format is LabelFormat.ZPL


def test_credentials_do_not_leave_for_the_host_of_the_files() -> None:
    seen = {}

    def handle(request: httpx.Request) -> httpx.Response:
        seen[request.url.host] = "Authorization" in request.headers
        return (
            httpx.Response(200, content=ZPL)
            if request.url.host != "api.easypost.com"
            else httpx.Response(200, json=bought())
        )

    assert answering(handle).label(SALE).content == ZPL
    assert seen == {"api.easypost.com": True, "easypost-files.s3.us-west-2.amazonaws.com": False}


@pytest.mark.parametrize("before", [b"CT~~CD,~CC^~CT~\r\n", b"~DGR:LOGO.GRF,1,1,00\n"])
def test_zpl_may_have_settings_before_its_label(before: bytes) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        is_file = request.url.host != "api.easypost.com"
        return httpx.Response(200, content=before + b"^XA^XZ") if is_file else httpx.Response(200, json=bought())

    assert answering(handle).label(SALE).format is LabelFormat.ZPL


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/1.png",
        "https://easypost.com.evil.example/1.png",
        "https://evileasypost.com/1.png",
        "http://files.easypost.com/1.png",
        "http://169.254.169.254/latest/meta-data",
        "https://user@evil.example:443/easypost.com",
        "file:///etc/passwd",
        "//x",
        "http://[",
        "",
    ],
)
def test_a_file_on_a_host_of_others_is_not_fetched(url: str) -> None:
    label = {"label_url": url, "label_file_type": "image/png"}

    with pytest.raises(Rejected, match="not the carrier's"):
        answering(lambda _: httpx.Response(200, json=bought(postage_label=label))).label(SALE)


# ---- voiding


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("submitted", Refund.SUBMITTED),
        ("refunded", Refund.REFUNDED),
        ("rejected", Refund.REJECTED),
        ("not_applicable", Refund.REFUNDED),
        (None, None),
        ("odd", None),
    ],
)
def test_each_state_of_a_refund_is_read(theirs: str | None, ours: Refund | None) -> None:
    assert answering(lambda _: httpx.Response(200, json=bought(refund_status=theirs))).refund(SALE) is ours


def test_a_refund_that_was_rejected_may_be_requested_again() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=bought(refund_status="submitted" if request.method == "POST" else "rejected"))

    assert answering(handle).void(SALE) is Refund.SUBMITTED


def test_of_two_voids_at_once_both_have_the_state() -> None:
    states = iter([None, "submitted"])

    def handle(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return refusal("SHIPMENT.REFUND.UNAVAILABLE")
        return httpx.Response(200, json=bought(refund_status=next(states)))

    assert answering(handle).void(SALE) is Refund.SUBMITTED


def test_a_refund_that_is_refused_for_another_reason_is_an_error() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        return refusal("NOT_ALLOWED") if request.method == "POST" else httpx.Response(200, json=bought())

    with pytest.raises(Rejected):
        answering(handle).void(SALE)


# ---- tracking and webhooks


def test_a_secret_is_taken_in_a_normal_form_of_unicode() -> None:
    assert verify(signature(b"{}", "schlüssel ﬁ"), b"{}", ["schlu\u0308ssel fi"])


def test_the_body_of_a_real_event_is_read() -> None:
    tracker = {
        "id": "trk_1",
        "tracking_code": "1Z",
        "carrier": "FedEx",
        "status": "in_transit",
        "updated_at": "2026-08-02T19:26:51Z",
        "tracking_details": [
            {"status": "in_transit", "message": "Picked up", "datetime": "2026-07-31T19:27:00Z"},
            {"status": "pre_transit", "message": "Sent to FedEx", "datetime": "2026-07-31T15:00:00Z"},
            {"status": "pre_transit", "message": "Sent to FedEx", "datetime": "2026-07-31T15:00:00Z"},
            {"status": "in_transit", "message": "No time", "datetime": None},
            {"status": "on_a_ship", "message": None, "description": "x" * 300, "datetime": "2026-08-01T00:00:00+09:00"},
        ],
    }

    events = only_tracking(read({}, json.dumps({"description": "tracker.updated", "result": tracker}).encode()))

    assert [(event.status.value, event.at.isoformat(), len(event.detail)) for event in events] == [
        ("pre_transit", "2026-07-31T15:00:00+00:00", 13),
        ("unknown", "2026-07-31T15:00:00+00:00", 255),
        ("in_transit", "2026-07-31T19:27:00+00:00", 9),
    ]


@pytest.mark.parametrize(("status", "detail"), [("cancelled", "cancelled"), ("error", "error"), ("unknown", "late")])
def test_a_status_of_the_tracker_alone_is_no_failure_of_the_parcel(status: str, detail: str) -> None:
    tracker = {"tracking_code": "1Z", "status": status, "status_detail": "late", "updated_at": "2026-08-02T19:26:51Z"}

    (event,) = only_tracking(read({}, json.dumps({"description": "tracker.updated", "result": tracker}).encode()))

    assert (event.status, event.detail) == (TrackingStatus.UNKNOWN, detail)


def test_an_event_about_something_else_is_empty() -> None:
    assert read({}, b'{"description": "batch.created", "result": 7}') == ()


def test_customs_are_in_the_currency_of_the_order() -> None:
    yen = CUSTOMS[0].replace(value=Money.of("3000", "JPY"))

    item = shipment_body(abroad().replace(customs=(yen,)))["shipment"]["customs_info"]["customs_items"][0]

    assert (item["value"], item["currency"]) == ("3000", "JPY")
