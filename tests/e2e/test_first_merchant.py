"""docs/first-merchant.md: every command of the page runs, and prints the output that the page shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.api import Api
from local.running import Stack
from tests.e2e.pages import page, run, steps

pytestmark = pytest.mark.e2e


@pytest.fixture
def like_empty(api: Api) -> Iterator[None]:
    """Give the seeded account the catchall of a new one; undo that and the page's account at the end."""
    account = {name: api.get("/account")[name] for name in ("catchall", "priorities", "sync")}
    api.put("/warehouses/main", {})
    api.put("/account", {"catchall": "main"})
    yield
    api.put("/account", account)


@pytest.mark.usefixtures("like_empty")
def test_the_page_of_the_first_merchant_does_what_it_shows(stack: Stack, tmp_path: Path) -> None:
    found = steps(page("first-merchant.md"))

    assert run(found, stack, tmp_path) == [step.output for step in found]
