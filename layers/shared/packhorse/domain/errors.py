"""The three kinds of failure, by who must act.

PackhorseError
├── Rejected      a person must act: trying again cannot help
├── Conflict      another writer was first: read again and retry
└── Unavailable   an outside system failed: later, unchanged

Expected outcomes (out of stock, a duplicate) are results, not failures. Anything else is a bug and crashes.
"""

from collections.abc import Iterable
from typing import NamedTuple


class FieldError(NamedTuple):
    """One fault in what was sent; `field` is a path such as `lines.0.quantity`."""

    field: str
    message: str


class PackhorseError(Exception):
    """Root of what Packhorse itself raises."""


class Rejected(PackhorseError):
    """A request that cannot be done as it stands; `errors` names the fields at fault."""

    def __init__(self, message: str, errors: Iterable[FieldError] = ()) -> None:
        super().__init__(message)
        self.errors = tuple(errors)

    @property
    def in_full(self) -> str:
        """What it says, and what is wrong with each field.

        >>> Rejected("it makes no sense", [FieldError("lines.0.sku", "is missing"), FieldError("", "is odd")]).in_full
        'it makes no sense: lines.0.sku: is missing; is odd'
        """
        wrong = "; ".join(": ".join(filter(None, error)) for error in self.errors)
        return ": ".join(filter(None, (str(self), wrong)))


class NotFound(Rejected):
    """The thing that was named does not exist."""


class NotNow(Rejected):
    """Allowed in general, but not in the state that the thing is in."""


class Conflict(PackhorseError):
    """Another writer changed the same item first; read it again and decide again."""


class Unavailable(PackhorseError):
    """Something outside did not answer, or not in time; the same call may work in `retry_after` seconds, or later."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
