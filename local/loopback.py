"""Requests that a server of the laptop refuses: a web page must not reach it through the browser."""

from collections.abc import Mapping
from urllib.parse import urlsplit

NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def refusal(headers: Mapping[str, str]) -> str | None:
    """Return why a request with these headers, in lower case, is refused; None if it is not.

    `Host` protects from names of others that resolve to this machine (DNS rebinding), the other two from pages of
    others. Scripts send neither `Origin` nor `Sec-Fetch-Site`.

    >>> refusal({"host": "127.0.0.1:4566"})
    >>> refusal({"host": "evil.example:4566"})
    'Host is not this machine'
    >>> refusal({"host": "localhost", "origin": "http://evil.example"})
    'Origin is not this machine'
    """
    if not _is_here(f"//{headers.get('host', '')}"):
        return "Host is not this machine"
    if "origin" in headers and not _is_here(headers["origin"]):
        return "Origin is not this machine"
    if headers.get("sec-fetch-site", "none").lower() == "cross-site":
        return "Sec-Fetch-Site is cross-site"
    return None


def _is_here(url: str) -> bool:
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return name in NAMES or name.endswith(".localhost")
