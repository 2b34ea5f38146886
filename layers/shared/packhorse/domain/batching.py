"""Parts of a sequence, for what takes only so many at once."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def batched(several: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the parts of a sequence, each of at most that size.

    >>> list(batched("packhorse", 4))
    ['pack', 'hors', 'e']
    """
    return (several[start : start + size] for start in range(0, len(several), size))
