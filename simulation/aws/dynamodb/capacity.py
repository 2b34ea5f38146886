"""What writes cost, and the limit that a partition key has."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from simulation.aws.clock import Time
from simulation.aws.dynamodb.schema import Key

WRITE_BYTES, READ_BYTES = 1024, 4096


def write_units(size: int) -> int:
    """The units of writing so many bytes.

    >>> [write_units(size) for size in (0, 1024, 1025)]
    [1, 1, 2]
    """
    return max(1, -(-size // WRITE_BYTES))


def read_units(size: int, *, consistent: bool) -> float:
    """The units of reading so many bytes."""
    return max(1, -(-size // READ_BYTES)) * (1.0 if consistent else 0.5)


class Cost(NamedTuple):
    """Units that a write takes of a partition: of a table (index empty) or of an index."""

    table: str
    index_name: str
    partition: Any
    units: int


class Units:
    """All that was written and read, in units."""

    def __init__(self) -> None:
        self.written: Counter[str] = Counter()
        self.by_partition: Counter[tuple[str, Any]] = Counter()
        self.by_item: Counter[tuple[str, Key]] = Counter()
        self.by_index: Counter[tuple[str, str, Any]] = Counter()
        self.read: dict[str, float] = {}
        self._readings: list[dict[str, float]] = []

    @property
    def total(self) -> int:
        """All units written, those of indexes among them."""
        return self.written.total()

    def count(self, costs: Iterable[Cost], key: Key) -> None:
        """Adds what the write of one item took."""
        for table, index, partition, units in costs:
            self.written[table] += units
            if index:
                self.by_index[table, index, partition] += units
            else:
                self.by_partition[table, partition] += units
                self.by_item[table, key] += units

    def count_read(self, table: str, units: float) -> None:
        """Adds what a read took."""
        for counted in (self.read, *self._readings):
            counted[table] = counted.get(table, 0.0) + units

    @contextmanager
    def reading(self) -> Iterator[dict[str, float]]:
        """What reads take meanwhile, by table."""
        units: dict[str, float] = {}
        self._readings.append(units)
        yield units
        self._readings = [each for each in self._readings if each is not units]


def consumed(parameters: Mapping[str, Any], units: Mapping[str, float]) -> dict[str, Any]:
    """What an answer about several tables says that it took, if that is asked."""
    if parameters.get("ReturnConsumedCapacity", "NONE") == "NONE":
        return {}
    return {"ConsumedCapacity": [{"TableName": table, "CapacityUnits": float(n)} for table, n in units.items()]}


class Limit:
    """So many write units a second for each partition key of tables and indexes; `burst` seconds may be saved up."""

    def __init__(self, clock: Time, units_a_second: float = 1000.0, burst: float = 1.0) -> None:
        self._clock = clock
        self._rate = units_a_second
        self._most = units_a_second * burst
        self._left: dict[tuple[str, str, Any], tuple[float, float]] = {}

    def allows(self, costs: Iterable[Cost]) -> bool:
        """Whether there is room for the write, without taking it."""
        wanted: Counter[tuple[str, str, Any]] = Counter()
        for table, index, partition, units in costs:
            wanted[table, index, partition] += units
        return all(self._now(place) >= min(units, self._most) for place, units in wanted.items())

    def take(self, costs: Iterable[Cost]) -> None:
        """Takes what a write costs."""
        for table, index, partition, units in costs:
            place = (table, index, partition)
            self._left[place] = self._now(place) - units, self._clock.now

    def _now(self, place: tuple[str, str, Any]) -> float:
        left, at = self._left.get(place, (self._most, self._clock.now))
        return min(self._most, left + (self._clock.now - at) * self._rate)
