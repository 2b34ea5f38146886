"""Global indexes: the part of an item that they hold, and their lag behind the table."""

from collections import deque
from typing import Any, NamedTuple

from simulation.aws.dynamodb.capacity import Cost, write_units
from simulation.aws.dynamodb.schema import Key, Schema
from simulation.aws.dynamodb.storage import Storage, Stored
from simulation.aws.dynamodb.values import Item, item_size


class Behind(NamedTuple):
    """An item with a change that an index has not applied yet."""

    table: str
    index_name: str
    key: Key


class Index:
    """A global index of a table; `holds_parts` if it projects only some attributes."""

    def __init__(self, properties: dict[str, Any], table: Schema, definitions: list[dict[str, str]]) -> None:
        self.name: str = properties["IndexName"]
        self.schema = Schema.of(properties["KeySchema"], definitions)
        self.projection: dict[str, Any] = properties["Projection"]
        self.storage = Storage()
        self.holds_parts = self.projection["ProjectionType"] != "ALL"
        self._held = frozenset(
            {*table.names, *self.schema.names, *self.projection.get("NonKeyAttributes", ())} if self.holds_parts else ()
        )
        self._entries: dict[Key, Key] = {}
        self.waiting: dict[Key, deque[Stored | None]] = {}

    def lacks(self, name: str) -> bool:
        """Return whether the index does not project an attribute."""
        return self.holds_parts and name not in self._held

    def entry(self, stored: Stored | None) -> tuple[Key, Stored] | None:
        """Return the entry of an item and its key in the index; None if the index holds none."""
        if stored is None:
            return None
        if not self.holds_parts:
            key = self.schema.sparse_key(stored.item)
            return None if key is None else (key, stored)
        if self.name not in stored.parts:
            stored.parts[self.name] = self._part(stored)
        return stored.parts[self.name]

    def _part(self, stored: Stored) -> tuple[Key, Stored] | None:
        key = self.schema.sparse_key(stored.item)
        if key is None:
            return None
        part: Item = {name: value for name, value in stored.item.items() if name in self._held}
        return key, Stored(part, item_size(part))

    def costs(self, table: str, old: Stored | None, new: Stored | None) -> list[Cost]:
        """Return the write units that a change of an item takes of the index."""
        before, after = self.entry(old), self.entry(new)
        if before is None and after is None:
            return []
        if before and after and before[0] == after[0]:
            if before[1].item == after[1].item:
                return []
            return [Cost(table, self.name, after[0][0], write_units(max(before[1].size, after[1].size)))]
        sides = (side for side in (before, after) if side)
        return [Cost(table, self.name, key[0], write_units(stored.size)) for key, stored in sides]

    def change(self, key: Key, stored: Stored | None) -> None:
        """Apply a change of an item."""
        entry = self.entry(stored)
        held = self._entries.pop(key, None)
        if held is not None:
            self.storage.remove(held[0], (*held[1:], key))
        if entry:
            self._entries[key] = entry[0]
            self.storage.put(entry[0][0], (*entry[0][1:], key), entry[1])

    def change_later(self, key: Key, stored: Stored | None) -> None:
        """Queue a change until `catch_up`."""
        self.waiting.setdefault(key, deque()).append(stored)

    def catch_up(self, key: Key) -> None:
        """Apply the oldest queued change of an item."""
        changes = self.waiting[key]
        self.change(key, changes.popleft())
        if not changes:
            del self.waiting[key]
