"""The operator API's own deployment in memory."""

import pytest

from packhorse import aws


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients outlive a test: making them takes longer than all that a test does with them."""
    monkeypatch.setattr(aws.client, "cache_clear", lambda: None)


@pytest.fixture
def cloud(clients: None, cloud: None) -> None:
    """An empty deployment."""
