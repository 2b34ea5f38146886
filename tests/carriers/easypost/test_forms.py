"""ScanForms of EasyPost, the forms of manifests."""

from typing import Any

import httpx
import pytest

from packhorse.carriers.easypost.selling import EasyPost
from packhorse.domain.configuration.carrier import CarrierKind
from packhorse.domain.errors import NotFound, Rejected, Unavailable
from packhorse.domain.labels.consignment import LabelFormat
from packhorse.domain.labels.manifest import Manifested, ManifestForm
from tests.carriers.counter import Counter
from tests.carriers.easypost.test_easypost import answering, bought

URL = "https://easypost-files.s3.us-west-2.amazonaws.com/files/scan_form/1.pdf"
FORM = {"id": "sf_1", "status": "created", "tracking_codes": ["94001"], "form_url": URL, "message": None}


@pytest.fixture
def counter(counters: dict[CarrierKind, Counter]) -> Counter:
    found = counters[CarrierKind.EASYPOST]
    found.clients[0].delete("/_control").raise_for_status()
    return found


def forms(counter: Counter) -> EasyPost:
    assert isinstance(counter.selling, EasyPost)
    return counter.selling


def on(shipment: str) -> Manifested:
    return Manifested(order="0" * 32, fulfilment=1, label="lbl-7", shipment=shipment, tracking="")


def sold(counter: Counter, carrier: str = "USPS") -> str:
    return counter.selling.buy(counter.sale(carrier)).shipment


def test_a_form_has_the_parcels_of_its_shipments_and_a_document(counter: Counter) -> None:
    shipments = [sold(counter), sold(counter)]

    made = forms(counter).make_form([on(each) for each in shipments])

    assert len(made.tracking) == 2
    assert forms(counter).find_form([on(shipments[1])]) == made
    file = forms(counter).form_file(made)
    assert (file.format, file.content[:5]) == (LabelFormat.PDF, b"%PDF-")


def test_a_shipment_without_a_form_has_none(counter: Counter) -> None:
    assert forms(counter).find_form([on(sold(counter))]) is None


def test_a_shipment_that_is_on_a_form_is_refused(counter: Counter) -> None:
    shipment = sold(counter)
    forms(counter).make_form([on(shipment)])

    with pytest.raises(Rejected, match="are on a form already"):
        forms(counter).make_form([on(sold(counter)), on(shipment)])


def test_a_refunded_an_unbought_and_an_unknown_shipment_are_refused(counter: Counter) -> None:
    sale = counter.sale()
    counter.selling.buy(sale)
    counter.selling.void(sale)

    with pytest.raises(Rejected, match="were refunded"):
        forms(counter).make_form([on(sale.shipment)])
    with pytest.raises(Rejected, match="have no postage"):
        forms(counter).make_form([on(counter.sale().shipment)])
    with pytest.raises(Rejected, match="were not found"):
        forms(counter).make_form([on("shp_0")])
    with pytest.raises(NotFound):
        forms(counter).find_form([on("shp_0")])


def test_a_form_is_of_one_carrier(counter: Counter) -> None:
    with pytest.raises(Rejected, match="same carrier account"):
        forms(counter).make_form([on(sold(counter, "USPS")), on(sold(counter, "UPS"))])


def test_a_form_whose_answer_is_lost_is_found(counter: Counter) -> None:
    shipment = sold(counter)
    counter.fails(0, "/scan_forms", after=True)

    with pytest.raises(Unavailable):
        forms(counter).make_form([on(shipment)])

    assert forms(counter).find_form([on(shipment)])


@pytest.mark.parametrize("status", [0, 429, 500, 503])
def test_a_carrier_that_is_busy_is_unavailable(counter: Counter, status: int) -> None:
    shipment = sold(counter)
    counter.fails(status, "/scan_forms")

    with pytest.raises(Unavailable):
        forms(counter).make_form([on(shipment)])


@pytest.mark.parametrize("body", [{}, [], {"id": 7}, {"id": "sf_1", "tracking_codes": "x"}], ids=range(4))
def test_garbage_is_unavailable_since_what_was_done_is_unknown(body: Any) -> None:
    with pytest.raises(Unavailable):
        answering(lambda _: httpx.Response(201, json=body)).make_form([on("shp_1")])


def test_a_form_that_is_being_made_comes_later() -> None:
    creating = {**FORM, "status": "creating", "form_url": None}

    with pytest.raises(Unavailable, match="is being made"):
        answering(lambda _: httpx.Response(201, json=creating)).make_form([on("shp_1")])


def test_a_form_that_failed_is_refused_with_the_words_of_the_carrier_and_not_found() -> None:
    failed = {**FORM, "status": "failed", "message": "Endicia says no", "form_url": None}

    with pytest.raises(Rejected, match="Endicia says no"):
        answering(lambda _: httpx.Response(201, json=failed)).make_form([on("shp_1")])
    assert answering(lambda _: httpx.Response(200, json=bought(scan_form=failed))).find_form([on("shp_1")]) is None


def test_a_document_on_another_host_is_not_fetched() -> None:
    form = ManifestForm(id="sf_1", url="https://evil.example/1.pdf")

    with pytest.raises(Rejected, match="host"):
        answering(lambda _: httpx.Response(200)).form_file(form)
