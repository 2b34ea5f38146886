"""Shopify's GraphQL Admin API: one query at a time, within the points that the store allows a second.

This imports httpx, which the webhook function must not load.
"""

from collections.abc import Callable, Mapping, Set
from typing import Any

import httpx
from pydantic import Field

from packhorse.channels.body import parse_model
from packhorse.channels.shopify.closed import require_open
from packhorse.channels.shopify.query import FieldDenied
from packhorse.domain.errors import CallFailed, PackhorseError, Rejected, Unavailable
from packhorse.http.answers import secrets_of
from packhorse.http.blanking import blanked
from packhorse.http.body import ExternalModel, parse_json
from packhorse.http.calls import send

API_VERSION = "2026-10"
PATH = f"/admin/api/{API_VERSION}/graphql.json"
MAX_WAIT_SECONDS = 5.0
"""Longest wait for points; beyond it the call is Unavailable, and its message is delivered again later."""

MIN_WAIT_SECONDS = 0.1
THROTTLED = "THROTTLED"
DENIED = "ACCESS_DENIED"
"""The code for an app that lacks an access scope; its status is 200."""

BUSY_CODES = frozenset({THROTTLED, "SERVICE_UNAVAILABLE", "SHOP_INACTIVE"})
FAILED_CODES = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT"})


class Throttle(ExternalModel):
    """The points that are available now, and how many are restored a second."""

    available: float = Field(0, validation_alias="currentlyAvailable")
    restored: float = Field(validation_alias="restoreRate", gt=0)


class Cost(ExternalModel):
    """The most points that the query costs."""

    requested: float = Field(0, validation_alias="requestedQueryCost")
    throttle: Throttle | None = Field(None, validation_alias="throttleStatus")

    @property
    def wait(self) -> float | None:
        """Seconds until the points for the query are available; None if the store does not state it."""
        if self.throttle is None:
            return None
        return max((self.requested - self.throttle.available) / self.throttle.restored, MIN_WAIT_SECONDS)


class Extensions(ExternalModel):
    """Metadata of a response or an error."""

    code: str = ""
    cost: Cost = Field(default_factory=Cost)


class GraphqlError(ExternalModel):
    """An error of a query; `path` leads to the field of the data that it is about."""

    message: str = ""
    path: tuple[str | int, ...] = ()
    extensions: Extensions = Field(default_factory=Extensions)


class GraphqlResponse(ExternalModel):
    """A response: data, or errors; a query that was run has each of its fields in the data, if only as null."""

    data: dict[str, Any] = Field(default_factory=dict)
    errors: tuple[GraphqlError, ...] = ()
    extensions: Extensions = Field(default_factory=Extensions)

    @property
    def is_throttled(self) -> bool:
        """Whether the store refused the query for lack of points."""
        return any(error.extensions.code == THROTTLED or error.message == "Throttled" for error in self.errors)


def run_query(
    http: httpx.Client,
    query: str,
    variables: Mapping[str, Any],
    sleep: Callable[[float], None],
    may_lack: Set[str] = frozenset(),
) -> dict[str, Any]:
    """Return the data of a query; waits MAX_WAIT_SECONDS for points, and raises Unavailable where it takes longer.

    Fields that it `may_lack` are null where the app may not see them.
    """
    waited = 0.0
    while True:
        response = send(http, "POST", PATH, json={"query": query, "variables": variables})
        answer = _read(response)
        if not answer.is_throttled:
            return _data(answer, may_lack)
        wait = answer.extensions.cost.wait
        if wait is None or waited + wait > MAX_WAIT_SECONDS:
            raise Unavailable(f"POST {PATH}: throttled", wait)
        sleep(wait)
        waited += wait


def _read(response: httpx.Response) -> GraphqlResponse:
    if response.status_code != httpx.codes.TOO_MANY_REQUESTS:
        require_open(response)
    try:
        # Here, since errors deep in an answer are quoted, too.
        answer = parse_model(GraphqlResponse, parse_json(blanked(response.text, secrets_of(response)).encode()))
    except Rejected as error:
        require_open(response)
        raise CallFailed(f"POST {PATH}: the answer is no GraphQL") from error
    if not answer.is_throttled:
        require_open(response)
    return answer


def _data(answer: GraphqlResponse, may_lack: Set[str]) -> dict[str, Any]:
    errors = [error for error in answer.errors if not (answer.data and _only_withholds(error, may_lack))]
    if not errors and not answer.data:
        raise CallFailed(f"POST {PATH}: the answer has no data")
    if not errors:
        return answer.data
    codes = {error.extensions.code for error in errors}
    messages = "; ".join(f"{error.extensions.code} {error.message}".strip() for error in errors)[:200]
    raise _kind(codes)(f"POST {PATH}: {messages}")


def _only_withholds(error: GraphqlError, may_lack: Set[str]) -> bool:
    return error.extensions.code == DENIED and not may_lack.isdisjoint(map(str, error.path))


def _kind(codes: Set[str]) -> type[PackhorseError]:
    if codes & BUSY_CODES:
        return Unavailable
    if codes & FAILED_CODES:
        return CallFailed
    return FieldDenied if DENIED in codes else Rejected
