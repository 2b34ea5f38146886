"""Addresses of channels: which may be called, and whose credentials they get."""

import ipaddress
import re
import socket
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

PORTS = {"https": 443, "http": 80}
PRIVATE_NAMES = ("localhost", "internal", "local", "lan", "home.arpa")
"""Top-level names of machines that are not on the internet."""

HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?", re.IGNORECASE)
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def split_url(url: str) -> SplitResult:
    """Return the parts of a url; all of them are empty for a text that is none.

    Everything that comes from outside is split here: `urlsplit` raises for some texts, such as an open bracket.

    >>> split_url("https://shop.example/api").hostname, split_url("https://[::1").hostname
    ('shop.example', None)
    """
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def origin_of(url: str | None) -> str:
    """Return scheme, host and port of a url: whoever has another one is sent no credentials of this one.

    >>> origin_of("https://Shop.example/api"), origin_of("http://127.0.0.1:8080"), origin_of(None)
    ('https://shop.example:443', 'http://127.0.0.1:8080', '')
    """
    if not url:
        return ""
    parts = split_url(url)
    return f"{parts.scheme}://{(parts.hostname or '').rstrip('.')}:{_port(parts) or PORTS.get(parts.scheme, 0)}"


@lru_cache(maxsize=1000)
def store_address(url: str | None) -> str:
    """Return what the address of a store is recognised by, in whatever spelling; empty for none.

    >>> store_address("https://www.Shop.example:443/api/"), store_address("http://127.0.0.1:8080"), store_address("x")
    ('shop.example/api', '127.0.0.1:8080', '')
    """
    parts = split_url(url or "")
    host, port = _host(parts), _port(parts)
    named = f":{port}" if port and port != PORTS.get(parts.scheme) else ""
    return f"{host.removeprefix('www.')}{named}{parts.path.rstrip('/')}" if host else ""


def address_error(url: str, local_allowed: bool) -> str | None:
    """Return why a channel may not have this address; `local_allowed`: machines that are not on the internet may be.

    Their names are not resolved: https, whose certificate is checked, holds the ones that lead to our own machines.

    >>> address_error("https://shop.example/api", False), address_error("http://shop.example", True)
    (None, 'must be https')
    """
    parts = split_url(url if url.isprintable() and not re.search(r"[\s\\]", url) else "")
    host = _host(parts)
    if host is None or _port(parts) == 0:
        return "is not the address of a host"
    if "@" in parts.netloc:
        return "must not hold a user or a password: these belong in `credentials`"
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        return "must end with its path: it has a query or a fragment"
    if is_local(host) and not local_allowed:
        return "is an address of a private network or of this machine, not of the internet"
    if parts.scheme != "https" and not (is_loopback(host) and local_allowed):
        return "must be https"
    return None


def is_local(host: str) -> bool:
    """Return whether the host is not on the internet: private, loopback and metadata addresses, and such names.

    In whatever spelling: resolvers take capitals and a final dot.

    >>> [is_local(each) for each in ("169.254.169.254", "0x7f.1", "::ffff:10.0.0.1", "db", "shop.example", "8.8.8.8")]
    [True, True, True, True, False, False]
    >>> [is_local(each) for each in ("localhost.", "169.254.169.254.", "db.LAN", "ip-10-0-0-1.EC2.internal.")]
    [True, True, True, True]
    """
    host = host.lower().rstrip(".")
    found = _ip_address(host)
    if found is not None:
        return not found.is_global or found.is_multicast
    return "." not in host or host.endswith(tuple(f".{name}" for name in PRIVATE_NAMES))


def is_loopback(host: str) -> bool:
    """Return whether the host is the machine itself."""
    found = _ip_address(host)
    return found.is_loopback if found else host == "localhost" or host.endswith(".localhost")


def _ip_address(host: str) -> IpAddress | None:
    """Return the IP address that a host is, also in the short forms that resolvers read, such as 127.1."""
    try:
        found: IpAddress = ipaddress.ip_address(host)
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return None
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return inner or found


def _host(parts: SplitResult) -> str | None:
    try:
        host = (parts.hostname or "").rstrip(".")
        if ":" in host:
            return str(ipaddress.IPv6Address(host))
        name = host.encode("idna").decode()
    except ValueError:
        return None
    return name.lower() if HOST_NAME.fullmatch(name) else None


def _port(parts: SplitResult) -> int | None:
    """Return the port that is written; 0 for one that is none."""
    try:
        return parts.port
    except ValueError:
        return 0
