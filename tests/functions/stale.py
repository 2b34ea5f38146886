"""A process that knows credentials of a moment ago."""

import time

from packhorse.aws import secrets


def cache_again(owner: str, before: secrets.Credentials, of: str = secrets.CHANNELS) -> None:
    """Have this process know credentials as if it had read them a moment ago, before they were replaced."""
    secrets._cached_credentials[secrets._name(of, owner)] = secrets._CachedCredentials(time.monotonic(), before)
