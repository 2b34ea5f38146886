"""Quantities at a Shopify store: the "available" quantity of an inventory item at a location, by GraphQL.

A listing's reference is the id of a variant or, where no variant has that id, the sku of one.
"""

import json
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from packhorse.channels.protocol import ChannelStock, Quantity
from packhorse.channels.shopify.inventory import (
    FIND,
    READ,
    SET,
    Found,
    Levels,
    SetResult,
    UserError,
    Variant,
    Variants,
    WasSet,
)
from packhorse.channels.shopify.levels import stock_id
from packhorse.channels.shopify.query import query
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.http.body import Model

if TYPE_CHECKING:
    import httpx

FIND_SIZE = 50
PAGE_SIZE = 100
SET_SIZE = 100
MAX_FIND_PAGES = 10
STALE_TRIES = 4
KEYS = uuid.UUID("4f1d3a52-54b6-5f0e-9a43-7a7d8f0c2b11")

STALE_CODES = frozenset({"CHANGE_FROM_QUANTITY_STALE", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"})
BUSY_CODES = frozenset({"IDEMPOTENCY_CONCURRENT_REQUEST", "SERVICE_UNAVAILABLE"})


class QuantityChange(NamedTuple):
    """A quantity to set: the inventory item of the reference, and the quantity that it replaces (None: any)."""

    reference: str
    item: str
    quantity: int
    instead_of: int | None
    key: str


class ShopifyStock:
    """The stock of one location of a Shopify store (None: its primary one); made for each invocation."""

    at_once = SET_SIZE

    def __init__(
        self, location: str | None, http: "httpx.Client", sleep: Callable[[float], None] | None = None
    ) -> None:
        self.location = location and _gid("Location", location)
        self.http = http
        self.sleep = sleep or time.sleep
        self._items: dict[str, str | Rejected] = {}
        self._set_at: dict[str, datetime] = {}

    def set_quantities(self, wanted: Sequence[Quantity]) -> Mapping[str, Rejected | None]:
        """Set quantities; the store takes a whole call or nothing, so the rest of a rejected call is sent again."""
        answers: dict[str, Rejected | None] = {}
        unique = list({each.reference: each for each in wanted}.values())
        for batch in _batches(unique, SET_SIZE):
            try:
                answers |= self._set(batch)
            except Rejected as error:
                answers |= dict.fromkeys((each.reference for each in batch), error)
        return answers

    def quantities(self, references: Sequence[str]) -> Mapping[str, int]:
        """Return the quantities, without references that are not stocked at the location."""
        items = self._found(list(dict.fromkeys(references)))
        found = {reference: item for reference, item in items.items() if isinstance(item, str)}
        levels: dict[str, int] = {}
        for batch in _batches(list(dict.fromkeys(found.values())), SET_SIZE):
            levels |= self._levels(batch)
        return {reference: levels[item] for reference, item in found.items() if item in levels}

    def stock_behind(self, references: Sequence[str]) -> Mapping[str, ChannelStock]:
        """Return the inventory items of references, at this location, and when each was set by the store's clock."""
        items = {reference: self._items.get(reference) for reference in references}
        return {
            reference: ChannelStock(stock_id(self.location or "", item), self._set_at.get(reference))
            for reference, item in items.items()
            if isinstance(item, str)
        }

    def _set(self, batch: Sequence[Quantity]) -> dict[str, Rejected | None]:
        items = self._found([each.reference for each in batch])
        answers: dict[str, Rejected | None] = {
            reference: item for reference, item in items.items() if isinstance(item, Rejected)
        }
        changes = [
            QuantityChange(each.reference, item, each.quantity, each.last, each.key)
            for each in batch
            if isinstance(item := items[each.reference], str)
        ]
        for wave in waves(changes):
            answers |= self._set_until_accepted(wave)
        return answers

    def _set_until_accepted(self, changes: Sequence[QuantityChange]) -> dict[str, Rejected | None]:
        """Send the changes until each is set or rejected; stale ones are based on the present quantity."""
        answers: dict[str, Rejected | None] = {}
        remaining, stale_tries = list(changes), 0
        while remaining:
            outcome = self._send(remaining, stale_tries)
            refused, stale = split_errors(remaining, outcome.errors)
            answers |= refused
            if not outcome.errors:
                if outcome.group:
                    self._set_at |= dict.fromkeys((change.reference for change in remaining), outcome.group.created_at)
                return answers | dict.fromkeys((change.reference for change in remaining), None)
            remaining = [change for change in remaining if change.reference not in refused]
            if stale:
                stale_tries += 1
                if stale_tries == STALE_TRIES:
                    raise Unavailable(f"the store's own number of {min(stale)} changes faster than it can be set")
                remaining = self._from_now(remaining, stale)
        return answers

    def _from_now(self, changes: Sequence[QuantityChange], stale: Iterable[str]) -> list[QuantityChange]:
        """Return the changes, the stale ones based on the quantity that the store shows now."""
        now = self._levels([change.item for change in changes if change.reference in stale])
        return [
            change._replace(instead_of=now.get(change.item)) if change.reference in stale else change
            for change in changes
        ]

    def _send(self, changes: Sequence[QuantityChange], attempt: int) -> SetResult:
        key = str(uuid.uuid5(KEYS, json.dumps([self.location, attempt, changes])))
        quantities = [
            {
                "inventoryItemId": change.item,
                "locationId": self.location,
                "quantity": change.quantity,
                "changeFromQuantity": change.instead_of,
            }
            for change in changes
        ]
        reference = f"gid://packhorse/StockPush/{key}"
        fixed = {"name": "available", "reason": "correction", "referenceDocumentUri": reference}
        return self._query(WasSet, SET, {"input": {**fixed, "quantities": quantities}, "key": key}).outcome

    def _levels(self, items: Sequence[str]) -> dict[str, int]:
        answer = self._query(Levels, READ, {"items": items, "location": self.location})
        levels = {item.id: item.level for item in answer.nodes if item}
        return {item: level.quantities[0].quantity for item, level in levels.items() if level and level.quantities}

    def _found(self, references: Sequence[str]) -> dict[str, str | Rejected]:
        """Return the inventory item of each reference, or its rejection; each reference is looked up once."""
        for batch in _batches([each for each in references if each not in self._items], FIND_SIZE):
            self._find(batch)
        return {reference: self._items[reference] for reference in references}

    def _find(self, references: Sequence[str]) -> None:
        ids = {reference: gid for reference in references if (gid := _variant_id(reference))}
        skus = [reference for reference in references if not reference.startswith("gid://")]
        search = " OR ".join(f"sku:{_quoted(sku)}" for sku in skus)
        nodes, matches = self._look_up(list(dict.fromkeys(ids.values())), search)
        by_id = {variant.id: variant for variant in nodes}
        for reference in references:
            same = [by_id[ids[reference]]] if ids.get(reference) in by_id else _with_sku(reference, matches)
            self._items[reference] = _item(reference, same)

    def _look_up(self, ids: Sequence[str], search: str) -> tuple[list[Variant], list[Variant]]:
        nodes: list[Variant] = []
        matches: list[Variant] = []
        variables: dict[str, Any] = {"ids": ids, "search": bool(search), "first": PAGE_SIZE, "skus": search}
        for _ in range(MAX_FIND_PAGES):
            answer = self._query(Found, FIND, variables | ({"location": self.location} if self.location else {}))
            if answer.location is None:
                raise Rejected(f"no location {self.location or ''} at this store")
            self.location = answer.location.id
            nodes += [variant for variant in answer.nodes if variant]
            page = answer.by_sku or Variants(nodes=())
            matches += page.nodes
            if not page.page.more:
                break
            variables |= {"ids": [], "after": page.page.end}
        return nodes, matches

    def _query(self, model: type[Model], text: str, variables: Mapping[str, Any]) -> Model:
        return query(self.http, model, text, variables, self.sleep)


def waves(changes: Sequence[QuantityChange]) -> Iterator[list[QuantityChange]]:
    """Yield groups of changes without an item twice, as when it is listed by its id and by its sku."""
    remaining = list(changes)
    while remaining:
        wave = list({change.item: change for change in reversed(remaining)}.values())
        yield wave
        remaining = [change for change in remaining if change not in wave]


def split_errors(
    changes: Sequence[QuantityChange], errors: Iterable[UserError]
) -> tuple[dict[str, Rejected], set[str]]:
    """Return the rejected references, and the stale ones: their quantity at the store is not the confirmed one."""
    refused: dict[str, Rejected] = {}
    stale: set[str] = set()
    for error in errors:
        if error.code in BUSY_CODES:
            raise Unavailable(f"Shopify: {error.code}")
        about = [changes[at].reference for at in error.concerns(len(changes))]
        if error.code in STALE_CODES:
            stale |= set(about)
        else:
            refused |= dict.fromkeys(about, Rejected(f"Shopify: {error.code} {error.message}"[:500]))
    return refused, stale - refused.keys()


def _item(reference: str, variants: Sequence[Variant]) -> str | Rejected:
    items = {variant.item.id for variant in variants if variant.item}
    if len(items) > 1:
        return Rejected(f"{len(items)} variants have the sku {reference}: list one of them by its id")
    return items.pop() if items else Rejected(f"no variant {reference} at this store")


def _with_sku(sku: str, variants: Iterable[Variant]) -> list[Variant]:
    """Return the variants with exactly that sku; a search finds similar ones, too."""
    return [variant for variant in variants if variant.sku == sku]


def _variant_id(reference: str) -> str | None:
    found = re.fullmatch(r"(?:gid://shopify/ProductVariant/)?([0-9]{1,18})", reference)
    return _gid("ProductVariant", found[1]) if found else None


def _gid(kind: str, name: str) -> str:
    return name if name.startswith("gid://") else f"gid://shopify/{kind}/{name}"


def _quoted(text: str) -> str:
    r"""Return the text as a value of Shopify's search language.

    >>> print(_quoted('3" pipe'))
    "3\" pipe"
    """
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _batches(several: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (several[start : start + size] for start in range(0, len(several), size))
