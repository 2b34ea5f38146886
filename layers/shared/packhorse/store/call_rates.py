"""Calls of an outside system that are left of the rate of each of its operations, in the Requests table.

question                                     | id                    | gone
when all calls of the burst are there again  | rate#holder#operation | an hour after that

The holder is what the outside system counts by, or else the channel.
Each call moves that moment on by its share of a second; it must not be further away than the burst takes to come back.
"""

from datetime import datetime

from botocore.exceptions import ClientError

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.http.rates import CallRate
from packhorse.store import expressions
from packhorse.store.backoff import MAX_TRIES
from packhorse.store.conditions import is_failed_condition
from packhorse.store.expressions import Attributes, equals, missing

KEPT_SECONDS = 3600
newest: dict[str, int] = {}
"""The newest moment that this process stored or saw, in milliseconds, by id."""


def take_call(holder: str, rate: CallRate, now: datetime) -> float:
    """Take a call of an operation and return 0, or return the seconds until one is left.

    A call that loses every race against others waits for its share.
    """
    name, moment = f"rate#{holder}#{rate.operation}", int(now.timestamp() * 1000)
    share = int(1000 / rate.per_second)
    for _ in range(MAX_TRIES):
        full_at = max(newest.get(name, 0), moment) + share
        if name in newest and (wait := full_at - moment - share * rate.burst) > 0:
            return wait / 1000
        if _is_stored(name, full_at):
            return 0.0
    return share / 1000


def _is_stored(name: str, full_at: int) -> bool:
    """Return whether the moment was stored: what this process knows was the newest. If not, it knows that now."""
    known = newest.get(name)
    values: Attributes = {"id": name, "full_at": full_at, "expiration": full_at // 1000 + KEPT_SECONDS}
    put = expressions.put(settings.requests_table, values, missing("id") if known is None else equals("full_at", known))
    try:
        client("dynamodb").put_item(**put, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    except ClientError as error:
        if not is_failed_condition(error):
            raise
        stored = error.response.get("Item", {}).get("full_at")
        if stored:
            newest[name] = int(stored["N"])
        else:
            newest.pop(name, None)  # the item is gone: its calls had come back long ago
        return False
    newest[name] = full_at
    return True
