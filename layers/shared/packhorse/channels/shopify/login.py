"""Access tokens of a Shopify app by the client credentials grant: valid for a day, cached until shortly before."""

from collections.abc import Generator

import httpx

from packhorse.channels.shopify.closed import require_open
from packhorse.channels.tokens import CachedTokens
from packhorse.domain.errors import CredentialsRefused
from packhorse.http.answers import excerpt

EARLY_SECONDS = 300
GRANT = "/admin/oauth/access_token"


_tokens = CachedTokens(EARLY_SECONDS)


def clear_tokens() -> None:
    """Forget every cached token."""
    _tokens.clear()


class AppLogin(httpx.Auth):
    """Sets a token in every request; one that is refused, as after a new secret, is fetched once more."""

    requires_response_body = True

    def __init__(self, store: httpx.URL, client_id: str, client_secret: str) -> None:
        self.store = store
        self.client_id = client_id
        self.client_secret = client_secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Yield the request with a token, after one that fetches the token if none is cached."""
        app = (str(self.store), self.client_id, self.client_secret)
        if token := _tokens.find(app):
            request.headers["X-Shopify-Access-Token"] = token
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return
        granted = _require_grant((yield self._token_request(request)))
        request.headers["X-Shopify-Access-Token"] = _tokens.keep(app, granted, f"POST {GRANT}")
        yield request

    def _token_request(self, request: httpx.Request) -> httpx.Request:
        """Return the request of a token, with the timeouts of that which needs it: by itself it would have none."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        url = self.store.copy_with(path=self.store.path.rstrip("/") + GRANT)
        headers = {"Accept": "application/json"}
        return httpx.Request("POST", url, data=form, headers=headers, extensions=request.extensions)


def _require_grant(response: httpx.Response) -> httpx.Response:
    """Return the response if it is 2xx; 400 is how a store refuses an app's id or secret."""
    if response.status_code == httpx.codes.BAD_REQUEST:
        raise CredentialsRefused(f"POST {GRANT}: 400", answer=excerpt(response))
    return require_open(response)
