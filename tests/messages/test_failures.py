"""A failure is raised again by the caller as what it was, or as the nearest kind that an answer carries."""

from collections.abc import Iterator

import pytest

from packhorse.domain.errors import Conflict, PackhorseError, Rejected, Unavailable
from packhorse.domain.supply.rendering import Unfit
from packhorse.messages.failures import failure_of


def all_kinds(kind: type[PackhorseError]) -> Iterator[type[PackhorseError]]:
    for each in kind.__subclasses__():
        yield each
        yield from all_kinds(each)


LISTED = (Rejected, Conflict, Unavailable)


@pytest.mark.parametrize(
    "kind",
    [Unfit, *LISTED, *(each for kind in LISTED for each in all_kinds(kind) if each is not Unfit)],
    ids=lambda kind: kind.__name__,
)
def test_every_kind_of_failure_stays_one_of_whom_it_concerns(kind: type[PackhorseError]) -> None:
    again = failure_of(kind("no")).error()

    assert issubclass(kind, type(again))
    assert [isinstance(again, each) for each in LISTED] == [issubclass(kind, each) for each in LISTED]
