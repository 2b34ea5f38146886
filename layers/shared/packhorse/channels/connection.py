"""Ready clients for channels: address and token from the configuration, bounded waiting."""

import httpx

from packhorse.domain.configuration import Channel

TIMEOUT = httpx.Timeout(20, connect=5)


def connect(channel: Channel, token: str) -> httpx.Client:
    """A client with the channel's address and credentials in it."""
    headers = {"Authorization": f"Bearer {token}", "User-Agent": "packhorse", "Accept": "application/json"}
    return httpx.Client(base_url=channel.base_url or "", headers=headers, timeout=TIMEOUT, follow_redirects=False)
