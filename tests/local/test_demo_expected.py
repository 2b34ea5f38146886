"""A demo that cannot end as it should, since the stack is not as it expects, says so before it begins."""

from typing import Any
from urllib.parse import parse_qsl

import pytest

from local.api import wait_for
from local.demo.expected import check, differences
from local.demo.run import described
from local.home import StackError
from local.scenario import EXAMPLES
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import put_stock, set_up
from tests.functions.operate.calls import call
from tests.functions.operate.purchasing import line, made, merchant

pytestmark = pytest.mark.usefixtures("cloud")

SOLD_OUT, BOUGHT = "LAMP-SOLD-OUT", "CUSHION-LINEN"


@pytest.fixture(autouse=True)
def _merchant(cloud: Any) -> None:
    merchant()
    set_up(a_configuration(a_warehouse("leeds"), a_warehouse("main")), SOLD_OUT, BOUGHT)


def get(path: str) -> Any:
    address, _, query = path.partition("?")
    answer = call("GET", address, query=dict(parse_qsl(query)))
    assert answer.status == 200, answer.body
    return answer.body


def found() -> list[str]:
    return [*differences(get, EXAMPLES)]


def test_a_stack_as_it_was_set_up_is_as_expected() -> None:
    assert found() == []
    check(get, EXAMPLES)


def test_stock_of_what_is_to_be_sold_out_is_named_with_its_place_and_what_to_do() -> None:
    put_stock(10, SOLD_OUT, "leeds")

    said = f"10 of {SOLD_OUT}, which is to be sold out, are available at leeds"
    assert found() == [said]
    with pytest.raises(StackError, match=f"{said}.*make reset"):
        check(get, EXAMPLES)


def test_a_supplier_of_what_nobody_is_to_sell_is_named() -> None:
    terms = {"supplier": "acme", "price": {"amount": "2.00", "currency": "EUR"}}
    assert call("PATCH", f"/products/{SOLD_OUT}", {"bought_from": [terms]}).status == 200

    assert found() == [f"{SOLD_OUT}, which nobody is to sell, is bought from a supplier"]


def test_what_is_bought_already_of_what_the_demo_buys_is_named_with_its_purchase_order() -> None:
    name = made(line(BOUGHT, 12), line(SOLD_OUT, 3))

    assert found() == [f"12 of {BOUGHT}, which is to be bought, are bought already by {name}"]
    assert call("POST", f"/purchase-orders/{name}/cancel").status == 200
    assert found() == []


def test_an_order_that_does_not_get_where_it_should_is_said_with_where_it_is() -> None:
    lines = [
        {"sku": "MUG", "short": 0, "allocations": [{"warehouse": "reno", "quantity": 1}]},
        {"sku": SOLD_OUT, "short": 1, "allocations": []},
    ]
    order = {"status": "open", "flags": ["backordered"], "lines": lines}

    with pytest.raises(
        StackError, match=r"^order 7: not within 0 s\. It is open, backordered \(MUG: reno; .*: 1 short\)"
    ):
        wait_for(lambda: None, "order 7", 0, lambda: f". {described(order)}")
