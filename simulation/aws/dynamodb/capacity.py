"""Capacity units: what reads and writes cost, and the limit of a partition key."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from simulation.aws.clock import Time
from simulation.aws.dynamodb.schema import Key

WRITE_BYTES, READ_BYTES = 1024, 4096


def write_units(size: int) -> int:
    """Return the units of a write of that many bytes.

    >>> [write_units(size) for size in (0, 1024, 1025)]
    [1, 1, 2]
    """
    return max(1, -(-size // WRITE_BYTES))


def read_units(size: int, *, consistent: bool) -> float:
    """Return the units of a read of that many bytes."""
    return max(1, -(-size // READ_BYTES)) * (1.0 if consistent else 0.5)


class Cost(NamedTuple):
    """The write units of a partition, of a table (index empty) or of an index."""

    table: str
    index_name: str
    partition: Any
    units: int


class Units:
    """Sums of the units written and read."""

    def __init__(self) -> None:
        self.written: Counter[str] = Counter()
        self.by_partition: Counter[tuple[str, Any]] = Counter()
        self.by_item: Counter[tuple[str, Key]] = Counter()
        self.by_index: Counter[tuple[str, str, Any]] = Counter()
        self.read: dict[str, float] = {}
        self._readings: list[dict[str, float]] = []

    @property
    def total(self) -> int:
        """All units written, to tables and indexes."""
        return self.written.total()

    def count(self, costs: Iterable[Cost], key: Key) -> None:
        """Add the units of a write of one item."""
        for table, index, partition, units in costs:
            self.written[table] += units
            if index:
                self.by_index[table, index, partition] += units
            else:
                self.by_partition[table, partition] += units
                self.by_item[table, key] += units

    def count_read(self, table: str, units: float) -> None:
        """Add the units of a read."""
        for counted in (self.read, *self._readings):
            counted[table] = counted.get(table, 0.0) + units

    @contextmanager
    def reading(self) -> Iterator[dict[str, float]]:
        """Collect the units of reads meanwhile, by table."""
        units: dict[str, float] = {}
        self._readings.append(units)
        yield units
        self._readings = [each for each in self._readings if each is not units]


def consumed(parameters: Mapping[str, Any], units: Mapping[str, float]) -> dict[str, Any]:
    """Return an answer's ConsumedCapacity of several tables, if the request wants it."""
    if parameters.get("ReturnConsumedCapacity", "NONE") == "NONE":
        return {}
    return {"ConsumedCapacity": [{"TableName": table, "CapacityUnits": float(n)} for table, n in units.items()]}


class PartitionLimit:
    """A limit of write units a second for each partition key; units of up to `burst` seconds can be saved up."""

    def __init__(self, clock: Time, units_a_second: float = 1000.0, burst: float = 1.0) -> None:
        self._clock = clock
        self._rate = units_a_second
        self._most = units_a_second * burst
        self._left: dict[tuple[str, str, Any], tuple[float, float]] = {}

    def allows(self, costs: Iterable[Cost]) -> bool:
        """Return whether the write fits now, without counting it."""
        wanted: Counter[tuple[str, str, Any]] = Counter()
        for table, index, partition, units in costs:
            wanted[table, index, partition] += units
        return all(self._now(place) >= min(units, self._most) for place, units in wanted.items())

    def take(self, costs: Iterable[Cost]) -> None:
        """Count a write."""
        for table, index, partition, units in costs:
            place = (table, index, partition)
            self._left[place] = self._now(place) - units, self._clock.now

    def _now(self, place: tuple[str, str, Any]) -> float:
        left, at = self._left.get(place, (self._most, self._clock.now))
        return min(self._most, left + (self._clock.now - at) * self._rate)
