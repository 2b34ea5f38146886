"""Labels of parcels that pass customs, bought from a carrier that refuses what real ones refuse."""

from typing import Any
from urllib.parse import quote

import pytest

from local.world.carriers.easypost import EasyPostAccount
from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Product
from packhorse.domain.money import Money
from packhorse.domain.orders.channel_order import ChannelLine
from packhorse.store import catalogue
from simulation.aws.boundary import World
from simulation.carrier import SENDER
from simulation.merchant import MUG, put_stock
from tests.functions.fulfil.labels import GRAMS, configured, connected, merge
from tests.functions.operate.calls import call
from tests.functions.operate.orders import get, one_routed

ZURICH = Address(name="Zoë Ørsted", address1="Bahnhofstrasse 1", city="Zürich", postcode="8001", country="CH")
FEATHER, CARD = "FEATHER #1", "CARD Ü #4"
VALUE = {"amount": "4.50", "currency": "USD"}


@pytest.fixture(autouse=True)
def carrier(cloud: World) -> EasyPostAccount:
    account = connected(cloud)
    for sku, grams in ((MUG, GRAMS), (FEATHER, 0), (CARD, 10)):
        catalogue.put_product(Product(sku=sku, name=sku, weight_g=grams, origin_country="US", hs_code="691200"))
        if sku != MUG:
            put_stock(100, sku)
    return account


def line(sku: str, price: str = "12.00", name: str = "1", **more: Any) -> ChannelLine:
    return ChannelLine(id=name, sku=sku, quantity=1, unit_price=Money.of(price, "USD"), **more)


def abroad(*lines: ChannelLine) -> str:
    return one_routed(*lines, currency="USD", ship_to=ZURICH)


def buy(order: str, **body: Any) -> Any:
    return call("POST", f"/orders/{order}/fulfilments/1/label", {"carrier": "USPS", **body})


def declared(account: EasyPostAccount) -> list[tuple[str, float]]:
    """Value and weight of each customs line of the last shipment."""
    shipment = list(account.shipments.values())[-1]
    return [(item["value"], item["weight"]) for item in shipment["customs_info"]["customs_items"]]


def test_what_was_paid_is_declared_and_of_a_gift_a_value(carrier: EasyPostAccount) -> None:
    lines = (line(CARD, discount=Money.of("9.00", "USD")), line(CARD, "0.00", "2"), line(CARD, "3.00", "3"))

    assert buy(abroad(*lines)).status == 201

    assert [value for value, _ in declared(carrier)] == ["3.00", "0.01", "3.00"]


def test_a_parcel_whose_prices_are_not_known_waits_for_the_value_of_its_product(carrier: EasyPostAccount) -> None:
    order = abroad(line(CARD, "0", has_price=False))

    refused = buy(order)
    [error] = refused.body["errors"]
    assert (error["field"], carrier.shipments) == ("customs", {})
    assert error["message"] == f"line 1: its price is not known: give product {CARD} a customs value"
    assert get(order)["lines"][0]["unit_price"] is None

    assert call("PATCH", f"/products/{quote(CARD, safe='')}", {"customs_value": VALUE}).status == 200
    assert buy(order).status == 201
    assert [value for value, _ in declared(carrier)] == ["4.50"]


def test_light_lines_weigh_no_more_than_their_parcel(carrier: EasyPostAccount) -> None:
    assert buy(abroad(*(line(CARD, name=str(place)) for place in range(3)))).status == 201

    assert declared(carrier) == [("12.00", 0.352)] * 3


def test_a_weighed_parcel_gives_a_product_without_weight_one(carrier: EasyPostAccount) -> None:
    order = abroad(line(FEATHER), line(MUG, name="2"))
    refused = buy(order)
    assert [each["field"] for each in refused.body["errors"]] == ["weight"]
    assert not carrier.shipments

    assert buy(order, package={"weight_g": GRAMS + 100}).status == 201

    assert [weight for _, weight in declared(carrier)] == [3.527, 12.345]


def test_a_parcel_that_weighs_less_than_its_products_can_be_bought(carrier: EasyPostAccount) -> None:
    assert buy(abroad(line(MUG)), package={"weight_g": 300}).status == 201

    assert declared(carrier) == [("12.00", 10.582)]


def test_what_cannot_be_bought_is_named_before_a_carrier_is_called(carrier: EasyPostAccount) -> None:
    catalogue.put_product(Product(sku=FEATHER, weight_g=5))
    unclassified = buy(abroad(line(CARD), line(FEATHER, name="2")))
    too_light = buy(abroad(line(CARD), line(MUG, name="2")), package={"weight_g": 1})

    [error] = unclassified.body["errors"]
    assert error["message"].startswith(f"line 2: product {FEATHER} has no country of origin and no HS code")
    [error] = too_light.body["errors"]
    assert (error["field"], error["message"].split(":")[0]) == ("customs", "package.weight_g")
    assert not carrier.shipments


def test_a_declaration_is_signed_in_the_name_of_the_warehouse_whose_address_has_none(carrier: EasyPostAccount) -> None:
    configured(address=SENDER.replace(name="", company=""), name="Oxbarrow")

    assert buy(abroad(line(CARD))).status == 201

    [shipment] = carrier.shipments.values()
    assert (shipment["customs_info"]["customs_signer"], shipment["from_address"]["name"]) == ("Oxbarrow", "Oxbarrow")


@pytest.mark.parametrize(("country", "state"), [("US", "PR"), ("PR", "")])
def test_puerto_rico_needs_no_declaration_and_is_addressed_as_a_state(
    carrier: EasyPostAccount, country: str, state: str
) -> None:
    configured(
        address=Address(name="Ada", address1="1 Main", city="Newark", state="NJ", postcode="07102", country="US")
    )
    san_juan = Address(address1="1 Calle Luna", city="San Juan", state=state, postcode="00901", country=country)

    assert buy(one_routed(line(FEATHER), ship_to=san_juan), package={"weight_g": 50}).status == 201

    [shipment] = carrier.shipments.values()
    assert (shipment["to_address"]["country"], shipment["to_address"]["state"]) == ("US", "PR")
    assert not shipment.get("customs_info")


HAGATNA = {"address1": "1 Marine Drive", "city": "Hagåtña", "postcode": "96910"}


def test_a_territory_is_addressed_as_a_state_where_it_declares_too(carrier: EasyPostAccount) -> None:
    configured(address=Address(name="Ada", address1="1 Calle Luna", city="San Juan", postcode="00901", country="PR"))

    for spelled in ({"country": "GU"}, {"country": "US", "state": "GU"}):
        assert buy(one_routed(line(CARD), currency="USD", ship_to=Address(**HAGATNA, **spelled))).status == 201

    for shipment in carrier.shipments.values():
        places = [shipment[side] for side in ("from_address", "to_address")]
        assert [(each["country"], each["state"]) for each in places] == [("US", "PR"), ("US", "GU")]
        assert shipment["customs_info"]["eel_pfc"] == "NOEEI 30.37(a)"


def test_orders_to_a_territory_in_two_spellings_share_a_parcel() -> None:
    spellings = ({"country": "GU"}, {"country": "US", "state": "GU"})
    one, other = (one_routed(line(CARD), currency="USD", ship_to=Address(**HAGATNA, **each)) for each in spellings)

    assert merge(one, other).status == 201


def test_nobody_signs_for_a_warehouse_without_any_name(carrier: EasyPostAccount) -> None:
    configured(address=SENDER.replace(name="", company=""))

    refused = buy(abroad(line(CARD)))

    assert (refused.status, refused.fields, carrier.shipments) == (422, ["sender"], {})
    assert buy(one_routed(line(CARD))).status == 201


# ---- several orders in one parcel


def test_the_declaration_of_a_merged_parcel_has_the_lines_of_all_orders(carrier: EasyPostAccount) -> None:
    paid = line(MUG, discount=Money.of("2.00", "USD"))
    one, other = abroad(paid, line(CARD, "3.00", "2")), abroad(line(CARD, "0.00"), line(MUG, "20.00", "2"))
    assert merge(one, other).status == 201

    answer = buy(other)

    assert answer.status == 201
    [info] = [each["customs_info"] for each in carrier.shipments.values()]
    values = sorted(item["value"] for item in info["customs_items"])
    assert values == ["0.01", "10.00", "20.00", "3.00"]
    weights = [item["weight"] for item in info["customs_items"]]
    assert sum(weights) <= answer.body["package"]["weight_g"] / 28.349523125
    assert answer.body["package"]["weight_g"] == 2 * GRAMS + 20
    assert [get(each)["status"] for each in (one, other)] == ["complete", "complete"]


def test_the_lines_of_a_merged_parcel_weigh_together_what_a_scale_says_of_it(carrier: EasyPostAccount) -> None:
    one, other = abroad(line(MUG), line(FEATHER, name="2")), abroad(line(MUG))
    assert merge(one, other).status == 201

    assert buy(one, package={"weight_g": GRAMS}).status == 201

    [info] = [each["customs_info"] for each in carrier.shipments.values()]
    weights = [item["weight"] for item in info["customs_items"]]
    assert len(weights) == 3
    assert all(weights)
    assert GRAMS - 1 <= sum(weights) * 28.349523125 <= GRAMS


def test_what_lacks_in_a_merged_parcel_names_the_order_whose_line_it_is(carrier: EasyPostAccount) -> None:
    catalogue.put_product(Product(sku=FEATHER, weight_g=5))
    one, other = abroad(line(CARD)), abroad(line(FEATHER))
    assert merge(one, other).status == 201

    [error] = buy(one).body["errors"]

    number = get(other)["number"]
    assert error["message"].startswith(f"order {number}: line 1: product {FEATHER} has no country of origin")
    assert not carrier.shipments


def test_a_declaration_is_in_one_currency(carrier: EasyPostAccount) -> None:
    euros = line(MUG).replace(unit_price=Money.of("11.00", "EUR"))
    one, other = abroad(line(MUG)), one_routed(euros, currency="EUR", ship_to=ZURICH)
    assert merge(one, other).status == 201

    [error] = buy(one).body["errors"]

    assert (error["field"], error["message"].split(":")[0]) == ("customs", "the parcel's lines are in EUR and USD")
    assert not carrier.shipments
