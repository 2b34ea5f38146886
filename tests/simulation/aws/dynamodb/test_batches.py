"""Batches and pages that end before they are done, and what the stand-in does not simulate."""

from typing import Any

import pytest

from tests.simulation.aws.dynamodb.example import Deployment, item, limited, refused


def test_a_batch_may_be_left_half_done() -> None:
    deployment = Deployment()
    for pk in "abcd":
        deployment.put(pk)
    deployment.dynamodb.leaves_out = lambda table, count: count // 2
    keys = [item(pk) for pk in "abcd"]

    read = deployment.ask("BatchGetItem", RequestItems={"orders": {"Keys": keys, "ConsistentRead": True}})
    found, left = read["Responses"]["orders"], read["UnprocessedKeys"]["orders"]
    assert (len(found), len(left["Keys"]), left["ConsistentRead"]) == (2, 2, True)
    assert sorted(each["pk"]["S"] for each in [*found, *left["Keys"]]) == list("abcd")

    writes = [{"DeleteRequest": {"Key": key}} for key in keys]
    written = deployment.ask("BatchWriteItem", RequestItems={"orders": writes})
    assert written["UnprocessedItems"] == {"orders": writes[2:]}
    assert len(deployment.table.storage) == 2


def test_a_batch_writes_what_the_limit_allows_and_leaves_the_rest() -> None:
    deployment = limited(units=2)
    writes = [{"PutRequest": {"Item": {**item("a"), "sk": {"S": sk}}}} for sk in "123"]

    answer = deployment.ask("BatchWriteItem", RequestItems={"orders": writes})

    assert answer["UnprocessedItems"] == {"orders": writes[2:]}


def test_a_batch_with_one_write_that_cannot_be_writes_nothing() -> None:
    deployment = Deployment()
    writes = [{"PutRequest": {"Item": each}} for each in (item("a"), item("b", text="x" * 410_000))]

    assert refused(lambda: deployment.ask("BatchWriteItem", RequestItems={"orders": writes})).code == (
        "ValidationException"
    )
    assert len(deployment.table.storage) == 0


def test_a_page_ends_where_it_is_full() -> None:
    deployment = Deployment()
    deployment.dynamodb.page_bytes = 250
    for sk in "1234":
        deployment.ask("PutItem", TableName="orders", Item=item("a", sk=sk, text="x" * 90))
    query = {
        "TableName": "orders",
        "KeyConditionExpression": "pk = :a",
        "ExpressionAttributeValues": {":a": {"S": "a"}},
    }

    first = deployment.ask("Query", **query)
    rest = deployment.ask("Query", **query, ExclusiveStartKey=first["LastEvaluatedKey"])

    assert [each["sk"]["S"] for each in (*first["Items"], *rest["Items"])] == list("1234")
    assert first["Count"] == 3
    assert "LastEvaluatedKey" not in rest


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("PutItem", {"Item": item("a"), "Expected": {}}),
        ("GetItem", {"Key": item("a"), "AttributesToGet": ["pk"]}),
        ("Query", {"KeyConditions": {}}),
        ("Scan", {"Segment": 1, "TotalSegments": 2}),
        ("Scan", {"Select": "ALL_PROJECTED_ATTRIBUTES"}),
    ],
)
def test_what_the_stand_in_does_not_know_is_refused_loudly(operation: str, told: dict[str, Any]) -> None:
    with pytest.raises(NotImplementedError):
        Deployment().ask(operation, TableName="orders", **told)
