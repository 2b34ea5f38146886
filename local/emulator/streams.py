"""DynamoDB streams: batch windows, and records that survive a restart."""

import copy
import time
from contextvars import ContextVar
from typing import Any

from ministack.services import dynamodb, lambda_svc

BEHIND = 1_000_000_000


def gather_stream_records_for_the_batch_window() -> None:
    """Invoke the function of a DynamoDB stream when its batch window is over or the batch is full.

    Plain MiniStack ignores MaximumBatchingWindowInSeconds and invokes it with the first record.
    """
    poll, read = lambda_svc._poll_dynamodb_streams, dynamodb.stream_records_since
    is_polling = ContextVar("is_polling", default=False)
    gathering: dict[str, tuple[int, float]] = {}

    def poll_with_windows() -> Any:
        was = is_polling.set(True)
        try:
            return poll()
        finally:
            is_polling.reset(was)

    def read_after_window(table: str, position: int, limit: int, **scope: Any) -> Any:
        records = read(table, position, limit, **scope)
        if not is_polling.get() or not records or len(records) >= limit:
            return records
        if gathering.get(table, (-1, 0.0))[0] != position:
            gathering[table] = position, time.monotonic()
        return records if time.monotonic() - gathering[table][1] >= _batch_window(table) else []

    lambda_svc._poll_dynamodb_streams, dynamodb.stream_records_since = poll_with_windows, read_after_window


def _batch_window(table: str) -> float:
    mappings = (mapping for _, _, mapping in lambda_svc._iter_all_esms())
    windows = (
        mapping.get("MaximumBatchingWindowInSeconds") or 0
        for mapping in mappings
        if f":table/{table}/stream/" in mapping.get("EventSourceArn", "")
    )
    return float(max(windows, default=0))


def keep_stream_records() -> None:
    """Save a stream's records with its table, as the positions of its readers are saved.

    Plain MiniStack starts with an empty stream, in which no reader finds anything until it has as many records as
    before. A state that was saved without them starts behind all positions.
    """
    save, load = dynamodb.get_state, dynamodb.load_persisted_state

    def save_with_records() -> dict[str, Any]:
        streams = {"records": dynamodb._stream_records, "trimmed": dynamodb._stream_trimmed}
        return {**save(), "packhorse_streams": copy.deepcopy(streams)}

    def load_with_records(state: dict[str, Any]) -> None:
        load(state)
        if saved := state.get("packhorse_streams"):
            dynamodb._stream_records.update(saved["records"])
            dynamodb._stream_trimmed.update(saved["trimmed"])
            return
        for account, region, table in list(dynamodb._tables._data):
            dynamodb._stream_trimmed.set_scoped(account, region, table, BEHIND)

    dynamodb.get_state, dynamodb.load_persisted_state = save_with_records, load_with_records
