"""Answer the challenge by which a channel checks who is behind the url of its webhooks."""

from enum import StrEnum

from packhorse.aws.telemetry import logger
from packhorse.channels import adapter_of
from packhorse.channels.protocol import Challenge, ChallengeAnswer
from packhorse.domain.values import ChannelId
from packhorse.store import configuration, connections
from packhorse.usecases.intake.newest_secrets import newest_secrets


class Refused(StrEnum):
    """The reason why a challenge is not answered; its text is in the answer."""

    NO_CHANNEL = "no such channel"
    NO_CHALLENGE = "this kind of channel sends no challenge: its webhooks are posted"
    NO_SECRET = "the challenge is not meant for a webhook secret of this channel"  # noqa: S105 - a reason


def answer_challenge(channel_id: ChannelId, challenge: Challenge) -> ChallengeAnswer | Refused:
    """Return the answer to a channel's challenge; nothing is stored.

    It proves the address that the channel was given, which a proxy or a domain of its own hides from the request; of a
    channel that was never connected that is the address of the request.
    """
    channel = configuration.current().channels.get(channel_id)
    if channel is None or not channel.active:
        return Refused.NO_CHANNEL
    answer = adapter_of(channel).challenge
    if answer is None:
        return Refused.NO_CHALLENGE
    run = connections.find_connection(channel_id)
    registered = challenge._replace(url=run.webhook_url) if run else challenge
    found = answer(registered, newest_secrets(channel_id))
    if found is None:
        logger.warning("challenge refused", extra={"channel": channel_id})
        return Refused.NO_SECRET
    return found
