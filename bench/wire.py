"""The stand-ins behind botocore's HTTP: a call is validated, serialised, signed and parsed as on AWS, but not sent.

`World.installed` takes calls before botocore does its work, which is most of what a function's processor does; this
is for measuring that. It imports the code that is measured: see `bench.deployed`.
"""

import base64
import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.httpsession import URLLib3Session

from bench.deployed import Deployed
from simulation.aws.boundary import Call
from simulation.aws.refusals import Refused

MAKE_API_CALL = BaseClient._make_api_call


class Timed(Deployed):
    """A deployment whose functions call it over botocore's HTTP; `seconds` is their processor time, without sockets."""

    def __init__(self, at_once: int = 1) -> None:
        super().__init__(at_once)
        self.seconds = 0.0
        self._calls: list[tuple[str, str, dict[str, Any]]] = []

    @contextmanager
    def installed(self) -> Iterator["Deployed"]:
        """Install the deployment below botocore, which does its own work for every call."""
        timed = self

        def make_api_call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            timed._calls.append((client.meta.service_model.service_name, operation, parameters))
            try:
                return MAKE_API_CALL(client, operation, parameters)
            finally:
                timed._calls.pop()

        def send(_: object, request: Any) -> AWSResponse:
            return timed._respond(request.url)

        with (
            super().installed(),
            patch.object(BaseClient, "_make_api_call", make_api_call),
            patch.object(URLLib3Session, "send", send),
        ):
            yield self

    def run(self, handler: Any, event: Any, context: Any) -> Any:
        """Time the handler."""
        began = time.process_time()
        try:
            return handler(event, context)
        finally:
            self.seconds += time.process_time() - began

    def _respond(self, url: str) -> AWSResponse:
        """Return what the service answers; the time that the stand-in takes is not the function's."""
        began = time.process_time()
        service, operation, parameters = self._calls[-1]
        status, headers = 200, {"content-type": "application/json"}
        try:
            answer = self.world.call(Call(service, operation, parameters))
        except Refused as refused:
            status, answer = refused.status, {"__type": refused.code, "message": refused.message, **refused.answer}
        answer.pop("ResponseMetadata", None)
        if service == "s3":
            headers, answer = {"etag": answer["ETag"]}, {}
        body = json.dumps(answer, default=on_the_wire).encode() if answer or service != "s3" else b""
        self.seconds -= time.process_time() - began
        return AWSResponse(url, status, headers, Raw(body))


class Raw(io.BytesIO):
    """The body of an answer, as urllib3 has it."""

    def stream(self, *_: object) -> Iterator[bytes]:
        """Return all of it."""
        yield self.read()


def on_the_wire(value: Any) -> Any:
    """Return a value as the JSON protocols of AWS have it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value)} does not go over the wire")
