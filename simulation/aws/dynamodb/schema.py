"""Keys of tables and indexes, and DynamoDB's refusals of items that do not fit them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from simulation.aws.dynamodb.values import Item, Value, canonical, item_size, kind_of, order
from simulation.aws.refusals import invalid

MOST_BYTES = 400 * 1024
MOST_KEY_BYTES = (2048, 1024)

Key = tuple[Any, ...]
"""The values of an item's key attributes, in a form that sorts as DynamoDB sorts."""


class Attribute(NamedTuple):
    """An attribute of a key, and its type."""

    name: str
    kind: str


class Schema(NamedTuple):
    """The key schema of a table or an index: hash, perhaps range."""

    attributes: tuple[Attribute, ...]

    @classmethod
    def of(cls, key_schema: list[dict[str, str]], definitions: list[dict[str, str]]) -> "Schema":
        """Return the schema that CreateTable's parameters describe."""
        kinds = {each["AttributeName"]: each["AttributeType"] for each in definitions}
        undefined = sorted({each["AttributeName"] for each in key_schema} - kinds.keys())
        if undefined:
            raise invalid(f"Some index key attributes are not defined in AttributeDefinitions. Keys: {undefined}")
        ordered = sorted(key_schema, key=lambda each: each["KeyType"])  # HASH, RANGE
        return cls(tuple(Attribute(each["AttributeName"], kinds[each["AttributeName"]]) for each in ordered))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the hash and the range attribute."""
        return tuple(attribute.name for attribute in self.attributes)

    def key(self, item: Item) -> Key:
        """Return the key of an item that has one."""
        return tuple([order(item[name]) for name, _ in self.attributes])

    def sparse_key(self, item: Item) -> Key | None:
        """Return the key in an index; None if the item lacks a key attribute."""
        for name, _ in self.attributes:
            if name not in item:
                return None
        return self.key(item)

    def part(self, item: Item) -> Item:
        """Return the key attributes of an item."""
        return {name: dict(item[name]) for name, _ in self.attributes}

    def requested_key(self, given: Mapping[str, Any]) -> Key:
        """Return the key of a request; refuse one that does not fit the schema."""
        if len(given) != len(self.attributes):
            raise invalid("The provided key element does not match the schema")
        key = []
        for position, (name, kind) in enumerate(self.attributes):
            value = given.get(name)
            if value is None or kind not in value:
                raise invalid("The provided key element does not match the schema")
            key.append(_checked(name, canonical(value), position))
        return tuple(key)

    def checked(self, item: Item) -> Key:
        """Return the key of an item to write; refuse one that does not fit the schema."""
        key = []
        for position, (name, kind) in enumerate(self.attributes):
            value = item.get(name)
            if value is None:
                raise invalid(f"One or more parameter values were invalid: Missing the key {name} in the item")
            if kind not in value:
                raise invalid(
                    f"One or more parameter values were invalid: Type mismatch for key {name} "
                    f"expected: {kind} actual: {kind_of(value)}"
                )
            key.append(_checked(name, value, position))
        return tuple(key)

    def refuse_misfits(self, item: Item, index: str) -> None:
        """Refuse an item whose attributes do not fit the key of an index."""
        for name, kind in self.attributes:
            value = item.get(name)
            if value is None:
                continue
            if kind not in value:
                raise invalid(
                    f"One or more parameter values were invalid: Type mismatch for Index Key {name} "
                    f"Expected: {kind} Actual: {kind_of(value)} IndexName: {index}"
                )
            if value[kind] in ("", b""):
                raise invalid(
                    "One or more parameter values are not valid. A value specified for a secondary index key is not "
                    "supported. The AttributeValue for a key attribute cannot contain an empty string value. "
                    f"IndexName: {index}, IndexKey: {name}"
                )


def _checked(name: str, value: Value, position: int) -> Any:
    ((kind, content),) = value.items()
    if kind == "N":
        return order(value)
    if not content:
        what = "string" if kind == "S" else "binary"
        raise invalid(
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
            f"empty {what} value. Key: {name}"
        )
    most = MOST_KEY_BYTES[position]
    if len(content) > most // 4 and len(content.encode() if kind == "S" else content) > most:
        which = "hashkey" if position == 0 else "rangekey"
        raise invalid(
            f"One or more parameter values were invalid: Size of {which} has exceeded the maximum size limit of "
            f"{most} bytes"
        )
    return content


def checked_size(item: Item) -> int:
    """Return the size of an item in bytes; refuse one that is too large."""
    size = item_size(item)
    if size > MOST_BYTES:
        raise invalid("Item size has exceeded the maximum allowed size")
    return size
