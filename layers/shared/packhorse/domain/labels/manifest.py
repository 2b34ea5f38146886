"""Manifests: the parcels that a carrier collects at a warehouse on a day, as one document that it scans."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.values import Identifier, Instant, Text, Value

MAX_PARCELS = 100
"""Parcels of a manifest; what is more goes on the next one."""


class ManifestForm(Value):
    """A form as the carrier made it; `tracking` are the parcels on it, `url` is its document."""

    id: str
    tracking: tuple[str, ...] = ()
    url: str


class ManifestState(StrEnum):
    """How far a manifest is; MAKING is stored before the carrier is called, whose answer may be lost."""

    MAKING = "making"
    MADE = "made"
    REFUSED = "refused"


class Manifested(FulfilmentRef):
    """A label on a manifest, with what its carrier knows it by: shipment, rate and purchase."""

    label: str
    shipment: str
    rate: str = ""
    purchase: str = ""
    tracking: Text


class Manifest(Value):
    """A manifest of labels of one account and carrier, bought on a day of the warehouse.

    `form` is the carrier's id of it, `file` the key of its document, `problem` why it was refused. `attempted_at` is
    when the carrier was last to be called.
    """

    id: str
    account: Identifier
    carrier: Text
    warehouse: Identifier
    day: date
    who: Text
    created_at: Instant
    attempted_at: Instant
    state: ManifestState = ManifestState.MAKING
    parcels: tuple[Manifested, ...]
    form: str | None = None
    file: str | None = None
    problem: Text = ""


def on_form(parcels: Iterable[Manifested], form: ManifestForm) -> tuple[Manifested, ...]:
    """Return the parcels that the carrier put on its form: all of them where it does not say, or has no numbers."""
    return tuple(each for each in parcels if not (form.tracking and each.tracking) or each.tracking in form.tracking)
