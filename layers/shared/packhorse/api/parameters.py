"""Query parameters: a misspelled filter is refused, or a list would be answered as if nothing had been filtered."""

from typing import Any
from urllib.parse import parse_qsl

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from packhorse.domain.errors import FieldError, Rejected


def refuse_unknown_parameters(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Answer the request if its route has all of its query parameters; raises Rejected otherwise."""
    query = app.current_event.raw_event.get("rawQueryString") or ""
    if query:
        known = sorted(field.alias for field in app.context["_route"].dependant.query_params)
        wrong = {name for name, _ in parse_qsl(query, keep_blank_values=True)}.difference(known)
        if wrong:
            allowed = f"this address takes {', '.join(known)}" if known else "this address takes no parameters"
            raise Rejected("the input does not fit", [FieldError(name, allowed) for name in sorted(wrong)])
    return next_middleware(app)
