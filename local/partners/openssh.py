"""Debian's OpenSSH server, unpacked below .local without installing it: `python -m local.partners.openssh`.

It runs as an unprivileged user; libnss-wrapper gives it an account that the machine does not have.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from local.home import ENVIRONMENTS, StackError

FOLDER = ENVIRONMENTS / "openssh"
PACKAGES = ("openssh-server", "libwrap0", "libnss-wrapper")
NEEDED = ("apt-get", "dpkg-deb")
SECONDS = 300


def install(folder: Path = FOLDER) -> None:
    """Download the packages of this machine's Debian or Ubuntu and unpack them; raises StackError if that fails."""
    if missing := [name for name in NEEDED if not shutil.which(name)]:
        raise StackError(
            f"the tests of SFTP run against Debian's OpenSSH server, and {missing[0]} is missing here: "
            "run them on Debian or Ubuntu, or in a container of it"
        )
    with TemporaryDirectory() as downloads:
        _run(["apt-get", "download", *PACKAGES], Path(downloads))
        for package in sorted(Path(downloads).glob("*.deb")):
            _run(["dpkg-deb", "-x", str(package), str(folder)], Path(downloads))
    if not sshd(folder).exists():
        raise StackError(f"{sshd(folder)} is missing in the package openssh-server")
    (folder / ".synced").touch()


def sshd(folder: Path = FOLDER) -> Path:
    """Return the path of the server."""
    return folder / "usr" / "sbin" / "sshd"


def programs(folder: Path = FOLDER) -> Mapping[str, Path]:
    """Return the paths, by their options, of the programs that OpenSSH 9.8 and later start for each connection."""
    found = {
        "SshdSessionPath": folder / "usr/lib/openssh/sshd-session",
        "SshdAuthPath": folder / "usr/lib/openssh/sshd-auth",
    }
    return {name: path for name, path in found.items() if path.exists()}


def libraries(folder: Path = FOLDER) -> Sequence[Path]:
    """Return the folders of its libraries."""
    return [*folder.glob("usr/lib/*-linux-gnu*"), *folder.glob("lib/*-linux-gnu*")]


def _run(command: Sequence[str], folder: Path) -> None:
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    if ran.returncode:
        raise StackError(f"{' '.join(command)} failed (apt-get update may help):\n{ran.stderr.strip()}")


if __name__ == "__main__":
    try:
        print(f"unpacking {', '.join(PACKAGES)} below {FOLDER}", file=sys.stderr)
        install()
    except StackError as error:
        sys.exit(str(error))
