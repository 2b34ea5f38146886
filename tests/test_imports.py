"""Who imports whom: the contracts of pyproject.toml hold, and each of them notices what it is there for."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from simulation.template import ROOT

LINT = Path(sys.executable).with_name("lint-imports")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
PLANTED = {
    "the domain imports the standard library, pydantic and itself": {
        "layers/shared/packhorse/domain/planted.py": "from packhorse.aws.settings import settings",
    },
    "imports run downwards only": {
        "layers/shared/packhorse/store/planted.py": "import packhorse.channels",
    },
    "files are read without AWS": {
        "layers/shared/packhorse/files/planted.py": "import botocore",
    },
    "papers are drawn without AWS": {
        "layers/shared/packhorse/papers/planted.py": "import botocore",
    },
    "only the documents function imports what its layer has": {
        "layers/shared/packhorse/usecases/planted.py": "import pypdf",
    },
    "only SFTP needs the sftp layer": {
        "layers/shared/packhorse/suppliers/planted.py": "import asyncssh",
    },
    "only notifications need the layer of signatures": {
        "layers/shared/packhorse/channels/planted.py": "import cryptography",
    },
    "routing knows nothing of orders": {
        "layers/shared/packhorse/domain/routing/planted.py": "import packhorse.domain.orders.order",
    },
    "a function imports the layer, Powertools and the standard library": {
        "functions/operate/planted.py": "import boto3",
    },
    "a function imports no other function": {
        "functions/operate/planted.py": "import functions.operate.planted_too",
        "functions/operate/planted_too.py": "",
    },
    "nothing imports functions": {
        "layers/shared/packhorse/planted.py": "import functions.planted",
        "functions/planted.py": "",
    },
    "the layer imports nothing of the laptop": {
        "layers/shared/packhorse/planted.py": "import local.home",
    },
    "the simulation and the benchmarks import nothing of the tests": {
        "bench/planted.py": "import tests.planted",
        "tests/planted.py": "",
    },
    "the modules of the laptop import each other in one direction": {
        "local/planted.py": "import local.world.planted",
        "local/world/planted.py": "import local.planted",
    },
}


def broken(root: Path) -> set[str]:
    """The contracts that are broken below a folder."""
    environment = {**os.environ, "PYTHONPATH": str(root / "layers" / "shared"), "COLUMNS": "200"}
    ran = subprocess.run(  # noqa: S603 - our own linter
        [LINT, "--no-cache", "--no-logo"], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    found = set(re.findall(r"^(.+) BROKEN(?: \(.+\))?$", ran.stdout, re.MULTILINE))
    assert (ran.returncode == 0) == (not found), ran.stdout + ran.stderr
    return found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the code, to plant something in."""
    caches = shutil.ignore_patterns("__pycache__")
    for folder in ("functions", "local", "layers/shared/packhorse", "simulation", "bench", "deploy", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=caches)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept() -> None:
    assert broken(ROOT) == set()


@pytest.mark.parametrize("contract", [contract["name"] for contract in CONTRACTS])
def test_a_contract_is_broken_by_what_it_forbids(contract: str, tree: Path) -> None:
    for path, text in PLANTED[contract].items():
        (tree / path).write_text(f"{text}\n")

    assert broken(tree) == {contract}


def test_every_other_function_is_kept_from_what_the_layer_of_documents_has() -> None:
    [contract] = [each for each in CONTRACTS if each["name"].startswith("only the documents function")]
    folders = {path.parent.name for path in (ROOT / "functions").rglob("*.py")} - {"operate"}
    beside = {path.stem for path in (ROOT / "functions/operate").glob("*.py")} - {"documents"}
    floors = {path.name for path in (ROOT / "layers/shared/packhorse").iterdir() if path.is_dir()}
    kept = {name.removeprefix("packhorse.") for name in contract["source_modules"] if name.startswith("packhorse.")}

    assert {name for name in contract["source_modules"] if name.startswith("functions.")} == {
        *(f"functions.{folder}" for folder in folders),
        *(f"functions.operate.{name}" for name in beside),
    }
    assert kept == floors - {"papers", "__pycache__"}


def test_what_the_layer_ships_is_out_of_bounds_for_the_domain_except_for_pydantic() -> None:
    lines = (ROOT / "layers/shared/requirements.in").read_text().splitlines()
    shipped = {line.partition("[")[0].replace("-", "_") for line in lines if line and not line.startswith("#")}

    assert shipped - {"pydantic"} <= set(CONTRACTS[0]["forbidden_modules"])


def test_a_function_parses_calls_and_answers_in_sixty_lines() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / "functions").rglob("*.py")}

    assert lengths
    assert {str(path): lines for path, lines in lengths.items() if lines > 60} == {}
