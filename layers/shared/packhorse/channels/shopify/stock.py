"""Quantities at a Shopify store: the "available" quantity of an inventory item at a location, by GraphQL.

A listing's reference is the id of a variant or, where no variant has that id, the sku of one.
"""

import json
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from packhorse.channels.protocol import Answer, ChannelStock, Quantity
from packhorse.channels.setting import set_each
from packhorse.channels.shopify.inventory import (
    READ,
    SET,
    Levels,
    SetResult,
    UserError,
    WasSet,
)
from packhorse.channels.shopify.items import ShopifyItems
from packhorse.channels.shopify.levels import stock_id
from packhorse.channels.shopify.query import query
from packhorse.domain.batching import batched
from packhorse.domain.errors import CallFailed, Rejected, Unavailable
from packhorse.http.body import Model

if TYPE_CHECKING:
    import httpx

SET_SIZE = 100
STALE_TRIES = 4
"""Tries to set quantities of which the store sold some between our read and our call."""
TOO_FAST = "changes faster than it can be set"
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

    def based_on(self, present: int | None) -> "QuantityChange":
        """Return the change of the quantity that the store shows now.

        Where it shows less than it had, it sold units whose order is on its way: these are not offered again.
        """
        return self._replace(quantity=max(0, self.quantity - self.sold_of(present)), instead_of=present)

    def sold_of(self, present: int | None) -> int:
        """Return how many units fewer the store shows now than it had."""
        return max(0, self.instead_of - present) if self.instead_of is not None and present is not None else 0


class ShopifyStock:
    """The stock of one location of a Shopify store (None: its primary one); made for each invocation."""

    at_once = SET_SIZE

    def __init__(
        self, location: str | None, http: "httpx.Client", sleep: Callable[[float], None] | None = None
    ) -> None:
        self.items = ShopifyItems(location, http, sleep)
        self.http = http
        self.sleep = sleep or time.sleep
        self._set_at: dict[str, datetime] = {}
        self._below: set[str] = set()

    def set_quantities(self, wanted: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        """Set quantities; the store takes a whole call or nothing, so the rest of a rejected call is sent again."""
        return set_each(wanted, SET_SIZE, self._set)

    def quantities(self, references: Sequence[str]) -> Mapping[str, int]:
        """Return the quantities, without those that the store does not count.

        Buyers are offered none of what is not stocked at the location.
        """
        items = self.items.found(list(dict.fromkeys(references)))
        named = {reference: item for reference, item in items.items() if isinstance(item, str)}
        found = {reference: item for reference, item in named.items() if self.items.is_tracked(item)}
        levels: dict[str, int] = {}
        for batch in batched(dict.fromkeys(found.values()), SET_SIZE):
            levels |= self._levels(batch)
        return {reference: levels.get(item, 0) for reference, item in found.items()}

    def stock_behind(self, references: Sequence[str]) -> Mapping[str, ChannelStock]:
        """Return the inventory items of references, at this location, and when each was set by the store's clock."""
        location = self.items.location or ""
        return {
            reference: ChannelStock(stock_id(location, item), self._set_at.get(reference), reference in self._below)
            for reference in references
            if (item := self.items.seen(reference))
        }

    def fulfilled_by_channel(self, _: Sequence[str]) -> Collection[str]:
        """Return nothing: a store does not say which listings others ship."""
        return ()

    def _set(self, batch: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        items = self.items.found([each.reference for each in batch])
        answers: dict[str, Answer] = {}
        changes: list[QuantityChange] = []
        for each in batch:
            item = items[each.reference]
            if isinstance(item, Rejected):
                answers[each.reference] = item
            elif not self.items.is_tracked(item):
                answers[each.reference] = Rejected(
                    f"{each.reference}: the store does not count its stock and sells it without limit; switch on"
                    ' "Track quantity" of the variant'
                )
            elif not self.items.is_stocked(item):
                answers[each.reference] = self._not_offered(each)
            else:
                changes.append(QuantityChange(each.reference, item, each.quantity, each.last, each.key))
        yield answers
        yield from map(self._set_until_accepted, waves(changes))

    def _not_offered(self, wanted: Quantity) -> Rejected | None:
        """Refuse to set what is not stocked at the location: the store would keep the quantity and offer none of it."""
        if not wanted.quantity:
            return None
        return Rejected(f"{wanted.reference} is not stocked at the location {self.items.location}: stock it there")

    def _set_until_accepted(self, changes: Sequence[QuantityChange]) -> dict[str, Answer]:
        """Send the changes until each is set or rejected; stale ones are made on the present quantity."""
        answers: dict[str, Answer] = {}
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
                if stale_tries >= STALE_TRIES:
                    answers |= {each: CallFailed(f"the store's own number of {each} {TOO_FAST}") for each in stale}
                    remaining, stale = [change for change in remaining if change.reference not in stale], set()
                remaining = self._from_now(remaining, stale)
        return answers

    def _from_now(self, changes: Sequence[QuantityChange], stale: Iterable[str]) -> list[QuantityChange]:
        """Return the changes, the stale ones made on the quantity that the store shows now."""
        now = self._levels([change.item for change in changes if change.reference in stale]) if stale else {}
        self._below |= {change.reference for change in changes if change.sold_of(now.get(change.item))}
        return [change.based_on(now.get(change.item)) if change.reference in stale else change for change in changes]

    def _send(self, changes: Sequence[QuantityChange], attempt: int) -> SetResult:
        key = str(uuid.uuid5(KEYS, json.dumps([self.items.location, attempt, changes])))
        quantities = [
            {
                "inventoryItemId": change.item,
                "locationId": self.items.location,
                "quantity": change.quantity,
                "changeFromQuantity": change.instead_of,
            }
            for change in changes
        ]
        reference = f"gid://packhorse/StockPush/{key}"
        fixed = {"name": "available", "reason": "correction", "referenceDocumentUri": reference}
        return self._query(WasSet, SET, {"input": {**fixed, "quantities": quantities}, "key": key}).outcome

    def _levels(self, items: Sequence[str]) -> dict[str, int]:
        answer = self._query(Levels, READ, {"items": items, "location": self.items.location})
        levels = {item.id: item.level for item in answer.nodes if item}
        return {item: level.quantities[0].quantity for item, level in levels.items() if level and level.quantities}

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
