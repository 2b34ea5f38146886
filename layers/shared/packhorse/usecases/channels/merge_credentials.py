"""Merge new credentials of a channel with those that it has: what is not sent is kept, but never for another host."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from packhorse.aws.secrets import Credentials
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.values import MAY_BREAK, NOT_PRINTABLE_ASCII, Value, is_printable_ascii

MIN_SECRET = 16


def _stripped(value: Any) -> Any:
    """Strip the blanks and line breaks around a value, which are pasted with it."""
    return value.strip() if isinstance(value, str) else value


def _fits_a_header(text: str) -> str:
    if not is_printable_ascii(text):
        raise ValueError(NOT_PRINTABLE_ASCII)
    return text


Key = Annotated[str, BeforeValidator(_stripped), AfterValidator(_fits_a_header)]
Secret = Annotated[str, BeforeValidator(_stripped), Field(min_length=MIN_SECRET, max_length=2000), MAY_BREAK]


class NewCredentials(Value):
    """Credentials as a person sends them: a part that is not sent is kept, an empty one is removed.

    Where an API takes either a token or the `client_id` and `client_secret` of an app, one replaces the other.
    """

    webhook_secrets: Annotated[tuple[Secret, ...], Field(max_length=5)] | None = None
    token: Annotated[Key, Field(max_length=10_000)] | None = None
    client_id: Annotated[Key, Field(max_length=200)] | None = None
    client_secret: Annotated[Key, Field(max_length=2000)] | None = None


SECRET_KEYS = ("token", "client_secret")


Ways = Sequence[Sequence[str]]
"""Sets of credentials, each of which signs in alone."""


def merge_credentials(
    stored: Credentials, new: NewCredentials | None, ways: Ways, origin: str, moved: bool
) -> Credentials:
    """Return the credentials of an API; `moved`: its address is of another host than before.

    Raises Rejected if an old key would then be sent to the new host, or if half of an app is missing.
    """
    sent: dict[str, Any] = {name: value for name, value in dict(new or {}).items() if value is not None}
    merged = stored.replace(**{**_without_other_ways(sent, ways), **sent})
    kept = [name for name in SECRET_KEYS if getattr(merged, name) and name not in sent]
    if moved and kept:
        reason = "the address is of another host: send the credentials of its API again"
        raise Rejected(reason, [FieldError(f"credentials.{name}", reason) for name in kept])
    if bool(merged.client_id) != bool(merged.client_secret):
        missing = "client_secret" if merged.client_id else "client_id"
        reason = "an app has an id and a secret"
        raise Rejected(reason, [FieldError(f"credentials.{missing}", reason)])
    return merged.replace(origin=origin)


def _without_other_ways(sent: Mapping[str, Any], ways: Ways) -> dict[str, str]:
    """Return the blanked keys that do not belong to the way that is sent as a whole."""
    whole = next((way for way in ways if all(sent.get(name) for name in way)), None)
    return {name: "" for way in ways for name in way if name not in whole} if whole else {}


def unless_none(stored: Credentials, merged: Credentials) -> Credentials:
    """Return merged credentials; those that are stored where neither has any: an address alone needs no secret."""
    has_any = stored != Credentials() or merged != Credentials(origin=merged.origin)
    return merged if has_any else stored


def lacking_keys(found: Credentials, ways: Ways) -> tuple[str, ...]:
    """Return what the credentials lack to sign in: of several ways the one that they lack least of, the first if equal.

    >>> lacking_keys(Credentials(client_id="a", client_secret="b"), [("client_id", "client_secret", "token")])
    ('token',)
    """
    lacking = [tuple(name for name in way if not getattr(found, name)) for way in ways]
    return min(lacking, key=len, default=())
