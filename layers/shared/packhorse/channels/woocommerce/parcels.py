"""Our parcels of a WooCommerce order: each is meta data of the order there, so that every message of it lists them.

No other place has a parcel's lines in all stores: a tracking item has none, and a note is text.
"""

from collections.abc import Iterator
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


def own_parcels(found: tuple[MetaData, ...]) -> Iterator[OwnParcel]:
    """Yield the parcels in an order's meta data; one that was changed there so that it is none is left out."""
    for each in found:
        if each.key.startswith(PARCEL_KEY) and isinstance(each.value, dict):
            try:
                stored = ParcelInStore.model_validate(each.value)
            except ValueError:
                continue
            yield OwnParcel(id=each.key.removeprefix(PARCEL_KEY), meta=each.id, stored=stored)


def meta_of_parcel(parcel: str, stored: ParcelInStore) -> dict[str, object]:
    """Return the meta data to write of a parcel."""
    return {"key": f"{PARCEL_KEY}{parcel}", "value": stored.model_dump(mode="json", exclude_none=True)}
