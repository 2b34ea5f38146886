"""API Gateway: what callers learn of a failure, CORS of the template."""

import json
from typing import Any

from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

Json = dict[str, Any]


def hide_failures_from_api_callers() -> None:
    """Answer 500 Internal Server Error when the function fails and 503 when it is throttled.

    Plain MiniStack returns the error's text and stack trace to the caller, with 502.
    """
    respond = lambda_svc.lambda_execute_result_to_api_proxy_response

    def respond_without_the_error(result: Json) -> Any:
        if result.get("throttle"):
            return _api_error(503, "Service Unavailable"), None
        if result.get("error"):
            return _api_error(500, "Internal Server Error"), None
        return respond(result)

    lambda_svc.lambda_execute_result_to_api_proxy_response = respond_without_the_error


def _api_error(status: int, message: str) -> Json:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"message": message}),
    }


def read_cors_from_the_template() -> None:
    """Store an HTTP API's CorsConfiguration in the spelling of the API (allowOrigins, not AllowOrigins).

    Plain MiniStack stores the template's spelling, looks it up in the other one, and refuses every preflight.
    """
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create, update = handlers["create"], handlers["update"]

    def create_api(logical_id: str, new: Json, stack: str) -> object:
        return create(logical_id, _with_api_spelling(new), stack)

    def update_api(api: str, old: Json, new: Json, stack: str, logical_id: str | None = None) -> object:
        return update(api, _with_api_spelling(old), _with_api_spelling(new), stack, logical_id)

    handlers.update(create=create_api, update=update_api)


def _with_api_spelling(properties: Json) -> Json:
    cors = properties.get("CorsConfiguration")
    if not isinstance(cors, dict):
        return properties
    return {**properties, "CorsConfiguration": {name[0].lower() + name[1:]: value for name, value in cors.items()}}
