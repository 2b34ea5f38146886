"""Access tokens of eBay: of the seller by a refresh token, of the application by its own credentials.

Both are valid for two hours and cached until shortly before. The application's is what notifications are verified and
set up with; everything about the seller takes the other one.
"""

import base64
import re
from collections.abc import Generator, Mapping

import httpx

from packhorse.channels.protocol import Keys
from packhorse.channels.tokens import CachedTokens, refusal_in
from packhorse.domain.errors import CredentialsRefused
from packhorse.http.answers import excerpt
from packhorse.http.calls import require_success

EARLY_SECONDS = 300
GRANT = "/identity/v1/oauth2/token"
APPLICATION_SCOPE = "https://api.ebay.com/oauth/api_scope"
OF_THE_APPLICATION = re.compile(r"/commerce/notification/v1/(public_key|destination|config|topic)(/|$)")
TRADING = "/ws/api.dll"
OLD_TOKEN = re.compile(rb"<ErrorCode>(932|21916984|21917053)</ErrorCode>")
"""Codes of the Trading API, which answers 200, for a token that has expired or is not valid."""

CONNECT_AGAIN = "the seller's refresh token has expired or was revoked; connect the channel with a new one"


_tokens = CachedTokens(EARLY_SECONDS)


def clear_tokens() -> None:
    """Forget every cached token."""
    _tokens.clear()


class EbayLogin(httpx.Auth):
    """Sets a token in every request; one that is refused is fetched once more."""

    requires_response_body = True

    def __init__(self, base_url: httpx.URL, keys: Keys) -> None:
        self.base_url = base_url
        self.keys = keys

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Yield the request with a token, after one that fetches the token if none is cached."""
        path = request.url.path.removeprefix(self.base_url.path.rstrip("/"))
        grant = self._grant(path)
        name = (str(self.base_url), self.keys, grant["grant_type"])
        if token := _tokens.find(name):
            _set_token(request, path, token)
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED and not _is_old(response, path):
                return
        granted = _require_grant((yield self._token_request(grant, request)))
        _set_token(request, path, _tokens.keep(name, granted, f"POST {GRANT}"))
        yield request

    def _grant(self, path: str) -> Mapping[str, str]:
        """Return the form that requests the token for a path; raises CredentialsRefused if credentials lack."""
        if not (self.keys.client_id and self.keys.client_secret):
            raise CredentialsRefused(
                "eBay needs client_id and client_secret: the App ID and Cert ID of the application"
            )
        if OF_THE_APPLICATION.match(path):
            return {"grant_type": "client_credentials", "scope": APPLICATION_SCOPE}
        if not self.keys.token:
            raise CredentialsRefused("eBay needs token: a refresh token of the seller")
        return {"grant_type": "refresh_token", "refresh_token": self.keys.token}

    def _token_request(self, grant: Mapping[str, str], request: httpx.Request) -> httpx.Request:
        """Return the request of a token, with the timeouts of that which needs it: by itself it would have none."""
        both = f"{self.keys.client_id}:{self.keys.client_secret}".encode()
        headers = {"Accept": "application/json", "Authorization": f"Basic {base64.b64encode(both).decode()}"}
        url = self.base_url.copy_with(path=self.base_url.path.rstrip("/") + GRANT)
        return httpx.Request("POST", url, data=grant, headers=headers, extensions=request.extensions)


def _set_token(request: httpx.Request, path: str, token: str) -> None:
    if path == TRADING:
        request.headers["X-EBAY-API-IAF-TOKEN"] = token
    else:
        request.headers["Authorization"] = f"Bearer {token}"


def _is_old(response: httpx.Response, path: str) -> bool:
    return path == TRADING and OLD_TOKEN.search(response.content) is not None


def _require_grant(response: httpx.Response) -> httpx.Response:
    """Return the response if it is 2xx; 400 and 401 are how eBay refuses a token, a scope or an application."""
    if response.status_code == httpx.codes.BAD_REQUEST:
        reason = CONNECT_AGAIN if refusal_in(response) == "invalid_grant" else f"POST {GRANT}: 400"
        raise CredentialsRefused(reason, answer=excerpt(response))
    return require_success(response)
