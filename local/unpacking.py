"""Debian's packages, unpacked below .local without installing them: without root, and the machine stays as it is."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from local.home import StackError

NEEDED = ("apt-get", "dpkg-deb")
SECONDS = 600


def unpack(packages: Sequence[str], folder: Path, what_for: str) -> None:
    """Download packages of this machine's Debian or Ubuntu and unpack them; raises StackError if that fails."""
    _require_debian(what_for)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as downloads:
        _run(["apt-get", "download", *packages], Path(downloads))
        for package in sorted(Path(downloads).glob("*.deb")):
            _run(["dpkg-deb", "-x", str(package), str(folder)], Path(downloads))


def with_what_they_need(package: str, what_for: str) -> list[str]:
    """Return a package and those that it needs and this machine lacks, as apt would install them."""
    _require_debian(what_for)
    plan = _run(["apt-get", "-qq", "--simulate", "--no-install-recommends", "install", package], Path("/"))
    return [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]


def libraries(folder: Path) -> Sequence[Path]:
    """Return the folders of libraries below `folder`."""
    found = [*folder.glob("usr/lib/*-linux-gnu*"), *folder.glob("lib/*-linux-gnu*")]
    return [
        *found,
        *(each for folder in found for each in folder.iterdir() if each.is_dir() and any(each.glob("*.so*"))),
    ]


def _require_debian(what_for: str) -> None:
    if missing := [name for name in NEEDED if not shutil.which(name)]:
        raise StackError(
            f"{what_for}, and {missing[0]} is missing here: run them on Debian or Ubuntu, or in a container of it"
        )


def _run(command: Sequence[str], folder: Path) -> str:
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    if ran.returncode:
        raise StackError(f"{' '.join(command)} failed (apt-get update may help):\n{ran.stderr.strip()}")
    return ran.stdout
