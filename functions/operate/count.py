"""The stream of the Orders table: rows are counted by view and warehouse, and due notices are sent."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import logger
from packhorse.store import notices
from packhorse.store.notices import OwedKey
from packhorse.store.row_counts import RowChange
from packhorse.store.rows import PREFIX, RowKey
from packhorse.usecases.channels.resend_notices import send_due_notices
from packhorse.usecases.fulfilment.count_rows import count_rows

prepare("dynamodb", "sqs")

ROWS = {"INSERT": 1, "REMOVE": -1}
"""How many rows more a record of the stream means; the key says all of a row that is counted."""


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: object) -> None:
    """Count rows and have notices sent; if either fails, the whole batch is delivered again."""
    send_due_notices(dict(owed_in(event["Records"])), datetime.now(UTC))
    count_rows(list(changes_in(event["Records"])))


def owed_in(records: list[Mapping[str, Any]]) -> Iterator[tuple[str, OwedKey]]:
    """Yield the orders whose channel is owed something new, by the number of the record."""
    for record in records:
        change = record["dynamodb"]
        key = OwedKey(change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"])
        if key.pk.startswith(notices.PREFIX) and record["eventName"] == "INSERT":
            yield change["SequenceNumber"], key


def changes_in(records: list[Mapping[str, Any]]) -> Iterator[RowChange]:
    """Yield the rows that came and went; records of other items are left out."""
    for record in records:
        change = record["dynamodb"]
        key = RowKey(change["Keys"]["pk"]["S"], change["Keys"]["sk"]["S"])
        if key.pk.startswith(PREFIX) and record["eventName"] in ROWS:
            yield RowChange(key, ROWS[record["eventName"]], change["SequenceNumber"])
