"""Clients of outside systems."""

from unittest.mock import Mock

import httpx
import pytest

from packhorse.http import calls
from packhorse.http.calls import client_of


def test_certificates_are_read_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    create = Mock(return_value=httpx.create_ssl_context())
    monkeypatch.setattr(httpx, "create_ssl_context", create)
    calls.trusted_certificates.cache_clear()

    for shop in ("one", "two"):
        client_of(f"https://{shop}.example", (), 1).close()

    assert create.call_count == 1
