"""The storage of a table or index: partitions, each sorted by range key."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from simulation.aws.dynamodb.schema import Key
from simulation.aws.dynamodb.values import Item

Spot = tuple[Any, ...]
"""The position of an entry in its partition: its range key, if any; in an index the table's key after it."""


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """An item and its size in bytes; `parts` are the entries of indexes that hold parts of it, once computed."""

    item: Item
    size: int
    parts: dict[str, tuple[Key, "Stored"] | None] = field(default_factory=dict)


class Partition:
    """The entries of one hash key, by position."""

    def __init__(self) -> None:
        self.entries: dict[Spot, Stored] = {}
        self.spots: list[Spot] = []


class Storage:
    """Entries in partitions; the order of partitions looks random and is always the same."""

    def __init__(self) -> None:
        self._partitions: dict[Any, Partition] = {}
        self._order: list[tuple[int, Any]] = []

    def __len__(self) -> int:
        return sum(len(partition.spots) for partition in self._partitions.values())

    def get(self, partition: Any, spot: Spot) -> Stored | None:
        """Return the entry at a position."""
        found = self._partitions.get(partition)
        return found.entries.get(spot) if found else None

    def put(self, partition: Any, spot: Spot, stored: Stored) -> None:
        """Store an entry at a position, in place of one that exists."""
        found = self._partitions.get(partition)
        if found is None:
            found = self._partitions[partition] = Partition()
            insort(self._order, _place(partition))
        if spot not in found.entries:
            insort(found.spots, spot)
        found.entries[spot] = stored

    def remove(self, partition: Any, spot: Spot) -> None:
        """Remove the entry at a position."""
        found = self._partitions[partition]
        del found.entries[spot]
        del found.spots[bisect_left(found.spots, spot)]
        if not found.spots:
            del self._partitions[partition]
            del self._order[bisect_left(self._order, _place(partition))]

    def walk(self, partition: Any, after: Spot | None, *, forward: bool) -> Iterator[Stored]:
        """Yield the entries of a partition after a position, which need not exist."""
        found = self._partitions.get(partition)
        if not found:
            return
        spots = found.spots
        if after is not None:
            spots = spots[bisect_right(spots, after) :] if forward else spots[: bisect_left(spots, after)]
        for spot in list(spots) if forward else reversed(spots):
            yield found.entries[spot]

    def walk_all(self, after: Key | None) -> Iterator[Stored]:
        """Yield all entries after a partition and position."""
        start = bisect_left(self._order, _place(after[0])) if after else 0
        for _, partition in self._order[start:]:
            beyond = after[1:] if after and after[0] == partition else None
            yield from self.walk(partition, beyond, forward=True)


def _place(partition: Any) -> tuple[int, Any]:
    return crc32(repr(partition).encode()), partition
