"""The description of the API agrees with the code and with the routes of API Gateway."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from local.home import CHECKOUT
from local.openapi import FILE, text
from packhorse.api.resolver import app
from simulation.template import resources

DESCRIBED = json.loads((CHECKOUT / FILE).read_text())
"""What a test compares with the code; to generate it would cost seconds in every process that collects tests."""
OPERATIONS = [(method, path) for path, operations in DESCRIBED["paths"].items() for method in operations]
ROUTES = [(route.method, route.openapi_path) for route in (*app._static_routes, *app._dynamic_routes)]
WEBHOOKS = {
    ("POST", "/webhooks/{channel}"),
    ("GET", "/webhooks/{channel}"),
    ("POST", "/carriers/{carrier}/webhook"),
}
GATEWAY_ROUTES = {route["RouteKey"]: route for route in resources("AWS::ApiGatewayV2::Route").values()}


def operation(method: str, path: str) -> Any:
    return DESCRIBED["paths"][path][method]


def test_the_description_is_up_to_date() -> None:
    assert (CHECKOUT / FILE).read_text() == text(), "docs/openapi.json is not up to date: make openapi"


def test_every_route_is_described_and_the_webhooks_too() -> None:
    described = {(method.upper(), path) for method, path in OPERATIONS}

    assert described == {*ROUTES, *WEBHOOKS}


def test_an_operation_has_a_name_of_its_own() -> None:
    names = [operation(*each)["operationId"] for each in OPERATIONS]

    assert len(set(names)) == len(names)


def test_every_reference_resolves() -> None:
    for reference in set(re.findall(r'"#/([^"]+)"', json.dumps(DESCRIBED))):
        found = DESCRIBED
        for part in reference.split("/"):
            found = found[part]
        assert found


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_the_parameters_of_a_path_are_described(method: str, path: str) -> None:
    parameters = operation(method, path).get("parameters", [])

    described = {parameter["name"] for parameter in parameters if parameter.get("in") == "path"}
    assert described == set(re.findall(r"\{(\w+)\}", path))


def test_everything_is_behind_a_token_but_for_health_and_webhooks() -> None:
    opened = {each for each in OPERATIONS if operation(*each).get("security") == []}

    assert DESCRIBED["security"] == [{"token": []}]
    assert DESCRIBED["components"]["securitySchemes"]["token"]["bearerFormat"] == "JWT"
    assert opened == {("get", "/health"), *((method.lower(), path) for method, path in WEBHOOKS)}


def test_a_response_that_is_a_problem_is_described_as_one() -> None:
    assert set(operation("put", "/products/{sku}")["responses"]) == set(
        "200 401 403 404 409 412 413 415 422 503".split()
    )
    assert set(operation("get", "/orders")["responses"]) == {"200", "401", "403", "422", "503"}
    assert set(operation("get", "/account")["responses"]) == {"200", "401", "403", "422", "503"}
    assert "404" in operation("post", "/packing-slips")["responses"]
    assert set(operation("get", "/health")["responses"]) == {"200"}
    for answer in DESCRIBED["components"]["responses"].values():
        for content in answer.get("content", {}).values():
            assert content["schema"]["$ref"] == "#/components/schemas/Problem"


def test_every_list_has_items_and_next() -> None:
    answers = {name: each.get("properties", {}) for name, each in DESCRIBED["components"]["schemas"].items()}

    lists = {name for name, fields in answers.items() if "items" in fields} - {"Box"}  # of goods
    assert {name for name in lists if "next" not in answers[name]} == set()


def test_money_is_described_as_it_is_written() -> None:
    assert DESCRIBED["components"]["schemas"]["NewLine"]["properties"]["unit_price"]["$ref"].endswith("/Money")
    assert set(DESCRIBED["components"]["schemas"]["Money"]["properties"]) == {"amount", "currency"}


# ---- routes of API Gateway -------------------------------------------------------------------------------


def matching_routes(method: str, path: str) -> Iterator[tuple[int, str]]:
    """Yield the matching route keys of the template, each with the length of its fixed part."""
    for key in GATEWAY_ROUTES:
        verb, _, pattern = key.partition(" ")
        expression = re.sub(r"\{\w+\}", "[^/]+", re.sub(r"\{\w+\\?\+\}", ".+", pattern))
        if verb == method and re.fullmatch(expression, path):
            yield len(pattern.partition("{")[0]), key


def function_behind(key: str) -> str:
    """Return the function behind a route key of the template."""
    integration = GATEWAY_ROUTES[key]["Target"]["!Sub"].removeprefix("integrations/${").removesuffix("}")
    uri: str = resources("AWS::ApiGatewayV2::Integration")[integration]["IntegrationUri"]["!Ref"]
    return uri.removesuffix(".Alias")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_route_is_reached_through_api_gateway(method: str, path: str) -> None:
    _, key = max(matching_routes(method, path))

    assert function_behind(key) == "ApiFunction"
    assert (GATEWAY_ROUTES[key].get("AuthorizationType") == "JWT") == (path != "/health")


def test_every_route_of_api_gateway_is_served() -> None:
    used = {max(matching_routes(method, path))[1] for method, path in ROUTES}

    webhooks = {" ".join(each) for each in WEBHOOKS}
    assert set(GATEWAY_ROUTES) - used == webhooks
    assert {function_behind(each) for each in webhooks} == {"WebhookFunction", "TransitFunction"}
