"""Access tokens of Login with Amazon: valid for an hour, cached until shortly before.

A token is the seller's, by the refresh token, or for some calls about notifications the application's own.
"""

import re
from collections.abc import Generator, Mapping

import httpx

from packhorse.channels.amazon.marketplaces import ENDPOINTS
from packhorse.channels.protocol import Keys
from packhorse.channels.tokens import CachedTokens, refusal_in
from packhorse.domain.errors import CredentialsRefused
from packhorse.http.answers import excerpt
from packhorse.http.calls import require_success

EARLY_SECONDS = 120
GRANT = "/auth/o2/token"
LOGIN = httpx.URL("https://api.amazon.com")
"""Where all regions get their tokens; an address that is none of Amazon's endpoints grants them itself."""
TOKEN_HEADER = "x-amz-access-token"  # noqa: S105 -- a header's name
REFUSED = frozenset({httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN})
"""Amazon answers 403 to a token that has expired."""

GRANTLESS = re.compile(r"\w+ .*/notifications/v1/(destinations(/[^/]+)?|subscriptions/[^/]+/[^/]+)")
"""Calls that are made as the application, whichever seller it is about."""
RATE = r"[0-9]{0,9}\.?[0-9]{0,9}[1-9][0-9]{0,9}"
"""Calls a second, more than none."""
SCOPE = "sellingpartnerapi::notifications"

AUTHORISE_AGAIN = (
    "the seller's authorisation has ended; authorise the application again, and save its new refresh token"
)


_tokens = CachedTokens(EARLY_SECONDS)


def clear_tokens() -> None:
    """Forget every cached token."""
    _tokens.clear()


class AmazonLogin(httpx.Auth):
    """Sets a token in every request; one that is refused is fetched once more."""

    requires_response_body = True

    def __init__(self, base_url: httpx.URL, keys: Keys) -> None:
        self.base_url = base_url
        self.keys = keys

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Yield the request with a token, after one that fetches the token if none is cached."""
        is_grantless = bool(GRANTLESS.fullmatch(f"{request.method} {request.url.path}"))
        grant = self._grant(is_grantless=is_grantless)
        name = (str(self.base_url), self.keys, is_grantless)
        if token := _tokens.find(name):
            request.headers[TOKEN_HEADER] = token
            response = yield request
            if response.status_code not in REFUSED:
                _say_when(response)
                return
        granted = _require_grant((yield self._token_request(grant, request)))
        request.headers[TOKEN_HEADER] = _tokens.keep(name, granted, f"POST {GRANT}")
        _say_when((yield request))

    def _grant(self, *, is_grantless: bool) -> Mapping[str, str]:
        """Return the form that requests a token; raises CredentialsRefused if credentials lack."""
        if not (self.keys.client_id and self.keys.client_secret):
            raise CredentialsRefused("Amazon needs client_id and client_secret: the LWA credentials of the application")
        if not self.keys.token:
            raise CredentialsRefused("Amazon needs token: the refresh token of the seller's authorisation")
        own = {"client_id": self.keys.client_id, "client_secret": self.keys.client_secret}
        if is_grantless:
            return {"grant_type": "client_credentials", "scope": SCOPE, **own}
        return {"grant_type": "refresh_token", "refresh_token": self.keys.token, **own}

    def _token_request(self, grant: Mapping[str, str], request: httpx.Request) -> httpx.Request:
        """Return the request of a token, with the timeouts of that which needs it: by itself it would have none."""
        origin = LOGIN if f"https://{self.base_url.host}" in ENDPOINTS else self.base_url
        url = origin.copy_with(path=origin.path.rstrip("/") + GRANT)
        return httpx.Request(
            "POST", url, data=grant, headers={"Accept": "application/json"}, extensions=request.extensions
        )


def _say_when(response: httpx.Response) -> None:
    """Give an answer beyond the rate the header that says when the next call may be; Amazon states the rate alone."""
    stated = response.headers.get("x-amzn-RateLimit-Limit", "")
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS and re.fullmatch(RATE, stated):
        response.headers["Retry-After"] = f"{1 / float(stated):.1f}"


def _require_grant(response: httpx.Response) -> httpx.Response:
    """Return the response if it is 2xx; 400 and 401 are how Amazon refuses a token or an application."""
    if response.status_code == httpx.codes.BAD_REQUEST:
        reason = AUTHORISE_AGAIN if refusal_in(response) == "invalid_grant" else f"POST {GRANT}: 400"
        raise CredentialsRefused(reason, answer=excerpt(response))
    return require_success(response)
