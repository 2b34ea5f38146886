"""Access tokens that a channel grants for some time: what it answers, and those that this process has."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field

from packhorse.aws.kept_at import KeptAt
from packhorse.channels.body import parse_answer, parse_model
from packhorse.domain.errors import Rejected
from packhorse.http.body import ExternalModel, parse_json

if TYPE_CHECKING:
    import httpx


class TheirToken(ExternalModel):
    """A token, and the seconds until it expires."""

    access_token: str = Field(min_length=1, repr=False)
    expires_in: float = Field(gt=0)


class TheirRefusal(ExternalModel):
    """The reason why no token is granted."""

    error: str = ""


class _CachedToken(NamedTuple):
    token: str
    at: KeptAt
    seconds: float


class CachedTokens:
    """The tokens of a kind, by whose they are; each is used until so many seconds before it expires."""

    def __init__(self, early_seconds: float) -> None:
        self._early_seconds = early_seconds
        self._tokens: dict[Hashable, _CachedToken] = {}

    def find(self, whose: Hashable) -> str | None:
        """Return the token that is still used; None without one."""
        found = self._tokens.get(whose)
        return found.token if found and found.at.age < found.seconds else None

    def keep(self, whose: Hashable, granted: "httpx.Response", request: str) -> str:
        """Return the token of a successful answer, and keep it; raises Unavailable for an answer that is no token."""
        fetched = parse_answer(TheirToken, granted.content, request)
        seconds = fetched.expires_in - self._early_seconds
        self._tokens[whose] = _CachedToken(fetched.access_token, KeptAt.now(), seconds)
        return fetched.access_token

    def clear(self) -> None:
        """Forget every token."""
        self._tokens.clear()


def refusal_in(response: "httpx.Response") -> str:
    """Return the code of OAuth by which a token is refused, as invalid_grant; empty without one."""
    try:
        return parse_model(TheirRefusal, parse_json(response.content)).error
    except Rejected:
        return ""
