"""The stream of a table."""

from simulation.aws.dynamodb.streams import event
from tests.simulation.aws.dynamodb.example import Deployment, item, put


def test_the_stream_has_every_change_in_order_with_both_images() -> None:
    deployment = Deployment()
    deployment.put("a", status="open")
    deployment.transact(put("a", status="shipped"), put("b"))
    deployment.ask("DeleteItem", TableName="orders", Key=item("a"))

    told = [(each.name, each.keys["pk"]["S"], each.old, each.new) for each in deployment.table.records]
    assert told == [
        ("INSERT", "a", None, item("a", status="open")),
        ("MODIFY", "a", item("a", status="open"), item("a", status="shipped")),
        ("INSERT", "b", None, item("b")),
        ("REMOVE", "a", item("a", status="shipped"), None),
    ]


def test_what_changes_nothing_is_not_in_the_stream() -> None:
    deployment = Deployment()
    deployment.put("a", status="open")
    check = {"ConditionCheck": {"TableName": "orders", "Key": item("a"), "ConditionExpression": "attribute_exists(pk)"}}

    deployment.put("a", status="open")
    deployment.transact(put("a", status="open"))
    deployment.transact(check)
    deployment.ask("DeleteItem", TableName="orders", Key=item("never"))

    assert len(deployment.table.records) == 1


def test_lambda_sees_a_change_as_json() -> None:
    deployment = Deployment()
    deployment.ask(
        "PutItem",
        TableName="orders",
        Item={
            **item("a"),
            "body": {"B": b"\x00\xff"},
            "lines": {"L": [{"M": {"quantity": {"N": "1.50"}, "codes": {"BS": [b"\x01"]}}}]},
        },
    )

    (record,) = event(deployment.table.records)["Records"]

    assert record["eventName"] == "INSERT"
    assert record["dynamodb"]["Keys"] == item("a")
    assert record["dynamodb"]["NewImage"]["body"] == {"B": "AP8="}
    lines = {"L": [{"M": {"quantity": {"N": "1.5"}, "codes": {"BS": ["AQ=="]}}}]}
    assert record["dynamodb"]["NewImage"]["lines"] == lines
    assert "OldImage" not in record["dynamodb"]
