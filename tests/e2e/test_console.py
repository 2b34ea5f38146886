"""People's work in the console, in a browser, against the deployed stack: console/e2e says what."""

import json

import pytest

from local import npm
from local.people import ensure_person
from local.running import Stack

SECONDS = 1200


@pytest.mark.e2e
def test_a_day_s_work_in_the_console(stack: Stack) -> None:
    packer = ensure_person(stack, "packer", ["leeds"])
    environment = {"PACKHORSE_PACKER": json.dumps(packer), "PACKHORSE_STACK": str(stack.home.stack_file)}

    ran = npm.run("e2e", SECONDS, environment)

    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
