"""What all routes of WordPress' REST API share: errors, pages, fields."""

import functools
import json
from collections.abc import Callable, Iterable
from typing import Any

from local.world.routes import JSON, Answer, Query, Reply

Json = dict[str, Any]
MAX_PER_PAGE = 100


class RestError(Exception):
    """An error as WordPress answers it."""

    def __init__(self, status: int, code: str, message: str, params: Json | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.params = {"params": params} if params else {}

    @property
    def body(self) -> Json:
        """The body of the answer."""
        return {"code": self.code, "message": self.message, "data": {"status": self.status, **self.params}}


def no_route() -> RestError:
    """Return the error of a route that does not exist, as of a feature or plugin that is off."""
    return RestError(404, "rest_no_route", "No route was found matching the URL and request method.")


def invalid(name: str) -> RestError:
    """Return the error of a parameter."""
    reason = {name: f"{name} is not valid."}
    return RestError(400, "rest_invalid_param", f"Invalid parameter(s): {name}", reason)


def route(handle: Callable[..., Answer]) -> Callable[..., Answer]:
    """Answer the errors of a handler as WordPress does."""

    @functools.wraps(handle)
    def answer(*args: Any) -> Answer:
        try:
            return handle(*args)
        except RestError as error:
            return error.status, error.body

    return answer


def given(query: Query, name: str, default: str = "") -> str:
    """Return a parameter of the query."""
    return query.get(name, [default])[-1]


def ids(query: Query, name: str) -> list[str]:
    """Return a list of ids, which is written with commas."""
    return [each for each in given(query, name).split(",") if each]


def number(query: Query, name: str, default: int, most: int = 1_000_000) -> int:
    """Return a whole number from 1 to `most`."""
    text = given(query, name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise invalid(name)
    return int(text)


def page_of(query: Query, found: Iterable[Json]) -> Answer:
    """Return a page with the headers that count all."""
    everything = list(found)
    size, page = number(query, "per_page", 10, MAX_PER_PAGE), number(query, "page", 1)
    start = int(given(query, "offset") or (page - 1) * size)
    shown = everything[start : start + size]
    if fields := given(query, "_fields"):
        shown = [{name: each[name] for name in fields.split(",") if name in each} for each in shown]
    headers = {"X-WP-Total": str(len(everything)), "X-WP-TotalPages": str(-(-len(everything) // size))}
    return 200, Reply(json.dumps(shown).encode(), JSON, headers)
