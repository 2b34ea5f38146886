"""Answer the challenge by which a channel checks who is behind the url of its webhooks."""

from enum import StrEnum

from packhorse.aws import secrets
from packhorse.aws.telemetry import logger
from packhorse.channels import adapter_of
from packhorse.channels.protocol import Challenge, ChallengeAnswer
from packhorse.domain.values import ChannelId
from packhorse.store import configuration

NEWEST = 5
"""Seconds: a secret is saved moments before the channel sends its challenge."""


class Refused(StrEnum):
    """The reason why a challenge is not answered; its text is in the answer."""

    NO_CHANNEL = "no such channel"
    NO_CHALLENGE = "this kind of channel sends no challenge: its webhooks are posted"
    NO_SECRET = "the challenge is not meant for a webhook secret of this channel"  # noqa: S105 - a reason


def answer_challenge(channel_id: ChannelId, challenge: Challenge) -> ChallengeAnswer | Refused:
    """Return the answer to a channel's challenge; nothing is stored."""
    channel = configuration.current().channels.get(channel_id)
    if channel is None or not channel.active:
        return Refused.NO_CHANNEL
    answer = adapter_of(channel).challenge
    if answer is None:
        return Refused.NO_CHALLENGE
    found = answer(challenge, secrets.get_credentials(channel_id, max_age=NEWEST).webhook_secrets)
    if found is None:
        logger.warning("challenge refused", extra={"channel": channel_id})
        return Refused.NO_SECRET
    return found
