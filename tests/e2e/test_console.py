"""People's work in the console, in a browser, against the deployed stack: console/e2e says what."""

import json
from collections.abc import Iterator

import pytest

from local import npm
from local.people import ensure_person
from local.running import Stack
from tests.e2e.conftest import deployed

SECONDS = 1200


@pytest.fixture
def stack() -> Iterator[Stack]:
    """A stack of its own, so that `make check` runs this beside the other tests."""
    with deployed("test-console") as running:
        yield running


@pytest.mark.e2e
def test_a_day_s_work_in_the_console(stack: Stack) -> None:
    packer = ensure_person(stack, "packer", ["leeds"])
    environment = {"PACKHORSE_PACKER": json.dumps(packer), "PACKHORSE_STACK": str(stack.home.stack_file)}

    ran = npm.run("e2e", SECONDS, environment)

    # vitest writes what failed to stderr; what passed would hide it.
    assert ran.returncode == 0, ran.stderr or ran.stdout
