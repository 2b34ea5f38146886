"""Save or remove a carrier account: its settings and its credentials."""

from collections.abc import Iterator
from typing import NamedTuple

from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.carriers import CARRIERS
from packhorse.domain.configuration.carrier import CarrierAccount
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.web_address import address_error, origin_of
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.usecases import reconfigure
from packhorse.usecases.forget_removed import OF_CARRIER, forget
from packhorse.usecases.merge_credentials import NewCredentials, merge_credentials
from packhorse.usecases.newest_secrets import save_secrets_mark


class SavedCarrier(NamedTuple):
    """The configuration with the carrier account, and what in it a person should read."""

    config: Configuration
    warnings: tuple[str, ...]


def save_carrier(new: CarrierAccount, sent: NewCredentials | None, who: str) -> SavedCarrier:
    """Save a carrier account in the name of `who`; credentials that are not sent stay."""
    wrong = address_error(new.base_url, settings.local_addresses == "allowed") if new.base_url else None
    if wrong:
        raise Rejected("the account's address cannot be used", [FieldError("base_url", wrong)])
    origin = origin_of(new.base_url or CARRIERS[new.kind].base_url)
    stored = secrets.get_credentials(new.id, max_age=0, of=secrets.CARRIERS)
    credentials = merge_credentials(stored, sent, origin, moved=stored.origin not in ("", origin))
    config = reconfigure.save(lambda before: before.with_carrier(new), who)
    if credentials != stored and credentials != secrets.Credentials(origin=origin):
        secrets.save_credentials(new.id, credentials, of=secrets.CARRIERS)
    if sent:
        save_secrets_mark(new.id, credentials, of=secrets.CARRIERS)
    return SavedCarrier(config, tuple(_warnings(new, credentials)))


def _warnings(account: CarrierAccount, credentials: secrets.Credentials) -> Iterator[str]:
    adapter = CARRIERS[account.kind]
    if adapter.sell and not credentials.token:
        yield f"carrier account {account.id}: without a token no label can be bought"
    if adapter.verify and not credentials.webhook_secrets:
        yield f"carrier account {account.id}: without a webhook secret each of its webhooks is refused"


def remove_carrier(account: str, who: str) -> None:
    """Remove an account with all that goes with it; raises NotNow while a warehouse names it."""

    def edit(before: Configuration) -> Configuration:
        users = sorted(each.id for each in before.warehouses.values() if each.carrier_account == account)
        if users:
            raise NotNow(f"{', '.join(users)} would have no carrier account: give each another one first")
        return before.without_carrier(account)

    reconfigure.save(edit, who)
    forget(account, OF_CARRIER)
