"""Which free units serve a line: of kits those that make whole ones at a warehouse, then components at one."""

import pytest

from packhorse.domain.purchasing.need import Need, claims, serving, take_for
from packhorse.domain.purchasing.short_lines import beyond_stock, covered
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import OrderId, Sku, WarehouseId

MAIN, EAST, WEST = WarehouseId("main"), WarehouseId("east"), WarehouseId("west")


def kit(kits: int, *, at_once: int = 1, order: str = "a", **per_unit: int) -> list[Need]:
    """The needs of so many kits that are bought for main; each other warehouse ships `at_once` of them, or more."""
    return [
        Need(
            order=OrderId(order),
            line="1",
            shelf=Shelf(Sku(sku), MAIN),
            units=kits * units,
            elsewhere=(EAST, WEST),
            per_unit=units,
            whole=at_once * units,
            parts=len(per_unit),
        )
        for sku, units in per_unit.items()
    ]


def there(**units: dict[str, int]) -> Goods:
    return Goods({Shelf(Sku(sku), WarehouseId(at)): n for at, found in units.items() for sku, n in found.items()})


def lacking(needs: list[Need], free: Goods) -> dict[str, int]:
    return {need.shelf.sku: need.units for need in covered(needs, [], free).lacking}


@pytest.mark.parametrize(
    ("main", "east", "west", "lacks"),
    [
        (3, 3, 0, 9),
        (5, 7, 0, 1),
        (0, 5, 5, 12),
        (0, 6, 11, 0),
        (1, 6, 0, 5),
        (12, 0, 0, 0),
    ],
)
def test_packs_are_made_of_what_is_at_one_warehouse(main: int, east: int, west: int, lacks: int) -> None:
    free = there(main={"CUP": main}, east={"CUP": east}, west={"CUP": west})

    assert lacking(kit(2, CUP=6), free) == ({"CUP": lacks} if lacks else {})


@pytest.mark.parametrize(("east", "lacks"), [(17, 12), (18, 0)])
def test_a_line_of_packs_that_is_not_to_be_split_takes_all_of_them_elsewhere(east: int, lacks: int) -> None:
    short = kit(2, at_once=3, CUP=6)  # the third has its stock at main

    assert lacking(short, there(east={"CUP": east})) == ({"CUP": lacks} if lacks else {})


@pytest.mark.parametrize("at_once", [1, 3])
def test_a_kit_of_several_products_is_served_where_all_of_them_are(at_once: int) -> None:
    needs = kit(3, at_once=at_once, CUP=2, SAUCER=1)

    assert lacking(needs, there(east={"CUP": 9, "SAUCER": 9})) == {}
    assert lacking(needs, there(east={"CUP": 9}, west={"SAUCER": 9})) == {"CUP": 6, "SAUCER": 3}


def test_whole_kits_come_first_and_then_components_where_they_are_bought_for() -> None:
    free = there(main={"CUP": 3}, east={"CUP": 1, "SAUCER": 1})

    assert lacking(kit(3, CUP=1, SAUCER=1), free) == {"SAUCER": 2}
    assert serving(kit(3, CUP=1, SAUCER=1), free) == there(main={"CUP": 2}, east={"CUP": 1, "SAUCER": 1})


def test_a_product_of_a_kit_alone_serves_it_only_where_it_is_bought_for() -> None:
    [cups, _] = kit(3, CUP=1, SAUCER=1)

    assert serving([cups], there(main={"CUP": 1}, east={"CUP": 9})) == there(main={"CUP": 1})


def test_what_is_too_little_elsewhere_is_kept_for_the_line() -> None:
    free = there(main={"CUP": 1}, east={"CUP": 7})

    left = take_for(kit(2, CUP=6), free)

    assert [need.units for need in left] == [5]
    assert +free == Goods()


def test_what_one_line_takes_is_not_there_for_the_next_one() -> None:
    free = there(east={"CUP": 12, "SAUCER": 5})
    needs = [*kit(2, CUP=2, SAUCER=2), *kit(1, order="b", CUP=2, SAUCER=2)]

    found = [(need.order, need.shelf.sku, need.units) for need in beyond_stock(needs, {}, free)]

    assert found == [("a", "CUP", 0), ("a", "SAUCER", 0), ("b", "CUP", 2), ("b", "SAUCER", 2)]


def test_an_order_that_is_bound_takes_nothing_elsewhere() -> None:
    free = there(main={"CUP": 2}, east={"CUP": 12})

    assert [need.units for need in beyond_stock(kit(1, CUP=6), {}, free, bound=[OrderId("a")])] == [4]


@pytest.mark.parametrize(
    ("free", "claimed"),
    [
        (there(east={"CUP": 4}), []),
        (there(east={"CUP": 7}), [(EAST, 6)]),
        (there(main={"CUP": 4}, east={"CUP": 13}), [(EAST, 12)]),
        (there(main={"CUP": 7}, east={"CUP": 5}, west={"CUP": 5}), [(MAIN, 7)]),
    ],
)
def test_a_line_is_named_for_whole_packs_elsewhere(free: Goods, claimed: list[tuple[str, int]]) -> None:
    assert [(each.shelf.warehouse, each.units) for _, each in claims(kit(2, CUP=6), free)] == claimed


def test_a_line_is_not_named_for_more_than_it_lacks() -> None:
    [need] = kit(1, CUP=6)

    assert list(claims([need._replace(units=5)], there(east={"CUP": 6}))) == []
