"""Words of a command line that no command takes: one line says so, and the process ends."""

import sys
from collections.abc import Sequence


def numbers(words: Sequence[str], wanted: str) -> list[int]:
    """Return the words as whole numbers; exit where one is none.

    >>> numbers(["1000", "0"], "how many seeds, and the first of them")
    [1000, 0]
    """
    if wrong := [word for word in words if not (word.isascii() and word.isdecimal())]:
        sys.exit(f"“{wrong[0]}” is no whole number; wanted: {wanted}")
    return [int(word) for word in words]
