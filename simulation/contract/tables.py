"""A table with an index and a stream, for tests of DynamoDB."""

from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

from simulation.contract.backends import Backend, Change

Item = dict[str, Any]
_values, _plain = TypeSerializer(), TypeDeserializer()


def value(plain: Any) -> dict[str, Any]:
    """Return a value in DynamoDB's JSON: a str, int, Decimal, bytes, bool, None, list, dict or set."""
    found: dict[str, Any] = _values.serialize(plain)
    return found


def values(**plain: Any) -> dict[str, Any]:
    """Return placeholders for values, by their names without the colon."""
    return {f":{name}": value(each) for name, each in plain.items()}


def item(pk: str, sk: str = "-", **attributes: Any) -> Item:
    """Return an item in DynamoDB's JSON."""
    return {name: value(each) for name, each in {"pk": pk, "sk": sk, **attributes}.items()}


def plain(stored: Item | None) -> dict[str, Any] | None:
    """Return an item in plain Python values."""
    if stored is None:
        return None
    found = {name: _plain.deserialize(each) for name, each in stored.items()}
    return {name: each.value if isinstance(each, Binary) else each for name, each in found.items()}


class Table:
    """A table of its own, with the operations that tests use most."""

    def __init__(self, aws: Backend, name: str) -> None:
        self.name = name
        self.client = aws.client("dynamodb")
        self._aws = aws
        texts, numbers = ("pk", "sk", "status"), ("placed",)
        definitions = [{"AttributeName": each, "AttributeType": "S"} for each in texts]
        definitions += [{"AttributeName": each, "AttributeType": "N"} for each in numbers]
        by_status = {
            "IndexName": "by_status",
            "KeySchema": _keys("status", "placed"),
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["note"]},
        }
        self.client.create_table(
            TableName=name,
            KeySchema=_keys("pk", "sk"),
            AttributeDefinitions=definitions,
            GlobalSecondaryIndexes=[by_status],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )

    def put(self, pk: str, sk: str = "-", **attributes: Any) -> None:
        self.client.put_item(TableName=self.name, Item=item(pk, sk, **attributes))

    def get(self, pk: str, sk: str = "-") -> dict[str, Any] | None:
        found = self.client.get_item(TableName=self.name, Key=item(pk, sk), ConsistentRead=True)
        return plain(found.get("Item"))

    def update(self, pk: str, expression: str, **parameters: Any) -> dict[str, Any] | None:
        """Update an item; return it in plain values."""
        request = {"TableName": self.name, "Key": item(pk), "UpdateExpression": expression, "ReturnValues": "ALL_NEW"}
        return plain(self.client.update_item(**request, **parameters)["Attributes"])

    def transact(self, *actions: Item, **parameters: Any) -> Any:
        """Write these in one transaction; each is {"Put": ...} without the table."""
        items = [{verb: {"TableName": self.name, **what}} for each in actions for verb, what in each.items()]
        return self.client.transact_write_items(TransactItems=items, **parameters)

    def query(self, condition: str, index: str = "", **parameters: Any) -> Any:
        request = {"IndexName": index} if index else {}
        return self.client.query(TableName=self.name, KeyConditionExpression=condition, **request, **parameters)

    def changes(self) -> list[Change]:
        """Return the records of its stream, in plain values."""
        return [Change(each.kind, plain(each.old), plain(each.new)) for each in self._aws.changes(self.name)]


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def stored(**attributes: Any) -> dict[str, Any]:
    """Return the plain item that a read returns for these attributes."""
    numbers = {name: Decimal(each) for name, each in attributes.items() if type(each) is int}
    return {"sk": "-", **attributes, **numbers}
