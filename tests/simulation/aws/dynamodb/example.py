"""A table with an index and a stream, to try things on."""

from collections.abc import Callable
from typing import Any

import pytest

from simulation.aws.clock import Clock
from simulation.aws.dynamodb.capacity import PartitionLimit
from simulation.aws.dynamodb.service import DynamoDB
from simulation.aws.refusals import Refused

Item = dict[str, Any]
TABLE = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "status")],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_status",
            "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}


class Deployment:
    """One table, of DynamoDB's own."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.dynamodb = DynamoDB(self.clock)
        self.ask("CreateTable", **TABLE)
        self.table = self.dynamodb.tables["orders"]

    def ask(self, operation: str, **told: Any) -> dict[str, Any]:
        return self.dynamodb.operations[operation](told)

    def put(self, pk: str, **attributes: str) -> None:
        self.ask("PutItem", TableName="orders", Item=item(pk, **attributes))

    def transact(self, *actions: dict[str, Any], **told: Any) -> None:
        self.ask("TransactWriteItems", TransactItems=list(actions), **told)

    def of_status(self, status: str) -> list[str]:
        answer = self.ask(
            "Query",
            TableName="orders",
            IndexName="by_status",
            KeyConditionExpression="#status = :status",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":status": {"S": status}},
        )
        return [each["pk"]["S"] for each in answer["Items"]]


def item(pk: str, **attributes: str) -> Item:
    return {name: {"S": value} for name, value in {"pk": pk, "sk": "-", **attributes}.items()}


def put(pk: str, **attributes: str) -> dict[str, Any]:
    """A Put as an action of a transaction."""
    return {"Put": {"TableName": "orders", "Item": item(pk, **attributes)}}


def refused(work: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value


def limited(units: float = 2.0, burst: float = 1.0) -> Deployment:
    deployment = Deployment()
    deployment.dynamodb.limit = PartitionLimit(deployment.clock, units, burst)
    return deployment
