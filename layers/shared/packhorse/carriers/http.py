"""HTTP clients of carrier accounts, and the download of labels' files.

This imports httpx, which reading a webhook does not need.
"""

from collections.abc import Callable

import httpx

from packhorse.carriers import CARRIERS
from packhorse.carriers.protocol import CarrierKeys
from packhorse.domain.configuration.carrier import CarrierAccount
from packhorse.http.calls import client_of
from packhorse.http.pace import forever


def connect(account: CarrierAccount, keys: CarrierKeys, remaining: Callable[[], float] = forever) -> httpx.Client:
    """Return a signed-in client of the account; it paces its calls, and makes none when too few seconds remain."""
    adapter = CARRIERS[account.kind]
    http = client_of(account.base_url or adapter.base_url, (keys.token,), account.calls_per_second, remaining)
    if adapter.sign_in:
        adapter.sign_in(http, keys)
    return http
