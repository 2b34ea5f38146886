"""What people with roles leave behind in the books, against what their roles allow.

No code of the product decides: a movement and an entry of a timeline name who made them, and a parcel who shipped it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

OPERATOR, WAREHOUSE, PACKER, READ_ONLY = "operator", "warehouse", "packer", "read_only"
BY_HAND = frozenset({"receive", "adjust", "transfer"})
LABELLED = frozenset({"label_bought", "label_refused", "printed", "reprinted"})
AT_THE_BENCH = frozenset({"shipped", "completed", "rejected", "packed", "reopened", "put_aside", "parted"}) | LABELLED
"""What warehouse users and packers may be named for in the timeline of an order."""
BY = "-by-"
"""Stands in a parcel's tracking number before the name of the person who ships it."""


class Person(NamedTuple):
    """A person with a role; warehouse users and packers work at some warehouses."""

    name: str
    role: str
    warehouses: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """The address, by which the product names the person."""
        return f"{self.name}@example.com"

    @property
    def is_limited(self) -> bool:
        """Whether the person may do something at some warehouses only."""
        return self.role in (WAREHOUSE, PACKER)

    def may_ship_from(self, warehouse: str) -> bool:
        """Return whether the person may ship what is at the warehouse."""
        return self.role == OPERATOR or (self.is_limited and warehouse in self.warehouses)

    def may_count_at(self, warehouse: str) -> bool:
        """Return whether the person may change the stock of the warehouse."""
        return self.role == OPERATOR or (self.role == WAREHOUSE and warehouse in self.warehouses)

    def may_be_named_for(self, what: str) -> bool:
        """Return whether the timeline of an order may name the person for this."""
        return self.role == OPERATOR or (self.is_limited and what in AT_THE_BENCH)


People = Mapping[str, Person]
"""By the name under which the product knows them."""


def faults_of_movement(people: People, who: str, kind: str, warehouse: str) -> Iterator[str]:
    """Yield what is wrong with a change of stock that a person made."""
    person = people.get(who)
    if person and kind in BY_HAND and not person.may_count_at(warehouse):
        yield f"{person.role} {who} of {person.warehouses} changed the stock of {warehouse}"


def faults_of_change(people: People, last: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with an order's change: who shipped from where, and who is named for what."""
    if not people:
        return
    named = {person.name: person for person in people.values()}
    for fulfilment in document.get("fulfilments", ()):
        for parcel in fulfilment.get("parcels", ()):
            _, by, name = str(parcel.get("tracking")).rpartition(BY)
            if by and not named[name].may_ship_from(fulfilment["warehouse"]):
                yield f"{named[name].role} {name} of {named[name].warehouses} shipped from {fulfilment['warehouse']}"
    for entry in document["timeline"][len(last["timeline"]) :]:
        person = people.get(entry["who"])
        if person and not person.may_be_named_for(entry["what"]):
            yield f"{person.role} {entry['who']} is named for: {entry['what']}"
