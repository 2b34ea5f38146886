"""Secrets that sign webhooks, as they were saved last.

A process caches them. What no cached secret signed has it read their mark, which costs little, and the secrets
themselves once for each new mark: a flood of wrong signatures does not reach Secrets Manager.
"""

from packhorse.aws import secrets
from packhorse.store import secret_marks


def save_secrets_mark(owner: str, saved: secrets.Credentials, of: str = secrets.CHANNELS) -> None:
    """Publish which webhook secrets were saved, to every process that caches those before."""
    secret_marks.save_mark(of, owner, secrets.mark_of(*saved.webhook_secrets))


def newest_secrets(owner: str, of: str = secrets.CHANNELS) -> tuple[str, ...]:
    """Return the webhook secrets of an owner; without a mark, as older code saved them, those of seconds ago."""
    mark = secret_marks.find_mark(of, owner)
    if mark is None:
        return secrets.get_credentials(owner, secrets.RECENT_SECONDS, of).webhook_secrets
    return secrets.get_marked(owner, mark, of).webhook_secrets
