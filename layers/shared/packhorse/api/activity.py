"""How many orders come in, how many leave late, and how far behind channels and suppliers were."""

from datetime import UTC, datetime

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from packhorse.api.access import VIEWING, allow
from packhorse.usecases.operations.read_activity import Activity, read_activity
from packhorse.usecases.operations.read_lags import Lags, read_lags

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


@router.get("/lags", summary="How far behind channels and suppliers were", tags=["health"])
@allow(VIEWING)
def lags() -> Lags:
    """The longest lag of each of the last 24 hours of channels, and of each of the last 14 days of suppliers, in UTC.

    `orders`: the time between two polls of a channel that came to their end, or since the last one. `quantities`: from
    a change of stock to the channel's confirmation. `answers`: from the sending of a batch of orders to the supplier's
    first answer about a part of it. Hours and days in which none was measured are left out.
    """
    return read_lags(datetime.now(UTC))
