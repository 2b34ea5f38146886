"""Updates: what they do, which are none, and what writes give back."""

from collections.abc import Callable
from typing import Any

import pytest

from simulation.contract.tables import Table, item, plain, stored, values

Code = Callable[..., str]
INVALID = "ValidationException"


UPDATES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("SET n = :x", {"x": 7}, {"n": 7}),
    ("SET n = n + :x", {"x": 3}, {"n": 7}),
    ("SET n = n - :x", {"x": 6}, {"n": -2}),
    ("SET m = if_not_exists(m, :x)", {"x": 7}, {"m": 7}),
    ("SET n = if_not_exists(n, :x)", {"x": 7}, {"n": 4}),
    ("SET n = if_not_exists(m, :x) + :x", {"x": 7}, {"n": 14}),
    ("SET goods = list_append(goods, :x)", {"x": [6]}, {"goods": [4, 5, 6]}),
    ("SET goods = list_append(:x, goods)", {"x": [6]}, {"goods": [6, 4, 5]}),
    ("SET goods[1] = :x", {"x": 9}, {"goods": [4, 9]}),
    ("SET goods[9] = :x", {"x": 9}, {"goods": [4, 5, 9]}),
    ("SET box.deep = :x", {"x": 1}, {"box": {"deep": 1}}),
    ("SET m = n, n = :x", {"x": 1}, {"m": 4, "n": 1}),
    ("SET n = :x REMOVE t", {"x": 1}, {"n": 1, "t": None}),
    ("REMOVE gone", {}, {}),
    ("REMOVE goods[0]", {}, {"goods": [5]}),
    ("REMOVE box.deep", {}, {"box": {}}),
    ("ADD n :x", {"x": -5}, {"n": -1}),
    ("ADD m :x", {"x": -5}, {"m": -5}),
    ("ADD tags :x", {"x": {"green"}}, {"tags": {"red", "blue", "green"}}),
    ("ADD seen :x", {"x": {"green"}}, {"seen": {"green"}}),
    ("DELETE tags :x", {"x": {"red", "never"}}, {"tags": {"blue"}}),
    ("DELETE tags :x", {"x": {"red", "blue"}}, {"tags": None}),
    ("DELETE gone :x", {"x": {"red"}}, {}),
    ("ADD n :x, m :x SET t = :y", {"x": 1, "y": "new"}, {"n": 5, "m": 1, "t": "new"}),
]
BEFORE: dict[str, Any] = {"n": 4, "t": "text", "tags": {"red", "blue"}, "goods": [4, 5], "box": {"deep": "text"}}


@pytest.mark.parametrize(
    ("expression", "given", "changed"), UPDATES, ids=[f"{index} {each[0]}" for index, each in enumerate(UPDATES)]
)
def test_what_an_update_does(table: Table, expression: str, given: dict[str, Any], changed: dict[str, Any]) -> None:
    table.put("a", **BEFORE)
    told = {"ExpressionAttributeValues": values(**given)} if given else {}

    after = table.update("a", expression, **told)

    expected = {name: each for name, each in {**BEFORE, **changed}.items() if each is not None}
    assert after == table.get("a") == stored(pk="a", **expected)


def test_an_update_makes_the_item_that_is_not_there(table: Table) -> None:
    assert table.update("a", "ADD n :x", ExpressionAttributeValues=values(x=5)) == stored(pk="a", n=5)
    assert table.update("b", "REMOVE n") == stored(pk="b")


WRONG_UPDATES: list[tuple[str, dict[str, Any]]] = [
    ("SET n = gone + :x", {"x": 1}),
    ("SET n = t + :x", {"x": 1}),
    ("SET m = gone", {}),
    ("SET gone.deep = :x", {"x": 1}),
    ("SET t.deep = :x", {"x": 1}),
    ("SET goods = list_append(n, :x)", {"x": [1]}),
    ("ADD t :x", {"x": 1}),
    ("ADD n :x", {"x": "text"}),
    ("SET pk = :x", {"x": "b"}),
    ("REMOVE sk", {}),
    ("SET n = :x, n = :x", {"x": 1}),
    ("SET box = :x, box.deep = :x", {"x": 1}),
    ("SET n = :x SET m = :x", {"x": 1}),
    ("SET n = :x, m = :gone", {"x": 1}),
    ("SET n = :x", {"x": 1, "unused": 2}),
    ("SET #gone = :x", {"x": 1}),
    ("SET status = :x", {"x": 1}),
    ("SET size = :x", {"x": 1}),
    ("SET n", {}),
    ("PUT n = :x", {"x": 1}),
    ("", {}),
]


@pytest.mark.parametrize(("expression", "given"), WRONG_UPDATES, ids=[f"{each[0]} {each[1]}" for each in WRONG_UPDATES])
def test_an_update_that_is_refused_changes_nothing(
    table: Table, code: Code, expression: str, given: dict[str, Any]
) -> None:
    table.put("a", **BEFORE)
    told = {"ExpressionAttributeValues": values(**given)} if given else {}

    assert code(table.update, pk="a", expression=expression, **told) == INVALID
    assert table.get("a") == stored(pk="a", **BEFORE)


RETURNED = [
    ("NONE", None),
    ("ALL_OLD", {"pk": "a", "sk": "-", "n": 1, "t": "text"}),
    ("ALL_NEW", {"pk": "a", "sk": "-", "n": 2, "t": "text", "m": 2}),
    ("UPDATED_OLD", {"n": 1}),
    ("UPDATED_NEW", {"n": 2, "m": 2}),
]


@pytest.mark.parametrize(("wanted", "expected"), RETURNED)
def test_what_an_update_gives_back(table: Table, wanted: str, expected: dict[str, Any] | None) -> None:
    table.put("a", n=1, t="text")

    answer = table.client.update_item(
        TableName=table.name,
        Key=item("a"),
        UpdateExpression="SET n = :x, m = :x",
        ExpressionAttributeValues=values(x=2),
        ReturnValues=wanted,
    )

    assert plain(answer.get("Attributes")) == expected


def test_puts_and_deletes_give_back_what_was_there(table: Table, code: Code) -> None:
    asked = {"TableName": table.name, "ReturnValues": "ALL_OLD"}
    assert "Attributes" not in table.client.put_item(Item=item("a", n=1), **asked)
    assert plain(table.client.put_item(Item=item("a", n=2), **asked)["Attributes"]) == stored(pk="a", n=1)
    assert plain(table.client.delete_item(Key=item("a"), **asked)["Attributes"]) == stored(pk="a", n=2)
    assert "Attributes" not in table.client.delete_item(Key=item("a"), **asked)

    new = {"TableName": table.name, "ReturnValues": "ALL_NEW"}
    assert code(table.client.put_item, Item=item("a"), **new) == INVALID
