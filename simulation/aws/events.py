"""EventBridge: the events that were put on buses."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from simulation.aws.clock import Time
from simulation.aws.refusals import Refused

Parameters = Mapping[str, Any]
MOST_ENTRIES = 10
MOST_BYTES = 1024 * 1024


class Event(NamedTuple):
    """An event on a bus."""

    bus: str
    source: str
    kind: str
    detail: Any
    at: float


class Events:
    """All events, in order; `refuses(entry)` decides which entries of a batch fail."""

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self.events: list[Event] = []
        self.refuses: Callable[[Parameters], bool] = lambda entry: False
        self.operations: dict[str, Callable[[Parameters], dict[str, Any]]] = {"PutEvents": self._put}

    def _put(self, parameters: Parameters) -> dict[str, Any]:
        entries = parameters["Entries"]
        if not 1 <= len(entries) <= MOST_ENTRIES:
            message = f"1 validation error detected: entries must have length less than or equal to {MOST_ENTRIES}"
            raise Refused("ValidationException", message)
        if sum(len(entry.get("Detail", "").encode()) for entry in entries) > MOST_BYTES:
            raise Refused("ValidationException", "Total size of the entries in the request is over the limit.", 413)
        answers = [self._take(entry) for entry in entries]
        return {"FailedEntryCount": sum("ErrorCode" in answer for answer in answers), "Entries": answers}

    def _take(self, entry: Parameters) -> dict[str, str]:
        if self.refuses(entry):
            return {"ErrorCode": "InternalFailure", "ErrorMessage": "Unexpected exception"}
        for name in ("Source", "DetailType", "Detail"):
            if not entry.get(name):
                return {
                    "ErrorCode": "InvalidArgument",
                    "ErrorMessage": f"Parameter {name} is not valid. Reason: {name} is a required argument.",
                }
        try:
            detail = json.loads(entry["Detail"])
        except ValueError:
            return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
        bus = entry.get("EventBusName", "default").rpartition("/")[2]
        self.events.append(Event(bus, entry["Source"], entry["DetailType"], detail, self._clock.now))
        return {"EventId": f"event-{len(self.events)}"}
