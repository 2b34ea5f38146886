"""Manifests of Shippo."""

from datetime import date
from typing import Any

import httpx
import pytest

from local.world.carriers import shippo
from packhorse.carriers.http import connect
from packhorse.carriers.protocol import CarrierKeys
from packhorse.carriers.shippo.manifests import ShippoManifests
from packhorse.domain.configuration.carrier import CarrierAccount, CarrierKind
from packhorse.domain.errors import NotFound, Rejected, Unavailable
from packhorse.domain.labels.consignment import LabelFormat
from packhorse.domain.labels.manifest import Manifested, ManifestForm
from tests.carriers.counter import SENDER, Counter

MANIFEST = {"object_id": "m1", "status": "SUCCESS", "transactions": ["t1"], "documents": ["https://goshippo.com/1.pdf"]}
SOLD = {"object_id": "t1", "status": "SUCCESS", "tracking_number": "94001", "label_url": "https://goshippo.com/l.pdf"}
SHIPMENT = {"address_from": {"object_id": "a1"}, "rates": [{"object_id": "r1", "carrier_account": "ca"}]}
PARCEL = Manifested(order="0" * 32, fulfilment=1, label="lbl-7", shipment="s1", rate="r1", tracking="94001")


@pytest.fixture
def counter(counters: dict[CarrierKind, Counter]) -> Counter:
    found = counters[CarrierKind.SHIPPO]
    found.clients[0].delete("/_control").raise_for_status()
    return found


def manifests(counter: Counter) -> ShippoManifests:
    return ShippoManifests(counter.clients[0])


def sold(counter: Counter, carrier: str = "USPS", **fields: Any) -> Manifested:
    sale = counter.sale(carrier, **fields)
    bought = counter.selling.buy(sale)
    return PARCEL.replace(shipment=sale.shipment, rate=sale.rate.id, purchase=bought.id, tracking=bought.tracking)


def answering(**made: Any) -> ShippoManifests:
    """A Shippo that sold the parcel, and answers about its manifest so."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/transactions"):
            found = SOLD if request.url.path.endswith("t1") else {"results": [SOLD]}
            return httpx.Response(200, json=found)
        if request.url.path.startswith("/shipments"):
            return httpx.Response(200, json=SHIPMENT)
        manifest = {**MANIFEST, **made}
        return httpx.Response(200, json={"results": [manifest]} if request.method == "GET" else manifest)

    account = CarrierAccount(id="main", kind=CarrierKind.SHIPPO, calls_per_second=100)
    http = connect(account, CarrierKeys("key"))
    return ShippoManifests(httpx.Client(transport=httpx.MockTransport(answer), base_url=http.base_url))


def test_a_manifest_has_the_parcels_and_a_document(counter: Counter) -> None:
    parcels = [sold(counter), sold(counter)]

    made = manifests(counter).make_form(parcels)

    assert made.tracking == tuple(each.tracking for each in parcels)
    assert manifests(counter).find_form([parcels[1]]) == made
    file = manifests(counter).form_file(made)
    assert (file.format, file.content[:5]) == (LabelFormat.PDF, b"%PDF-")


def test_a_manifest_of_parcels_whose_transactions_are_known_reads_no_list_of_them(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcels = [sold(counter), sold(counter)]
    monkeypatch.setattr(shippo, "MAX_LISTS", 0)

    assert manifests(counter).make_form(parcels).tracking == tuple(each.tracking for each in parcels)


def test_of_parcels_of_before_some_are_searched_and_the_others_wait(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("packhorse.carriers.shippo.manifests.SEARCHED", 1)
    before, later, known = (sold(counter) for _ in range(3))

    made = manifests(counter).make_form([before.replace(purchase=""), later.replace(purchase=""), known])

    assert set(made.tracking) == {before.tracking, known.tracking}


def test_of_parcels_of_two_days_those_of_the_first_ones_are_on_the_manifest(counter: Counter) -> None:
    parcels = [sold(counter, day=date(2026, 12, day)) for day in (2, 3, 2)]

    made = manifests(counter).make_form(parcels)

    assert made.tracking == (parcels[0].tracking, parcels[2].tracking)
    assert manifests(counter).make_form(parcels[1:2]).tracking == (parcels[1].tracking,)


def test_whether_parcels_are_on_a_manifest_takes_one_list(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    parcels = [sold(counter) for _ in range(3)]
    made = manifests(counter).make_form(parcels[2:])
    monkeypatch.setattr(shippo, "MAX_LISTS", 1)

    assert manifests(counter).find_form(parcels) == made


def test_a_parcel_without_a_manifest_has_none(counter: Counter) -> None:
    manifests(counter).make_form([sold(counter)])

    assert manifests(counter).find_form([sold(counter)]) is None
    assert manifests(counter).find_form([PARCEL.replace(rate="another")]) is None


def test_a_parcel_is_on_one_manifest(counter: Counter) -> None:
    parcel = sold(counter)
    manifests(counter).make_form([parcel])

    with pytest.raises(Rejected, match="on a manifest already"):
        manifests(counter).make_form([sold(counter), parcel])


def test_a_manifest_is_of_one_carrier_and_one_address(counter: Counter) -> None:
    with pytest.raises(Rejected, match="carrier_account"):
        manifests(counter).make_form([sold(counter), sold(counter, "UPS")])
    with pytest.raises(Rejected, match="same address_from"):
        manifests(counter).make_form([sold(counter), sold(counter, sender=SENDER.replace(address1="2 Dock St"))])


def test_a_refunded_and_an_unbought_parcel_are_refused(counter: Counter) -> None:
    sale = counter.sale()
    counter.selling.buy(sale)
    counter.selling.void(sale)
    refunded = PARCEL.replace(shipment=sale.shipment, rate=sale.rate.id)
    rated = counter.sale()

    with pytest.raises(Rejected, match="refunded"):
        manifests(counter).make_form([refunded])
    with pytest.raises(NotFound, match="was bought at Shippo"):
        manifests(counter).make_form([PARCEL.replace(shipment=rated.shipment, rate=rated.rate.id)])


def test_a_manifest_whose_answer_is_lost_is_found(counter: Counter) -> None:
    parcel = sold(counter)
    counter.fails(0, "/manifests", after=True)

    with pytest.raises(Unavailable):
        manifests(counter).make_form([parcel])

    found = manifests(counter).find_form([parcel])
    assert found is not None
    assert found.tracking == (parcel.tracking,)


@pytest.mark.parametrize("status", [0, 429, 500, 503])
def test_a_carrier_that_is_busy_is_unavailable(counter: Counter, status: int) -> None:
    parcel = sold(counter)
    counter.fails(status, "/manifests")

    with pytest.raises(Unavailable):
        manifests(counter).make_form([parcel])


def test_one_that_is_being_made_comes_later() -> None:
    for status in ("QUEUED", "NOQUEUED"):
        making = answering(status=status, documents=[])
        with pytest.raises(Unavailable, match="is being made"):
            making.make_form([PARCEL])
        with pytest.raises(Unavailable, match="is being made"):
            making.find_form([PARCEL])


def test_one_that_failed_is_refused_with_the_words_of_the_carrier_and_not_found() -> None:
    failed = answering(status="ERROR", errors=["USPS says no"], documents=[])

    with pytest.raises(Rejected, match="USPS says no"):
        failed.make_form([PARCEL])
    assert failed.find_form([PARCEL]) is None


@pytest.mark.parametrize("made", [{"object_id": 7}, {"status": None}, {"transactions": "x"}], ids=range(3))
def test_garbage_is_unavailable_since_what_was_done_is_unknown(made: Any) -> None:
    with pytest.raises(Unavailable):
        answering(**made).make_form([PARCEL])


def test_a_document_on_another_host_is_not_fetched(counter: Counter) -> None:
    with pytest.raises(Rejected, match="host"):
        manifests(counter).form_file(ManifestForm(id="m1", url="https://evil.example/1.pdf"))
