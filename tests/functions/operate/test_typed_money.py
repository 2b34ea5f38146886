"""Amounts that people send: digits, not negative, in a currency that exists, wherever a request has one."""

from typing import Any

import pytest

from packhorse.domain.catalogue.product import Product
from packhorse.domain.money import Money
from packhorse.domain.purchasing.supply_terms import SupplyTerms
from packhorse.domain.values import Sku
from packhorse.store import catalogue, configuration
from simulation.builders import NOON
from simulation.merchant import put_stock
from tests.functions.operate import purchasing
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.orders import an_order_by_hand, one_routed
from tests.functions.operate.purchasing import LAMP, line, merchant

pytestmark = pytest.mark.usefixtures("cloud")

WRONG_AMOUNTS = ["1e10", "1e3", "٣", "1_000", "1,50", "1.250"]
WRONG_CURRENCIES = ["ZZZ", "XXX", "XTS", "XAU"]


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()


def product(price: dict[str, str]) -> Answer:
    return call("PATCH", f"/products/{LAMP}", {"bought_from": [{"supplier": "acme", "price": price}]})


def whole_product(price: dict[str, str]) -> Answer:
    return call("PUT", f"/products/{LAMP}", {"bought_from": [{"supplier": "acme", "price": price}]})


def order_line(price: dict[str, str]) -> Answer:
    body = an_order_by_hand()
    return call("POST", "/orders", body | {"lines": [{**body["lines"][0], "unit_price": price}]})


def shipping(price: dict[str, str]) -> Answer:
    return call("POST", "/orders", an_order_by_hand(shipping=price))


def purchase_line(price: dict[str, str]) -> Answer:
    return call("POST", "/purchase-orders", purchasing.draft({**line(), "unit_cost": price}))


def landed_cost(price: dict[str, str]) -> Answer:
    body = {"document": "F-1", "amount": price}
    return purchasing.do(purchasing.on_order(line()), "landed-costs", body)


def label_limit(price: dict[str, str]) -> Answer:
    return call("PATCH", "/account", {"max_label_price": price})


def box(price: dict[str, str]) -> Answer:
    size = {"id": "s", "name": "S", "length_mm": 1, "width_mm": 1, "height_mm": 1, "cost": price}
    return call("PATCH", "/account", {"boxes": [size]})


def labour(price: dict[str, str]) -> Answer:
    call("PUT", "/products/SET", {"kind": "built", "components": {LAMP: 2}})
    return call("POST", "/work-orders", {"sku": "SET", "warehouse": "main", "units": 1, "labour": price})


def channel_limit(price: dict[str, str]) -> Answer:
    return call("PATCH", "/channels/shop", {"max_label_price": price})


def label(price: dict[str, str]) -> Answer:
    put_stock(1)
    body = {"fulfilments": [{"order": one_routed(), "fulfilment": 1}], "wanted": {"max_price": price}}
    return call("POST", "/label-batches", body)


PLACES = {
    "bought_from.0.price": product,
    "bought_from.0.price ": whole_product,
    "lines.0.unit_price": order_line,
    "shipping": shipping,
    "lines.0.unit_cost": purchase_line,
    "amount": landed_cost,
    "max_label_price": label_limit,
    "max_label_price ": channel_limit,
    "wanted.max_price": label,
    "boxes.0.cost": box,
    "labour": labour,
}


@pytest.mark.parametrize("field", PLACES)
@pytest.mark.parametrize("amount", WRONG_AMOUNTS)
def test_an_amount_is_digits_wherever_it_is_sent(field: str, amount: str) -> None:
    answer = PLACES[field]({"amount": amount, "currency": "EUR"})

    assert (answer.status, answer.fields) == (422, [field.strip()])
    assert amount in answer.body["errors"][0]["message"]


@pytest.mark.parametrize("field", PLACES)
@pytest.mark.parametrize("currency", WRONG_CURRENCIES)
def test_a_currency_exists_wherever_it_is_sent(field: str, currency: str) -> None:
    answer = PLACES[field]({"amount": "1", "currency": currency})

    assert (answer.status, answer.fields) == (422, [f"{field.strip()}.currency"])


@pytest.mark.parametrize("field", PLACES)
def test_an_amount_is_not_negative_wherever_it_is_sent(field: str) -> None:
    answer = PLACES[field]({"amount": "-0.01", "currency": "EUR"})

    assert (answer.status, answer.fields[0].removesuffix(".amount")) == (422, field.strip().removesuffix(".amount"))
    assert "negative" in answer.body["errors"][0]["message"]


@pytest.mark.parametrize("field", PLACES)
def test_what_fits_is_taken(field: str) -> None:
    assert PLACES[field]({"amount": "1.50", "currency": "EUR"}).status in {200, 201, 202}


@pytest.mark.parametrize("field", ["max_label_price", "max_label_price ", "wanted.max_price"])
def test_a_limit_of_nothing_is_refused_as_no_label_could_be_bought(field: str) -> None:
    answer = PLACES[field]({"amount": "0.00", "currency": "EUR"})

    assert (answer.status, answer.fields) == (422, [f"{field.strip()}.amount"])
    assert "leave it out for no limit" in answer.body["errors"][0]["message"]


def test_what_is_stored_in_another_currency_stays_until_it_is_edited() -> None:
    odd = SupplyTerms(supplier="acme", price=Money(minor=100, currency="ZZZ"))
    catalogue.put_product(Product(sku=Sku(LAMP), bought_from=(odd,)))

    assert call("PATCH", f"/products/{LAMP}", {"name": "Lamp"}).status == 200
    assert product({"amount": "2", "currency": "ZZZ"}).fields == ["bought_from.0.price.currency"]


@pytest.mark.parametrize("amount", ["-1.00", "0.00"])
def test_a_limit_that_leaves_nothing_stays_where_it_is_stored_until_it_is_edited(amount: str) -> None:
    config = configuration.current()
    below = Money.of(amount, "EUR")
    stored = config.replace(account=config.account.replace(max_label_price=below))
    configuration.apply_edit(lambda _: stored, "owner", NOON)

    assert call("PATCH", "/account", {"sync": True}).status == 200
    assert label_limit({"amount": "-2.00", "currency": "EUR"}).fields == ["max_label_price.amount"]
