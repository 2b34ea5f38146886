"""Credentials of channels, carriers and suppliers: a secret each in Secrets Manager, never in a table or a log."""

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, NamedTuple
from uuid import NAMESPACE_OID, uuid5

from pydantic import Field, TypeAdapter

from packhorse.aws.clients import client, ignoring, raising
from packhorse.aws.kept_at import KeptAt
from packhorse.aws.settings import settings
from packhorse.domain.errors import Conflict, Unavailable
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import Value

CACHE_SECONDS = 60
RECENT_SECONDS = 5
"""How old the secrets may be by which a signature is refused."""
CHANNELS, CARRIERS, SUPPLIERS = "channels", "carriers", "suppliers"
"""Whose credentials: the first part of a secret's name, after the stack's."""


Secret = Annotated[str, Field(min_length=1, max_length=2000)]


class Credentials(Value):
    """Credentials of an outside system: secrets that sign its webhooks (two while one is replaced), and its API token.

    In place of a token, the id and secret of an app that fetches tokens itself. A supplier's account has a password, or
    a private key with its passphrase. `origin` is the host that they are for; without one, as older code stored them,
    they are for any. `mail_password` is for the mail server at `mail_origin` that takes a supplier's purchase orders.
    """

    webhook_secrets: Annotated[tuple[Secret, ...], Field(max_length=5)] = ()
    token: Annotated[str, Field(max_length=10_000)] = ""
    client_id: Annotated[str, Field(max_length=200)] = ""
    client_secret: Annotated[str, Field(max_length=2000)] = ""
    origin: Annotated[str, Field(max_length=600)] = ""
    password: Annotated[str, Field(max_length=2000)] = ""
    private_key: Annotated[str, Field(max_length=20_000)] = ""
    passphrase: Annotated[str, Field(max_length=2000)] = ""
    mail_password: Annotated[str, Field(max_length=2000)] = ""
    mail_origin: Annotated[str, Field(max_length=600)] = ""


CREDENTIALS = Reader(TypeAdapter(Credentials))


class _CachedCredentials(NamedTuple):
    at: KeptAt
    credentials: Credentials
    read_for: str = ""
    """The mark for which they were read again."""


_cached_credentials: dict[str, _CachedCredentials] = {}


def get_credentials(owner: str, max_age: float = CACHE_SECONDS, of: str = CHANNELS) -> Credentials:
    """Return the credentials of a channel, a carrier account or a supplier, cached for at most `max_age` seconds.

    They are empty if none are stored.
    """
    name = _name(of, owner)
    cached = _cached_credentials.get(name)
    if cached is None or cached.at.age > max_age:
        cached = _cached_credentials[name] = _CachedCredentials(KeptAt.now(), _read(name).credentials)
    return cached.credentials


def get_marked(owner: str, mark: str, of: str) -> Credentials:
    """Return recent credentials; those whose webhook secrets have another mark are read again, once for each mark."""
    recent, name = get_credentials(owner, RECENT_SECONDS, of), _name(of, owner)
    if mark in (mark_of(*recent.webhook_secrets), _cached_credentials[name].read_for):
        return recent
    found = _cached_credentials[name] = _CachedCredentials(KeptAt.now(), _read(name).credentials, mark)
    return found.credentials


def mark_of(*found: str) -> str:
    """Return what recognises secrets and is none: a few characters of their digest."""
    return hashlib.sha256("\0".join(found).encode(errors="surrogatepass")).hexdigest()[:8]


class _Stored(NamedTuple):
    """Credentials, and the id of the version of their secret; None where none are stored."""

    credentials: Credentials
    version: str | None


def _read(name: str) -> _Stored:
    with ignoring("ResourceNotFoundException"), raising({"InvalidRequestException": _being_deleted()}):
        answer = client("secretsmanager").get_secret_value(SecretId=name)
        return _Stored(CREDENTIALS.read(answer["SecretString"]), answer["VersionId"])
    return _Stored(Credentials(), None)


def apply_edit(owner: str, edit: Callable[[Credentials], Credentials], of: str = CHANNELS) -> Credentials:
    """Store edited credentials of an owner, and return them; raises Conflict if others were stored meanwhile.

    Raises Unavailable while old ones are deleted.
    """
    name = _name(of, owner)
    before = _read(name)
    after = edit(before.credentials)
    if after != before.credentials:
        _write(name, stamped(json.dumps(after.model_dump())), before.version)
        _cached_credentials.pop(name, None)
    return after


def save_credentials(owner: str, new: Credentials, of: str = CHANNELS) -> None:
    """Store the credentials of an owner, whatever was stored, also at the same moment; raises as `apply_edit` does."""
    try:
        apply_edit(owner, lambda _: new, of)
    except Conflict:
        apply_edit(owner, lambda _: new, of)


def _being_deleted() -> Unavailable:
    return Unavailable("the old credentials are still being deleted; try again in a moment")


def _write(name: str, secret: str, after: str | None) -> None:
    """Write a version of a secret over that one; raises Conflict if another was written over it first.

    The id of a version is its request's token, and Secrets Manager changes no version. So a token that is made of the
    version before is a condition: of two writers with other contents over the same version one is refused.
    """
    overtaken = Conflict("the credentials were changed at the same moment")
    codes = ("ResourceExistsException", "ResourceNotFoundException")
    with raising({"InvalidRequestException": _being_deleted(), **dict.fromkeys(codes, overtaken)}):
        if after is None:
            client("secretsmanager").create_secret(Name=name, SecretString=secret)
        else:
            token = str(uuid5(NAMESPACE_OID, after))
            client("secretsmanager").put_secret_value(SecretId=name, SecretString=secret, ClientRequestToken=token)


def delete_credentials(owner: str, of: str = CHANNELS) -> None:
    """Delete the credentials of an owner at once, if it has any."""
    name = _name(of, owner)
    with ignoring("ResourceNotFoundException"):  # what the emulator answers where AWS answers nothing
        client("secretsmanager").delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    _cached_credentials.pop(name, None)


def _name(of: str, owner: str) -> str:
    return f"{settings.stack_name}/{of}/{owner}"
