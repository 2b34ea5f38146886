"""Topics of eBay's notifications, and the challenge by which eBay checks an endpoint."""

import hashlib
import json
import re
from collections.abc import Sequence

from packhorse.channels.protocol import Challenge, ChallengeAnswer

SIGNATURE = "x-ebay-signature"
CONFIRMED, SHIPPED = "ORDER_CONFIRMATION", "ITEM_MARKED_SHIPPED"
CANCELLED = "ORDER_CANCELLATION_ACTIVITY"
DELETED_ACCOUNT = "MARKETPLACE_ACCOUNT_DELETION"
SUBSCRIBED = (CONFIRMED, SHIPPED)
"""Topics that are subscribed to; that of deleted accounts is set in the developer's account instead."""
ORDER_TOPICS = frozenset({*SUBSCRIBED, CANCELLED})
VERIFICATION_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,80}")
"""What eBay takes as a verification token, which is the channel's webhook secret."""


def answer_challenge(challenge: Challenge, secrets: Sequence[str]) -> ChallengeAnswer | None:
    """Return the digest of code, verification token and url; None to what is no challenge, or without a token.

    It is made with the newest token: eBay does not say which it has.
    """
    code = challenge.parameters.get("challenge_code", "")
    if not code or not secrets or not secrets[0]:
        return None
    digest = hashlib.sha256(f"{code}{secrets[0]}{challenge.url}".encode()).hexdigest()
    return ChallengeAnswer(json.dumps({"challengeResponse": digest}), "application/json")
