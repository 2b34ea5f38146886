"""Kits: what they take, how many could be made, and what they may be made of."""

import pytest

from packhorse.domain.catalogue.kits import errors, makeable, recipe
from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.values import Sku

CUP, POT, TEA_SET = Sku("CUP"), Sku("POT"), Sku("TEA SET #1")


def a_kit(sku: str, **components: int) -> Product:
    return Product(sku=sku, kind=ProductKind.KIT, components=components)


def known(*products: Product) -> dict[Sku, Product]:
    stocked = {sku: Product(sku=sku) for sku in (CUP, POT)}
    return {**stocked, **{Sku(product.sku): product for product in products}}


def messages(new: Product, *others: Product) -> list[str]:
    return [error.message for error in errors(new, known(*others))]


def test_a_stocked_product_takes_itself() -> None:
    assert recipe(CUP, known()) == {CUP: 1}


def test_a_kit_takes_its_components_also_those_of_kits_in_it() -> None:
    products = known(a_kit("SIX", CUP=6), a_kit(TEA_SET, SIX=2, POT=1, CUP=1))

    assert recipe(TEA_SET, products) == {CUP: 13, POT: 1}


@pytest.mark.parametrize(
    ("taken", "available", "reserves", "kits"),
    [
        ({CUP: 3}, {CUP: 30}, {CUP: 5}, 8),
        ({CUP: 6, POT: 1}, {CUP: 30, POT: 3}, {}, 3),
        ({CUP: 6, POT: 1}, {CUP: 30}, {}, 0),
        ({CUP: 1}, {CUP: 2}, {CUP: 5}, 0),
        ({}, {CUP: 2}, {}, 0),
    ],
)
def test_the_scarcest_component_decides_how_many_could_be_made(
    taken: dict[Sku, int], available: dict[Sku, int], reserves: dict[Sku, int], kits: int
) -> None:
    assert makeable(taken, available, reserves) == kits


def test_a_kit_of_available_units_is_good() -> None:
    assert messages(a_kit("SIX", CUP=6)) == []
    assert messages(Product(sku="PLATE")) == []


def test_a_kit_has_components_and_nothing_else_has() -> None:
    assert messages(a_kit("SIX")) == ["a kit product has at least one component"]
    assert messages(Product(sku="SIX", components={"CUP": 6})) == ["a stocked product has no components"]


def test_a_built_product_takes_itself_whatever_it_is_made_of() -> None:
    table = Product(sku="TABLE", kind=ProductKind.BUILT, components={"LEG": 4})
    known_of = known(table, Product(sku="LEG"), a_kit("DINER", TABLE=1, CUP=6))

    assert messages(table, Product(sku="LEG")) == []
    assert recipe(Sku("TABLE"), known_of) == {"TABLE": 1}
    assert recipe(Sku("DINER"), known_of) == {"TABLE": 1, CUP: 6}


def test_a_built_product_is_made_of_something_and_not_of_itself() -> None:
    table = Product(sku="TABLE", kind=ProductKind.BUILT, components={"DINER": 1})

    assert messages(Product(sku="TABLE", kind=ProductKind.BUILT)) == ["a built product has at least one component"]
    assert messages(table, a_kit("DINER", TABLE=1)) == ["a product cannot contain itself: TABLE > DINER > TABLE"]


def test_what_is_built_does_not_count_as_a_kit_in_a_kit() -> None:
    kits = [a_kit("ONE", BUILT=1), a_kit("TWO", ONE=1)]
    built = Product(sku="BUILT", kind=ProductKind.BUILT, components={"CUP": 1})

    assert messages(a_kit("THREE", TWO=1), *kits, built) == []


def test_a_circle_is_named() -> None:
    assert messages(a_kit("A", B=1), a_kit("B", A=1)) == ["a product cannot contain itself: A > B > A"]
    assert messages(a_kit("A", A=1)) == ["a product cannot contain itself: A > A"]


def test_what_is_not_there_is_named() -> None:
    assert messages(a_kit("SIX", CUP=6, SAUCER=6)) == ["there is no product SAUCER"]


def test_kits_go_three_deep_and_no_deeper() -> None:
    two, three = a_kit("TWO", CUP=1), a_kit("THREE", TWO=1)

    assert messages(a_kit("FOUR", THREE=1), three, two) == []
    assert messages(a_kit("FIVE", FOUR=1), a_kit("FOUR", THREE=1), three, two) == [
        "kits go 3 deep at most: FIVE > FOUR > THREE > TWO > CUP"
    ]


def test_a_kit_of_more_skus_than_one_transaction_takes_is_refused() -> None:
    halves = [a_kit(f"HALF {half}", **{f"PART{half}{n}": 1 for n in range(20)}) for half in (1, 2)]
    parts = [Product(sku=f"PART{half}{n}") for half in (1, 2) for n in range(20)]
    whole = Product(sku="WHOLE", kind=ProductKind.KIT, components={"HALF 1": 1, "HALF 2": 1})

    assert messages(whole, *halves, *parts) == ["a kit takes at most 25 different skus"]
