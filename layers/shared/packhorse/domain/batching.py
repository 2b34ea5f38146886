"""Parts of many things, for what takes only so many at once."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(several: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """Yield several things in parts, each of at most that size, and taken when it is needed.

    >>> ["".join(part) for part in batched("packhorse", 4)]
    ['pack', 'hors', 'e']
    """
    rest = iter(several)
    while part := list(islice(rest, size)):
        yield part
