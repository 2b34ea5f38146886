"""Shippo: labels of many carriers by one API, tracking by webhooks."""

from typing import TYPE_CHECKING

from packhorse.carriers.protocol import CarrierAdapter, CarrierKeys, Forms, Selling
from packhorse.carriers.shippo.webhooks import read, verify

if TYPE_CHECKING:
    import httpx

    from packhorse.domain.configuration.carrier import CarrierAccount

API_VERSION = "2018-02-08"


def sign_in(http: "httpx.Client", keys: CarrierKeys) -> None:
    """Set the token, in Shippo's own way of writing it, and the version of the API."""
    http.headers["Authorization"] = f"ShippoToken {keys.token}"
    http.headers["Shippo-API-Version"] = API_VERSION


def sell(_: "CarrierAccount", http: "httpx.Client") -> Selling:
    """Return what sells the labels of an account."""
    from packhorse.carriers.shippo.selling import Shippo  # not above: it imports httpx

    return Shippo(http)


def forms(http: "httpx.Client") -> Forms:
    """Return what makes the manifests of an account."""
    from packhorse.carriers.shippo.manifests import ShippoManifests  # not above: it imports httpx

    return ShippoManifests(http)


SHIPPO = CarrierAdapter(
    base_url="https://api.goshippo.com",
    sell=sell,
    sign_in=sign_in,
    verify=verify,
    read=read,
    forms=forms,
    test_prefix="shippo_test_",
)
