"""Quantities at Amazon: a patch of each listing, which Amazon accepts first and shows some minutes later."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import Field, StrictInt

from packhorse.channels.amazon.errors import is_missing
from packhorse.channels.body import parse_answer
from packhorse.channels.protocol import Answer, ChannelStock, Quantity
from packhorse.channels.setting import set_each
from packhorse.domain.errors import Rejected
from packhorse.http.body import ExternalModel
from packhorse.http.calls import call, require_success, send

if TYPE_CHECKING:
    import httpx

    from packhorse.channels.amazon.seller import Seller

ITEMS = "/listings/2021-08-01/items"
AT_ONCE = 10
MERCHANT = "DEFAULT"
"""The code of what the seller ships; any other is Amazon's own."""
AVAILABILITY = "/attributes/fulfillment_availability"
MERGE = "merge"
"""Sets the fields of the value alone; `replace` would drop the listing's handling time and restock date."""
ACCEPTED = frozenset({"ACCEPTED", "VALID"})


class Issue(ExternalModel):
    """Why a patch is invalid, or what Amazon warns of."""

    code: str = ""
    message: str = ""
    severity: str = ""


class Submission(ExternalModel):
    """What became of a patch: ACCEPTED, or INVALID with its issues."""

    status: str
    issues: tuple[Issue, ...] = ()


class Availability(ExternalModel):
    """The quantity of a fulfilment channel."""

    channel: str = Field("", validation_alias="fulfillmentChannelCode")
    quantity: StrictInt | None = None


def fulfilled_by_amazon(parts: "Sequence[Availability]") -> bool | None:
    """Return whether Amazon ships a listing: it has no quantity of the seller's own; None if it has none at all."""
    return all(each.channel != MERCHANT for each in parts) if parts else None


class Item(ExternalModel):
    """The availability of a listing."""

    sku: str
    parts: tuple[Availability, ...] = Field((), validation_alias="fulfillmentAvailability")


class AmazonStock:
    """The quantities of a seller's listings; made for each invocation."""

    at_once = AT_ONCE

    def __init__(self, seller: "Seller", http: "httpx.Client") -> None:
        self.seller = seller
        self.http = http
        self._by_amazon: set[str] = set()

    def set_quantities(self, wanted: Sequence[Quantity]) -> Iterator[Mapping[str, Answer]]:
        """Set quantities, each by a call of its own."""
        return set_each(wanted, 1, lambda batch: ({each.reference: self._set(each)} for each in batch))

    def quantities(self, references: Sequence[str]) -> Mapping[str, int]:
        """Return the quantities that Amazon shows; one that was set a moment ago shows later."""
        found = {reference: self._shown(reference) for reference in dict.fromkeys(references)}
        return {reference: quantity for reference, quantity in found.items() if quantity is not None}

    def stock_behind(self, _: Sequence[str]) -> Mapping[str, ChannelStock]:
        """Return nothing: Amazon does not report changes of quantities."""
        return {}

    def fulfilled_by_channel(self, references: Sequence[str]) -> Collection[str]:
        """Return the references that Amazon ships, of those whose quantities were read."""
        return self._by_amazon.intersection(references)

    def _set(self, wanted: Quantity) -> Rejected | None:
        value = {"fulfillment_channel_code": MERCHANT, "quantity": wanted.quantity}
        patch = {"op": MERGE, "path": AVAILABILITY, "value": [value]}
        body = {"productType": "PRODUCT", "patches": [patch]}
        path = self._path(wanted.reference)
        raw = call(self.http, "PATCH", path, params={"marketplaceIds": self.seller.marketplace}, json=body)
        done = parse_answer(Submission, raw, f"PATCH {path}")
        if done.status in ACCEPTED:
            return None
        reasons = "; ".join(f"{each.message} ({each.code})" for each in done.issues if each.severity == "ERROR")
        return Rejected(f"Amazon does not take the quantity: {reasons or done.status}"[:400])

    def _shown(self, sku: str) -> int | None:
        path = self._path(sku)
        given = {"marketplaceIds": self.seller.marketplace, "includedData": "fulfillmentAvailability"}
        response = send(self.http, "GET", path, params=given)
        if is_missing(response):
            return None
        item = parse_answer(Item, require_success(response).content, f"GET {path}")
        if fulfilled_by_amazon(item.parts):
            self._by_amazon.add(sku)
        return next((each.quantity or 0 for each in item.parts if each.channel == MERCHANT), None)

    def _path(self, sku: str) -> str:
        return f"{ITEMS}/{self.seller.id}/{quote(sku, safe='')}"
