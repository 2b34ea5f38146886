"""Errors of the Selling Partner API."""

from typing import TYPE_CHECKING

from packhorse.channels.body import parse_model
from packhorse.domain.errors import Rejected
from packhorse.http.body import ExternalModel, parse_json

if TYPE_CHECKING:
    import httpx

NOT_FOUND = 404
NO_SUCH = frozenset({"NOT_FOUND", "NotFound", "ResourceNotFound"})


class TheirError(ExternalModel):
    """An error, by its code."""

    code: str = ""


class TheirErrors(ExternalModel):
    """The body of a refusal."""

    errors: tuple[TheirError, ...]


def is_missing(response: "httpx.Response") -> bool:
    """Return whether Amazon says that it has no such thing; a 404 of anything else before it is none of its answers."""
    if response.status_code != NOT_FOUND:
        return False
    try:
        found = parse_model(TheirErrors, parse_json(response.content))
    except Rejected:
        return False
    return any(each.code in NO_SUCH for each in found.errors)
