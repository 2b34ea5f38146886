"""A process that knows credentials of a moment ago."""

from packhorse.aws import secrets
from packhorse.aws.kept_at import KeptAt


def cache_again(owner: str, before: secrets.Credentials, of: str = secrets.CHANNELS) -> None:
    """Have this process know credentials as if it had read them a moment ago, before they were replaced."""
    secrets._cached_credentials[secrets._name(of, owner)] = secrets._CachedCredentials(KeptAt.now(), before)
