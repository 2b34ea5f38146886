"""Temporary names of files that are being written: each writer has its own, so that no two write into one file.

What a writer leaves that dies is removed by a later one, hours after it was written last.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from secrets import token_hex

from packhorse.domain.supply.arrivals import RemoteFile

TEMPORARY = ".tmp"
"""After the name of a file until it is whole; `TEMPORARY_SUFFIXES` has it."""
LEFT_AFTER = timedelta(hours=3)
"""A process lives a quarter of an hour; a server that gives local times may move its clock by an hour."""

_OURS = re.compile(rf".+\.packhorse-[0-9a-f]{{12}}{re.escape(TEMPORARY)}")


def temporary_name(name: str) -> str:
    """Return a name that no other writer has: `ORD_1.csv.packhorse-3f9c2a71d04b.tmp`."""
    return f"{name}.packhorse-{token_hex(6)}{TEMPORARY}"


def is_temporary(name: str) -> bool:
    """Return whether a name is one of `temporary_name`.

    >>> is_temporary("ORD_1.csv.packhorse-3f9c2a71d04b.tmp"), is_temporary("ORD_1.csv.tmp")
    (True, False)
    """
    return _OURS.fullmatch(name) is not None


def leftovers(files: Iterable[RemoteFile], temporary: str) -> list[str]:
    """Return the temporary files whose writers have ended.

    `temporary` is the one that was written just now: files are old by the server's clock, not by ours.
    """
    written = {file.name: file.modified for file in files if is_temporary(file.name)}
    now = written.get(temporary)
    if now is None:
        return []
    return [name for name, modified in written.items() if modified and now - modified > LEFT_AFTER]
