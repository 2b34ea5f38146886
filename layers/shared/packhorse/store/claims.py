"""Claims of uploads on orders that they hand over and that are not stored yet, in the Requests table.

question                           | id           | gone
which upload hands an order over   | csv#order id | once no order can be on its way that long
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from packhorse.aws.clients import client, error_code
from packhorse.aws.settings import settings
from packhorse.domain.batching import batched
from packhorse.domain.values import OrderId
from packhorse.store import expressions
from packhorse.store.backoff import MAX_TRIES, pause
from packhorse.store.expressions import Attributes, equals, less, missing
from packhorse.store.races import is_conflict, reasons_of

ON_ITS_WAY = timedelta(minutes=15)
CLAIMS_AT_ONCE = 100
"""Claims of one transaction."""


def claim_orders(order_ids: Iterable[OrderId], upload_id: str) -> set[OrderId]:
    """Claim orders for an upload; return those that another upload has claimed. Claiming again changes nothing."""
    others = set[OrderId]()
    for some in batched(dict.fromkeys(order_ids), CLAIMS_AT_ONCE):
        others |= _claim(some, upload_id)
    return others


def _claim(order_ids: Sequence[OrderId], upload_id: str) -> set[OrderId]:
    wanted, others = list(order_ids), set[OrderId]()
    for attempt in range(MAX_TRIES):
        if not wanted:
            break
        try:
            client("dynamodb").transact_write_items(TransactItems=[_write(each, upload_id) for each in wanted])
            break
        except ClientError as error:
            reasons = reasons_of(error)
            if not is_conflict(error_code(error), reasons):
                raise
        claimed = {each for each, reason in zip(wanted, reasons, strict=False) if reason == "ConditionalCheckFailed"}
        others |= claimed
        wanted = [each for each in wanted if each not in claimed]
        pause(0 if claimed else attempt)
    return others  # a claim that loses every race is left out: it only serves the counts of a report


def _write(order_id: OrderId, upload_id: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    values: Attributes = {
        "id": f"csv#{order_id}",
        "upload": upload_id,
        "expiration": int((now + ON_ITS_WAY).timestamp()),
    }
    is_free = missing("id") | less("expiration", int(now.timestamp())) | equals("upload", upload_id)
    return {"Put": expressions.put(settings.requests_table, values, is_free)}
