"""Our parcels of a WooCommerce order: each is meta data of the order there, so that every message of it lists them.

No other place has a parcel's lines in all stores: a tracking item has none, and a note is text.
"""

from collections.abc import Container, Iterator
from typing import Annotated, Any

from pydantic import Field, StrictInt

from packhorse.channels.decoration import Words, no_value, otherwise
from packhorse.domain.values import Text
from packhorse.http.body import ExternalId, ExternalModel, Moment

PARCEL_KEY = "_packhorse_parcel_"
COMPLETED_KEY = "_packhorse_completed"
"""Meta data of an order that was completed from here, by the parcel that was its last."""


class PartInStore(ExternalModel):
    """A number of units of a line in a parcel."""

    line: ExternalId
    quantity: Annotated[StrictInt, Field(gt=0)]


class ParcelInStore(ExternalModel):
    """The value of the meta data; `way` and `reference` name what the store made of the parcel."""

    carrier: Words | None = None
    tracking: Words | None = None
    way: Text = ""
    reference: ExternalId = ""
    at: Annotated[Moment | None, otherwise(no_value)] = None
    lines: tuple[PartInStore, ...] = ()


class MetaData(ExternalModel):
    """A piece of meta data, of us or of any plugin."""

    id: Annotated[int | None, otherwise(no_value)] = None
    key: Words = ""
    value: Any = None


class OwnParcel(ExternalModel):
    """A parcel of ours: its id, and what the store has of it."""

    id: str
    meta: int | None = None
    stored: ParcelInStore


def own_parcels(found: tuple[MetaData, ...], ours: str, lines: Container[str]) -> Iterator[OwnParcel]:
    """Yield the parcels in the meta data of the order that `ours` begins with, our id of it or of a parcel.

    A plugin that duplicates an order copies its meta data: what names another order counts only where it has `lines` of
    this one, whose ids are unique in a store, as after its channel was made anew under another id. A parcel that was
    changed there so that it is none is left out.
    """
    for each in found:
        if each.key.startswith(PARCEL_KEY) and isinstance(each.value, dict):
            try:
                stored = ParcelInStore.model_validate(each.value)
            except ValueError:
                continue
            name = each.key.removeprefix(PARCEL_KEY)
            if is_of_order(name, ours) or any(part.line in lines for part in stored.lines):
                yield OwnParcel(id=name, meta=each.id, stored=stored)


def is_of_order(parcel: str, ours: str) -> bool:
    """Return whether our id of a parcel begins with the same order as another one, or as our id of an order.

    >>> is_of_order("6f1d-1-1", "6f1d-2-1"), is_of_order("6f1d-1-1", "6f1d"), is_of_order("6f1d-1-1", "77aa")
    (True, True, False)
    """
    return parcel.partition("-")[0] == ours.partition("-")[0]


def meta_of_parcel(parcel: str, stored: ParcelInStore) -> dict[str, object]:
    """Return the meta data to write of a parcel."""
    return {"key": f"{PARCEL_KEY}{parcel}", "value": stored.model_dump(mode="json", exclude_none=True)}
