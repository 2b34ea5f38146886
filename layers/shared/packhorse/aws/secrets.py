"""Credentials of channels: one secret each in Secrets Manager, never in a table, an environment or a log."""

import json
import time
from typing import Annotated, NamedTuple

from botocore.exceptions import ClientError
from pydantic import Field

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.errors import Unavailable
from packhorse.domain.values import ChannelId, Value

CACHE_SECONDS = 60


Secret = Annotated[str, Field(min_length=1, max_length=2000)]


class Credentials(Value):
    """What a channel's owner gave us: secrets that sign its webhooks (two while one is replaced), its API token.

    Or, in place of a token, the id and secret of an app that fetches tokens itself.
    """

    webhook_secrets: Annotated[tuple[Secret, ...], Field(max_length=5)] = ()
    token: Annotated[str, Field(max_length=10_000)] = ""
    client_id: Annotated[str, Field(max_length=200)] = ""
    client_secret: Annotated[str, Field(max_length=2000)] = ""


class _CachedCredentials(NamedTuple):
    at: float
    credentials: Credentials


_cached_credentials: dict[ChannelId, _CachedCredentials] = {}


def get_credentials(channel: ChannelId, most_age: float = CACHE_SECONDS) -> Credentials:
    """The channel's credentials, read at most so many seconds ago; none where none were given."""
    kept = _cached_credentials.get(channel)
    if kept is None or time.monotonic() - kept.at > most_age:
        kept = _cached_credentials[channel] = _CachedCredentials(time.monotonic(), _read(channel))
    return kept.credentials


def _read(channel: ChannelId) -> Credentials:
    try:
        answer = client("secretsmanager").get_secret_value(SecretId=_name(channel))
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return Credentials()
        raise
    return Credentials.model_validate_json(answer["SecretString"])


def save_credentials(channel: ChannelId, new: Credentials) -> None:
    """Keeps the channel's credentials from now on; raises Unavailable while older ones are still being deleted."""
    try:
        _write(_name(channel), json.dumps(new.model_dump()))
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidRequestException":
            raise
        raise Unavailable("the channel's old credentials are still being deleted; try again in a moment") from error
    _cached_credentials.pop(channel, None)


def _write(name: str, secret: str) -> None:
    try:
        client("secretsmanager").put_secret_value(SecretId=name, SecretString=secret)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        _create(name, secret)


def _create(name: str, secret: str) -> None:
    try:
        client("secretsmanager").create_secret(Name=name, SecretString=secret)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceExistsException":
            raise
        client("secretsmanager").put_secret_value(SecretId=name, SecretString=secret)


def delete_credentials(channel: ChannelId) -> None:
    """Deletes the channel's credentials, at once; there may be none."""
    client("secretsmanager").delete_secret(SecretId=_name(channel), ForceDeleteWithoutRecovery=True)
    _cached_credentials.pop(channel, None)


def _name(channel: ChannelId) -> str:
    return f"{settings.secrets_prefix}/channels/{channel}"
