"""What the functions of webhooks share: challenges as they are requested, and the answer while nothing is verified."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from packhorse.api.answers import problem_answer
from packhorse.aws.telemetry import facts_of, logger
from packhorse.channels.protocol import Challenge
from packhorse.domain.errors import Unavailable
from packhorse.domain.values import ChannelId

UNVERIFIED = "the signature cannot be verified now; send the notification again"
ONLY_POSTED = {"allow": "POST"}
"""The header that RFC 9110 requires of a 405."""


def challenge_of(event: Mapping[str, Any]) -> Challenge:
    """Return the challenge that a GET of the HTTP API is."""
    url = f"https://{event['requestContext']['domainName']}{event['rawPath']}"
    return Challenge(url, event.get("queryStringParameters") or {})


def unverified_answer(channel: ChannelId, error: Unavailable) -> dict[str, Any]:
    """Return 503, so that the channel sends the notification again."""
    logger.warning("notification not verified", extra={"channel": channel, **facts_of(error)})
    return problem_answer(HTTPStatus.SERVICE_UNAVAILABLE, UNVERIFIED)
