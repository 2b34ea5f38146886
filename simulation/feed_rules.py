"""The rules of stock feeds: no number of one counts for more than it says, nor after it is over.

No code of the product computes the expected result: it is read from the files as they were written, and from documents.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from simulation.aws.dynamodb.streams import Record
from simulation.order_documents import Document, Place

FED = "feed"
HELD, DISCARDED = "held", "discarded"


class Feed(NamedTuple):
    """A feed as it was written: units by sku, and those of orders that the supplier had by then, None if unknown."""

    units: Mapping[str, int]
    had: Mapping[str, int] | None


class After(NamedTuple):
    """A shelf after a movement."""

    on_hand: int
    committed: int
    quarantined: int


@dataclass
class FeedBooks:
    """The feeds of a supplier in the order in which it wrote them, by the name of their file, and what became of them.

    `is_available`: their numbers are what can still be sold, else what lies there; `is_whole`: what one does not name
    is not there.
    """

    is_available: bool
    is_whole: bool
    written: dict[str, Feed] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    _names: dict[str, str] = field(default_factory=dict)
    _states: dict[str, str] = field(default_factory=dict)
    _accepted: set[str] = field(default_factory=set)
    _applied: set[str] = field(default_factory=set)
    _wrong: list[str] = field(default_factory=list)

    def number(self, name: str, sku: str) -> int | None:
        """Return the units of a sku by a feed, None if it says nothing of it."""
        return self.written[name].units.get(sku, 0 if self.is_whole else None)

    def read(self, record: Record) -> None:
        """Read a change of the Work table: files, decisions about them, and how far feeds are."""
        what, _, file = str(record.key[1]).partition("#")
        if not str(record.key[0]).startswith("SUPPLIER#") or not record.new:
            return
        if what == "RECEIVED":
            found = json.loads(record.new["body"]["S"])
            self._names[file], self._states[found["name"]] = found["name"], found.get("state", "read")
        elif what == "DECIDED" and json.loads(record.new["body"]["S"])["accepted"]:
            self._accepted.add(file)
        elif what == "FEED":
            self._read_state(json.loads(record.new["body"]["S"]))

    def _read_state(self, state: Document) -> None:
        waiting = [*state.get("held_before", ()), *([state["held"]] if "held" in state else ())]
        self.held = tuple(each["name"] for each in waiting)
        if "last" in state and state["last"]["name"] not in self.held:
            self._applied.add(state["last"]["name"])

    def read_movement(self, movement: Mapping[str, str], place: Place, after: After) -> None:
        """Read a movement of the ledger."""
        if movement["kind"] == FED:
            self._wrong += self._faults_of(movement["reference"], place[0], after)

    def _faults_of(self, name: str, sku: str, after: After) -> Iterator[str]:
        """Yield what is wrong with what a feed makes of a shelf."""
        number = self.number(name, sku)
        if number is None:
            yield f"{name} changes {sku}, which it does not name"
        elif after.on_hand > (most := self._most(name, number, sku, after)):
            yield f"{name} says {number} {sku}, and {after} is on the shelf: at most {most}"
        names = [*self.written]
        later = names[names.index(name) + 1 :]
        for each in later:
            if each in self._applied and self.number(each, sku) is not None:
                yield f"{name} sets {sku} after {each}, which is newer"
        if self._states.get(name) == DISCARDED:
            yield f"{name} was discarded, and sets {sku}"
        accepted = {self._names[file] for file in self._accepted}
        if self._states.get(name) == HELD and accepted.isdisjoint((name, *later)):
            yield f"{name} is held, and sets {sku}"

    def _most(self, name: str, number: int, sku: str, after: After) -> int:
        """Return the most units that a feed can make of a shelf: orders and quarantine keep what they have."""
        kept = after.committed + after.quarantined
        if not self.is_available:
            return max(number, kept)
        had = self.written[name].had
        return max(number + after.quarantined + (after.committed if had is None else had.get(sku, 0)), kept)

    def new_faults(self) -> Iterator[str]:
        """Yield what is wrong since the last check."""
        wrong, self._wrong = self._wrong, []
        yield from wrong


def expected_on_hand(feeds: FeedBooks, number: int, known: int, shelf: Mapping[str, int]) -> int:
    """Return what a number makes of a shelf, with so many units of orders that the supplier has."""
    needed = shelf["committed"] + shelf["quarantined"]
    if feeds.is_available:
        number += min(known, shelf["committed"]) + shelf["quarantined"]
    return max(number, needed)
