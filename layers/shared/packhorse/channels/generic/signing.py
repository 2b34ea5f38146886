"""Signatures of the generic channel: `t=<seconds>,v1=<digest>`, over the time, a dot and the body, as Stripe has them.

The time is signed, so that a call that was recorded cannot be made again later.
"""

import hmac
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from packhorse.channels.protocol import Keys

if TYPE_CHECKING:
    import httpx

HEADER = "X-Packhorse-Signature"
TOLERANCE = 300
"""Seconds that the time of a signature may differ from ours."""
MAX_DIGESTS = 10


def signature(raw: bytes, secrets: Sequence[str], at: int) -> str:
    """Return the header's value: a digest by each secret, of which the receiver needs to have one.

    >>> signature(b"{}", ["secret"], 1764150000)[:36]
    't=1764150000,v1=b1d170645f5e00d0ca03'
    """
    return ",".join((f"t={at}", *(f"v1={_digest(raw, secret, at)}" for secret in secrets if secret)))


def is_timed(given: str) -> bool:
    """Return whether a signature has a time: others are of the body alone."""
    return given.startswith("t=")


def is_signed_in_time(given: str, raw: bytes, secrets: Sequence[str], now: float) -> bool:
    """Return whether one of the secrets made this signature within the last, or next, few minutes; never raises."""
    parts = [part.strip().partition("=") for part in given.split(",")[: MAX_DIGESTS + 1]]
    at = next((value for name, _, value in parts if name == "t"), "")
    if not (at.isascii() and at.isdecimal() and len(at) < len("10000000000000")):
        return False
    if abs(now - int(at)) > TOLERANCE:
        return False
    theirs = [value.encode(errors="surrogatepass") for name, _, value in parts if name == "v1"]
    ours = [_digest(raw, secret, int(at)).encode() for secret in secrets if secret]
    matches = [hmac.compare_digest(one, other) for one in ours for other in theirs]
    return any(matches)


def sign_calls(http: "httpx.Client", keys: Keys) -> None:
    """Have every call that changes something signed, at the moment when it is made.

    It is signed with the secrets of webhooks; a channel without any has its token sign.
    """
    secrets = keys.others or (keys.token,)

    def sign(request: "httpx.Request") -> None:
        if request.method != "GET":
            request.headers[HEADER] = signature(request.content, secrets, int(time.time()))

    http.event_hooks["request"].append(sign)


def _digest(raw: bytes, secret: str, at: int) -> str:
    return hmac.digest(secret.encode(errors="surrogatepass"), b"%d." % at + raw, "sha256").hex()
