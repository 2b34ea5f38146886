"""Batches: many reads or writes in one call, some of which may come back unprocessed."""

from typing import TYPE_CHECKING, Any
from zlib import crc32

from simulation.aws.dynamodb.capacity import consumed
from simulation.aws.dynamodb.requests import Parameters, refuse_unknown, shown, wanted_by
from simulation.aws.dynamodb.writes import PLANS, Planned
from simulation.aws.refusals import Refused, invalid, throttled

if TYPE_CHECKING:
    from simulation.aws.dynamodb.service import DynamoDB

MOST_KEYS, MOST_WRITES = 100, 25
MOST_BYTES = 16 * 1024 * 1024


def get(tables: "DynamoDB", parameters: Parameters) -> dict[str, Any]:
    """Return the answer to a BatchGetItem; its items have no order that one can rely on."""
    refuse_unknown(parameters, "RequestItems")
    wanted = parameters["RequestItems"]
    count = sum(len(request["Keys"]) for request in wanted.values())
    if not 1 <= count <= MOST_KEYS:
        raise invalid("Too many items requested for the BatchGetItem call" if count else "The Keys list is empty")
    answer: dict[str, Any] = {"Responses": {}, "UnprocessedKeys": {}}
    with tables.units.reading() as units:
        for name, request in wanted.items():
            refuse_unknown(request, "Keys", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames")
            answer["Responses"][name], left = _read(tables, name, request)
            if left:
                answer["UnprocessedKeys"][name] = {**request, "Keys": left}
    if sum(len(request["Keys"]) for request in answer["UnprocessedKeys"].values()) == count:
        raise throttled()
    return answer | consumed(parameters, units)


def _read(tables: "DynamoDB", name: str, request: Parameters) -> tuple[list[Any], list[Any]]:
    table = tables.table(name)
    keys = {table.schema.requested_key(key): key for key in request["Keys"]}
    if len(keys) < len(request["Keys"]):
        raise invalid("Provided list of item keys contains duplicates")
    done = len(keys) - min(len(keys), tables.leaves_out(name, len(keys)))
    shuffled = sorted(keys, key=lambda key: crc32(repr(key).encode()))
    wanted, is_consistent = wanted_by(request), bool(request.get("ConsistentRead"))
    found, size = [], 0
    for position, key in enumerate(shuffled[:done]):
        stored = table.get(key)
        size += stored.size if stored else 0
        if size > MOST_BYTES:
            done = position
            break
        tables.count_read(table, stored, consistent=is_consistent)
        if stored:
            found.append(shown(stored.item, *wanted))
    return found, [keys[key] for key in shuffled[done:]]


def write(tables: "DynamoDB", parameters: Parameters) -> dict[str, Any]:
    """Return the answer to a BatchWriteItem."""
    refuse_unknown(parameters, "RequestItems")
    wanted = parameters["RequestItems"]
    if not 1 <= sum(map(len, wanted.values())) <= MOST_WRITES:
        raise invalid("Too many items requested for the BatchWriteItem call")
    plans = {name: _plans(tables, name, requests) for name, requests in wanted.items()}
    left: dict[str, list[Any]] = {}
    units: dict[str, float] = {}
    for name, requests in wanted.items():
        done = len(requests) - min(len(requests), tables.leaves_out(name, len(requests)))
        taken = [_write(tables, plan) for plan in plans[name][:done]]
        undone = [*requests[done:], *(request for request, n in zip(requests, taken, strict=False) if not n)]
        units[name] = sum(taken)
        if undone:
            left[name] = undone
    if left == wanted:
        raise throttled()
    return {"UnprocessedItems": left, **consumed(parameters, units)}


def _plans(tables: "DynamoDB", name: str, requests: list[Any]) -> list[Planned]:
    """Plan each write request; one invalid request fails the whole batch."""
    table = tables.table(name)
    pairs = [next(iter(request.items())) for request in requests]
    plans = [PLANS[verb.removesuffix("Request")](table, request) for verb, request in pairs]
    if len({plan.key for plan in plans}) < len(plans):
        raise invalid("Provided list of item keys contains duplicates")
    return plans


def _write(tables: "DynamoDB", plan: Planned) -> int:
    """Perform a write unless it is throttled; return its units, 0 if throttled."""
    try:
        return tables.do(plan)
    except Refused as refused:
        if refused.code != "ProvisionedThroughputExceededException":
            raise
        return 0
