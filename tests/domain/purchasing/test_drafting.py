"""Drafts of purchase orders: whole cases, one currency, one line a product."""

from typing import Any

import pytest

from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.money import Money
from packhorse.domain.purchasing.drafting import edited
from packhorse.domain.purchasing.made_for import MadeFor
from tests.domain.purchasing.purchase_builders import ADA, AT, LAMP, draft, new, on_order, wanted


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"ordered": 10, "case_pack": 6}, "lines.1.ordered"),
        ({"ordered": 6, "case_pack": 6, "minimum": 7}, "lines.1.ordered"),
        ({"unit_cost": Money.of("1.00", "USD")}, "lines.1.unit_cost.currency"),
        ({"unit_cost": Money.of("-1.00", "EUR")}, "lines.1.unit_cost.amount"),
        ({"ordered": 1_000_000, "cost": "9999999999.99"}, "lines"),
    ],
)
def test_a_fault_names_its_field(line: dict[str, Any], field: str) -> None:
    with pytest.raises(Rejected) as raised:
        new(wanted(LAMP), wanted(**line))

    assert [error.field for error in raised.value.errors] == [field]


def test_a_product_is_on_one_line() -> None:
    with pytest.raises(Rejected) as raised:
        new(wanted(LAMP), wanted(LAMP))

    assert [error.field for error in raised.value.errors] == ["lines.1.sku"]


def test_only_a_new_one_is_edited() -> None:
    assert edited(new(), draft(wanted(ordered=3)), ADA, AT).total.amount == "7.50"
    with pytest.raises(NotNow, match="only a new one"):
        edited(on_order(), draft(wanted(ordered=3)), ADA, AT)


def test_an_edit_that_changes_nothing_leaves_no_trace() -> None:
    order = new()

    assert edited(order, draft(), ADA, AT) is order


@pytest.mark.parametrize(
    ("orders", "after", "for_stock"),
    [
        ({"a": 6}, {}, 6),
        ({"a": 4, "b": 2}, {"a": 4}, 2),
        ({"a": 6}, {"a": 6}, 0),
        ({}, {"a": 6}, 6),
        ({"a": 2}, {}, 6),
    ],
)
def test_what_a_person_orders_for_an_order_no_more_is_for_stock(
    orders: dict[str, int], after: dict[str, int], for_stock: int
) -> None:
    order = new(wanted(ordered=6, made_for=parts(orders)))

    [line] = edited(order, draft(wanted(ordered=6, made_for=parts(after))), ADA, AT).lines

    assert line.for_stock == for_stock


def test_the_rest_of_a_case_is_not_for_stock_because_a_person_edits_something_else() -> None:
    line = wanted(ordered=6, case_pack=6, made_for=parts({"a": 5}))

    [after] = edited(new(line), draft(line, note="by noon"), ADA, AT).lines

    assert after.for_stock == 0


def parts(orders: dict[str, int]) -> tuple[MadeFor, ...]:
    return tuple(MadeFor(order=name, line="1", units=units) for name, units in orders.items())
