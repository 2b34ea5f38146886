"""Calls of WooCommerce's REST API: errors by WordPress' codes, and lists page by page."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from packhorse.channels.body import parse_answer, parse_model
from packhorse.domain.errors import CallFailed, Rejected
from packhorse.http.body import ExternalId, ExternalModel, Model, parse_json

if TYPE_CHECKING:
    import httpx

API = "/wp-json/wc/v3"
MAX_PER_PAGE = 100
BAD_REQUEST, NOT_FOUND = 400, 404
NO_ROUTE = "rest_no_route"
"""The code for a route that does not exist, as of a plugin that the store does not have."""


class Changed(ExternalModel):
    """An object that was made or changed, of which no more is read."""

    id: ExternalId


Params = Mapping[str, str | int | list[str]]


def call(
    http: "httpx.Client | None",
    method: str,
    path: str,
    *,
    params: Params | None = None,
    json: Mapping[str, object] | None = None,
) -> "httpx.Response":
    """Return a 2xx response; raises as `http.calls.call` does."""
    from packhorse.http.calls import require_success, send  # not above: it imports httpx, a tenth of a second

    return require_success(send(http, method, path, params=params, json=json))


def change(
    http: "httpx.Client", method: str, path: str, json: Mapping[str, object], params: Params | None = None
) -> None:
    """Create or change an object; raises CallFailed if the answer does not have it, as of a busy store."""
    model_in(call(http, method, path, params=params, json=json), Changed)


def find(http: "httpx.Client", path: str, params: Params | None = None) -> "httpx.Response | str":
    """Return the response of what exists; WordPress' code where it answers 404."""
    from packhorse.http.calls import require_success, send  # see above

    response = send(http, "GET", path, params=params)
    if response.status_code == NOT_FOUND and (code := code_of(response)):
        return code
    return require_success(response)


def has_route(http: "httpx.Client", path: str) -> bool:
    """Return whether the store has a route of a list, as of a plugin."""
    found = find(http, path)
    if isinstance(found, str):
        return found != NO_ROUTE
    list_in(found)
    return True


def code_of(response: "httpx.Response") -> str:
    """Return the code of an error; empty where the answer is none of WordPress."""
    return str(_error(response).get("code", ""))[:100]


def wrong_params(response: "httpx.Response") -> frozenset[str]:
    """Return the parameters that an error is about."""
    data = _error(response).get("data")
    wrong = data.get("params") if isinstance(data, dict) else None
    return frozenset(wrong) if isinstance(wrong, dict) else frozenset()


def _error(response: "httpx.Response") -> dict[str, Any]:
    try:
        body = parse_json(response.content)
    except Rejected:
        return {}
    return body if isinstance(body, dict) else {}


def list_in(response: "httpx.Response") -> list[Any]:
    """Return a list; raises CallFailed for a body that is none: busy stores answer 200 with an HTML page."""
    place = f"{response.request.method} {response.request.url.path}"
    try:
        body = parse_json(response.content)
    except Rejected as error:
        raise CallFailed(f"{place}: the answer is no JSON") from error
    if not isinstance(body, list):
        raise CallFailed(f"{place}: the answer is no list")
    return body


def models_in(response: "httpx.Response", model: type[Model]) -> list[Model]:
    """Return a list of these models; raises CallFailed for a body that is none."""
    return models_of(response, list_in(response), model)


def models_of(response: "httpx.Response", bodies: Sequence[Any], model: type[Model]) -> list[Model]:
    """Return items of a response as these models; raises CallFailed if one does not fit."""
    try:
        return [parse_model(model, each) for each in bodies]
    except Rejected as error:
        raise CallFailed(f"{response.request.method} {response.request.url.path}: unreadable") from error


def model_in(response: "httpx.Response", model: type[Model]) -> Model:
    """Return the body as this model; raises CallFailed for one that is none."""
    return parse_answer(model, response.content, f"{response.request.method} {response.request.url.path}")
