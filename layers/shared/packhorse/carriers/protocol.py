"""Protocols of what a kind of carrier account can do, and their values."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from packhorse.domain.configuration.carrier import CarrierAccount
from packhorse.domain.labels.consignment import Consignment
from packhorse.domain.labels.manifest import Manifested, ManifestForm
from packhorse.domain.labels.purchase import LabelFile, Purchase, RatedShipment, Refund, RefundReport, Sale
from packhorse.domain.labels.tracking import TrackingEvent

if TYPE_CHECKING:
    import httpx


class Selling(Protocol):
    """A carrier account that sells labels.

    Each call raises Rejected if the carrier refuses, CredentialsRefused if it refuses our credentials, Unavailable if
    it is busy or does not answer: the outcome is unknown then.
    """

    def rates(self, consignment: Consignment) -> RatedShipment:
        """Store the consignment with the carrier and return its rates. Costs nothing, and may be repeated."""
        ...

    def buy(self, sale: Sale) -> Purchase:
        """Buy a label. Never repeat it after a lost answer without `lookup`."""
        ...

    def lookup(self, sale: Sale) -> Purchase | None:
        """Return the label that was bought, None if none was; Unavailable while the carrier is still selling it."""
        ...

    def label(self, sale: Sale) -> LabelFile:
        """Return the file of a bought label, in another format than the wanted one where the carrier has only that."""
        ...

    def void(self, sale: Sale) -> Refund:
        """Request the refund of a label; a repeated request returns how far the first one is.

        REJECTED: the carrier does not take the label back, since its parcel is on its way, or it is too old.
        """
        ...

    def refund(self, sale: Sale) -> Refund | None:
        """Return how far the refund of a label is, None if none was requested."""
        ...


class Forms(Protocol):
    """A carrier account that makes the forms of manifests; its calls raise what those of `Selling` do."""

    def make_form(self, parcels: Sequence[Manifested]) -> ManifestForm:
        """Make a form of parcels, or of a part of them. Never repeat it after a lost answer without `find_form`."""
        ...

    def find_form(self, parcels: Sequence[Manifested]) -> ManifestForm | None:
        """Return the form that one of the parcels is on, None if none of them is on any."""
        ...

    def form_file(self, form: ManifestForm) -> LabelFile:
        """Return the document of a form."""
        ...


class CarrierKeys(NamedTuple):
    """The credentials of a carrier account's API."""

    token: str


CarrierReport = TrackingEvent | RefundReport
"""What a webhook reports: where a parcel is, or what was decided about the money of its label."""


class CarrierAdapter(NamedTuple):
    """All that a kind of carrier account can do; None: it cannot.

    `sell` is made with the account and a signed-in client. `sign_in` puts credentials into a new client, which has the
    account's base url, or `base_url`. `verify` returns whether one of the secrets signed these bytes, and never raises;
    `read` returns what a webhook reports of a parcel or its label, empty for one about anything else, and raises
    Rejected for one that is unreadable. `forms` is made with a signed-in client. `refunds_within` is how long a carrier
    usually takes to decide about a refund. `test_prefix` is how a token begins whose labels no carrier takes.
    """

    base_url: str = ""
    sell: "Callable[[CarrierAccount, httpx.Client], Selling] | None" = None
    sign_in: "Callable[[httpx.Client, CarrierKeys], None] | None" = None
    verify: Callable[[Mapping[str, str], bytes, Sequence[str]], bool] | None = None
    read: Callable[[Mapping[str, str], bytes], Sequence[CarrierReport]] | None = None
    forms: "Callable[[httpx.Client], Forms] | None" = None
    refunds_within: timedelta = timedelta(days=30)
    test_prefix: str = ""
