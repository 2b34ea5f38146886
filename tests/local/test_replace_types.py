"""What mypy says of `replace`: of a misspelt field, of a value of the wrong type, and of none that is right."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from local.home import CHECKOUT

MODULE = """
    from packhorse.domain.values import Value

    class Place(Value):
        city: str
        country: str | None = None

    class Shop(Place):
        number: int = 0

    def moved(shop: Shop) -> Shop:
        return shop.replace({fields})

    def renamed(name: str) -> str:
        return name.replace("a", "b")
"""


def check(path: Path) -> str:
    options = ["--config-file", str(CHECKOUT / "pyproject.toml"), "--no-error-summary"]
    command = [sys.executable, "-m", "mypy", *options, str(path)]
    return subprocess.run(  # noqa: S603 - our own type checker
        command, cwd=CHECKOUT, capture_output=True, text=True, check=False
    ).stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ("city='Reno', country=None, number=3", ""),
        ("town='Reno'", 'Unexpected keyword argument "town" for "replace"'),
        ("city=None", 'Argument "city" to "replace" of "Value" has incompatible type "None"; expected "str"'),
        ("number='3'", 'Argument "number" to "replace" of "Value" has incompatible type "str"; expected "int"'),
    ],
)
def test_the_fields_of_a_class_and_their_types_are_checked(tmp_path: Path, fields: str, fault: str) -> None:
    module = tmp_path / "shops.py"
    module.write_text(dedent(MODULE).format(fields=fields))

    found = check(module)

    assert fault in found
    assert bool(found) == bool(fault)
