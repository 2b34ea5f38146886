"""The three kinds of failure, by who must act.

PackhorseError
├── Rejected      a person must act: trying again cannot help
│   ├── NotFound, NotNow, Outdated, NotAllowed, SignedOut
│   └── NotReady  a person adds what lacks; nothing was spent
├── Conflict      another writer was first: read again and retry
└── Unavailable   an outside system failed: later, unchanged
    ├── CallFailed           it failed at one call; others may work
    ├── CredentialsRefused   a person gives new credentials; what waits is sent then
    ├── NotYet               it took the request, and has not done it yet
    └── OutOfTime            the invocation ends before an answer could come; nothing was called

Expected outcomes (out of stock, a duplicate) are results, not failures. Anything else is a bug and crashes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import NamedTuple


class FieldError(NamedTuple):
    """One fault in a request or document; `field` is a path such as `lines.0.quantity`."""

    field: str
    message: str


def innermost(errors: Sequence[FieldError]) -> Iterator[FieldError]:
    """Yield the errors that do not follow from another one inside of them: a list of one bad item is not too short.

    >>> [error.field for error in innermost([FieldError("lines.0.sku", "is missing"), FieldError("lines", "is empty")])]
    ['lines.0.sku']
    """
    outer = {error.field[: dot.start()] for error in errors for dot in re.finditer(r"\.", error.field)}
    for error in errors:
        if error.field not in outer:
            yield error


class PackhorseError(Exception):
    """Base class of the errors that Packhorse raises.

    `is_in_part`: what was to be done at an outside system was begun there, by calls that it had answered before.
    """

    is_in_part = False


@contextmanager
def in_part(*, is_begun: bool = True) -> Iterator[None]:
    """Mark the errors that are raised inside, where an earlier call has changed something at the outside system."""
    try:
        yield
    except PackhorseError as error:
        error.is_in_part = error.is_in_part or is_begun
        raise


class Rejected(PackhorseError):
    """A request that cannot be done as it stands; `errors` names the fields at fault.

    `status` is that of the answer of an outside system, where it refused a call.
    """

    def __init__(self, message: str, errors: Iterable[FieldError] = (), *, status: int | None = None) -> None:
        super().__init__(message)
        self.errors = tuple(errors)
        self.status = status

    @property
    def in_full(self) -> str:
        """The message, with the error of each field.

        >>> Rejected("it makes no sense", [FieldError("lines.0.sku", "is missing"), FieldError("", "is odd")]).in_full
        'it makes no sense: lines.0.sku: is missing; is odd'
        """
        wrong = "; ".join(": ".join(filter(None, error)) for error in self.errors)
        return ": ".join(filter(None, (str(self), wrong)))


class NotFound(Rejected):
    """The object that the request names does not exist."""


class NotNow(Rejected):
    """The request is allowed in general, but not in the present state of its object."""


class Outdated(Rejected):
    """What the request is to change is not as the caller read it: a person decides what to keep."""


class NotReady(Rejected):
    """The request lacks what a person can add; nothing was spent on it."""


class NotAllowed(Rejected):
    """The caller may not do this."""


class SignedOut(NotAllowed):
    """The caller's token does not count any more: the person has to sign in again, or may not."""


class Conflict(PackhorseError):
    """Another writer changed the same item first; read it again and decide again."""


LONGEST_RETRY_AFTER = 3600.0
"""Seconds that an outside system may have us wait at most: then it is called again, whatever it said."""


class Unavailable(PackhorseError):
    """An outside system failed or did not answer in time; the same call may work in `retry_after` seconds, or later.

    They are at most LONGEST_RETRY_AFTER, whoever names them. `answer` is what it said; the message has none of it, and
    may be logged. `status` is that of its answer, where it had one.
    """

    def __init__(
        self, message: str, retry_after: float | None = None, answer: str = "", *, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after and min(LONGEST_RETRY_AFTER, retry_after)
        self.answer = answer
        self.status = status

    @property
    def in_full(self) -> str:
        """The message, with the answer.

        >>> Unavailable("GET /orders: 503", answer="come back later").in_full
        'GET /orders: 503 come back later'
        """
        return f"{self} {self.answer}".rstrip()


class CallFailed(Unavailable):
    """An outside system failed at this call: a 5xx, an answer that says nothing, or none in time; others may work."""


class OutOfTime(Unavailable):
    """Too few seconds of the invocation are left for a call: the next invocation makes it."""


class NoTurn(Unavailable):
    """An outside system was not called, since no call is left of the rate of an operation: `retry_after` says when."""


class NotYet(Unavailable):
    """An outside system took the request and has not done it yet: it answers, so that other calls may be made.

    `job` is its id of what it does.
    """

    def __init__(self, message: str, retry_after: float | None = None, job: str = "") -> None:
        super().__init__(message, retry_after)
        self.job = job


class CredentialsRefused(Unavailable):
    """An outside system refused our credentials: no call works until we have others, and then all do.

    Its `status` 403 may mean only that a right lacks for one call.
    """

    @property
    def may_be_of_call(self) -> bool:
        """Whether it may be about what this call alone is for: others that work show that."""
        return self.status == HTTPStatus.FORBIDDEN


def is_of_all(error: PackhorseError) -> bool:
    """Return whether each other call would meet it, too: credentials that are refused as such, no call or time left."""
    is_refused = isinstance(error, CredentialsRefused) and not error.may_be_of_call
    return is_refused or isinstance(error, NoTurn | OutOfTime)


def raise_if_of_all(error: PackhorseError) -> None:
    """Raise an error that each other call would meet, too."""
    if is_of_all(error):
        raise error
