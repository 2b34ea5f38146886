"""A browser for the tests of the console: Debian's headless Chromium. `python -m local.chromium`.

It is unpacked below .local unless the machine has one; `PACKHORSE_CHROMIUM` names another one.
"""

import os
import shutil
import sys
from collections.abc import Mapping

from local.home import ENVIRONMENTS, StackError
from local.unpacking import libraries, unpack, with_what_they_need

FOLDER = ENVIRONMENTS / "chromium"
PACKAGE = "chromium-headless-shell"
UNPACKED = FOLDER / "usr" / "lib" / "chromium" / PACKAGE
WHAT_FOR = "the tests of the console run in Debian's Chromium"
CHOSEN = "PACKHORSE_CHROMIUM"


def install() -> None:
    """Unpack it with what it needs and this machine lacks; raises StackError if that fails."""
    if not _own():
        unpack(with_what_they_need(PACKAGE, WHAT_FOR), FOLDER, WHAT_FOR)
        if not UNPACKED.exists():
            raise StackError(f"{UNPACKED} is missing in the package {PACKAGE}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / ".synced").touch()


def environment() -> Mapping[str, str]:
    """Return the variables with which the tests find and start it; raises StackError without one."""
    if own := _own():
        return {CHOSEN: own}
    if not UNPACKED.exists():
        raise StackError("there is no Chromium: make install")
    return {CHOSEN: str(UNPACKED), "LD_LIBRARY_PATH": os.pathsep.join(map(str, libraries(FOLDER)))}


def _own() -> str | None:
    return os.environ.get(CHOSEN) or shutil.which(PACKAGE)


if __name__ == "__main__":
    try:
        print(f"unpacking {PACKAGE} below {FOLDER}", file=sys.stderr)
        install()
    except StackError as error:
        sys.exit(str(error))
