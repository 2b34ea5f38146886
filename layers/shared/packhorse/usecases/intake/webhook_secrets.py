"""The secrets of a channel's webhooks: which one signs, and which are still taken while it is replaced.

The newest is the first. A channel signs with the one that it was sent last; until a run has sent it the newest, the
one before is needed, however often it was replaced meanwhile. So one that a person sends to connect a channel comes
before those that are stored, and takes no place of theirs; saving the channel replaces them all.
"""

import secrets as random

from packhorse.aws import secrets
from packhorse.aws.secrets import Credentials, mark_of
from packhorse.channels import CHANNELS
from packhorse.channels.protocol import Adapter, Connecting
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.values import ChannelId
from packhorse.store import connections

SECRET_BYTES = 32
MOST_WAITING = 3
"""Secrets that no channel signs with yet, and that are kept beside the newest and the one that it signs with."""
MOST_SECRETS = 5
"""Secrets of a channel's webhooks."""


def with_webhook_secret(
    new: Credentials, stored: Credentials, adapter: Adapter, signing: str | None, *, rotate: bool
) -> Credentials:
    """Return the credentials with a secret for webhooks: the newest first, then those that may sign still.

    Of an app it is the app's client secret; else one is generated where none is stored or sent, or to rotate it.
    `signing` is the mark of the secret that the channel was sent last, None if that is unknown.
    """
    if adapter.signs_with_app:
        return _signed_by_app(new, stored, rotate=rotate)
    if new.webhook_secrets != stored.webhook_secrets:
        before = stored if new.webhook_secrets else Credentials()  # an empty list removes them all
        former = _still_taken(before.webhook_secrets, signing)
        return new.replace(webhook_secrets=_beside(new.webhook_secrets, new.origin, before, former))
    if new.webhook_secrets and not rotate:
        return new
    generated = random.token_urlsafe(SECRET_BYTES)
    return new.replace(webhook_secrets=(generated, *_still_taken(new.webhook_secrets, signing)))


def _beside(newest: tuple[str, ...], origin: str, stored: Credentials, former: tuple[str, ...]) -> tuple[str, ...]:
    """Return the newest secrets and, of those stored for the same host, the former ones: all if none is newer."""
    if stored.origin not in ("", origin):
        return newest
    kept = stored.webhook_secrets if newest[:1] == stored.webhook_secrets[:1] else former
    return tuple(dict.fromkeys((*newest, *kept)))[:MOST_SECRETS]


def _still_taken(secrets_before: tuple[str, ...], signing: str | None) -> tuple[str, ...]:
    """Return the secrets that may sign still: up to the one that the channel was sent last, and that one always."""
    marks = [mark_of(each) for each in secrets_before]
    last = marks.index(signing) if signing in marks else len(marks) - 1
    return (*secrets_before[:last][:MOST_WAITING], *secrets_before[last : last + 1])


def _signed_by_app(new: Credentials, stored: Credentials, *, rotate: bool) -> Credentials:
    if rotate:
        raise Rejected(
            "the channel signs its webhooks with its app's secret",
            [FieldError("rotate_secret", "rotate the app's secret in the channel, and send it as a credential")],
        )
    is_sent = new.webhook_secrets != stored.webhook_secrets
    app = (new.client_secret,) if new.client_secret else ()
    newest = tuple(dict.fromkeys((*app, *(new.webhook_secrets if is_sent else ()))))
    if len(newest) > MOST_SECRETS:
        reason = f"at most {MOST_SECRETS - 1} beside the app's own"
        raise Rejected("there are too many secrets", [FieldError("credentials.webhook_secrets", reason)])
    if newest:
        before = stored if new.webhook_secrets else Credentials()
        return new.replace(webhook_secrets=_beside(newest, new.origin, before, before.webhook_secrets[:1]))
    if not new.webhook_secrets:
        reason = "the app's secret is missing: it signs the webhooks that are made with the token"
        raise Rejected("its webhooks could not be verified", [FieldError("credentials.webhook_secrets", reason)])
    return new


def send_webhook_secret(channel: Channel, connecting: Connecting, url: str) -> None:
    """Have the channel send its webhooks to `url`, signed with the newest secret; raises what the channel raises."""
    newest = "" if CHANNELS[channel.kind].signs_with_app else _newest(channel)
    connecting.subscribe(url, newest)
    connections.save_signing(ChannelId(channel.id), mark_of(newest))


def _newest(channel: Channel) -> str:
    return next(iter(secrets.get_credentials(channel.id, max_age=0).webhook_secrets), "")
