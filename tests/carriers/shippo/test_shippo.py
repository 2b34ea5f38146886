"""What only Shippo does."""

import json
from datetime import date
from typing import Any

import pytest

from local.world.carriers import shippo
from local.world.carriers.shippo import ShippoAccount, signature
from packhorse.carriers.shippo.shipments import shipment_body
from packhorse.carriers.shippo.webhooks import read, verify
from packhorse.domain.configuration.carrier import CarrierKind
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.labels.consignment import LabelFormat, Package
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.labels.tracking import TrackingStatus
from tests.carriers.counter import Counter, abroad, consignment, only_tracking

SIDES = ("length", "width", "height")


@pytest.fixture
def counter(counters: dict[CarrierKind, Counter]) -> Counter:
    found = counters[CarrierKind.SHIPPO]
    found.clients[0].delete("/_control").raise_for_status()
    return found


def transactions(counter: Counter) -> list[dict[str, Any]]:
    assert isinstance(counter.account, ShippoAccount)
    return list(counter.account.transactions.values())


def test_a_consignment_is_in_grams_and_millimetres() -> None:
    body = shipment_body(consignment())

    (parcel,) = body["parcels"]
    assert parcel == {
        "weight": "1000",
        "mass_unit": "g",
        "length": "300",
        "width": "200",
        "height": "101",
        "distance_unit": "mm",
    }
    assert (body["metadata"], body["extra"], body["async"]) == ("lbl-7", {"reference_1": "R-1001"}, False)
    assert "customs_declaration" not in body


def test_a_parcel_without_a_size_is_refused_with_the_fields(counter: Counter) -> None:
    with pytest.raises(Rejected) as refusal:
        counter.selling.rates(consignment(package=Package(weight_g=1)))

    assert [error.field for error in refusal.value.errors] == [f"parcels.0.{side}" for side in SIDES]


def test_customs_lines_are_declared_with_their_totals() -> None:
    declaration = shipment_body(abroad())["customs_declaration"]

    assert (declaration["certify_signer"], declaration["eel_pfc"]) == ("Ada Packer", "NOEEI_30_37_a")
    assert declaration["items"][0] == {
        "description": "T-shirt",
        "quantity": 2,
        "value_amount": "23.25",
        "value_currency": "USD",
        "net_weight": "312",
        "mass_unit": "g",
        "origin_country": "PT",
        "tariff_number": "610910",
    }


def test_a_label_that_is_still_being_made_is_neither_bought_nor_missing(counter: Counter) -> None:
    sale = counter.sale()
    counter.selling.buy(sale)
    transactions(counter)[0]["status"] = "QUEUED"

    with pytest.raises(Unavailable):
        counter.selling.lookup(sale)

    transactions(counter)[0]["status"] = "SUCCESS"
    assert counter.selling.lookup(sale)


def test_a_purchase_that_failed_before_does_not_hide_one_that_succeeded(counter: Counter) -> None:
    counter.account.settings.funds = "0"
    sale = counter.sale()
    with pytest.raises(Rejected, match="Shippo: Insufficient funds"):
        counter.selling.buy(sale)
    counter.account.settings.funds = "100"

    bought = counter.selling.buy(sale)

    assert [each["status"] for each in transactions(counter)] == ["ERROR", "SUCCESS"]
    assert counter.selling.lookup(sale) == bought


def test_the_file_is_as_it_was_bought_whatever_is_wanted_later(counter: Counter) -> None:
    sale = counter.sale(label_format=LabelFormat.ZPL)
    counter.selling.buy(sale)

    assert counter.selling.label(sale._replace(format=LabelFormat.PDF)).format is LabelFormat.ZPL


def test_a_purchase_that_is_known_by_its_id_is_in_no_list(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shippo, "MAX_LISTS", 0)
    sale = counter.sale()

    known = sale._replace(purchase=counter.selling.buy(sale).id)

    assert counter.selling.label(known).content.startswith(b"%PDF")
    assert (counter.selling.void(known), counter.selling.refund(known)) == (Refund.SUBMITTED, Refund.SUBMITTED)
    with pytest.raises(Unavailable, match="429"):
        counter.selling.lookup(sale)


def test_the_day_is_that_of_the_warehouse_in_most_time_zones() -> None:
    assert shipment_body(consignment(day=date(2026, 12, 2)))["shipment_date"] == "2026-12-02T12:00:00Z"
    assert "shipment_date" not in shipment_body(consignment())


def test_of_two_voids_at_once_both_have_the_state(counter: Counter) -> None:
    sale = counter.sale()
    counter.selling.buy(sale)
    counter.fails(400, "/refunds", after=True)

    assert counter.selling.void(sale) is counter.selling.refund(sale) is Refund.SUBMITTED


def test_a_signature_covers_its_time() -> None:
    (name, value), *_ = signature(b"{}", "secret", 1_700_000_000).items()

    assert verify({name: value}, b"{}", ["secret"])
    assert not verify({name: value.replace("t=17", "t=18")}, b"{}", ["secret"])
    assert not verify({name: value.partition(",")[2]}, b"{}", ["secret"])


@pytest.mark.parametrize(
    ("theirs", "finer", "ours"),
    [
        ("TRANSIT", "out_for_delivery", TrackingStatus.OUT_FOR_DELIVERY),
        ("TRANSIT", "package_arrived", TrackingStatus.IN_TRANSIT),
        ("FAILURE", "out_for_delivery", TrackingStatus.FAILURE),
        ("SOMEWHERE", "", TrackingStatus.UNKNOWN),
    ],
)
def test_a_finer_status_counts_on_the_way_only(theirs: str, finer: str, ours: TrackingStatus) -> None:
    status = {"status": theirs, "status_date": "2026-11-23T09:30:00Z", "substatus": {"code": finer}}
    data = {"carrier": "usps", "tracking_number": "94001", "tracking_status": status, "tracking_history": [status]}

    (event,) = only_tracking(read({}, json.dumps({"event": "track_updated", "data": data}).encode()))

    assert event.status is ours


def test_an_event_about_something_else_is_empty() -> None:
    assert read({}, b'{"event": "transaction_created", "data": []}') == ()
