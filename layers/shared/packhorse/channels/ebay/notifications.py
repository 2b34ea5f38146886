"""Notifications of eBay: signed with eBay's own key, and about an order or an account that they only name.

This imports cryptography, which only the notification function has.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import Field

from packhorse.aws.kept_at import KeptAt
from packhorse.channels.body import parse_answer, parse_model
from packhorse.channels.ebay.topics import DELETED_ACCOUNT, ORDER_TOPICS, SIGNATURE
from packhorse.channels.protocol import Announcement
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from packhorse.http.body import ExternalId, ExternalModel, parse_json
from packhorse.http.calls import call
from packhorse.http.signature import header

if TYPE_CHECKING:
    import httpx

KEYS = "/commerce/notification/v1/public_key/"
KEY_SECONDS, UNKNOWN_SECONDS = 3600, 300
"""For how long a key of eBay's is cached, and that it has none under an id."""
MOST_UNKNOWN = 10
"""Names of keys that eBay does not have, remembered at once: who sends more of them has eBay called no more."""
KEY_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
DIGESTS: Mapping[str, type[HashAlgorithm]] = {"SHA1": SHA1, "SHA256": SHA256}
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\s*(.*?)\s*-----END PUBLIC KEY-----", re.DOTALL)


class TheirSignature(ExternalModel):
    """The header: the key that signed, and what it made."""

    key: str = Field(validation_alias="kid")
    signature: str


class TheirKey(ExternalModel):
    """A public key; `digest` is what it signs."""

    key: str
    digest: str = "SHA1"


OrderName = Annotated[ExternalId, Field(max_length=200)]


class Named(ExternalModel):
    """An order that is named."""

    order: OrderName | None = Field(None, validation_alias="orderId")


class Data(ExternalModel):
    """What a topic says; each has its own place for the order."""

    order: Named = Field(default_factory=Named)
    shipped: Named = Field(default_factory=Named, validation_alias="itemMarkedShipped")
    direct: OrderName | None = Field(None, validation_alias="orderId")
    username: str = ""
    user: str = Field("", validation_alias="userId")


class Content(ExternalModel):
    """The notification itself."""

    data: Data


class Metadata(ExternalModel):
    """The topic."""

    topic: str


class Notification(ExternalModel):
    """A notification."""

    metadata: Metadata
    notification: Content


class _CachedKey(NamedTuple):
    key: TheirKey
    at: KeptAt


_cached_keys: dict[tuple[str, str], _CachedKey] = {}
_unknown_since: dict[tuple[str, str], KeptAt] = {}


def clear_keys() -> None:
    """Forget every cached key, and which are unknown."""
    _cached_keys.clear()
    _unknown_since.clear()


class EbayNotifications:
    """The notifications of a seller; made for each invocation."""

    def __init__(self, http: "httpx.Client") -> None:
        self.http = http

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """Return whether eBay signed these bytes; raises Unavailable if its key cannot be read."""
        given = _signature(header(headers, SIGNATURE))
        if given is None or not KEY_ID.fullmatch(given.key):
            return False
        key = self._key(given.key)
        return key is not None and _is_signed(key, given.signature, raw)

    def read(self, raw: bytes) -> Announcement:
        """Return the order that the notification is about, or the account that was deleted; raises Rejected."""
        found = parse_model(Notification, parse_json(raw))
        data = found.notification.data
        if found.metadata.topic in ORDER_TOPICS:
            order = data.order.order or data.shipped.order or data.direct
            return Announcement(orders=(order,) if order else ())
        if found.metadata.topic == DELETED_ACCOUNT:
            return Announcement(erased=tuple(dict.fromkeys(filter(None, (data.username, data.user)))))
        return Announcement()

    def _key(self, name: str) -> TheirKey | None:
        """Return a public key, cached for an hour as eBay demands; None if eBay has none of that name.

        Whoever posts names any: once many are unknown, Unavailable is raised for one that was never read.
        """
        place, now = (str(self.http.base_url), name), KeptAt.now()
        cached = _cached_keys.get(place)
        if cached and cached.at.age < KEY_SECONDS:
            return cached.key
        _forget_ended()
        if place in _unknown_since:
            return None
        if not cached and len(_unknown_since) >= MOST_UNKNOWN:
            raise Unavailable(f"GET {KEYS}: too many notifications name keys that do not exist")
        try:
            raw = call(self.http, "GET", f"{KEYS}{quote(name, safe='')}")
        except CredentialsRefused:
            raise
        except Rejected:
            _unknown_since[place] = now
            return None
        found = _parsed_key(raw)
        _cached_keys[place] = _CachedKey(found, now)
        return found


def _forget_ended() -> None:
    """Forget the keys that eBay did not have so long ago that it may have them now."""
    for place in [each for each, since in _unknown_since.items() if since.age >= UNKNOWN_SECONDS]:
        del _unknown_since[place]


def _parsed_key(raw: bytes) -> TheirKey:
    found = parse_answer(TheirKey, raw, f"GET {KEYS}")
    if found.digest not in DIGESTS or not PEM.fullmatch(found.key.strip()):
        raise Unavailable(f"GET {KEYS}: the answer is no key that can be used")
    return found


def _signature(text: str) -> TheirSignature | None:
    """Return the header; None for one that no key can have made, so that its key need not be read."""
    try:
        found = parse_model(TheirSignature, parse_json(base64.b64decode(text, validate=True)))
        decode_dss_signature(base64.b64decode(found.signature, validate=True))
    except (Rejected, binascii.Error, ValueError):
        return None
    return found


def _is_signed(key: TheirKey, signature: str, raw: bytes) -> bool:
    try:
        public: Any = load_pem_public_key(_pem(key.key))
        if not isinstance(public, EllipticCurvePublicKey):
            return False
        public.verify(base64.b64decode(signature, validate=True), raw, ECDSA(DIGESTS[key.digest]()))
    except (InvalidSignature, UnsupportedAlgorithm, binascii.Error, ValueError):
        return False
    return True


def _pem(text: str) -> bytes:
    """Return a key as PEM: eBay writes it in one line."""
    found = PEM.fullmatch(text.strip())
    body = found[1] if found else ""
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n".encode()
