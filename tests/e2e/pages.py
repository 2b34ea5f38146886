"""Pages of docs/ as scripts: their commands run in one shell, against the stack of the tests."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from local.home import CHECKOUT
from local.running import Stack

BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "-- end of a step --\n"
MAKE = """make() {
  case "$1" in
    up | down) ;;
    token) echo "$TOKEN" ;;
    invoke) shift; (cd "$CHECKOUT"; "$PYTHON" -m tests.e2e.invoke "$HOME_OF_STACK" "$@") ;;
    *) return 1 ;;
  esac
}"""
"""The stack of the tests runs already, and has its own token."""


class Step(NamedTuple):
    """A block of commands and the output below it."""

    commands: str
    output: str


def page(name: str) -> str:
    """Return the text of a page."""
    return (CHECKOUT / "docs" / name).read_text()


def steps(text: str) -> list[Step]:
    """Return the blocks of commands of a page."""
    found: list[Step] = []
    for kind, content in BLOCK.findall(text):
        if kind == "sh":
            found.append(Step(content, ""))
        else:
            found[-1] = found[-1]._replace(output=content)
    return found


def run(found: list[Step], stack: Stack, folder: Path) -> list[str]:
    """Run all steps in a folder that has the stack's description, and return what each printed; all must succeed."""
    (folder / ".local").mkdir()
    (folder / ".local" / "stack.json").symlink_to(stack.home.stack_file)
    script = folder / "page.sh"
    script.write_text("\n".join([MAKE, *(f"{step.commands}printf '%s' '{END}'" for step in found)]))
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TOKEN": stack.token(),
        "CHECKOUT": str(CHECKOUT),
        "PYTHON": sys.executable,
        "HOME_OF_STACK": str(stack.home.folder),
    }
    command = ["bash", "-eu", "-o", "pipefail", str(script)]
    ran = subprocess.run(  # noqa: S603 - our own page
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=480, check=False
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    return ran.stdout.split(END)[:-1]
