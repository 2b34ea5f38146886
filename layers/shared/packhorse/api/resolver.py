"""All routes of the API, and the answers to errors in them."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

import packhorse.api.restricted  # noqa: F401 - registers what limited callers see
from packhorse.api import (
    account,
    activity,
    adjusting,
    annotations,
    audits,
    bench,
    carriers,
    catalogue,
    channels,
    connections,
    editing,
    exceptions,
    fulfilments,
    label_batches,
    labels,
    lines,
    manifests,
    merging,
    orders,
    papers,
    parcel_labels,
    parcels,
    placing,
    print_jobs,
    privacy,
    purchase_csv,
    purchase_orders,
    purchase_suggestions,
    rate_tables,
    received_files,
    rejecting,
    routing,
    ship_by,
    splitting,
    stock,
    supplier_files,
    suppliers,
    taking_back,
    transfer_orders,
    uploads,
    users,
    versions,
    warehouses,
    work_orders,
)
from packhorse.api.access import without_token
from packhorse.api.parameters import refuse_unknown_parameters
from packhorse.api.preconditions import add_tag
from packhorse.api.problems import OUTSIDE, of_failure, of_outside, of_validation
from packhorse.api.requests import parse_object
from packhorse.domain.errors import NotFound, PackhorseError

app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=parse_object)
app.use([refuse_unknown_parameters, add_tag])
for routes in (
    orders,
    fulfilments,
    lines,
    parcels,
    rejecting,
    splitting,
    merging,
    taking_back,
    privacy,
    labels,
    rate_tables,
    label_batches,
    manifests,
    parcel_labels,
    papers,
    bench,
    print_jobs,
    annotations,
    ship_by,
    placing,
    stock,
    adjusting,
    purchase_orders,
    purchase_csv,
    purchase_suggestions,
    transfer_orders,
    work_orders,
    catalogue,
    warehouses,
    channels,
    connections,
    carriers,
    suppliers,
    supplier_files,
    received_files,
    account,
    versions,
    routing,
    uploads,
    editing,
    exceptions,
    audits,
    activity,
    users,
):
    app.include_router(routes.router)


@app.get("/health", summary="Whether the API answers", tags=["health"])
@without_token
def health() -> dict[str, str]:
    """Without a token, and without details."""
    return {"status": "ok"}


def _invalid(error: RequestValidationError) -> Response[Any]:
    return of_validation(error.errors())


def _unknown(_: Exception) -> Response[Any]:
    return of_failure(NotFound("no route has this path"))


app.exception_handler(RequestValidationError)(_invalid)
app.exception_handler(PackhorseError)(of_failure)
app.exception_handler(list(OUTSIDE))(of_outside)
app.not_found(_unknown)
