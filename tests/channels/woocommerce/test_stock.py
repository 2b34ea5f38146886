"""Quantities at a WooCommerce store, over a real socket."""

from typing import Any

import httpx
import pytest

from local.world.failures import Failure
from local.world.woocommerce.products import put_product
from local.world.woocommerce.store import Store
from packhorse.channels.protocol import Quantity
from packhorse.channels.woocommerce.stock import WooStock
from packhorse.domain.errors import Unavailable
from tests.channels.setting import set_all


def wanted(**quantities: int) -> list[Quantity]:
    return [Quantity(name.strip("_").replace("_", ":"), units, None, name) for name, units in quantities.items()]


def reasons(answers: Any) -> dict[str, str]:
    return {reference: str(answer) for reference, answer in answers.items() if answer}


@pytest.fixture
def stock(store: Store, client: httpx.Client) -> WooStock:
    put_product(store, {"id": 22, "type": "variable", "manage_stock": False, "stock_quantity": None})
    put_product(store, {"id": 23, "parent_id": 22, "sku": "SHIRT-M"})
    put_product(store, {"id": 24, "parent_id": 22, "manage_stock": "parent", "stock_quantity": None})
    put_product(store, {"id": 93, "sku": "MUG"})
    put_product(store, {"id": 94, "manage_stock": False, "stock_quantity": None})
    return WooStock(client)


def test_products_and_variations_are_set_in_batches_and_read_back(store: Store, stock: WooStock) -> None:
    assert reasons(set_all(stock, wanted(_93=7, _22_23=0))) == {}

    assert stock.quantities(["93", "22:23"]) == {"93": 7, "22:23": 0}
    assert store.updates == [{"id": 93, "quantity": 7}, {"id": 23, "quantity": 0}]


def test_a_sku_finds_a_product_and_a_variation(stock: WooStock) -> None:
    answers = set_all(stock, [Quantity("MUG", 3, None, "a"), Quantity("SHIRT-M", 4, None, "b")])

    assert reasons(answers) == {}
    assert stock.quantities(["MUG", "SHIRT-M", "93"]) == {"MUG": 3, "SHIRT-M": 4, "93": 3}


def test_one_object_that_is_refused_inside_of_a_200_refuses_only_its_reference(stock: WooStock) -> None:
    answers = set_all(stock, wanted(_93=7, _404=1, _22_404=2, _22_23=3))

    assert reasons(answers) == {
        "404": "404: woocommerce_rest_product_invalid_id Invalid ID.",
        "22:404": "22:404: woocommerce_rest_product_variation_invalid_id Invalid ID.",
    }
    assert stock.quantities(["93", "22:23"]) == {"93": 7, "22:23": 3}


def test_stock_that_the_store_does_not_count_is_said_so(stock: WooStock) -> None:
    answers = reasons(set_all(stock, wanted(_94=7, _22_24=1)))

    assert '"Track stock quantity"' in answers["94"]
    assert "list the product" in answers["22:24"]
    assert stock.quantities(["94", "22:24"]) == {}


def test_a_sku_of_two_products_is_refused(store: Store, stock: WooStock) -> None:
    put_product(store, {"id": 95, "sku": "MUG"})

    answers = reasons(set_all(stock, [Quantity("MUG", 1, None, "a"), Quantity("NONE", 1, None, "b")]))

    assert answers == {
        "MUG": "2 products have the sku MUG: list one of them by its id",
        "NONE": "no product has the sku NONE",
    }


def test_more_than_a_batch_is_set_in_several(store: Store, stock: WooStock) -> None:
    for number in range(1000, 1150):
        put_product(store, {"id": number})

    answers = set_all(stock, [Quantity(str(number), number, None, str(number)) for number in range(1000, 1150)])

    assert reasons(answers) == {}
    assert stock.quantities(["1000", "1149"]) == {"1000": 1000, "1149": 1149}


def test_variations_of_a_product_that_is_gone_are_left_out(stock: WooStock) -> None:
    assert stock.quantities(["999:1", "93"]) == {"93": 0}


def test_one_batch_that_is_refused_whole_refuses_no_other(store: Store, stock: WooStock) -> None:
    store.failures.append(Failure(404, ending="/22/variations/batch", text='{"code": "rest_no_route"}'))

    answers = reasons(set_all(stock, wanted(_93=7, _22_23=3)))

    assert [*answers] == ["22:23"]


def test_a_key_that_may_only_read_is_a_matter_of_credentials(store: Store, stock: WooStock) -> None:
    store.settings.permissions = "read"

    with pytest.raises(Unavailable, match="401"):
        set_all(stock, wanted(_93=7))
    assert stock.quantities(["93"]) == {"93": 0}


@pytest.mark.parametrize("text", ["<br />", "[]", '{"update": 7}', '{"update": [{}]}'])
def test_a_batch_that_is_answered_with_nonsense_is_sent_again_later(store: Store, stock: WooStock, text: str) -> None:
    store.failures.append(Failure(200, ending="/batch", text=text))

    with pytest.raises(Unavailable):
        set_all(stock, wanted(_93=7))


def test_an_object_that_the_answer_lacks_is_not_taken_for_set(store: Store, stock: WooStock) -> None:
    store.failures.append(Failure(200, ending="/batch", text='{"update": []}'))

    assert [*reasons(set_all(stock, wanted(_93=7)))] == ["93"]
