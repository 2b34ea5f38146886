"""Conditions of writes: what they mean, and which are none."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulation.contract.backends import code_or_none
from simulation.contract.tables import Table, item, plain, stored, values

Code = Callable[..., str]
INVALID = "ValidationException"
FAILED = "ConditionalCheckFailedException"


def test_a_conditional_put_happens_once(table: Table, code: Code) -> None:
    once = {"TableName": table.name, "ConditionExpression": "attribute_not_exists(pk)"}

    table.client.put_item(Item=item("a", n=1), **once)

    assert code(table.client.put_item, Item=item("a", n=2), **once) == FAILED
    assert table.get("a") == stored(pk="a", n=1)


@pytest.mark.parametrize("verb", ["put_item", "update_item", "delete_item"])
def test_a_condition_that_fails_shows_available_units_if_asked(table: Table, verb: str) -> None:
    table.put("a", n=1)
    which = {"Item": item("a")} if verb == "put_item" else {"Key": item("a")}
    asked = {"TableName": table.name, "ConditionExpression": "n = :n", "ExpressionAttributeValues": values(n=2)}

    with pytest.raises(ClientError) as silent:
        getattr(table.client, verb)(**which, **asked)
    with pytest.raises(ClientError) as shown:
        getattr(table.client, verb)(**which, **asked, ReturnValuesOnConditionCheckFailure="ALL_OLD")

    assert "Item" not in silent.value.response
    assert plain(shown.value.response["Item"]) == stored(pk="a", n=1)
    assert shown.value.response["Error"]["Code"] == FAILED


def test_a_condition_that_fails_where_nothing_is_shows_nothing(table: Table) -> None:
    with pytest.raises(ClientError) as failed:
        table.client.delete_item(
            TableName=table.name,
            Key=item("a"),
            ConditionExpression="attribute_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    assert "Item" not in failed.value.response


CONDITIONS = [
    ("attribute_exists(n)", True),
    ("attribute_exists(gone)", False),
    ("attribute_not_exists(gone)", True),
    ("attribute_not_exists(pk)", False),
    ("n = :four", True),
    ("n <> :four", False),
    ("n < :five", True),
    ("n > :five", False),
    ("n <= :four AND n >= :four", True),
    ("gone = :four", False),
    ("gone <> :four", True),
    ("gone < :five", False),
    ("n = :text", False),
    ("n < :text", False),
    ("NOT n = :four", False),
    ("NOT gone = :four", True),
    ("gone = :four OR n = :four", True),
    ("n = :five OR n = :four AND gone = :four", False),
    ("(n = :four OR n = :five) AND attribute_exists(t)", True),
    ("n BETWEEN :four AND :five", True),
    ("n BETWEEN five AND four", False),
    ("n BETWEEN :te AND :text", False),
    ("n IN (:four, :text)", True),
    ("n IN (:five)", False),
    ("begins_with(t, :te)", True),
    ("begins_with(t, :text)", True),
    ("begins_with(n, :te)", False),
    ("contains(t, :ex)", True),
    ("contains(tags, :ex)", False),
    ("contains(tags, :red)", True),
    ("contains(goods, :four)", True),
    ("attribute_type(n, :kind)", True),
    ("attribute_type(t, :kind)", False),
    ("size(t) = :four", True),
    ("size(goods) < :five", True),
    ("size(gone) < :five", False),
    ("box.deep = :text", True),
    ("goods[0] = :four", True),
    ("goods[7] = :four", False),
    ("#n = :four", True),
    ("tags = :tags", True),
]
GIVEN = values(four=4, five=5, text="text", te="te", ex="ex", red="red", kind="N", tags={"blue", "red"})


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS, ids=[condition for condition, _ in CONDITIONS])
def test_what_a_condition_means(table: Table, condition: str, holds: bool) -> None:
    table.put("a", n=4, t="text", tags={"red", "blue"}, goods=[4, 5], box={"deep": "text"})
    names = {"ExpressionAttributeNames": {"#n": "n"}} if "#n" in condition else {}
    given = {name: each for name, each in GIVEN.items() if name in _words(condition)}
    told = {"ConditionExpression": condition, **({"ExpressionAttributeValues": given} if given else {}), **names}

    happened = code_or_none(table.client.put_item, TableName=table.name, Item=item("a"), **told)

    assert happened == (None if holds else FAILED)


WRONG_CONDITIONS: list[tuple[str, dict[str, Any]]] = [
    ("n BETWEEN :x AND :y", {"x": 5, "y": 4}),
    ("n BETWEEN :x AND :y", {"x": 5, "y": "text"}),
    ("begins_with(t, :x)", {"x": 4}),
    ("n < :x", {"x": [4]}),
    ("attribute_type(n, :x)", {"x": "DOG"}),
    ("attribute_exists(:x)", {"x": "n"}),
    ("size(t)", {}),
    ("size(:x) > n", {"x": 4}),
    ("n", {}),
    ("n =", {}),
    ("((n = :x))", {"x": 4}),
    ("never(n)", {}),
    ("contains(t)", {}),
    ("n = :x AND", {"x": 4}),
    ("status = :x", {"x": "text"}),
    ("_n = :x", {"x": 4}),
    ("n = :x", {}),
    ("n = :x", {"x": 4, "unused": 4}),
    ("", {}),
]


@pytest.mark.parametrize(
    ("condition", "given"), WRONG_CONDITIONS, ids=[f"{each[0]} {each[1]}" for each in WRONG_CONDITIONS]
)
def test_a_condition_that_is_none_is_refused(table: Table, code: Code, condition: str, given: dict[str, Any]) -> None:
    table.put("a", n=4, t="text")
    told = {"ExpressionAttributeValues": values(**given)} if given else {}
    asked = {"TableName": table.name, "Key": item("a"), "ConditionExpression": condition}

    assert code(table.client.delete_item, **asked, **told) == INVALID
    assert table.get("a")


def _words(condition: str) -> set[str]:
    return {word.strip("(),") for word in condition.replace("(", " ").split()}


def test_a_condition_sees_an_absent_item_as_empty(table: Table, code: Code) -> None:
    asked = {"TableName": table.name, "Key": item("a"), "ExpressionAttributeValues": values(n=1)}

    assert (
        code(table.client.update_item, UpdateExpression="SET n = :n", ConditionExpression="n = :n", **asked) == FAILED
    )
    table.client.update_item(UpdateExpression="SET n = :n", ConditionExpression="n <> :n", **asked)

    assert table.get("a") == stored(pk="a", n=1)
