"""Lambda: invocations wait in a list until the simulation runs them."""

import io
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody

from simulation.aws.refusals import Refused
from simulation.aws.stepfunctions.interpreter import Invocation as StateInvocation

Parameters = Mapping[str, Any]
MOST_LATER, MOST_NOW = 1024 * 1024, 6 * 1024 * 1024


class Invocation(NamedTuple):
    """An asynchronous invocation: a function and its payload."""

    function: str
    payload: Any


class Unanswered(Exception):
    """A synchronous invocation goes on, and its caller stops waiting for the answer."""


class Functions:
    """Asynchronous invocations, in order; the functions in `handlers`, by name, answer synchronous ones."""

    def __init__(self) -> None:
        self.invocations: list[Invocation] = []
        self.handlers: dict[str, Callable[[Any], Any]] = {}
        self.operations: dict[str, Callable[[Parameters], dict[str, Any]]] = {"Invoke": self._invoke}

    def _invoke(self, parameters: Parameters) -> dict[str, Any]:
        name = _name(parameters["FunctionName"])
        raw = parameters.get("Payload", b"{}")
        is_later = parameters.get("InvocationType") == "Event"
        if len(raw) > (MOST_LATER if is_later else MOST_NOW):
            raise Refused("RequestTooLargeException", f"{len(raw)} byte payload is too large", 413)
        payload = json.loads(raw)
        if is_later:
            self.invocations.append(Invocation(name, payload))
            return {"StatusCode": 202, "Payload": _stream(b"")}
        if name not in self.handlers:
            raise Refused("ResourceNotFoundException", f"Function not found: {parameters['FunctionName']}", 404)
        try:
            answer = self.handlers[name](payload)
        except Unanswered:
            raise ReadTimeoutError(endpoint_url="https://lambda") from None
        except Refused:
            raise
        except Exception as error:
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": _stream(_failure(error).encode())}
        return {"StatusCode": 200, "Payload": _stream(json.dumps(answer).encode())}

    def answer(self, invocation: StateInvocation) -> None:
        """Run a handler for a state machine, and answer as Lambda does: an error is named by its class."""
        if invocation.function not in self.handlers:
            invocation.fail("Lambda.ResourceNotFoundException", f"Function not found: {invocation.function}")
            return
        try:
            answer = self.handlers[invocation.function](invocation.payload)
        except Exception as error:
            invocation.fail(type(error).__name__, _failure(error))
        else:
            invocation.succeed(answer)


def _name(given: str) -> str:
    """Return the name of a function that is given as a name or an ARN, with an alias or without."""
    return (given.partition(":function:")[2] or given).partition(":")[0]


def _failure(error: Exception) -> str:
    return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)})


def _stream(body: bytes) -> StreamingBody:
    return StreamingBody(io.BytesIO(body), len(body))
