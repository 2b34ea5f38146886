"""Requests of DynamoDB are built in one module, and are what the API takes."""

import re
from pathlib import Path

import pytest

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.store import expressions
from packhorse.store.expressions import (
    Expression,
    at_least,
    begins_with,
    contains,
    differs,
    equals,
    greater,
    less,
    missing,
    one_of,
)
from simulation.aws.boundary import World
from simulation.template import ROOT

LAYER = ROOT / "layers" / "shared" / "packhorse"
WRITTEN_BY_HAND = re.compile(r"ExpressionAttribute|ConditionExpression|UpdateExpression|FilterExpression")
KEY = expressions.key("ITEM", "STATE")
ITEM: expressions.Attributes = {"pk": "ITEM", "sk": "STATE", "name": "MUG", "times": 3, "body": b"\x00"}


def test_names_and_values_of_an_expression_are_those_that_it_uses() -> None:
    wrong = equals("status", "open") & (missing("read") | less("read", 3))

    request = expressions.put("Orders", {"pk": "A"}, wrong)

    assert request["ConditionExpression"] == "#status = :0 AND (attribute_not_exists(#read) OR #read < :1)"
    assert request["ExpressionAttributeNames"] == {"#read": "read", "#status": "status"}
    assert request["ExpressionAttributeValues"] == {":0": {"S": "open"}, ":1": {"N": "3"}}


def test_the_values_of_two_expressions_of_a_request_do_not_meet() -> None:
    request = expressions.update("Stock", KEY, sets={"at": "now"}, adds={"times": 1}, condition=at_least("times", 2))

    assert request["UpdateExpression"] == "SET #at = :0 ADD #times :1"
    assert request["ConditionExpression"] == "#times >= :2"
    assert request["ExpressionAttributeValues"] == {":0": {"S": "now"}, ":1": {"N": "1"}, ":2": {"N": "2"}}


def test_a_write_without_a_condition_has_no_expression() -> None:
    assert expressions.put("Orders", {"pk": "A"}) == {"TableName": "Orders", "Item": {"pk": {"S": "A"}}}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (equals("name", "MUG"), True),
        (differs("name", "MUG"), False),
        (less("times", 3), False),
        (less("times", 4), True),
        (expressions.at_most("times", 3), True),
        (greater("times", 3), False),
        (at_least("times", 3), True),
        (one_of("name", "CUP", "MUG"), True),
        (one_of("name", "CUP"), False),
        (begins_with("name", "MU"), True),
        (contains("name", "UG"), True),
        (missing("name"), False),
        (missing("gone") | equals("name", "CUP"), True),
        (equals("name", "CUP") | equals("times", 3) & equals("name", "MUG"), True),
        (equals("name", "MUG") & (equals("times", 4) | equals("times", 5)), False),
    ],
)
def test_a_condition_means_what_its_name_says(cloud: World, condition: Expression, holds: bool) -> None:
    client("dynamodb").put_item(**expressions.put(settings.work_table, ITEM))
    update = expressions.update(settings.work_table, KEY, sets={"done": 1}, condition=condition)

    try:
        client("dynamodb").update_item(**update)
    except client("dynamodb").exceptions.ConditionalCheckFailedException:
        assert not holds
    else:
        assert holds


def test_an_update_sets_adds_and_keeps_what_is_there(cloud: World) -> None:
    client("dynamodb").put_item(**expressions.put(settings.work_table, ITEM))

    client("dynamodb").update_item(
        **expressions.update(
            settings.work_table, KEY, sets={"name": "CUP"}, defaults={"body": b"new", "raw": ""}, adds={"times": 2}
        )
    )

    found = client("dynamodb").get_item(TableName=settings.work_table, Key=KEY)["Item"]
    assert found == expressions.item({**ITEM, "name": "CUP", "times": 5, "raw": ""})


def test_a_query_has_its_index_filter_and_options() -> None:
    query = expressions.query("Work", equals("kind", "x"), index="by_kind", only=contains("at", "y"), Limit=5)

    assert query == {
        "TableName": "Work",
        "IndexName": "by_kind",
        "KeyConditionExpression": "#kind = :0",
        "FilterExpression": "contains(#at, :1)",
        "ExpressionAttributeNames": {"#at": "at", "#kind": "kind"},
        "ExpressionAttributeValues": {":0": {"S": "x"}, ":1": {"S": "y"}},
        "Limit": 5,
    }


def test_no_other_module_writes_an_expression_by_hand() -> None:
    def writes(module: Path) -> bool:
        return bool(WRITTEN_BY_HAND.search(module.read_text()))

    assert [module.name for module in LAYER.rglob("*.py") if writes(module)] == ["expressions.py"]
