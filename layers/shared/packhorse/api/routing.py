"""The dry run of the routing."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import VIEWING, allow
from packhorse.usecases.routing import dry_run as usecase
from packhorse.usecases.routing.dry_run import DryRun, WhatIf

router = APIGatewayHttpRouter()


@router.post("/routing/dry-run", summary="Route orders without taking stock, also with a draft", tags=["routing"])
@allow(VIEWING)
def dry_run(body: WhatIf) -> DryRun:
    """Every order is routed alone, as if no unit of it had a warehouse yet. No stock is taken, nothing is written."""
    return usecase.dry_run(body)
