"""Answers about purchase orders are read by their layout; a price that can be two is none."""

from decimal import Decimal

import pytest

from packhorse.domain.supply.answer_layout import AnswerColumn, AnswerField, Meaning, PurchaseAnswerLayout
from packhorse.files.answers.purchase_sheet import PurchaseReading, read_purchase_answers

COLUMNS = {AnswerField.PURCHASE_ORDER: "PO", AnswerField.LINE: "Line", AnswerField.UNIT_COST: "Price"}


def read(price: str, decimal_comma: bool) -> PurchaseReading:
    columns = tuple(AnswerColumn(field=field, names=(name,)) for field, name in COLUMNS.items())
    layout = PurchaseAnswerLayout(means=Meaning.ACKNOWLEDGED, decimal_comma=decimal_comma, columns=columns)
    return read_purchase_answers(f"PO;Line;Price\nPO-1;1;{price}\n".encode(), layout)


@pytest.mark.parametrize(
    ("price", "decimal_comma", "cost"),
    [("1500,00", True, "1500.00"), ("1,500", True, "1.500"), ("12.5", True, "12.5"), ("1.500", False, "1.500")],
)
def test_a_price_is_read_as_the_layout_says(price: str, decimal_comma: bool, cost: str) -> None:
    (answer,) = read(price, decimal_comma).answers

    assert answer.unit_cost == Decimal(cost)


def test_a_price_that_can_be_thousands_or_decimals_is_an_error() -> None:
    (error,) = read("1.500", decimal_comma=True).errors

    assert (error.column, "can be thousands or decimals" in error.message) == ("unit_cost", True)
