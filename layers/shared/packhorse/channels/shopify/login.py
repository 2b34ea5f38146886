"""Access tokens of a Shopify app by the client credentials grant: good for a day, kept until shortly before."""

import time
from collections.abc import Generator
from typing import NamedTuple

import httpx
from pydantic import Field

from packhorse.channels.body import ExternalModel, parse_json, parse_model
from packhorse.channels.http import require_success
from packhorse.domain.errors import Rejected, Unavailable

EARLY_SECONDS = 300
GRANT = "/admin/oauth/access_token"


class TheirToken(ExternalModel):
    """A token, and for how many seconds it is one."""

    access_token: str = Field(min_length=1, repr=False)
    expires_in: float = Field(gt=0)


class _CachedToken(NamedTuple):
    token: str
    until: float


_cached_tokens: dict[tuple[str, str, str], _CachedToken] = {}


def clear_tokens() -> None:
    """Forgets every token that is kept."""
    _cached_tokens.clear()


class AppLogin(httpx.Auth):
    """Puts a token into every request. One that is refused early, as after a new secret, is fetched again once."""

    requires_response_body = True

    def __init__(self, store: httpx.URL, client_id: str, client_secret: str) -> None:
        self.store = store
        self.client_id = client_id
        self.client_secret = client_secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Yield the request with a token, after one that fetches the token if none is cached."""
        app = (str(self.store), self.client_id, self.client_secret)
        kept = _cached_tokens.get(app)
        if kept and time.monotonic() < kept.until:
            request.headers["X-Shopify-Access-Token"] = kept.token
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return
        told = _token(require_success((yield self._asking())))
        _cached_tokens[app] = _CachedToken(told.access_token, time.monotonic() + told.expires_in - EARLY_SECONDS)
        request.headers["X-Shopify-Access-Token"] = told.access_token
        yield request

    def _asking(self) -> httpx.Request:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        url = self.store.copy_with(path=self.store.path.rstrip("/") + GRANT)
        return httpx.Request("POST", url, data=form, headers={"Accept": "application/json"})


def _token(response: httpx.Response) -> TheirToken:
    try:
        return parse_model(TheirToken, parse_json(response.content))
    except Rejected as error:
        raise Unavailable(f"POST {GRANT}: the answer is no token") from error
