"""Debian's OpenSSH server, unpacked below .local without installing it: `python -m local.partners.openssh`.

It runs as an unprivileged user; libnss-wrapper gives it an account that the machine does not have.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from local.home import ENVIRONMENTS, StackError
from local.unpacking import unpack

FOLDER = ENVIRONMENTS / "openssh"
PACKAGES = ("openssh-server", "libwrap0", "libnss-wrapper")


def install(folder: Path = FOLDER) -> None:
    """Download the packages of this machine's Debian or Ubuntu and unpack them; raises StackError if that fails."""
    unpack(PACKAGES, folder, "the tests of SFTP run against Debian's OpenSSH server")
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


if __name__ == "__main__":
    try:
        print(f"unpacking {', '.join(PACKAGES)} below {FOLDER}", file=sys.stderr)
        install()
    except StackError as error:
        sys.exit(str(error))
