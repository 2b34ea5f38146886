"""docs/first-merchant.md: every command of the page runs, and prints the output that the page shows."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from local.api import Api
from local.home import CHECKOUT
from local.running import Stack

pytestmark = pytest.mark.e2e

PAGE = CHECKOUT / "docs" / "first-merchant.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "-- end of a step --\n"
MAKE = 'make() { case "$1" in up | down) ;; token) echo "$TOKEN" ;; *) return 1 ;; esac; }'
"""The stack of the tests runs already, and has its own token."""


class Step(NamedTuple):
    """A block of commands and the output below it."""

    commands: str
    output: str


def steps(page: str) -> list[Step]:
    found: list[Step] = []
    for kind, content in BLOCK.findall(page):
        if kind == "sh":
            found.append(Step(content, ""))
        else:
            found[-1] = found[-1]._replace(output=content)
    return found


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
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local" / "stack.json").symlink_to(stack.home.stack_file)
    page = steps(PAGE.read_text())
    script = tmp_path / "page.sh"
    script.write_text("\n".join([MAKE, *(f"{step.commands}printf '%s' '{END}'" for step in page)]))

    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TOKEN": stack.token()}
    command = ["bash", "-eu", "-o", "pipefail", str(script)]
    ran = subprocess.run(  # noqa: S603 - our own page
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=480, check=False
    )

    assert ran.stdout.split(END) == [*(step.output for step in page), ""], ran.stderr
    assert ran.returncode == 0, ran.stderr
