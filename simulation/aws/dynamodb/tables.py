"""A table: its items, its indexes, its stream."""

from itertools import count
from typing import Any

from simulation.aws.dynamodb.capacity import Cost, write_units
from simulation.aws.dynamodb.indexes import Index
from simulation.aws.dynamodb.schema import Key, Schema
from simulation.aws.dynamodb.storage import Storage, Stored
from simulation.aws.dynamodb.streams import Record
from simulation.aws.refusals import invalid


class Table:
    """A table with the properties of CreateTable, or of a template."""

    def __init__(self, name: str, properties: dict[str, Any]) -> None:
        if "LocalSecondaryIndexes" in properties:
            raise NotImplementedError("the stand-in simulates global indexes only")
        definitions = properties["AttributeDefinitions"]
        self.name = name
        self.properties = properties
        self.schema = Schema.of(properties["KeySchema"], definitions)
        indexes = (Index(each, self.schema, definitions) for each in properties.get("GlobalSecondaryIndexes", ()))
        self.indexes = {index.name: index for index in indexes}
        self.storage = Storage()
        self.view = str(properties.get("StreamSpecification", {}).get("StreamViewType", ""))
        self.records: list[Record] = []
        self._numbers = count(1)  # sequence numbers never come again, also if a test clears the records
        _refuse_unused(definitions, [self.schema, *(index.schema for index in self.indexes.values())])

    def index(self, name: str) -> Index:
        """Return the index of that name."""
        if name not in self.indexes:
            raise invalid(f"The table does not have the specified index: {name}")
        return self.indexes[name]

    def get(self, key: Key) -> Stored | None:
        """Return the item of that key."""
        return self.storage.get(key[0], key[1:])

    def costs(self, key: Key, old: Stored | None, new: Stored | None, times: int = 1) -> list[Cost]:
        """Return the write units of a change; `times` is two within a transaction, where indexes cost the same as ever.

        So DynamoDB measured in August 2026: github.com/nubo-db/dynoxide/pull/188.
        """
        size = max(old.size if old else 0, new.size if new else 0)
        own = Cost(self.name, "", key[0], times * write_units(size))
        return [own, *(cost for index in self.indexes.values() for cost in index.costs(self.name, old, new))]

    def change(self, key: Key, old: Stored | None, new: Stored | None, now: float, *, lag: bool) -> None:
        """Apply a planned write; one that changes nothing adds no record to the stream."""
        if (old and old.item) == (new and new.item):
            return
        if new:
            self.storage.put(key[0], key[1:], new)
        else:
            self.storage.remove(key[0], key[1:])
        for index in self.indexes.values():
            if lag or key in index.waiting:
                index.change_later(key, new)
            else:
                index.change(key, new)
        if self.view:
            self._record(key, old, new, now)

    def _record(self, key: Key, old: Stored | None, new: Stored | None, now: float) -> None:
        either = new or old
        assert either
        keys = self.schema.part(either.item)
        images = (old.item if old else None, new.item if new else None)
        self.records.append(Record(self.name, next(self._numbers), key, keys, *images, now, self.view))

    def described(self) -> dict[str, Any]:
        """Return the answer of DescribeTable."""
        return {
            "TableName": self.name,
            "TableStatus": "ACTIVE",
            "TableArn": f"arn:aws:dynamodb:us-east-1:123456789012:table/{self.name}",
            "ItemCount": len(self.storage),
            "AttributeDefinitions": self.properties["AttributeDefinitions"],
            "KeySchema": self.properties["KeySchema"],
            "GlobalSecondaryIndexes": [
                {**each, "IndexStatus": "ACTIVE"} for each in self.properties.get("GlobalSecondaryIndexes", ())
            ],
        }


def _refuse_unused(definitions: list[dict[str, str]], schemas: list[Schema]) -> None:
    used = {name for schema in schemas for name in schema.names}
    defined = {each["AttributeName"] for each in definitions}
    if used != defined:
        raise invalid(
            "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match "
            f"number of attributes defined in AttributeDefinitions: {sorted(used ^ defined)}"
        )
