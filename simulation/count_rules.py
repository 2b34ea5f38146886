"""The rule of counts: what was counted is set only where the shelf is as it was then."""

import re

COUNTED = re.compile(r"counted ([0-9]+) instead of ([0-9]+)")


def of_count(there: int, counted: int) -> str:
    """Return the reason that a person gives for a count."""
    return f"counted {counted} instead of {there}"


def count_fault(reason: str, before: int, after: int) -> str | None:
    """Return what is wrong with a count of a shelf, None if nothing is.

    >>> count_fault(of_count(there=3, counted=4), 3, 4)
    >>> count_fault(of_count(there=3, counted=4), 2, 4)
    'counted 4 instead of 3, and it was 2 and is 4'
    """
    found = COUNTED.fullmatch(reason)
    if found is None or (before, after) == (int(found[2]), int(found[1])):
        return None
    return f"{reason}, and it was {before} and is {after}"
