"""Describe calls, events and changes in a line each, for a replay."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from simulation.aws.boundary import Call
from simulation.aws.dynamodb.streams import Record
from simulation.aws.dynamodb.values import Item, Value
from simulation.cloud import short_name
from simulation.order_documents import Document, document_of

Parameters = Mapping[str, Any]
MOST_NAMED = 4
"""The things of a list that are named; the others are counted."""
LONGEST = 160
MOST_SHOWN = 40
"""The longest value of an update that is shown."""
NOT_SHOWN = frozenset("kind schema token raw who burst at ship_to customer unit_price".split())
NOTHING: Sequence[Any] = ("", None, False, [], {})
ZERO: Value = {"N": "0"}


# ---- calls -------------------------------------------------------------------------------------------------------


def call(made: Call) -> str:
    """Return the service, the operation, its subject and its outcome."""
    about = CALLS.get(made.operation, _by_name)(made.parameters)
    parts = [made.service, made.operation, about, _outcome(made)]
    if made.attempt > 1:
        parts.append(f"(attempt {made.attempt})")
    return " ".join(filter(None, parts))


def _by_name(parameters: Parameters) -> str:
    if "url" in parameters:
        return " ".join(filter(None, (parameters["url"], _short_body(parameters["body"]))))
    if "TableName" in parameters:
        return f"{short_name(parameters['TableName'])} {_key(parameters.get('Key') or parameters.get('Item') or {})}"
    if "QueueUrl" in parameters:
        return ": ".join(filter(None, (_queue(parameters), message(parameters.get("MessageBody", "")))))
    named = (parameters.get(name) for name in ("Key", "SecretId", "Name", "name", "FunctionName"))
    return str(next(filter(None, named), ""))


def _short_body(body: bytes) -> str:
    """Return a request's body; of GraphQL, its variables; of a form, which may hold a secret, nothing."""
    text = body.decode(errors="replace")
    if not text.startswith("{"):
        return ""
    if "variables" in (found := json.loads(text)):
        text = json.dumps(found["variables"])
    return short(text)


def _transaction(parameters: Parameters) -> str:
    return " | ".join(map(_action, parameters["TransactItems"]))


def _action(action: Mapping[str, Any]) -> str:
    ((verb, parameters),) = action.items()
    return f"{verb} {short_name(parameters['TableName'])} {_key(parameters.get('Key') or parameters['Item'])}"


def _batch_get(parameters: Parameters) -> str:
    requests = parameters["RequestItems"].items()
    return "; ".join(f"{short_name(name)} {several(map(_key, wanted['Keys']))}" for name, wanted in requests)


def _batch_write(parameters: Parameters) -> str:
    requests = parameters["RequestItems"].items()
    return "; ".join(f"{short_name(name)} {several(map(_written, writes))}" for name, writes in requests)


def _written(write: Mapping[str, Any]) -> str:
    ((_, parameters),) = write.items()
    return _key(parameters.get("Item") or parameters["Key"])


def _update(parameters: Parameters) -> str:
    values = [str(_plain(value)) for value in parameters.get("ExpressionAttributeValues", {}).values()]
    small = dict.fromkeys(value for value in values if len(value) <= MOST_SHOWN)
    return f"{_by_name(parameters)} {' '.join(small)}".rstrip()


def _query(parameters: Parameters) -> str:
    index = f" index {parameters['IndexName']}" if "IndexName" in parameters else ""
    values = " ".join(str(_plain(value)) for value in parameters.get("ExpressionAttributeValues", {}).values())
    return f"{short_name(parameters['TableName'])}{index} {values}".rstrip()


def _sent(parameters: Parameters) -> str:
    return f"{_queue(parameters)}: {several(message(entry['MessageBody']) for entry in parameters['Entries'])}"


CALLS: Mapping[str, Callable[[Parameters], str]] = {
    "TransactWriteItems": _transaction,
    "BatchGetItem": _batch_get,
    "BatchWriteItem": _batch_write,
    "Query": _query,
    "UpdateItem": _update,
    "SendMessageBatch": _sent,
    "DeleteMessageBatch": lambda parameters: f"{_queue(parameters)}: {len(parameters['Entries'])} messages",
    "SendTaskSuccess": lambda parameters: parameters["output"],
}


def _outcome(made: Call) -> str:
    """Return what a read found, and what a batch left undone."""
    answer, left = made.answer, ""
    if made.operation == "Query" and "Count" in answer:
        left = f"-> {answer['Count']} found" + (", more to read" if "LastEvaluatedKey" in answer else "")
    elif made.operation == "ReceiveMessage" and answer:
        left = f"-> {len(answer.get('Messages', ()))} found"
    elif made.operation == "GetItem" and answer:
        left = "" if "Item" in answer else "-> not found"
    elif made.service == "web" and answer:
        left = f"-> {answer['status']}"
    if undone := answer.get("UnprocessedKeys"):
        left = f"-> {sum(len(each['Keys']) for each in undone.values())} keys left out"
    if undone := answer.get("Failed"):
        left = f"-> {len(undone)} refused"
    return left


def is_partly_done(made: Call) -> bool:
    """Return whether a batch left something undone."""
    return bool(made.answer.get("UnprocessedKeys") or made.answer.get("Failed"))


def refusal(made: Call) -> str:
    """Return why a service refused a call, and which actions of a transaction; empty if it did not."""
    if made.error is None:
        return ""
    reasons = made.error.answer.get("CancellationReasons", ())
    actions = zip(made.parameters.get("TransactItems", ()), reasons, strict=False)
    refused = [f"{_action(action)}: {why['Code']}" for action, why in actions if why["Code"] != "None"]
    return f"refused: {' | '.join(refused) or made.error.code}"


# ---- events ------------------------------------------------------------------------------------------------------


def event(received: Any) -> str:
    """Return what invokes a function: messages, changes, a request, or a payload."""
    if "requestContext" in received:
        http = received["requestContext"]["http"]
        body = received.get("body")
        return f"{http['method']} {http['path']} {short(fields(json.loads(body))) if body else ''}".rstrip()
    if "pathParameters" in received:
        return _webhook(received)
    records = received.get("Records")
    if records is None:
        return message(json.dumps(received))
    return several(map(_record, records))


def _record(record: Mapping[str, Any]) -> str:
    """Return a record of a stream, of a bucket or of a queue."""
    if "dynamodb" in record:
        return _change(record)
    return f"file {record['s3']['object']['key']}" if "s3" in record else _delivery(record)


def _webhook(received: Mapping[str, Any]) -> str:
    topic = next((value for name, value in received["headers"].items() if name.endswith("-topic")), "")
    body = json.loads(received["body"])
    return f"webhook {topic} of {next(iter(received['pathParameters'].values()))}, order {body.get('id')}"


def _delivery(record: Mapping[str, Any]) -> str:
    times = int(record["attributes"]["ApproximateReceiveCount"])
    again = f" (delivery {times})" if times > 1 else ""
    return message(record["body"]) + again


def _change(record: Mapping[str, Any]) -> str:
    return f"{record['eventName']} {_key(record['dynamodb']['Keys'])}"


def message(body: str) -> str:
    """Return the fields of a message that have a value, without tokens and addresses.

    >>> message('{"kind": "advance", "order_id": "o1", "token": "AAA", "after": ""}')
    'advance: order_id o1'
    >>> message('{"order": {"channel": "shop", "channel_order_id": "7", "paid_at": "now", "lines": [{"sku": "MUG"}]}}')
    'order shop:7 (MUG 1, paid)'
    """
    try:
        content = json.loads(body)
    except ValueError:
        return short(body)
    if not isinstance(content, dict):
        return short(body)
    if "Records" in content:
        return several(f"file {record['s3']['object']['key']}" for record in content["Records"] if "s3" in record)
    if isinstance(content.get("order"), dict):
        return f"order {_order(content['order'])}"
    kind = content.get("kind", "")
    rest = short(fields(content))
    return rest if kind in content else ": ".join(filter(None, (kind, rest)))


def fields(content: Any) -> str:
    """Return the fields of a document that have a value, without JSON's brackets.

    >>> fields({"kind": "x", "lines": [{"sku": "MUG", "quantity": 2}], "from": "east", "paid": False})
    'lines [sku MUG, quantity 2], from east'
    """
    if isinstance(content, dict):
        said = {name: value for name, value in content.items() if name not in NOT_SHOWN and value not in NOTHING}
        return ", ".join(f"{name} {fields(value)}" for name, value in said.items())
    if isinstance(content, list):
        return f"[{'; '.join(map(fields, content))}]"
    return str(content)


def _order(order: Mapping[str, Any]) -> str:
    """Return the order in a message: its key, its units, and whether it is paid, cancelled or shipped."""
    units = [f"{line.get('sku')} {line.get('quantity', 1)}" for line in order.get("lines", ())]
    moments = [name.removesuffix("_at") for name in ("paid_at", "cancelled_at", "shipped_at") if order.get(name)]
    return f"{order.get('channel')}:{order.get('channel_order_id')} ({', '.join([*units, *moments])})"


def answer(given: Any) -> str:
    """Return a function's answer: a status and its problem, the number of failed messages, or the value."""
    if isinstance(given, dict) and "statusCode" in given:
        body = given.get("body") if given["statusCode"] >= 400 else ""
        return f"{given['statusCode']} {short(body or '')}".rstrip()
    failures = given.get("batchItemFailures") if isinstance(given, dict) else None
    if failures:
        return f"{len(failures)} messages failed, and come again"
    return "done" if not given or failures is not None else short(fields(given))


# ---- what a write changed ----------------------------------------------------------------------------------------


def stock_change(record: Record) -> str:
    """Return the numbers of a shelf that changed."""
    sku, place = record.key
    before, after = record.old or {}, record.new or {}
    names = [name for name in ("on_hand", "committed", "available") if before.get(name) != after.get(name)]
    numbers = [f"{name} {_plain(before.get(name, ZERO))} -> {_plain(after.get(name, ZERO))}" for name in names]
    return f"stock of {sku} in {place}: {', '.join(numbers) or 'unchanged'}"


def order_change(record: Record) -> str:
    """Return an order as the write left it; empty for other items of the table."""
    item = record.new
    if record.key[1] != "ORDER" or item is None:
        return ""
    document = document_of(item)
    parts = [document["status"], *map(_line, document["lines"]), *_fulfilments(document)]
    parts += [f"exception {problem['cause']}" for problem in document.get("exceptions", ())]
    parts += ["on hold"] if document.get("holds") else []
    return f"order {record.key[0]} version {item['version']['N']}: {'; '.join(parts)}"


def _line(line: Document) -> str:
    held = [f"{part['quantity']} from {part['warehouse']}" for part in line.get("allocations", ())]
    cancelled = f", {line['cancelled']} cancelled" if line.get("cancelled") else ""
    return f"{line['quantity']} {line.get('sku')} ({', '.join(held) or 'nothing allocated'}{cancelled})"


def _fulfilments(document: Document) -> Iterator[str]:
    for number, fulfilment in enumerate(document.get("fulfilments", ()), 1):
        parcels = f", {len(fulfilment['parcels'])} parcels" if fulfilment.get("parcels") else ""
        yield f"fulfilment {number} in {fulfilment['warehouse']} {fulfilment.get('status', 'queued')}{parcels}"


# ---- names -------------------------------------------------------------------------------------------------------


def several(things: Iterable[str]) -> str:
    """Return the first few, and how many more follow.

    >>> several(["a", "b"]), several("abcdef")
    ('a | b', 'a | b | c | d and 2 more')
    """
    named: Sequence[str] = [*things]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return " | ".join(named[:MOST_NAMED]) + more


def short(text: str) -> str:
    """Return the beginning of a text."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _queue(parameters: Parameters) -> str:
    return short_name(parameters["QueueUrl"].rpartition("/")[2])


def _key(item: Item) -> str:
    """Return the key of an item; of an idempotency record, the end of its id."""
    if "id" in item:
        return f"...{str(_plain(item['id']))[-8:]}"
    return "/".join(str(_plain(item[name])) for name in ("pk", "sk") if name in item)


def _plain(value: Value) -> object:
    ((_, content),) = value.items()
    return content
