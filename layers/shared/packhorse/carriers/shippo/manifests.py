"""Manifests of Shippo: https://docs.goshippo.com, version 2018-02-08 of its API.

A manifest is of transactions, which share a carrier account, a sender's address and a day. A transaction does not name
its manifest: the one that it is on is searched among the newest.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from packhorse.carriers.answers import answer_of, ask, download
from packhorse.carriers.shippo.selling import HOSTS, faults_of, transaction, transaction_at
from packhorse.carriers.shippo.shipments import TheirManifest, TheirManifests, TheirOrigin
from packhorse.carriers.tracking import cut
from packhorse.domain.errors import NotFound, Rejected, Unavailable
from packhorse.domain.labels.manifest import Manifested, ManifestForm
from packhorse.domain.labels.purchase import LabelFile

if TYPE_CHECKING:
    import httpx

NEWEST = 100
"""Manifests that are searched: one is looked up minutes or hours after it was requested."""
SEARCHED = 20
"""Parcels of a manifest whose transactions are searched by their rates: each is one of 50 lists a minute."""


class ShippoManifests:
    """The manifests of an account of Shippo."""

    def __init__(self, http: "httpx.Client") -> None:
        self.http = http

    def make_form(self, parcels: Sequence[Manifested]) -> ManifestForm:
        """Create a manifest of transactions; it is refused unless they share carrier account and address.

        Where they are of several days, it is of those that share the first one's.
        """
        sold = self._sold(parcels)
        if not sold:
            raise NotFound(f"no label of shipment {parcels[0].shipment} was bought at Shippo")
        try:
            return self._made(sold)
        except Rejected:
            if len(of_a_day := self._of_first_day(sold)) == len(sold):
                raise
            return self._made(of_a_day)

    def find_form(self, parcels: Sequence[Manifested]) -> ManifestForm | None:
        """Return the newest manifest that a transaction is on, with the tracking numbers of all of them."""
        sold = {each.purchase for each in self._sold(parcels)}
        if not sold:
            return None
        raw = ask(self.http, "GET", "/manifests", faults_of, params={"results": NEWEST})
        for each in answer_of(raw, TheirManifests, "GET /manifests").results:
            if sold.intersection(each.transactions) and each.status != "ERROR":
                return _form(each, {name: transaction(self.http, name).tracking_number for name in each.transactions})
        return None

    def form_file(self, form: ManifestForm) -> LabelFile:
        """Download the document of a manifest."""
        return download(self.http, form.url, HOSTS)

    def _made(self, sold: Sequence[Manifested]) -> ManifestForm:
        origin = self._origin(sold[0])
        account = next((each.carrier_account for each in origin.rates if each.object_id == sold[0].rate), "")
        body = {
            "carrier_account": account,
            "shipment_date": origin.date,
            "address_from": origin.address_from.object_id,
            "transactions": [each.purchase for each in sold],
            "async": False,
        }
        made = answer_of(ask(self.http, "POST", "/manifests", faults_of, json=body), TheirManifest, "POST /manifests")
        return _form(made, {each.purchase: each.tracking for each in sold})

    def _of_first_day(self, sold: Sequence[Manifested]) -> list[Manifested]:
        days = [self._origin(each).date[:10] for each in sold]
        return [each for each, day in zip(sold, days, strict=True) if day == days[0]]

    def _origin(self, parcel: Manifested) -> TheirOrigin:
        path = f"/shipments/{quote(parcel.shipment, safe='')}"
        return answer_of(ask(self.http, "GET", path, faults_of), TheirOrigin, "GET /shipments")

    def _sold(self, parcels: Sequence[Manifested]) -> list[Manifested]:
        """Return the parcels with their transactions; of those without a stored one, which are searched, the first."""
        unknown = [each for each in parcels if not each.purchase][:SEARCHED]
        found = {each.rate: transaction_at(self.http, each.rate) for each in unknown}
        made = {rate: each.object_id for rate, each in found.items() if each}
        named = (each.replace(purchase=each.purchase or made.get(each.rate, "")) for each in parcels)
        return [each for each in named if each.purchase]


def _form(manifest: TheirManifest, tracking: Mapping[str, str]) -> ManifestForm:
    if manifest.status == "ERROR":
        raise Rejected(cut("; ".join(map(str, manifest.errors))) or "Shippo makes no manifest of these parcels")
    if manifest.status != "SUCCESS" or not manifest.documents:
        raise Unavailable(f"the manifest {manifest.object_id} is being made")
    numbers = tuple(tracking[name] for name in manifest.transactions if tracking.get(name))
    return ManifestForm(id=manifest.object_id, tracking=numbers, url=manifest.documents[0])
