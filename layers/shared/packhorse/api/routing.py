"""The dry run of the routing."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.usecases import dry_run as usecase
from packhorse.usecases.dry_run import DryRun, WhatIf

router = APIGatewayHttpRouter()


@router.post("/routing/dry-run", summary="Where orders would go, also with a draft", tags=["routing"])
def dry_run(asked: WhatIf) -> DryRun:
    """Every order is routed alone, as if none of it had a warehouse yet. Nothing is taken or written."""
    return usecase.dry_run(asked)
