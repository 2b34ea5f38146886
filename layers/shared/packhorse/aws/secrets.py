"""Credentials of channels: one secret each in Secrets Manager, never in a table, an environment or a log."""

import json
import time
from typing import Annotated, NamedTuple

from pydantic import Field, TypeAdapter

from packhorse.aws.clients import client, ignoring, raising
from packhorse.aws.settings import settings
from packhorse.domain.errors import Unavailable
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import ChannelId, Value

CACHE_SECONDS = 60


Secret = Annotated[str, Field(min_length=1, max_length=2000)]


class Credentials(Value):
    """Credentials of a channel: secrets that sign its webhooks (two while one is replaced), and its API token.

    In place of a token, the id and secret of an app that fetches tokens itself. `origin` is the host that they are for;
    without one, as older code stored them, they are for any.
    """

    webhook_secrets: Annotated[tuple[Secret, ...], Field(max_length=5)] = ()
    token: Annotated[str, Field(max_length=10_000)] = ""
    client_id: Annotated[str, Field(max_length=200)] = ""
    client_secret: Annotated[str, Field(max_length=2000)] = ""
    origin: Annotated[str, Field(max_length=600)] = ""


CREDENTIALS = Reader(TypeAdapter(Credentials))


class _CachedCredentials(NamedTuple):
    at: float
    credentials: Credentials


_cached_credentials: dict[ChannelId, _CachedCredentials] = {}


def get_credentials(channel: ChannelId, max_age: float = CACHE_SECONDS) -> Credentials:
    """Return the channel's credentials, cached for at most `max_age` seconds; empty ones if none are stored."""
    cached = _cached_credentials.get(channel)
    if cached is None or time.monotonic() - cached.at > max_age:
        cached = _cached_credentials[channel] = _CachedCredentials(time.monotonic(), _read(channel))
    return cached.credentials


def _read(channel: ChannelId) -> Credentials:
    with ignoring("ResourceNotFoundException"), raising({"InvalidRequestException": _being_deleted()}):
        answer = client("secretsmanager").get_secret_value(SecretId=_name(channel))
        return CREDENTIALS.read(answer["SecretString"])
    return Credentials()


def save_credentials(channel: ChannelId, new: Credentials) -> None:
    """Store the channel's credentials; raises Unavailable while older ones are still being deleted."""
    with raising({"InvalidRequestException": _being_deleted()}):
        _write(_name(channel), stamped(json.dumps(new.model_dump())))
    _cached_credentials.pop(channel, None)


def _being_deleted() -> Unavailable:
    return Unavailable("the channel's old credentials are still being deleted; try again in a moment")


def _write(name: str, secret: str) -> None:
    with ignoring("ResourceNotFoundException"):
        client("secretsmanager").put_secret_value(SecretId=name, SecretString=secret)
        return
    with ignoring("ResourceExistsException"):
        client("secretsmanager").create_secret(Name=name, SecretString=secret)
        return
    client("secretsmanager").put_secret_value(SecretId=name, SecretString=secret)


def delete_credentials(channel: ChannelId) -> None:
    """Delete the channel's credentials at once, if it has any."""
    with ignoring("ResourceNotFoundException"):  # what the emulator answers where AWS answers nothing
        client("secretsmanager").delete_secret(SecretId=_name(channel), ForceDeleteWithoutRecovery=True)
    _cached_credentials.pop(channel, None)


def _name(channel: ChannelId) -> str:
    return f"{settings.stack_name}/channels/{channel}"
