"""Manifests of Shippo: https://docs.goshippo.com, version 2018-02-08 of its API.

A manifest is of transactions, which share a carrier account, a sender's address and a day. A transaction does not name
its manifest: the one that it is on is searched among the newest.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from packhorse.carriers.answers import answer_of, ask, download
from packhorse.carriers.shippo.selling import HOSTS, faults_of, transaction_at
from packhorse.carriers.shippo.shipments import TheirManifest, TheirManifests, TheirOrigin, TheirTransaction
from packhorse.carriers.tracking import cut
from packhorse.domain.errors import NotFound, Rejected, Unavailable
from packhorse.domain.labels.manifest import Manifested, ManifestForm
from packhorse.domain.labels.purchase import LabelFile

if TYPE_CHECKING:
    import httpx

NEWEST = 100
"""Manifests that are searched: one is looked up minutes or hours after it was requested."""


class ShippoManifests:
    """The manifests of an account of Shippo."""

    def __init__(self, http: "httpx.Client") -> None:
        self.http = http

    def make_form(self, parcels: Sequence[Manifested]) -> ManifestForm:
        """Create a manifest of transactions; it is refused unless they share carrier account, address and day."""
        sold = [self._sold(each) for each in parcels]
        path = f"/shipments/{quote(parcels[0].shipment, safe='')}"
        origin = answer_of(ask(self.http, "GET", path, faults_of), TheirOrigin, "GET /shipments")
        account = next((each.carrier_account for each in origin.rates if each.object_id == parcels[0].rate), "")
        body = {
            "carrier_account": account,
            "shipment_date": origin.shipment_date or origin.object_created,
            "address_from": origin.address_from.object_id,
            "transactions": [each.object_id for each in sold],
            "async": False,
        }
        made = answer_of(ask(self.http, "POST", "/manifests", faults_of, json=body), TheirManifest, "POST /manifests")
        return _form(made, {each.object_id: each.tracking_number for each in sold})

    def find_form(self, parcel: Manifested) -> ManifestForm | None:
        """Return the newest manifest that the parcel's transaction is on, with the tracking numbers of all of them."""
        sold = transaction_at(self.http, parcel.rate)
        if sold is None:
            return None
        raw = ask(self.http, "GET", "/manifests", faults_of, params={"results": NEWEST})
        for each in answer_of(raw, TheirManifests, "GET /manifests").results:
            if sold.object_id in each.transactions and each.status != "ERROR":
                return _form(each, {name: self._tracking(name) for name in each.transactions})
        return None

    def form_file(self, form: ManifestForm) -> LabelFile:
        """Download the document of a manifest."""
        return download(self.http, form.url, HOSTS)

    def _sold(self, parcel: Manifested) -> TheirTransaction:
        found = transaction_at(self.http, parcel.rate)
        if found is None:
            raise NotFound(f"no label of shipment {parcel.shipment} was bought at Shippo")
        return found

    def _tracking(self, transaction: str) -> str:
        path = f"/transactions/{quote(transaction, safe='')}"
        return answer_of(ask(self.http, "GET", path, faults_of), TheirTransaction, "GET /transactions").tracking_number


def _form(manifest: TheirManifest, tracking: Mapping[str, str]) -> ManifestForm:
    if manifest.status == "ERROR":
        raise Rejected(cut("; ".join(map(str, manifest.errors))) or "Shippo makes no manifest of these parcels")
    if manifest.status != "SUCCESS" or not manifest.documents:
        raise Unavailable(f"the manifest {manifest.object_id} is being made")
    numbers = tuple(tracking[name] for name in manifest.transactions if tracking.get(name))
    return ManifestForm(id=manifest.object_id, tracking=numbers, url=manifest.documents[0])
