"""What items may hold: values, keys, sizes."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from simulation.contract.tables import Table, item, stored, value, values

Code = Callable[..., str]
INVALID = "ValidationException"

# ---- values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1.50", "1.5"),
        ("007", "7"),
        ("-0", "0"),
        ("1E3", "1000"),
        ("1.0E-3", "0.001"),
        ("9" * 38, "9" * 38),
    ],
)
def test_a_number_comes_back_in_one_form(table: Table, written: str, read: str) -> None:
    table.client.put_item(TableName=table.name, Item={**item("a"), "n": {"N": written}})

    answer = table.client.get_item(TableName=table.name, Key=item("a"))

    assert answer["Item"]["n"] == {"N": read}


@pytest.mark.parametrize(
    "number", ["1" * 39, "1E126", "1E-131", "one", " 1", ""], ids=["long", "large", "small", "word", "blank", "empty"]
)
def test_a_number_that_is_none_is_refused(table: Table, code: Code, number: str) -> None:
    wrong = {**item("a"), "n": {"N": number}}

    assert code(table.client.put_item, TableName=table.name, Item=wrong) == INVALID


def test_sums_of_numbers_are_exact(table: Table) -> None:
    table.put("a", n=Decimal("0.1"))

    after = table.update("a", "SET n = n + :x", ExpressionAttributeValues=values(x=Decimal("0.2")))

    assert after == stored(pk="a", n=Decimal("0.3"))


def test_all_types_come_back_as_they_were(table: Table) -> None:
    everything: dict[str, Any] = {
        "b": b"\x00\xff",
        "t": "",
        "nothing": None,
        "yes": True,
        "deep": [{"x": [b"\x01", {"y"}]}],
        "none": [],
    }

    table.put("a", **everything)

    assert table.get("a") == stored(pk="a", **everything)


@pytest.mark.parametrize(
    "wrong",
    [
        {"SS": []},
        {"SS": ["a", "a"]},
        {"NS": ["1", "1.0"]},
        {},
    ],
    ids=str,
)
def test_a_value_that_is_none_is_refused(table: Table, code: Code, wrong: dict[str, Any]) -> None:
    assert code(table.client.put_item, TableName=table.name, Item={**item("a"), "x": wrong}) == INVALID


# ---- keys and sizes ---------------------------------------------------------------------------------------------


WRONG_ITEMS: dict[str, dict[str, Any]] = {
    "without pk": {"sk": value("-")},
    "without sk": {"pk": value("a")},
    "empty pk": {**item("a"), "pk": value("")},
    "empty sk": {**item("a"), "sk": value("")},
    "pk of another type": {**item("a"), "pk": value(1)},
    "empty key of an index": {**item("a"), "status": value("")},
    "key of an index of another type": {**item("a"), "status": value(1)},
    "sort key of an index of another type": {**item("a"), "placed": value("text")},
    "long pk": item("x" * 2049),
    "long sk": item("a", "x" * 1025),
}


@pytest.mark.parametrize("which", WRONG_ITEMS)
def test_an_item_that_does_not_fit_its_keys_is_refused(table: Table, code: Code, which: str) -> None:
    assert code(table.client.put_item, TableName=table.name, Item=WRONG_ITEMS[which]) == INVALID


@pytest.mark.parametrize(
    "key",
    [
        {"pk": value("a")},
        {**item("a"), "n": value(1)},
        {**item("a"), "pk": value("")},
        {**item("a"), "sk": value(1)},
    ],
    ids=["too little", "too much", "empty", "other type"],
)
def test_a_key_that_is_none_is_refused(table: Table, code: Code, key: dict[str, Any]) -> None:
    asked = {"TableName": table.name, "Key": key}

    assert code(table.client.get_item, **asked) == INVALID
    assert code(table.client.delete_item, **asked) == INVALID
    assert code(table.client.update_item, **asked, UpdateExpression="REMOVE n") == INVALID


MOST = 400 * 1024
OVERHEAD = len("pka" + "sk-" + "t")


def test_an_item_of_four_hundred_kilobytes_fits_and_no_byte_more(table: Table, code: Code) -> None:
    table.put("a", t="x" * (MOST - OVERHEAD))

    assert code(table.put, pk="a", t="x" * (MOST - OVERHEAD + 1)) == INVALID
    assert code(table.put, pk="a", t="ä" * ((MOST - OVERHEAD) // 2 + 1)) == INVALID


def test_an_update_does_not_grow_an_item_beyond_that(table: Table, code: Code) -> None:
    table.put("a", t="x" * (MOST - OVERHEAD))

    longer = {"pk": "a", "expression": "SET n = :x", "ExpressionAttributeValues": values(x=1)}
    assert code(table.update, **longer) == INVALID


def test_a_table_that_is_not_there_is_not_found(table: Table, code: Code) -> None:
    assert code(table.client.get_item, TableName="never", Key=item("a")) == "ResourceNotFoundException"
