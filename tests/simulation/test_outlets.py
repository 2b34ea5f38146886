"""The rules of outlets find what a store lacks, has twice, or has of nobody."""

from typing import Any

import pytest

from simulation.outlets.ebay import EbayOutlet
from simulation.outlets.outlet import Outlet
from simulation.outlets.rules import erased_in_part, faults_of_outlet
from simulation.outlets.trash import listed
from simulation.outlets.woocommerce import WooOutlet
from simulation.turns import Turns


@pytest.fixture(params=(EbayOutlet, WooOutlet))
def outlet(request: pytest.FixtureRequest) -> Outlet:
    made: Outlet = request.param(Turns(1))
    made.stock_up("MUG", 5)
    return made


def shipped(outlet: Outlet, number: str, **more: Any) -> dict[str, Any]:
    """Return an order of ours whose only line has left."""
    [line] = outlet.in_shop_terms(number)["lines"]
    part = {"line": line["id"], "quantity": line["quantity"]}
    parcel = {"tracking": "T-1", "lines": [part], "notice": {"notified_at": "now"}}
    return {
        "channel": outlet.id,
        "channel_order_id": number,
        "status": "complete",
        "is_notifiable": True,
        "lines": [{"id": line["id"], "quantity": line["quantity"]}],
        "fulfilments": [{"parcels": [parcel]}],
        **more,
    }


def test_a_parcel_that_a_store_lacks_is_a_fault(outlet: Outlet) -> None:
    number = outlet.sell({"MUG": 2})

    [fault] = faults_of_outlet(outlet, {"o1": shipped(outlet, number)})

    assert "lacks {" in fault


def test_parcels_of_an_order_that_a_file_brought_are_compared_by_the_ids_that_the_store_has_of_its_lines(
    outlet: Outlet,
) -> None:
    number = outlet.sell({"MUG": 2})
    [line] = outlet.in_shop_terms(number)["lines"]
    order = shipped(outlet, number)
    order["lines"] = [{"id": "1", "quantity": 2, "ids_there": [line["id"]]}]
    [parcel] = order["fulfilments"][0]["parcels"]
    parcel["lines"] = [{"line": "1", "quantity": 2}]

    assert list(faults_of_outlet(outlet, {"o1": order})) == [
        f"order {number} of {outlet.id} lacks {{{line['id']!r}: 2}} of its parcels"
    ]


def test_a_parcel_that_a_store_refused_for_its_lines_is_a_fault(outlet: Outlet) -> None:
    number = outlet.sell({"MUG": 2})
    refused = {"cause": "channel_not_notified", "message": "it has no line 1 in order 5"}

    assert list(faults_of_outlet(outlet, {"o1": shipped(outlet, number, exceptions=[refused])}))


def test_one_that_an_exception_is_about_is_none(outlet: Outlet) -> None:
    number = outlet.sell({"MUG": 2})
    order = shipped(outlet, number, exceptions=[{"cause": "channel_not_notified"}])

    assert list(faults_of_outlet(outlet, {"o1": order})) == []


def test_a_store_that_completed_its_order_itself_needs_no_parcel_of_what_left_by_that() -> None:
    woo = WooOutlet(Turns(1))
    number = woo.sell({"MUG": 2})
    order = shipped(woo, number)
    order["fulfilments"][0]["parcels"][0]["notice"]["is_theirs"] = True
    assert list(faults_of_outlet(woo, {"o1": order}))

    woo.ship(number)

    assert list(faults_of_outlet(woo, {"o1": order})) == []


def test_shipment_tracking_shows_parcels_under_one_number_once() -> None:
    woo = WooOutlet(Turns(1))
    number = woo.sell({"MUG": 2})
    values = [{"carrier": "UPS", "tracking": "1Z", "way": "tracking", "lines": []} for _ in range(2)]
    woo.store.orders[number]["meta_data"] = [
        {"key": f"_packhorse_parcel_{index}", "value": each} for index, each in enumerate(values)
    ]
    assert woo.to_show(number) == 1

    values[1]["way"] = "notes"

    assert woo.to_show(number) == 2


def test_a_second_parcel_of_a_number_has_only_an_id_at_ebay() -> None:
    ebay = EbayOutlet(Turns(1))
    number = ebay.sell({"MUG": 2})
    order = shipped(ebay, number)
    [line] = order["lines"]
    part = {"lineItemId": line["id"], "quantity": 1}
    ebay.ebay.ship(number, {"lineItems": [part], "trackingNumber": "T1", "shippingCarrierCode": "DHL"})
    ebay.ebay.ship(number, {"lineItems": [part]})
    parcel = {"tracking": "T1", "lines": [{"line": line["id"], "quantity": 1}], "notice": {"notified_at": "now"}}
    order["fulfilments"][0]["parcels"] = [{**parcel, "channel_fulfilment": each} for each in ("T1", "1000")]

    assert list(faults_of_outlet(ebay, {"o1": order})) == []


def test_a_parcel_that_has_not_left_is_a_fault() -> None:
    ebay = EbayOutlet(Turns(1))
    number = ebay.sell({"MUG": 2})
    order = shipped(ebay, number)
    [line] = order["lines"]
    for tracking in ("T1", "T2"):
        part = {"lineItemId": line["id"], "quantity": 1}
        ebay.ebay.ship(number, {"lineItems": [part], "trackingNumber": tracking, "shippingCarrierCode": "DHL"})

    faults = "; ".join(faults_of_outlet(ebay, {"o1": order}))

    assert "has parcel t2, which has not left" in faults
    assert "has {" in faults


def test_a_sale_takes_what_the_store_offers(outlet: Outlet) -> None:
    outlet.sell({"MUG": 2})

    assert outlet.offers("MUG") == 3
    assert outlet.moved == {"MUG"}


def test_a_buyer_who_is_named_after_the_erasure_is_found() -> None:
    order = {"channel_order_id": "7", "status": "complete", "customer": {"name": "Ada Lovelace"}}

    assert list(erased_in_part({"o1": order}, {"o1"}))
    assert not list(erased_in_part({"o1": {**order, "status": "open"}}, {"o1"}))
    assert not list(erased_in_part({"o1": order}, set()))


def test_what_is_in_the_trash_is_not_listed() -> None:
    woo = WooOutlet(Turns(1))
    first, second = (woo.sell({"MUG": 1}) for _ in range(2))

    woo.throw_away(first)
    assert listed(woo) == [second]
    woo.restore(first)
    assert listed(woo) == [first, second]
