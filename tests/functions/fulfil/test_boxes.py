"""Box sizes of parcels, and several parcels of a fulfilment order, through the API and a simulated carrier."""

from typing import Any

import pytest

from functions.allocate import route
from local.world.carriers.easypost import EasyPostAccount
from local.world.carriers.shippo import ShippoAccount
from local.world.failures import LOST
from packhorse.aws.settings import settings
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.labels.box_sizes import BoxSize
from packhorse.domain.labels.label import LabelState
from packhorse.store import catalogue, configuration
from simulation.aws.boundary import World
from simulation.builders import NOON, a_line, sqs_event
from simulation.merchant import MUG, Context
from tests.conftest import queued
from tests.functions.fulfil.labels import (
    GRAMS,
    after_a_while,
    an_order_of,
    configured,
    connected,
    connected_to_shippo,
    fails,
    stored,
)
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import get, one_routed

SMALL = BoxSize(id="small", length_mm=200, width_mm=150, height_mm=100, tare_g=80)
LARGE = BoxSize(id="large", length_mm=400, width_mm=300, height_mm=300, tare_g=400)
OUNCE = 28.349523125


@pytest.fixture
def carrier(cloud: World) -> EasyPostAccount:
    account = connected(cloud)
    packs_in(SMALL, LARGE)
    catalogue.put_product(Product(sku=MUG, name="Mug", weight_g=GRAMS, length_mm=120, width_mm=90, height_mm=100))
    return account


def packs_in(*boxes: BoxSize) -> None:
    configuration.apply_edit(lambda before: before.replace(account=before.account.replace(boxes=boxes)), "owner", NOON)


def without_sides() -> None:
    catalogue.put_product(Product(sku=MUG, name="Mug", weight_g=GRAMS))


def buy(order: str, body: Any = None) -> Answer:
    return call("POST", f"/orders/{order}/fulfilments/1/label", body or {})


def parcels(order: str, *parcels: Any, **more: Any) -> Answer:
    headers = more.pop("headers", {})
    return call("POST", f"/orders/{order}/fulfilments/1/labels", {"parcels": parcels, **more}, headers=headers)


def of(units: int, **more: Any) -> Any:
    return {"lines": [{"line": "1", "quantity": units}], **more}


def grams(carrier: EasyPostAccount) -> list[int]:
    """What the parcels of all shipments weigh, as the carrier got it: within three grams."""
    return [round(each["parcel"]["weight"] * OUNCE) for each in carrier.shipments.values()]


# ---- the box of a parcel ---------------------------------------------------------------------------------------------


def test_a_parcel_is_packed_in_the_smallest_box_that_holds_it_and_weighs_as_much_more(carrier: EasyPostAccount) -> None:
    label = buy(an_order_of(3)).body

    assert label["box"]["box"] == "large"
    assert label["box"]["reason"] == "the smallest that holds 3.24 l"
    assert label["box"]["refused"] == [{"box": "small", "reason": "the units take 3.24 l, the box holds 3.00 l"}]
    assert label["package"] == {"weight_g": 3 * GRAMS + 400, "length_mm": 400, "width_mm": 300, "height_mm": 300}
    assert grams(carrier)[0] == pytest.approx(3 * GRAMS + 400, abs=3)


def test_a_kit_without_dimensions_has_those_of_its_components(carrier: EasyPostAccount) -> None:
    catalogue.put_product(Product(sku="SET", kind=ProductKind.KIT, components={MUG: 3}))

    assert buy(one_routed(a_line("SET"))).body["box"]["box"] == "large"


def test_a_product_without_dimensions_goes_in_the_default_box_of_the_warehouse(carrier: EasyPostAccount) -> None:
    without_sides()
    configured(default_box="small")

    label = buy(an_order_of(1)).body

    assert label["box"] == {
        "box": "small", "reason": f"product {MUG} has no dimensions: the default of main", "refused": []
    }  # fmt: skip
    assert label["package"]["weight_g"] == GRAMS + 80


def test_without_dimensions_and_default_the_box_is_asked_for_and_nothing_else_is(carrier: EasyPostAccount) -> None:
    without_sides()
    order = an_order_of(1)

    refused = buy(order)

    assert (refused.status, refused.fields, carrier.shipments) == (422, ["box"], {})
    assert buy(order, {"box": "large"}).body["box"]["reason"] == "named in the request"


def test_what_a_scale_and_a_ruler_say_needs_no_box(carrier: EasyPostAccount) -> None:
    without_sides()

    label = buy(an_order_of(1), {"package": {"weight_g": 800}}).body

    assert (label["box"], label["package"]["weight_g"]) == (None, 800)


def test_a_weighed_parcel_in_a_named_box_has_its_sides_and_not_its_tare_once_more(carrier: EasyPostAccount) -> None:
    label = buy(an_order_of(1), {"package": {"weight_g": 800}, "box": "small"}).body

    assert label["package"] == {"weight_g": 800, "length_mm": 200, "width_mm": 150, "height_mm": 100}


def test_units_that_no_box_holds_are_named_and_go_in_several_parcels(carrier: EasyPostAccount) -> None:
    order = an_order_of(40)

    refused = buy(order)

    assert (refused.status, refused.fields) == (422, ["box"])
    assert "make several parcels" in refused.body["errors"][0]["message"]
    assert parcels(order, of(20), of(20)).status == 200
    assert get(order)["status"] == "complete"


@pytest.mark.parametrize("change", [{"active": False}, {"warehouses": ("other",)}])
def test_a_box_that_the_warehouse_does_not_have_cannot_be_named(carrier: EasyPostAccount, change: Any) -> None:
    packs_in(SMALL, LARGE.replace(**change))

    refused = buy(an_order_of(1), {"box": "large"})

    assert (refused.status, refused.fields) == (422, ["box"])


def test_a_warehouse_without_box_sizes_packs_as_before(carrier: EasyPostAccount) -> None:
    packs_in()

    label = buy(an_order_of(1)).body

    assert (label["box"], label["package"]["weight_g"]) == (None, GRAMS)


def test_a_missing_box_stands_with_the_fulfilment_order_until_it_is_there(carrier: EasyPostAccount) -> None:
    without_sides()
    order = an_order_of(1)
    assert [each.check for each in stored(order).fulfilments[0].checks] == ["box"]

    account = call("GET", "/warehouses/main").body
    kept = {name: account[name] for name in ("name", "address")}
    assert call("PUT", "/warehouses/main", {**kept, "default_box": "small"}).status == 200
    call("POST", f"/orders/{order}/reroute")
    while messages := queued(settings.orders_queue_url):
        route.handler(sqs_event(*messages), Context())

    assert stored(order).fulfilments[0].checks == ()


# ---- an account that needs a size ------------------------------------------------------------------------------------

MEASURED = {"weight_g": 500, "length_mm": 200, "width_mm": 150, "height_mm": 100}


@pytest.fixture
def shippo(carrier: EasyPostAccount, cloud: World) -> ShippoAccount:
    """An account of Shippo beside that of EasyPost; the warehouse has no box sizes."""
    packs_in()
    return connected_to_shippo(cloud)


@pytest.mark.parametrize("package", [None, {"weight_g": 500}, {**MEASURED, "height_mm": 0}])
def test_a_parcel_without_a_size_is_refused_before_its_carrier_is_called(shippo: ShippoAccount, package: Any) -> None:
    refused = buy(an_order_of(1), {"account": "shippo", "package": package})

    assert (refused.status, refused.fields, shippo.shipments) == (422, ["box"], {})
    sides = "package.length_mm, package.width_mm and package.height_mm"
    message = f"shippo needs the size of the parcel: measure it ({sides}), or name a box"
    assert refused.body["errors"][0]["message"] == message


def test_measured_or_in_a_box_it_has_a_label(shippo: ShippoAccount) -> None:
    packs_in(SMALL, LARGE)
    without_sides()
    wanted: list[Any] = [{"package": MEASURED}, {"box": "small"}, {"package": {"weight_g": 500}, "box": "small"}]

    assert [buy(an_order_of(1), {"account": "shippo", **each}).status for each in wanted] == [201, 201, 201]


def test_beside_an_account_that_needs_none_the_other_one_sells_and_the_reason_says_so(
    carrier: EasyPostAccount, shippo: ShippoAccount
) -> None:
    label = buy(an_order_of(1)).body

    assert (label["account"], len(carrier.purchases), shippo.shipments) == ("easypost", 1, {})
    assert label["reason"].endswith("; no rates of shippo")


def test_the_size_stands_as_lacking_with_what_a_warehouse_of_such_an_account_is_to_ship(shippo: ShippoAccount) -> None:
    configured(carrier_account="shippo")

    assert [each.check for each in stored(an_order_of(1)).fulfilments[0].checks] == ["box"]


# ---- settings --------------------------------------------------------------------------------------------------------


def test_box_sizes_are_settings_of_the_account_with_the_field_at_fault(carrier: EasyPostAccount) -> None:
    box = {"id": "s", "length_mm": 10, "width_mm": 10, "height_mm": 10, "cost": {"amount": "0.40", "currency": "USD"}}

    assert call("PATCH", "/account", {"boxes": [box]}).body["boxes"][0]["tare_g"] == 0
    assert call("PATCH", "/account", {"boxes": [box, box]}).fields == ["boxes.1.id"]
    assert call("PATCH", "/account", {"boxes": [{**box, "warehouses": ["nowhere"]}]}).fields == ["boxes.0.warehouses"]
    assert call("PATCH", "/account", {"boxes": [{**box, "height_mm": 0}]}).fields == ["boxes.0.height_mm"]


def test_the_default_box_of_a_warehouse_exists_and_stays(carrier: EasyPostAccount) -> None:
    assert call("PATCH", "/warehouses/main", {"default_box": "crate"}).fields == ["default_box"]
    assert call("PATCH", "/warehouses/main", {"default_box": "small"}).status == 200
    assert call("PATCH", "/account", {"boxes": []}).fields == ["default_box"]


# ---- several parcels -------------------------------------------------------------------------------------------------


def test_a_fulfilment_order_goes_in_several_parcels_each_with_its_units_box_and_label(carrier: EasyPostAccount) -> None:
    order = an_order_of(3)

    bought = parcels(order, of(2, box="large"), of(1, package={"weight_g": 999}), carrier="USPS")

    first, second = (each["label"] for each in bought.body["items"])
    assert (first["units"], first["box"]["box"], first["package"]["weight_g"]) == ({"1": 2}, "large", 2 * GRAMS + 400)
    assert (second["units"], second["box"], second["package"]["weight_g"]) == ({"1": 1}, None, 999)
    assert first["tracking"] != second["tracking"]
    shown = get(order)
    assert (shown["status"], len(shown["fulfilments"][0]["parcels"]), len(carrier.purchases)) == ("complete", 2, 2)


def test_parcels_that_hold_more_than_is_left_are_refused_before_anything_is_bought(carrier: EasyPostAccount) -> None:
    refused = parcels(an_order_of(3), of(2), of(2))

    assert (refused.status, refused.fields, carrier.shipments) == (422, ["parcels.1.lines"], {})


def test_a_parcel_that_is_refused_does_not_keep_the_others(carrier: EasyPostAccount) -> None:
    order = an_order_of(2)

    bought = parcels(order, of(1, box="crate"), of(1))

    assert [each["label"] is not None for each in bought.body["items"]] == [False, True]
    assert [each["field"] for each in bought.body["items"][0]["errors"]] == ["box"]
    assert get(order)["status"] == "partially_shipped"


def test_a_repeated_request_goes_on_where_the_carrier_was_silent_and_buys_nothing_twice(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, key = an_order_of(2), {"idempotency-key": "k"}
    fails(carrier, LOST, "/buy")

    assert parcels(order, of(1), of(1), headers=key).status == 503
    after_a_while(monkeypatch)
    again = parcels(order, of(1), of(1), headers=key)

    assert (again.status, len(carrier.purchases)) == (200, 2)
    assert [each.state for each in stored(order).fulfilments[0].labels] == [LabelState.BOUGHT] * 2
    assert parcels(order, of(1), of(1), headers=key).body == again.body
    assert parcels(order, of(1)).status == 409


def test_one_parcel_of_several_is_voided_alone(carrier: EasyPostAccount) -> None:
    order = an_order_of(2)
    first, _ = (each["label"] for each in parcels(order, of(1), of(1)).body["items"])

    assert call("POST", f"/orders/{order}/fulfilments/1/void", {"label": first["id"]}).status == 200

    assert get(order)["status"] == "partially_shipped"
    assert stored(order).fulfilments[0].unlabelled == {"1": 1}
