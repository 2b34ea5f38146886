"""Quantities at eBay: of inventory items by the Inventory API, of all other listings by the Trading API."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import Field, StrictInt

from packhorse.channels.body import parse_answer
from packhorse.channels.ebay.active_listings import active_quantities, quantities_of
from packhorse.channels.ebay.references import ListedItem, listed_item
from packhorse.channels.ebay.trading import Element, TradingAnswer, call_trading, element
from packhorse.channels.protocol import Answer, ChannelStock, Quantity
from packhorse.channels.setting import set_each
from packhorse.domain.batching import batched
from packhorse.domain.errors import CallFailed, Rejected
from packhorse.http.body import ExternalModel
from packhorse.http.calls import call

if TYPE_CHECKING:
    import httpx

SET, GET = "/sell/inventory/v1/bulk_update_price_quantity", "/sell/inventory/v1/bulk_get_inventory_item"
ITEMS_AT_ONCE, REVISED_AT_ONCE = 25, 4
SERVER_ERROR, TOO_MANY = 500, 429
NO_ITEM = frozenset({"17", "21917182"})
"""Codes for an item that the seller does not have, or not any more."""


class TheirError(ExternalModel):
    """Why an item was not set."""

    number: StrictInt = Field(0, validation_alias="errorId")
    message: str = ""


class SetItem(ExternalModel):
    """What became of an item."""

    sku: str
    status: StrictInt = Field(validation_alias="statusCode")
    errors: tuple[TheirError, ...] = ()


class SetItems(ExternalModel):
    """What became of each item."""

    responses: tuple[SetItem, ...]


class ShipTo(ExternalModel):
    """The quantity that is sent to buyers."""

    quantity: StrictInt = 0


class Availability(ExternalModel):
    """The quantities of an item."""

    ship_to: ShipTo = Field(default_factory=ShipTo, validation_alias="shipToLocationAvailability")


class InventoryItem(ExternalModel):
    """An item of the Inventory API."""

    availability: Availability = Field(default_factory=Availability)


class FoundItem(ExternalModel):
    """An item; none for a sku that eBay does not have."""

    sku: str
    item: InventoryItem | None = Field(None, validation_alias="inventoryItem")


class FoundItems(ExternalModel):
    """The items that were requested."""

    responses: tuple[FoundItem, ...]


class EbayStock:
    """The quantities of a seller's listings; made for each invocation."""

    at_once = ITEMS_AT_ONCE

    def __init__(self, http: "httpx.Client", seller: str = "") -> None:
        self.http = http
        self.seller = seller

    def set_quantities(self, wanted: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        """Set quantities, each kind of listing by its own API."""
        items = [each for each in wanted if listed_item(each.reference) is None]
        listings = [each for each in wanted if listed_item(each.reference)]
        yield from set_each(items, ITEMS_AT_ONCE, self._set_items)
        yield from set_each(listings, REVISED_AT_ONCE, self._revise)

    def quantities(self, references: Sequence[str]) -> Mapping[str, int]:
        """Return the quantities of listings that the seller has."""
        skus = [each for each in dict.fromkeys(references) if listed_item(each) is None]
        listings = [each for each in map(listed_item, dict.fromkeys(references)) if each]
        found: dict[str, int] = {}
        for batch in batched(skus, ITEMS_AT_ONCE):
            found |= self._items(batch)
        items = list(dict.fromkeys(each.item for each in listings))
        listed = active_quantities(self.http, self.seller, items)
        for item in items:
            found |= listed[item] if item in listed else self._listing(item)
        return {reference: found[reference] for reference in references if reference in found}

    def stock_behind(self, _: Sequence[str]) -> Mapping[str, ChannelStock]:
        """Return nothing: eBay does not report changes of quantities."""
        return {}

    def fulfilled_by_channel(self, _: Sequence[str]) -> Collection[str]:
        """Return nothing: eBay does not say which listings others ship."""
        return ()

    # ---- the Inventory API

    def _set_items(self, batch: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        requests = [
            {"sku": each.reference, "shipToLocationAvailability": {"quantity": each.quantity}} for each in batch
        ]
        raw = call(self.http, "POST", SET, json={"requests": requests})
        done = {each.sku: each for each in parse_answer(SetItems, raw, f"POST {SET}").responses}
        yield {each.reference: _answer(done.get(each.reference)) for each in batch}

    def _items(self, skus: Sequence[str]) -> dict[str, int]:
        raw = call(self.http, "POST", GET, json={"requests": [{"sku": sku} for sku in skus]})
        found = parse_answer(FoundItems, raw, f"POST {GET}").responses
        return {each.sku: each.item.availability.ship_to.quantity for each in found if each.item}

    # ---- the Trading API

    def _revise(self, batch: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        statuses = [_status(listed_item(each.reference) or ListedItem(""), each.quantity) for each in batch]
        answer = call_trading(self.http, "ReviseInventoryStatus", statuses)
        if answer.faults:
            raise Rejected(f"ReviseInventoryStatus: {answer.reason}")
        yield dict.fromkeys(each.reference for each in batch)

    def _listing(self, item: str) -> dict[str, int]:
        """Return the quantities of a listing and of its variations; nothing of one that the seller does not have."""
        answer = call_trading(self.http, "GetItem", [element("ItemID", item), element("IncludeItemSpecifics", "false")])
        if not _has_item(answer):
            return {}
        found = answer.root.find("Item")
        if found is None:
            raise CallFailed("GetItem: the answer has no item")
        return quantities_of(found)


def _has_item(answer: TradingAnswer) -> bool:
    """Return whether the seller has the item; raises Rejected for any other error."""
    if answer.faults and not {each.code for each in answer.faults} & NO_ITEM:
        raise Rejected(f"GetItem: {answer.reason}")
    return not answer.faults


def _status(listing: ListedItem, quantity: int) -> Element:
    fields = {"ItemID": listing.item, "SKU": listing.sku, "Quantity": str(quantity)}
    return element("InventoryStatus", [element(name, value) for name, value in fields.items() if value])


def _answer(done: SetItem | None) -> Answer:
    """Return what became of an item: eBay may fail at one of those that it took together."""
    if done is None:
        return CallFailed(f"POST {SET}: an item is missing in the answer")
    if done.status < 300:
        return None
    reasons = "; ".join(f"{each.message} ({each.number})" for each in done.errors)[:300]
    if done.status >= SERVER_ERROR or done.status == TOO_MANY:
        return CallFailed(f"POST {SET}: {done.status}", answer=reasons)
    return Rejected(f"POST {SET}: {done.status} {reasons}".rstrip())
