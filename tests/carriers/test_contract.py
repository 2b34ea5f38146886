"""What every carrier that sells promises, whatever its protocol. A new one is a row in `counter.CARRIERS_THAT_SELL`."""

import json
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.world.carriers.code128 import modules
from packhorse.carriers import CARRIERS
from packhorse.carriers.http import connect
from packhorse.carriers.protocol import CarrierKeys
from packhorse.domain.configuration.carrier import CarrierAccount, CarrierKind
from packhorse.domain.errors import CredentialsRefused, NotFound, Rejected, Unavailable
from packhorse.domain.labels.consignment import LabelFormat, Package
from packhorse.domain.labels.purchase import Refund, RefundReport, Sale
from packhorse.domain.labels.tracking import TrackingEvent, TrackingStatus
from packhorse.domain.money import Money
from packhorse.domain.orders.label_refunds import ASKED_AFTER
from tests.carriers.counter import (
    A_RATE,
    ABROAD,
    BEGINNINGS,
    CARRIERS_THAT_SELL,
    CUSTOMS,
    Carrier,
    Counter,
    abroad,
    consignment,
    only_tracking,
)

SECRET, OLD_SECRET = "whs-new", "whs-old"
GARBAGE = ["", " ", "<html>busy</html>", "null", "[]", '"ok"', "{}", '{"id": 7, "object_id": []}', "[" * 100_000]

every_carrier = pytest.mark.parametrize("carrier", CARRIERS_THAT_SELL, ids=lambda carrier: carrier.kind.value)
searching = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


# ---- the registry


def test_every_kind_of_carrier_is_in_the_registry_and_here() -> None:
    assert set(CARRIERS) == set(CarrierKind)
    assert {each.kind for each in CARRIERS_THAT_SELL} == {kind for kind, adapter in CARRIERS.items() if adapter.sell}


def test_a_carrier_that_sells_signs_in_has_an_address_and_reads_its_webhooks() -> None:
    selling = [adapter for adapter in CARRIERS.values() if adapter.sell]

    assert all(adapter.sign_in and adapter.base_url and adapter.verify and adapter.read for adapter in selling)


@pytest.mark.long
def test_reading_a_webhook_does_not_pay_for_a_client() -> None:
    program = "import sys, packhorse.carriers; sys.exit('httpx' in sys.modules)"
    layer = Path(__file__).parents[2] / "layers/shared"

    said = subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": str(layer)})  # noqa: S603

    assert said.returncode == 0


@every_carrier
def test_an_account_without_an_address_of_its_own_has_the_usual_one(carrier: Carrier) -> None:
    with connect(CarrierAccount(id="main", kind=carrier.kind), CarrierKeys("key")) as http:
        assert str(http.base_url).rstrip("/") == carrier.adapter.base_url
        assert http.base_url.scheme == "https"


# ---- rates


def test_a_consignment_has_rates_of_several_services(counter: Counter) -> None:
    rated = counter.selling.rates(consignment())

    assert {rate.carrier for rate in rated.rates} == {"USPS", "UPS"}
    assert len({rate.id for rate in rated.rates}) == len(rated.rates) == 6
    assert all(rate.days is not None and rate.price.minor > 0 for rate in rated.rates)
    assert rated.problems == ()
    assert not counter.account.purchases


def test_a_heavier_parcel_costs_more(counter: Counter) -> None:
    light, heavy = (
        counter.selling.rates(consignment(package=Package(weight_g=grams, length_mm=1, width_mm=1, height_mm=1)))
        for grams in (100, 5000)
    )

    assert all(one.price.minor < other.price.minor for one, other in zip(light.rates, heavy.rates, strict=True))


def test_an_account_that_needs_a_size_refuses_a_parcel_without_and_no_other_does(counter: Counter) -> None:
    unmeasured = consignment(package=Package(weight_g=1000))

    if CarrierAccount(id="main", kind=counter.carrier.kind).needs_size:
        with pytest.raises(Rejected):
            counter.selling.rates(unmeasured)
    else:
        assert counter.selling.rates(unmeasured).rates


def test_a_price_is_exact(counter: Counter) -> None:
    sale = counter.sale()

    purchase = counter.selling.buy(sale)

    assert purchase.price == sale.rate.price == Money.of(counter.account.purchases[0]["price"], "USD")


def test_a_price_in_a_currency_without_decimals_is_exact(counter: Counter) -> None:
    counter.account.settings.currency = "JPY"

    sale = counter.sale()

    assert sale.rate.price.currency == "JPY"
    assert sale.rate.price.amount.isdecimal()
    assert counter.selling.buy(sale).price == sale.rate.price


def test_why_a_carrier_has_no_rate_is_a_problem_and_the_others_have_theirs(counter: Counter) -> None:
    counter.account.settings.refusing = {"UPS": "The account is suspended."}

    rated = counter.selling.rates(consignment())

    assert {rate.carrier for rate in rated.rates} == {"USPS"}
    assert [problem for problem in rated.problems if "UPS" in problem and "The account is suspended." in problem]


def test_a_parcel_abroad_has_other_services(counter: Counter) -> None:
    rated = counter.selling.rates(abroad())

    assert {rate.carrier for rate in rated.rates} == {"USPS", "UPS"}
    assert not {rate.service for rate in rated.rates} & {
        rate.service for rate in counter.selling.rates(consignment()).rates
    }


def test_a_parcel_abroad_without_customs_lines_has_no_rate_but_a_problem(counter: Counter) -> None:
    rated = counter.selling.rates(consignment(recipient=ABROAD))

    assert rated.rates == ()
    assert "Customs" in rated.problems[0]


def test_a_customs_line_of_no_value_is_refused_with_the_reason(counter: Counter) -> None:
    free = CUSTOMS[0].replace(value=Money.of("0", "USD"))

    with pytest.raises(Rejected) as refusal:
        counter.selling.rates(consignment(recipient=ABROAD, customs=(free,)))

    assert "customs" in refusal.value.in_full.lower()


def test_an_address_that_does_not_exist_is_refused_with_the_field(counter: Counter) -> None:
    with pytest.raises(Rejected) as refusal:
        counter.selling.rates(consignment(recipient=ABROAD.replace(country="US", postcode="00000")))

    assert [error for error in refusal.value.errors if "address" in error.field]


def test_an_address_without_a_street_is_refused_with_the_field(counter: Counter) -> None:
    with pytest.raises(Rejected) as refusal:
        counter.selling.rates(consignment(recipient=ABROAD.replace(address1="")))

    assert [error for error in refusal.value.errors if "street1" in error.field]


def test_rates_may_be_requested_again_after_a_lost_answer(counter: Counter) -> None:
    counter.fails(0, counter.carrier.rates_path, after=True)

    with pytest.raises(Unavailable):
        counter.selling.rates(consignment())

    assert counter.selling.rates(consignment()).rates
    assert len(counter.account.shipments) == 2
    assert not counter.account.purchases


# ---- buying


def test_a_label_that_is_bought_has_its_tracking_number(counter: Counter) -> None:
    sale = counter.sale("UPS")

    purchase = counter.selling.buy(sale)

    assert purchase.shipment == sale.shipment
    assert (purchase.carrier, purchase.service) == (sale.rate.carrier, sale.rate.service)
    assert purchase.tracking.startswith("1Z")
    assert [each["tracking"] for each in counter.account.purchases] == [purchase.tracking]


def test_the_carrier_stores_our_reference(counter: Counter) -> None:
    counter.selling.buy(counter.sale(reference="lbl-0815"))

    assert counter.account.purchases[0]["reference"] == "lbl-0815"


def test_a_label_that_was_not_bought_is_not_found(counter: Counter) -> None:
    assert counter.selling.lookup(counter.sale()) is None


@pytest.mark.parametrize("status", [0, 504])
def test_a_label_whose_answer_was_lost_is_found_and_not_bought_twice(counter: Counter, status: int) -> None:
    sale = counter.sale()
    counter.fails(status, counter.carrier.buy_ending, after=True)

    with pytest.raises(Unavailable):
        counter.selling.buy(sale)
    found = counter.selling.lookup(sale)

    assert found
    assert [each["tracking"] for each in counter.account.purchases] == [found.tracking]


def test_a_request_that_did_not_arrive_bought_nothing_and_may_be_repeated(counter: Counter) -> None:
    sale = counter.sale()
    counter.fails(0, counter.carrier.buy_ending)

    with pytest.raises(Unavailable):
        counter.selling.buy(sale)

    assert counter.selling.lookup(sale) is None
    assert counter.selling.buy(sale) == counter.selling.lookup(sale)
    assert len(counter.account.purchases) == 1


def test_a_purchase_is_looked_up_as_it_was_answered(counter: Counter) -> None:
    sale = counter.sale()

    assert counter.selling.buy(sale) == counter.selling.lookup(sale)


def test_an_account_without_money_is_refused_and_buys_nothing(counter: Counter) -> None:
    counter.account.settings.funds = "1.00"
    sale = counter.sale()

    with pytest.raises(Rejected, match="Insufficient funds"):
        counter.selling.buy(sale)

    assert counter.selling.lookup(sale) is None
    assert not counter.account.purchases


def test_a_rate_of_another_shipment_is_refused(counter: Counter) -> None:
    sale = counter.sale()

    with pytest.raises(Rejected):
        counter.selling.buy(sale._replace(rate=A_RATE))

    assert not counter.account.purchases


# ---- files


@pytest.mark.parametrize("wanted", list(LabelFormat))
def test_a_label_comes_in_the_format_that_is_wanted(counter: Counter, wanted: LabelFormat) -> None:
    sale = counter.sale(label_format=wanted)
    tracking = counter.selling.buy(sale).tracking

    file = counter.selling.label(sale)

    assert file.format is wanted
    assert file.content.startswith(BEGINNINGS[wanted])
    assert READERS[wanted](file.content, tracking)


def _is_in_pdf(content: bytes, tracking: str) -> bool:
    stream = zlib.decompress(content.partition(b"stream\n")[2].partition(b"\nendstream")[0])
    bars = stream.decode("cp1252").count(" re")
    return f"({tracking})".encode() in stream and b"(R-1001)" in stream and bars == modules(tracking).count("1")


def _is_in_png(content: bytes, tracking: str) -> bool:
    start = content.index(b"IDAT")
    packed = content[start + 4 : start + 4 + int.from_bytes(content[start - 4 : start], "big")]
    row_bytes = 1 + (812 + 7) // 8
    row = zlib.decompress(packed)[row_bytes * 900 : row_bytes * 901]
    dots = "".join(f"{byte:08b}" for byte in row[1:])[:812].strip("1")
    drawn = modules(tracking)
    width = len(dots) // len(drawn)
    return dots == "".join(("1", "0")[module == "1"] * width for module in drawn)


def _is_in_zpl(content: bytes, tracking: str) -> bool:
    return f"^FD{tracking}^FS".encode() in content and "^FDŁukasz Müller-東京^FS".encode() in content


READERS: dict[LabelFormat, Callable[[bytes, str], bool]] = {
    LabelFormat.PDF: _is_in_pdf,
    LabelFormat.PNG: _is_in_png,
    LabelFormat.ZPL: _is_in_zpl,
}


@pytest.mark.parametrize("status", [0, 403, 404, 500])
def test_a_file_that_is_not_there_yet_comes_later(counter: Counter, status: int) -> None:
    sale = counter.sale()
    counter.selling.buy(sale)
    counter.account.failures.clear()
    counter.fails(status, path="/files/")

    with pytest.raises(Unavailable) as error:
        counter.selling.label(sale)

    assert not isinstance(error.value, CredentialsRefused)
    assert counter.selling.label(sale).content
    assert len(counter.account.purchases) == 1


def test_a_file_that_is_no_label_is_not_stored(counter: Counter) -> None:
    sale = counter.sale()
    counter.selling.buy(sale)
    counter.fails(200, path="/files/", text="<html>come back later</html>")

    with pytest.raises(Unavailable):
        counter.selling.label(sale)


def test_the_file_of_a_label_that_was_not_bought_is_refused(counter: Counter) -> None:
    with pytest.raises(Rejected):
        counter.selling.label(counter.sale())


# ---- voiding


def test_a_label_is_voided_once(counter: Counter) -> None:
    sale = counter.sale()
    counter.selling.buy(sale)

    assert counter.selling.refund(sale) is None
    assert [counter.selling.void(sale), counter.selling.void(sale)] == [Refund.SUBMITTED, Refund.SUBMITTED]
    assert counter.selling.refund(sale) is Refund.SUBMITTED


def test_money_comes_back_days_later(counter: Counter) -> None:
    funds = counter.account.settings.funds
    sale = counter.sale()
    tracking = counter.selling.buy(sale).tracking
    counter.selling.void(sale)

    counter.control("refunds", tracking=tracking)

    assert counter.selling.refund(sale) is Refund.REFUNDED
    assert counter.selling.void(sale) is Refund.REFUNDED
    assert counter.account.settings.funds == funds


def test_a_void_whose_answer_was_lost_is_requested_once(counter: Counter) -> None:
    sale = counter.sale()
    counter.selling.buy(sale)
    counter.fails(0, counter.carrier.refund_ending, method="POST", after=True)

    with pytest.raises(Unavailable):
        counter.selling.void(sale)

    assert counter.selling.void(sale) is Refund.SUBMITTED


def test_a_parcel_that_was_scanned_is_not_voided(counter: Counter) -> None:
    sale = counter.sale()
    counter.control("parcels", tracking=counter.selling.buy(sale).tracking, status="in_transit")

    assert counter.selling.void(sale) is Refund.REJECTED
    assert counter.selling.refund(sale) is None


def test_a_label_that_was_not_bought_cannot_be_voided(counter: Counter) -> None:
    sale = counter.sale()

    with pytest.raises(NotFound):
        counter.selling.void(sale)

    assert counter.selling.refund(sale) is None


def test_a_refund_is_rejected_if_the_parcel_is_scanned_meanwhile(counter: Counter) -> None:
    sale = counter.sale()
    tracking = counter.selling.buy(sale).tracking
    counter.selling.void(sale)

    counter.control("parcels", tracking=tracking, status="in_transit")

    assert counter.selling.refund(sale) is Refund.REJECTED


def test_a_refund_that_is_refused_may_be_granted_after_all(counter: Counter) -> None:
    sale = counter.sale()
    tracking = counter.selling.buy(sale).tracking
    counter.selling.void(sale)

    counter.control("refunds", tracking=tracking, rejected=True)
    refused = counter.selling.refund(sale)
    counter.control("refunds", tracking=tracking)

    assert (refused, counter.selling.refund(sale)) == (Refund.REJECTED, Refund.REFUNDED)


def test_a_voided_label_is_still_known(counter: Counter) -> None:
    sale = counter.sale()
    purchase = counter.selling.buy(sale)
    counter.selling.void(sale)

    assert counter.selling.lookup(sale) == purchase


# ---- failures


CALLS: dict[str, Callable[[Counter], object]] = {
    "rates": lambda counter: counter.selling.rates(consignment()),
    "buy": lambda counter: counter.selling.buy(SALES[counter.url]),
    "lookup": lambda counter: counter.selling.lookup(SALES[counter.url]),
    "label": lambda counter: counter.selling.label(SALES[counter.url]),
    "void": lambda counter: counter.selling.void(SALES[counter.url]),
    "refund": lambda counter: counter.selling.refund(SALES[counter.url]),
}
SALES: dict[str, Sale] = {}
every_call = pytest.mark.parametrize("call", CALLS)


@pytest.fixture
def prepared(counter: Counter) -> Counter:
    """A carrier with a shipment that was rated."""
    SALES[counter.url] = counter.sale()
    return counter


@every_call
@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_credentials_refused(prepared: Counter, call: str, status: int) -> None:
    prepared.fails(status)

    with pytest.raises(CredentialsRefused):
        CALLS[call](prepared)


def test_a_key_of_another_account_is_credentials_refused(counter: Counter) -> None:
    with pytest.raises(CredentialsRefused) as refusal:
        counter.connected("EZTK-of-nobody").rates(consignment())

    assert "EZTK-of-nobody" not in refusal.value.in_full


@every_call
@pytest.mark.parametrize("status", [0, 408, 409, 429, 500, 502, 503])
def test_a_carrier_that_is_busy_is_unavailable(prepared: Counter, call: str, status: int) -> None:
    prepared.fails(status, retry_after=7 if status == 429 else None)

    with pytest.raises(Unavailable) as error:
        CALLS[call](prepared)

    assert not isinstance(error.value, CredentialsRefused)
    assert error.value.retry_after == (7 if status == 429 else None)


@every_call
@pytest.mark.parametrize("status", [400, 402, 404, 422])
def test_what_a_carrier_refuses_is_rejected_with_its_words(prepared: Counter, call: str, status: int) -> None:
    prepared.fails(status)

    with pytest.raises(Rejected, match="injected failure"):
        CALLS[call](prepared)


@every_call
@pytest.mark.parametrize("text", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_unavailable_since_what_was_done_is_unknown(prepared: Counter, call: str, text: str) -> None:
    prepared.fails(200, text=text)

    try:
        found = CALLS[call](prepared)
    except Unavailable:
        return
    except Rejected:
        assert call != "buy"
    else:
        assert not found


@every_call
def test_garbage_that_is_a_refusal_is_rejected(prepared: Counter, call: str) -> None:
    prepared.fails(422, text="<html>no</html>")

    with pytest.raises(Rejected):
        CALLS[call](prepared)


def test_a_carrier_that_does_not_answer_in_time_is_unavailable(counter: Counter) -> None:
    selling = counter.connected(counter.account.settings.key)
    counter.clients[-1].timeout = httpx.Timeout(0.05)
    counter.account.delay = 0.3

    with pytest.raises(Unavailable):
        selling.rates(consignment())


# ---- webhooks and tracking


@every_carrier
def test_a_signed_webhook_is_accepted_whichever_secret_is_active(carrier: Carrier) -> None:
    assert carrier.adapter.verify
    raw = carrier.webhook("in_transit")

    for secret in (SECRET, OLD_SECRET):
        assert carrier.adapter.verify(carrier.signed(raw, secret), raw, [SECRET, OLD_SECRET])


@every_carrier
def test_what_was_not_signed_with_an_active_secret_is_refused(carrier: Carrier) -> None:
    verify = carrier.adapter.verify
    assert verify
    signed = carrier.signed(b"{}", SECRET)
    (name, value), *_ = signed.items()

    assert not verify(signed, b"{}", ["whs-other"])
    assert not verify(signed, b"{}", [])
    assert not verify(signed, b"{} ", [SECRET])
    assert not verify({}, b"{}", [SECRET])
    assert not verify({name: ""}, b"{}", [SECRET])
    assert not verify({name: value[:-1]}, b"{}", [SECRET])
    assert not verify(carrier.signed(b"{}", ""), b"{}", [""])


@every_carrier
@given(given=st.text(st.characters()), raw=st.binary(), secret=st.text(st.characters()))
@searching
def test_garbage_is_not_signed_and_nothing_worse(carrier: Carrier, given: str, raw: bytes, secret: str) -> None:
    assert carrier.adapter.verify

    assert not carrier.adapter.verify({carrier.signature: given, given: given}, raw, [secret])


@every_carrier
@pytest.mark.parametrize(("theirs", "ours"), [("refunded", Refund.REFUNDED), ("rejected", Refund.REJECTED)])
def test_a_webhook_about_a_refund_that_is_decided(carrier: Carrier, theirs: str, ours: Refund) -> None:
    assert carrier.adapter.read

    assert carrier.adapter.read({}, carrier.refund_webhook(theirs)) == (RefundReport(tracking="94001", refund=ours),)
    assert carrier.adapter.read({}, carrier.refund_webhook("submitted")) == ()


def test_every_kind_says_how_long_a_refund_takes() -> None:
    assert all(timedelta(days=7) <= each.refunds_within <= max(ASKED_AFTER) for each in CARRIERS.values())


@every_carrier
def test_a_webhook_in_our_terms(carrier: Carrier) -> None:
    assert carrier.adapter.read

    (event,) = only_tracking(carrier.adapter.read({}, carrier.webhook("delivered")))

    assert (event.tracking, event.status) == ("94001", TrackingStatus.DELIVERED)
    assert (event.at.isoformat(), event.detail) == ("2026-11-23T09:30:00+00:00", "Scanned")


@every_carrier
@pytest.mark.parametrize(
    "raw", [b"", b"\xff", b"null", b"[]", b'"x"', b"{}", b"[" * 100_000, b'{"id": NaN}'], ids=range(8)
)
def test_a_webhook_that_is_unreadable_is_rejected_with_the_fields(carrier: Carrier, raw: bytes) -> None:
    assert carrier.adapter.read

    with pytest.raises(Rejected) as refusal:
        carrier.adapter.read({}, raw)

    assert refusal.value.errors


@every_carrier
@given(data=st.data())
@searching
def test_a_scrambled_webhook_is_read_or_rejected_and_nothing_worse(carrier: Carrier, data: st.DataObject) -> None:
    assert carrier.adapter.read
    raw = carrier.webhook("in_transit")
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(raw)), st.integers(0, len(raw)))))

    with suppress(Rejected):
        carrier.adapter.read({}, raw[:start] + data.draw(st.binary(max_size=4)) + raw[end:])


def newest_webhook(counter: Counter) -> list[TrackingEvent]:
    """What the newest webhook of the carrier reports."""
    read = counter.carrier.adapter.read
    assert read
    return only_tracking(read({}, json.dumps(counter.account.events[-1]["body"]).encode()))


def test_a_parcel_is_followed_oldest_status_first(counter: Counter) -> None:
    tracking = counter.selling.buy(counter.sale()).tracking
    counter.control("parcels", tracking=tracking, status="delivered", at="2026-11-24T12:00:00Z")
    counter.control("parcels", tracking=tracking, status="in_transit", at="2026-11-23T12:00:00Z")

    events = newest_webhook(counter)

    assert [event.status for event in events] == [TrackingStatus.IN_TRANSIT, TrackingStatus.DELIVERED]
    assert {event.tracking for event in events} == {tracking}


ADVANCED = [
    TrackingStatus.PRE_TRANSIT,
    TrackingStatus.IN_TRANSIT,
    TrackingStatus.OUT_FOR_DELIVERY,
    TrackingStatus.AVAILABLE_FOR_PICKUP,
    TrackingStatus.DELIVERED,
    TrackingStatus.RETURN_TO_SENDER,
    TrackingStatus.FAILURE,
]


@pytest.mark.parametrize("status", ADVANCED)
def test_each_status_of_a_parcel_is_read(counter: Counter, status: TrackingStatus) -> None:
    tracking = counter.selling.buy(counter.sale()).tracking

    counter.control("parcels", tracking=tracking, status=status.value)

    assert newest_webhook(counter)[-1].status is status
