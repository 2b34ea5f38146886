from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.stock.adjustment import Adjustment, AdjustmentRequest, ShelfUnits
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Sku, WarehouseId
from packhorse.files.rows import Row, RowError
from packhorse.files.stock.stock_rows import adjustment_from, check_row, decide_rows, effects
from simulation.builders import NOON

LAMP = "LÄMP #3 (x2)"
PLACE = Shelf(Sku(LAMP), WarehouseId("north-1"))
REQUEST = AdjustmentRequest("u1", "u1", "csv:u1", NOON)


def row(**cells: str) -> Row:
    return Row(2, {"sku": LAMP, "warehouse": "north-1", **cells})


def asked(**cells: str) -> Adjustment:
    found = adjustment_from(row(**cells))
    assert isinstance(found, Adjustment), found
    return found


def wrong(**cells: str) -> list[tuple[str | None, str]]:
    found = adjustment_from(row(**cells))
    assert not isinstance(found, Adjustment)
    assert {(error.row, error.about) for error in found} <= {(2, cells.get("sku", LAMP) or None)}
    return [(error.column, error.message) for error in found]


# ---- what the cells say


@pytest.mark.parametrize(
    ("cells", "change"),
    [
        ({"set": "0"}, {"set": 0}),
        ({"set": "1000000000"}, {"set": 1_000_000_000}),
        ({"set": "12,0", "expected": "7"}, {"set": 12, "expected": 7}),
        ({"add": "+3"}, {"add": 3}),
        ({"add": "-1000000000"}, {"add": -1_000_000_000}),
        ({"add": "007", "reason": " found \n behind a shelf"}, {"add": 7, "reason": "found behind a shelf"}),
        ({"add": "1", "warehouse": "NORTH-1"}, {"add": 1}),
    ],
)
def test_a_row_sets_or_adds(cells: dict[str, str], change: dict[str, object]) -> None:
    assert asked(**cells) == Adjustment(sku=LAMP, warehouse="north-1", **change)


@pytest.mark.parametrize("cell", ["1.234", "1,234", "1 000", "1'000", "3.5", "1e3", "1.00E+05", "٣", "−3", "x", "--1"])
def test_what_may_mean_two_things_or_nothing_is_refused(cell: str) -> None:
    assert wrong(add=cell) == [("add", f"“{cell}” is not a whole number from -1000000000 to 1000000000")]


@pytest.mark.parametrize("cell", ["-1", "1000000001", "9" * 400])
def test_a_number_that_no_shelf_holds_is_refused(cell: str) -> None:
    ((column, message),) = wrong(set=cell)

    assert column == "set"
    assert message.endswith("is not a whole number from 0 to 1000000000")
    assert len(message) < 100


@pytest.mark.parametrize("cells", [{}, {"set": "1", "add": "1"}, {"expected": "3"}, {"set": "", "add": ""}])
def test_a_row_with_neither_or_both_of_set_and_add_is_refused(cells: dict[str, str]) -> None:
    assert wrong(**cells) == [("set", "give set or add, and not both")]


def test_an_expected_number_goes_with_set_only() -> None:
    assert wrong(add="1", expected="3") == [("expected", "goes with set only")]


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    found = wrong(sku="", warehouse="not an id", set="many", expected="one")

    assert [column for column, _ in found] == ["sku", "warehouse", "set", "expected"]


@pytest.mark.parametrize("sku", ["A/B", "why?", "1.23457E+11", "x" * 101, "caf\ufffd"])
def test_what_cannot_be_a_sku_is_refused(sku: str) -> None:
    found = adjustment_from(row(sku=sku, set="1"))

    assert isinstance(found, tuple)
    assert [(error.column, error.about) for error in found] == [("sku", sku[:100])]


def test_a_row_that_cannot_be_read_says_that_and_no_more() -> None:
    assert adjustment_from(Row(7, {"sku": LAMP, "set": "x"}, "the row has 9 cells")) == (
        RowError(7, LAMP, None, "the row has 9 cells"),
    )


# ---- what they are about


@pytest.mark.parametrize(
    ("products", "warehouses", "columns"),
    [
        ([Product(sku=LAMP)], {"north-1"}, []),
        ([Product(sku=LAMP, kind=ProductKind.BUILT)], {"north-1"}, []),
        ([], {"north-1"}, ["sku"]),
        ([Product(sku=LAMP, kind=ProductKind.KIT, components={"BULB": 1})], {"north-1"}, ["sku"]),
        ([], {"main"}, ["sku", "warehouse"]),
    ],
)
def test_only_products_with_stock_of_their_own_in_warehouses_that_there_are_change(
    products: list[Product], warehouses: set[str], columns: list[str]
) -> None:
    known = {Sku(product.sku): product for product in products}

    found = check_row(2, asked(set="1"), known, {WarehouseId(name) for name in warehouses})

    assert [error.column for error in found if isinstance(error, RowError)] == columns
    assert columns or found == asked(set="1")


# ---- what they come to


def told(rows: Mapping[int, Adjustment | tuple[RowError, ...]]) -> list[object]:
    """By row, where ten are on hand and four committed: the change, or the column at fault, or nothing."""
    found = effects(rows, {PLACE: ShelfUnits(10, 4)}, REQUEST)
    return [effect.on_hand if isinstance(effect, Movement) else effect and effect[0].column for _, effect in found]


def test_rows_act_one_after_the_other_on_what_those_before_leave() -> None:
    rows = [asked(add="5"), asked(set="20"), asked(set="20"), asked(add="-16"), asked(add="-1"), asked(add="0")]

    assert told(dict(enumerate(rows))) == [5, 5, None, -16, "add", None]


def test_less_than_is_committed_is_refused_and_the_rows_after_it_are_not() -> None:
    assert told({2: asked(set="3"), 3: asked(add="-7"), 4: asked(set="4")}) == ["set", "add", -6]


def test_an_expected_number_is_compared_with_what_the_rows_before_leave() -> None:
    rows = {2: asked(set="12", expected="11"), 3: asked(set="12", expected="10"), 4: asked(set="9", expected="12")}

    assert told(rows) == ["expected", 2, -3]


def test_a_place_that_never_had_stock_has_none() -> None:
    elsewhere = {2: asked(add="3"), 3: asked(add="-4"), 4: asked(set="0", expected="3")}

    found = [effect for _, effect in effects(elsewhere, {}, REQUEST)]

    assert [each.on_hand if isinstance(each, Movement) else None for each in found] == [3, None, -3]


def test_a_movement_is_known_by_upload_and_row_and_says_who_and_why() -> None:
    ((_, movement),) = effects({12: asked(set="3", reason="counted")}, {}, REQUEST)

    assert movement == Movement(
        sku=PLACE.sku,
        warehouse=PLACE.warehouse,
        event="csv#u1#0000012",
        kind=MovementKind.SET,
        on_hand=3,
        committed=0,
        reference="u1",
        reason="counted",
        who="csv:u1",
        at=NOON,
    )


@given(
    numbers=st.lists(st.tuples(st.sampled_from(["set", "add"]), st.integers(-30, 30)), max_size=30),
    most=st.integers(2, 20),
)
def test_in_parts_rows_come_to_the_same_as_at_once(numbers: list[tuple[str, int]], most: int) -> None:
    rows = {
        row: asked(**{how: str(abs(number) if how == "set" else number)}) for row, (how, number) in enumerate(numbers)
    }
    whole = decide_rows(effects(rows, {PLACE: ShelfUnits(10, 4)}, REQUEST), 1000)
    stock, last, parts = ShelfUnits(10, 4), -1, []

    while left := {row: each for row, each in rows.items() if row > last}:
        part = decide_rows(effects(left, {PLACE: stock}, REQUEST), most)
        assert part.row > last
        assert len(part.movements) + bool(part.movements) <= most
        parts.append(part)
        last, stock = part.row, stock._replace(on_hand=stock.on_hand + sum(each.on_hand for each in part.movements))

    moved = [movement.replace(at=NOON) for part in parts for movement in part.movements]
    assert moved == [movement.replace(at=NOON) for movement in whole.movements]
    assert [error for part in parts for error in part.errors] == list(whole.errors)
    assert sum(part.unchanged for part in parts) + sum(part.rejected for part in parts) + len(whole.movements) == len(
        rows
    )
