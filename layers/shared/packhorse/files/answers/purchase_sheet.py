"""Answers about purchase orders: each row of a supplier's file parsed to what it says, or to all errors in it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from packhorse.domain.purchasing.purchase_rows import PurchaseRow
from packhorse.domain.supply.answer_layout import AnswerField, Meaning, PurchaseAnswerLayout
from packhorse.domain.supply.patterns import read_day
from packhorse.files.answers.answer_sheet import file_rows
from packhorse.files.answers.parsed_cells import ParsedCells, meaning_of
from packhorse.files.cells import quote_cell
from packhorse.files.rows import RowError

MAX_PRICE = 16
"""Characters of a price."""
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}", re.ASCII)


class PurchaseReading(NamedTuple):
    """What the rows of a file say; rows with errors say nothing, those with warnings do.

    `named` are the purchase orders that rows name, by the rows' numbers: also those of rows with errors.
    """

    rows: int
    named: Mapping[int, str]
    answers: tuple[PurchaseRow, ...]
    errors: tuple[RowError, ...]
    warnings: tuple[RowError, ...]


def read_purchase_answers(content: bytes, layout: PurchaseAnswerLayout) -> PurchaseReading:
    """Return what a supplier's file says of purchase orders; raises as `read_answers` does."""
    rows = file_rows(content, layout)
    named: dict[int, str] = {}
    answers: list[PurchaseRow] = []
    errors: list[RowError] = []
    warnings: list[RowError] = []
    for row in rows:
        parsed = ParsedCells(row.number, row.cells)
        if row.problem:
            errors.append(parsed.error(None, row.problem))
            continue
        number = parsed.code(AnswerField.PURCHASE_ORDER)
        named |= {row.number: number.upper()} if number else {}
        answer = _answer(parsed, layout, number)
        errors += parsed.errors
        warnings += () if parsed.errors else parsed.warnings
        if answer and not parsed.errors and answer.meaning is not Meaning.IGNORED:
            answers.append(answer)
    return PurchaseReading(len(rows), named, tuple(answers), tuple(errors), tuple(warnings))


def _answer(parsed: ParsedCells, layout: PurchaseAnswerLayout, number: str) -> PurchaseRow | None:
    if not parsed.errors and not number:
        parsed.fail(AnswerField.PURCHASE_ORDER, "is missing")
    meaning = meaning_of(parsed, layout)
    found: dict[str, object] = {
        "line": parsed.code(AnswerField.LINE),
        "sku": parsed.code(AnswerField.SKU),
        "supplier_sku": parsed.code(AnswerField.SUPPLIER_SKU),
        "quantity": parsed.quantity(),
        "unit_cost": _price(parsed, layout),
        "delivery": parsed.code_of_number(AnswerField.DELIVERY),
        "reason": parsed.words(AnswerField.REASON),
        "expected_on": None,
    }
    if cell := parsed.cells.get(AnswerField.EXPECTED_ON, ""):
        try:
            found["expected_on"] = read_day(cell, layout.date, layout.time_zone)
        except ValueError as error:
            parsed.warn(AnswerField.EXPECTED_ON, f"{error}; it was left out")
    if parsed.errors or meaning is None:
        return None
    return PurchaseRow.model_validate({"row": parsed.number, "meaning": meaning, "purchase_order": number, **found})


def _price(parsed: ParsedCells, layout: PurchaseAnswerLayout) -> Decimal | None:
    """Return the price of a unit; what could be read in two ways is an error."""
    cell = parsed.cells.get(AnswerField.UNIT_COST, "")
    if layout.decimal_comma and _THOUSANDS.fullmatch(cell):
        parsed.fail(AnswerField.UNIT_COST, f"{quote_cell(cell)} can be thousands or decimals: a price is like 1234,50")
        return None
    text = cell.replace(",", ".") if layout.decimal_comma else cell
    if not cell:
        return None
    whole, dot, rest = text.partition(".")
    if not whole.isdecimal() or (dot and not rest.isdecimal()) or not text.isascii() or len(text) > MAX_PRICE:
        parsed.fail(AnswerField.UNIT_COST, f"{quote_cell(cell)} is not a price such as 1234.50")
        return None
    return Decimal(text)
