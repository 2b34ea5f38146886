"""How many orders come in, and how many leave late."""

from datetime import UTC, datetime

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import VIEWING, allow
from packhorse.usecases.read_activity import Activity, read_activity

router = APIGatewayHttpRouter()


@router.get("/activity", summary="Orders an hour, and how many of a day leave late", tags=["health"])
@allow(VIEWING)
def current() -> Activity:
    """The last 24 hours, the same a week before, and the last 14 days in UTC, newest first.

    `hours` count orders by when they were placed. `days` are of the last hundred orders of each day: those that left
    late, or should have left, and their lines by the rule that routed them. Figures are at most a minute and an hour
    old; those that were never measured come with the next answers.
    """
    return read_activity(datetime.now(UTC))
