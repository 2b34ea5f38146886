"""Connect to a carrier account: a signed-in client with its credentials, given to the host they are for only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from packhorse.aws import secrets
from packhorse.carriers import CARRIERS
from packhorse.carriers.http import connect
from packhorse.carriers.protocol import CarrierKeys, Forms, Selling
from packhorse.domain.configuration.carrier import CarrierAccount
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.web_address import origin_of
from packhorse.domain.errors import CredentialsRefused, NotNow, Rejected
from packhorse.domain.labels.label import Label


@contextmanager
def connect_carrier(account: CarrierAccount, remaining: Callable[[], float]) -> Iterator[Selling]:
    """Yield the seller of an account's labels; raises Rejected if it sells none, CredentialsRefused without a token."""
    adapter = CARRIERS[account.kind]
    if adapter.sell is None:
        raise Rejected(f"carrier account {account.id} sells no labels: it is {account.kind}")
    token = _token(account, origin_of(account.base_url or adapter.base_url))
    with connect(account, CarrierKeys(token), remaining) as http:
        yield adapter.sell(account, http)


@contextmanager
def connect_forms(account: CarrierAccount, remaining: Callable[[], float]) -> Iterator[Forms]:
    """Yield what makes the forms of an account's manifests; raises Rejected if its protocol has none."""
    adapter = CARRIERS[account.kind]
    if adapter.forms is None:
        raise without_forms(account)
    token = _token(account, origin_of(account.base_url or adapter.base_url))
    with connect(account, CarrierKeys(token), remaining) as http:
        yield adapter.forms(http)


def makes_forms(account: CarrierAccount) -> bool:
    """Return whether the forms of an account's manifests are made here."""
    return CARRIERS[account.kind].forms is not None


def without_forms(account: CarrierAccount) -> Rejected:
    """Return why no manifest of an account is made."""
    return Rejected(f"manifests of {account.kind} are not made here: make them at the carrier")


def _token(account: CarrierAccount, origin: str) -> str:
    found = secrets.get_credentials(account.id, of=secrets.CARRIERS)
    if not found.token or found.origin != origin:
        found = secrets.get_credentials(account.id, max_age=0, of=secrets.CARRIERS)
    if not found.token:
        raise CredentialsRefused(f"carrier account {account.id} has no token: give it one")
    if found.origin != origin:
        raise CredentialsRefused(f"the stored token is for {found.origin}; give {account.id} that of {origin}")
    return found.token


def account_of(label: Label, config: Configuration) -> CarrierAccount:
    """Return the account that a label is bought from; raises NotNow if it was removed."""
    found = config.carriers.get(label.account)
    if found is None:
        raise NotNow(f"carrier account {label.account} was removed: set it up again to go on with its labels")
    return found
