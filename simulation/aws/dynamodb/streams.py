"""The stream of a table: every change, in order."""

import base64
from typing import Any, NamedTuple

from simulation.aws.dynamodb.schema import Key
from simulation.aws.dynamodb.values import Item, Value, item_size

ACCOUNT = "us-east-1:123456789012"


class Record(NamedTuple):
    """A change of an item; changes of one key are in order."""

    table: str
    number: int
    key: Key
    keys: Item
    old: Item | None
    new: Item | None
    at: float
    view: str

    @property
    def name(self) -> str:
        """INSERT, MODIFY or REMOVE."""
        if self.old is None:
            return "INSERT"
        return "REMOVE" if self.new is None else "MODIFY"

    def event(self) -> dict[str, Any]:
        """Return the record as Lambda receives it."""
        images = {"OldImage": self.old, "NewImage": self.new}
        shown = {"OLD_IMAGE": ("OldImage",), "NEW_IMAGE": ("NewImage",), "KEYS_ONLY": ()}.get(self.view, tuple(images))
        arn = f"arn:aws:dynamodb:{ACCOUNT}:table/{self.table}/stream/2026-11-02T12:00:00.000"
        change: dict[str, Any] = {
            "ApproximateCreationDateTime": float(int(self.at)),
            "Keys": _json_item(self.keys),
            "SequenceNumber": f"{self.number:021d}",
            "SizeBytes": item_size(self.keys) + sum(item_size(images[name] or {}) for name in shown),
            "StreamViewType": self.view,
        }
        change |= {name: _json_item(image) for name in shown if (image := images[name]) is not None}
        return {
            "eventID": f"{self.table}-{self.number}",
            "eventName": self.name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "us-east-1",
            "dynamodb": change,
            "eventSourceARN": arn,
        }


def event(records: list[Record]) -> dict[str, Any]:
    """Return the records as the event of a Lambda function."""
    return {"Records": [record.event() for record in records]}


def _json_item(item: Item) -> dict[str, Any]:
    return {name: _json(value) for name, value in item.items()}


def _json(value: Value) -> dict[str, Any]:
    ((kind, content),) = value.items()
    if kind == "B":
        return {"B": base64.b64encode(content).decode()}
    if kind == "BS":
        return {"BS": [base64.b64encode(each).decode() for each in content]}
    if kind == "M":
        return {"M": _json_item(content)}
    if kind == "L":
        return {"L": [_json(each) for each in content]}
    return {kind: content}
