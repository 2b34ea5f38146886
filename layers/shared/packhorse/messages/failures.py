"""Failures of a function that is invoked synchronously, as its answer: the caller raises them again."""

from packhorse.domain.errors import (
    Conflict,
    CredentialsRefused,
    FieldError,
    NotAllowed,
    NotFound,
    NotNow,
    NotReady,
    PackhorseError,
    Rejected,
    Unavailable,
)
from packhorse.domain.values import Value

REJECTIONS = {kind.__name__: kind for kind in (Rejected, NotFound, NotNow, NotReady, NotAllowed)}
FAILED_CALLS = {kind.__name__: kind for kind in (Unavailable, CredentialsRefused)}

KINDS = {*REJECTIONS, *FAILED_CALLS, Conflict.__name__}


class Failure(Value):
    """A failure: the name of its class, or of the nearest one that is listed here, and its message.

    `errors` are the fields at fault, `status` is that of the answer behind it.
    """

    kind: str
    message: str
    errors: tuple[FieldError, ...] = ()
    status: int | None = None

    def error(self) -> PackhorseError:
        """Return the exception that it was; one of a kind that is not listed here is Unavailable."""
        if self.kind in REJECTIONS:
            return REJECTIONS[self.kind](self.message, self.errors, status=self.status)
        if self.kind == Conflict.__name__:
            return Conflict(self.message)
        return FAILED_CALLS.get(self.kind, Unavailable)(self.message, status=self.status)


def failure_of(error: PackhorseError) -> Failure:
    """Return the failure as an answer carries it.

    >>> failure_of(Rejected("no", [FieldError("sku", "is missing")])).error().in_full
    'no: sku: is missing'
    """
    message = error.in_full if isinstance(error, Unavailable) else str(error)
    fields, status = getattr(error, "errors", ()), getattr(error, "status", None)
    kind = next((each.__name__ for each in type(error).__mro__ if each.__name__ in KINDS), Unavailable.__name__)
    return Failure(kind=kind, message=message, errors=fields, status=status)
