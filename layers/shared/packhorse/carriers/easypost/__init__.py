"""EasyPost: labels of many carriers by one API, tracking by signed webhooks."""

from base64 import b64encode
from typing import TYPE_CHECKING

from packhorse.carriers.easypost.webhooks import read, verify
from packhorse.carriers.protocol import CarrierAdapter, CarrierKeys, Forms, Selling

if TYPE_CHECKING:
    import httpx

    from packhorse.domain.configuration.carrier import CarrierAccount


def sign_in(http: "httpx.Client", keys: CarrierKeys) -> None:
    """Set the API key as the user of Basic authorization, whose password is empty."""
    http.headers["Authorization"] = f"Basic {b64encode(f'{keys.token}:'.encode()).decode()}"


def sell(_: "CarrierAccount", http: "httpx.Client") -> Selling:
    """Return what sells the labels of an account."""
    from packhorse.carriers.easypost.selling import EasyPost  # not above: it imports httpx

    return EasyPost(http)


def forms(http: "httpx.Client") -> Forms:
    """Return what makes the forms of an account."""
    from packhorse.carriers.easypost.selling import EasyPost  # not above: it imports httpx

    return EasyPost(http)


EASYPOST = CarrierAdapter(
    base_url="https://api.easypost.com",
    sell=sell,
    sign_in=sign_in,
    verify=verify,
    read=read,
    forms=forms,
    test_prefix="EZTK",
)
