"""Numbered documents in the Work table: purchase orders, transfer orders, work orders.

question                          | pk                | sk       | index
a document                        | KIND#id           | KIND     | -
the number of the last one        | KINDS             | LAST     | -
which one a request made          | KIND_REQUEST#id   | REQUEST  | -
those that are not over, by state | KINDS#OPEN        | id       | -
documents, newest first           | kind = KIND       | at       | by_kind

A change is one transaction: the document under the version it was read at, what is on its way to shelves, and all its
effects. Those that are not over have their state beside their id, so that they are counted by it without being read.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import TypeAdapter

from packhorse.aws.settings import settings
from packhorse.domain.errors import NotFound
from packhorse.domain.numbered import Effects, Numbered, check_sums
from packhorse.domain.schema import Reader
from packhorse.domain.stock.costing import check_averages
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import iso
from packhorse.store import exceptions, expressions
from packhorse.store.commit import commit_movements
from packhorse.store.expressions import Attributes, Expression, Request, equals, less, missing, one_of
from packhorse.store.reading import batch_get, get_item, pages, whole_pages

D = TypeVar("D", bound=Numbered)
Write = dict[str, Any]
FIRST = 1001
KEPT = timedelta(days=30)
"""How long it is stored which document a request made."""
MAX_READ, MAX_PAGES = 500, 5
MAX_COUNTED = 1000
"""Documents that are not over, of 80 bytes each, that a list counts by state; of more it says no counts."""


class ListLimits(NamedTuple):
    """What a list of documents is limited to: attributes that they are listed by, and states; None is no limit."""

    attributes: Attributes
    states: Collection[str] | None = None

    @property
    def condition(self) -> Expression | None:
        """The condition on the attributes beside the key, None without any."""
        wanted = [equals(name, value) for name, value in self.attributes.items()]
        if self.states is not None:
            wanted.append(one_of("state", *sorted(self.states)))
        return expressions.all_of(wanted)

    def allow(self, listed: Attributes) -> bool:
        """Return whether a document with these attributes is in the list."""
        has_state = self.states is None or listed["state"] in self.states
        return has_state and self.attributes.items() <= listed.items()


class Beside(Generic[D]):
    """What a kind of documents stores beside each: nothing, unless a method says otherwise.

    `before` is the document as it was, None for a new one.
    """

    def before(self, before: D | None, after: D, at: datetime) -> None:
        """Write what has to be there before the document says so, and is harmless if it never does."""

    def together(self, before: D | None, after: D, at: datetime) -> Iterator[Write]:  # noqa: ARG002 -- for other kinds
        """Yield writes that are made in the transaction of the document."""
        yield from ()

    def check(self, document: D, body: bytes) -> None:
        """Raise Rejected if the document is too large, as it is stored."""


class Saving(NamedTuple, Generic[D]):
    """A document as it was, None for a new one, and as it is to be, with the effects of the change."""

    before: D | None
    after: D
    effects: Effects = Effects()

    @property
    def stored(self) -> D:
        """The document under its next version."""
        return self.after.replace(version=self.before.version + 1 if self.before else 1)


class Register(Generic[D]):
    """The documents of a kind; `title` is what people call one, `listed` the attributes that lists are limited by."""

    def __init__(
        self,
        model: type[D],
        *,
        kind: str,
        prefix: str,
        title: str,
        listed: Callable[[D], Attributes],
        is_over: Callable[[D], bool],
        beside: Beside[D] | None = None,
    ) -> None:
        self._reader: Reader[D] = Reader(TypeAdapter(model))
        self.kind, self.prefix, self.title = kind, prefix, title
        self.listed, self._is_over = listed, is_over
        self._beside = beside or Beside[D]()

    def get(self, name: str) -> D:
        """Return a document; raises NotFound."""
        found = get_item(settings.work_table, self._key(name))
        if found is None:
            raise NotFound(f"there is no {self.title} {name}")
        return self._read(found)

    def find(self, names: Iterable[str]) -> dict[str, D]:
        """Return those documents that exist, by id."""
        items = batch_get(settings.work_table, (self._key(name) for name in dict.fromkeys(names)))
        return {each.id: each for each in map(self._read, items)}

    def may_name(self, name: str) -> bool:
        """Return whether a document could have that id."""
        return name.startswith(f"{self.prefix}-")

    def made_by(self, request: str) -> str | None:
        """Return the id of the document that a request made, None if it made none."""
        key = expressions.key(f"{self.kind}_REQUEST#{request}", "REQUEST")
        found = get_item(settings.work_table, key)
        return found["made"]["S"] if found else None

    def next_number(self) -> int:
        """Return the number that the next document gets, if no other is made first."""
        key = expressions.key(f"{self.kind}S", "LAST")
        found = get_item(settings.work_table, key)
        return int(found["last"]["N"]) + 1 if found else FIRST

    def id_of(self, number: int) -> str:
        """Return the id of the document of that number."""
        return f"{self.prefix}-{number}"

    def create(self, document: D, number: int, request: str, at: datetime, beside: Sequence[Write] = ()) -> D:
        """Store a new document under the next number, for a request, and make the writes `beside`, all or none.

        What is incoming by it is so at once. Raises Conflict if another has the number.
        """
        made: Attributes = {
            "pk": f"{self.kind}_REQUEST#{request}",
            "sk": "REQUEST",
            "made": document.id,
            "expiration": int((at + KEPT).timestamp()),
        }
        return self._write([Saving(None, document)], number, [_put(made, missing("pk")), *beside], at)[0]

    def save(self, before: D, after: D, effects: Effects, at: datetime, beside: Sequence[Write] = ()) -> D:
        """Store a changed document with all that changes by it and the writes `beside`; return it. Raises Conflict."""
        return self._write([Saving(before, after, effects)], 0, beside, at)[0]

    def save_together(self, savings: Sequence["Saving[D]"], number: int, at: datetime) -> list[D]:
        """Store documents with all that changes by them, all or none; return them. Raises Conflict.

        The new ones of them have the numbers from `number` on.
        """
        return self._write(savings, number, [], at)

    def _write(self, savings: Sequence["Saving[D]"], number: int, beside: Sequence[Write], at: datetime) -> list[D]:
        stored = [each.stored for each in savings]
        costs = {shelf: cost for each in savings for shelf, cost in each.effects.costs.items()}
        check_averages(costs)
        writes = [*beside, *self._number_writes(number, sum(each.before is None for each in savings))]
        for each, after in zip(savings, stored, strict=True):
            writes += self._document_writes(each, after, at)
            self._beside.before(each.before, after, at)
        commit_movements(
            [movement for each in savings for movement in each.effects.movements],
            beside=writes,
            incoming=_change_of(savings, lambda each: each.incoming),
            costs=costs,
            in_transit=_change_of(savings, lambda each: each.in_transit),
            reserved={shelf: kept for each in savings for shelf, kept in each.effects.reserved.items()},
        )
        return stored

    def _number_writes(self, number: int, new: int) -> Iterator[Write]:
        if new:
            is_next = missing("pk") if number == FIRST else equals("last", number - 1)
            yield _put({"pk": f"{self.kind}S", "sk": "LAST", "last": number + new - 1}, is_next)

    def _document_writes(self, saving: "Saving[D]", stored: D, at: datetime) -> Iterator[Write]:
        before, effects = saving.before, saving.effects
        yield _put(self.values_of(stored), equals("version", before.version) if before else missing("pk"))
        yield from self._open_writes(before, stored)
        yield from (exceptions.opening_write(each, at) for each in effects.opened)
        yield from (exceptions.resolving_write(each, at) for each in effects.ended)
        yield from self._beside.together(before, stored, at)

    def _open_writes(self, before: D | None, stored: D) -> Iterator[Write]:
        """Yield the write that lists a document among those that are not over, under its state, or takes it off."""
        was = None if before is None or self._is_over(before) else self.listed(before)["state"]
        now = None if self._is_over(stored) else self.listed(stored)["state"]
        if now is not None and now != was:
            place: Attributes = {"pk": self._open, "sk": stored.id, "state": now}
            yield _put(place, missing("pk") if was is None else None)
        elif now is None and was is not None:
            yield {"Delete": expressions.delete(settings.work_table, expressions.key(self._open, stored.id))}

    def open_counts(self) -> "Counter[str] | None":
        """Return how many of those that are not over are in each state; None of more than MAX_COUNTED.

        Their places are read, eventually consistent, and only documents whose place older code made without a state.
        """
        query = expressions.query(settings.work_table, equals("pk", self._open), Limit=MAX_COUNTED)
        page = next(whole_pages("query", **query))
        if "LastEvaluatedKey" in page:
            return None
        states = [item["state"]["S"] for item in page["Items"] if "state" in item]
        stateless = (self._key(item["sk"]["S"]) for item in page["Items"] if "state" not in item)
        read = batch_get(settings.work_table, stateless, ConsistentRead=False)
        return Counter([*states, *(item["state"]["S"] for item in read)])

    def newest(
        self, only: Expression | None, before: str | None, limit: int, words: Collection[str] = ()
    ) -> tuple[list[D], str | None]:
        """Return a page of documents that all words are found in, newest first, and the cursor of the next page.

        A read ends after MAX_PAGES: a page of what is rare may be short, or empty, and have a next one.
        """
        keys = equals("kind", self.kind) & less("at", before) if before else equals("kind", self.kind)
        query = expressions.query(settings.work_table, keys, index="by_kind", only=only, ScanIndexForward=False)
        found: list[tuple[D, str]] = []
        query |= {"Limit": MAX_READ if only or words else limit + 1}
        for page in islice(whole_pages("query", **query), MAX_PAGES):
            for item in page["Items"]:
                if (document := self._read(item)).is_found_by(words):
                    found.append((document, item["at"]["S"]))
                if len(found) > limit:
                    return [each for each, _ in found[:limit]], found[limit - 1][1]
        last = page.get("LastEvaluatedKey")
        return [each for each, _ in found], last["at"]["S"] if last else None

    def unfinished(self) -> Iterator[D]:
        """Yield the documents that are not over, new ones too, strongly consistent."""
        query = expressions.query(settings.work_table, equals("pk", self._open), ConsistentRead=True)
        keys = (self._key(item["sk"]["S"]) for item in pages("query", **query))
        yield from map(self._read, batch_get(settings.work_table, keys))

    def values_of(self, document: D) -> Attributes:
        """Return the item of a document; raises Rejected for one that is too large, or could not be read or shown."""
        body = zlib.compress(self._reader.written(document, exclude_defaults=True).encode())
        check_sums(document)
        self._beside.check(document, body)
        return {
            "pk": f"{self.kind}#{document.id}",
            "sk": self.kind,
            "kind": self.kind,
            "at": place_in_list(document),
            **self.listed(document),
            "version": document.version,
            "body": body,
        }

    def _read(self, item: Mapping[str, Any]) -> D:
        return self._reader.read(zlib.decompress(bytes(item["body"]["B"])))

    @property
    def _open(self) -> str:
        return f"{self.kind}S#OPEN"

    def _key(self, name: str) -> Request:
        return expressions.key(f"{self.kind}#{name}", self.kind)


def place_in_list(document: Numbered) -> str:
    """Return the sort key of a document among those of its kind, by age."""
    return f"{iso(document.created_at)}#{document.id}"


def _change_of(savings: Iterable[Saving[D]], of: Callable[[D], Goods]) -> Goods:
    changed = Goods()
    for each in savings:
        changed.update(of(each.after))
        changed.subtract(of(each.before) if each.before else Goods())
    return changed


def _put(values: Attributes, condition: Expression | None) -> Write:
    return {"Put": expressions.put(settings.work_table, values, condition)}
