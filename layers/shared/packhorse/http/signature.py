"""Webhook signatures: an HMAC-SHA256 of the raw body in a header."""

import hmac
from collections.abc import Callable, Mapping, Sequence


def header(headers: Mapping[str, str], name: str) -> str:
    """Return the value of a header, whatever the case of its name; empty if it is missing.

    >>> header({"X-Shopify-Topic": "orders/create"}, "x-shopify-topic")
    'orders/create'
    """
    return next((value.strip() for key, value in headers.items() if key.lower() == name.lower()), "")


def is_signed(given: str, raw: bytes, secrets: Sequence[str], written: Callable[[bytes], bytes]) -> bool:
    """Return whether one of the secrets made this signature; `written` encodes its bytes as the header does.

    An empty secret is ignored: an attacker could sign with it.
    """
    expected = [written(hmac.digest(_bytes(secret), raw, "sha256")) for secret in secrets if secret]
    matches = [hmac.compare_digest(one, _bytes(given)) for one in expected]
    return any(matches)


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
