"""Save or remove a carrier account: its settings and its credentials."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.carriers import CARRIERS
from packhorse.domain.configuration.carrier import CarrierAccount
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.web_address import address_error, origin_of
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.usecases.channels.merge_credentials import NewCredentials, merge_credentials, unless_none
from packhorse.usecases.configuration import reconfigure
from packhorse.usecases.configuration.forget_removed import OF_CARRIER, forget
from packhorse.usecases.intake.newest_secrets import save_secrets_mark

SIGN_IN_BY = (("token",),)


class SavedCarrier(NamedTuple):
    """The configuration with the carrier account, and what in it a person should read."""

    config: Configuration
    warnings: tuple[str, ...]


def save_carrier(
    name: str, edit: Callable[[CarrierAccount | None], CarrierAccount], sent: NewCredentials | None, who: str
) -> SavedCarrier:
    """Save a carrier account in the name of `who`; credentials that are not sent stay.

    `edit` returns it as it is to be; it gets what is stored, None if nothing is, again where others saved meanwhile.
    """
    stored = secrets.get_credentials(name, max_age=0, of=secrets.CARRIERS)

    def checked(config: Configuration) -> Configuration:
        before = config.carriers.get(name)
        new = edit(before)
        require_same_kind(before, new)
        require_address(new)
        _merged(new, stored, sent)
        return config.with_carrier(new)

    config = reconfigure.save(checked, who)
    new = config.carriers[name]
    credentials = _merged(new, stored, sent)
    if credentials != stored:
        secrets.save_credentials(new.id, credentials, of=secrets.CARRIERS)
    if sent:
        save_secrets_mark(new.id, credentials, of=secrets.CARRIERS)
    return SavedCarrier(config, tuple(_warnings(new, credentials)))


def require_same_kind(before: CarrierAccount | None, new: CarrierAccount) -> None:
    """Raise Rejected for another kind of an account that sells labels: it would have none of those that it sold.

    One whose purchase got no answer would be taken for one that was not bought, and paid for twice.
    """
    if before and before.sells and new.kind is not before.kind:
        reason = f"stays {before.kind}, which knows the labels of this account: make another account"
        raise Rejected("the account cannot be of another kind", [FieldError("kind", reason)])


def require_address(new: CarrierAccount) -> None:
    """Raise Rejected for an address that no account may have."""
    wrong = address_error(new.base_url, settings.local_addresses == "allowed") if new.base_url else None
    if wrong:
        raise Rejected("the account's address cannot be used", [FieldError("base_url", wrong)])


def _origin(account: CarrierAccount) -> str:
    return origin_of(account.base_url or CARRIERS[account.kind].base_url)


def _merged(new: CarrierAccount, stored: secrets.Credentials, sent: NewCredentials | None) -> secrets.Credentials:
    """Return the credentials of the account; raises Rejected if an old one would be sent to another host."""
    origin = _origin(new)
    merged = merge_credentials(stored, sent, SIGN_IN_BY, origin, moved=stored.origin not in ("", origin))
    return unless_none(stored, merged)


def _warnings(account: CarrierAccount, credentials: secrets.Credentials) -> Iterator[str]:
    adapter = CARRIERS[account.kind]
    if adapter.sell and not credentials.token:
        yield f"carrier account {account.id}: without a token no label can be bought"
    if adapter.test_prefix and credentials.token.startswith(adapter.test_prefix) and not account.base_url:
        yield f"carrier account {account.id}: this is a test token, no carrier takes parcels with its labels"
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
