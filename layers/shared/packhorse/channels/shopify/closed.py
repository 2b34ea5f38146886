"""Answers of a Shopify store that takes no calls now, whatever they are: nothing is wrong with the call.

This imports httpx, which the webhook function must not load.
"""

from collections.abc import Mapping

import httpx

from packhorse.domain.errors import Unavailable
from packhorse.http.calls import require_success

CLOSED: Mapping[int, str] = {
    httpx.codes.PAYMENT_REQUIRED: "the store is frozen until its owner has paid Shopify's bill",
    httpx.codes.LOCKED: "Shopify has locked the store: its owner has to ask Shopify's support",
}


def require_open(response: httpx.Response) -> httpx.Response:
    """Return the response if it is 2xx; raises as `require_success` does if not, or Unavailable for a closed store."""
    if reason := CLOSED.get(response.status_code):
        raise Unavailable(f"{response.request.method} {response.request.url.path}: {reason}")
    return require_success(response)
