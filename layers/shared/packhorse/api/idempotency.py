"""Answers to repeated requests: the first answer to an Idempotency-Key, kept for a day."""

import base64
import json
import zlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
)
from aws_lambda_powertools.utilities.idempotency.serialization.base import BaseIdempotencySerializer

from packhorse.api.access import fingerprint, idempotency_key
from packhorse.api.answers import problem_answer
from packhorse.api.bound_keys import BoundKeys, NothingDone, OtherRequest
from packhorse.api.problems import SERVICE_FAILED
from packhorse.api.requests import method_of, path_of
from packhorse.api.resolver import app
from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.aws.telemetry import logger
from packhorse.domain.errors import FieldError

DAY = 24 * 60 * 60
TRANSIENT_STATUSES = frozenset({HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE})
NEVER_STORED = frozenset({"POST /privacy/export", "POST /uploads"})
"""Requests that are done anew: what is stored of a buyer would outlast an erasure in an answer, and a url expires."""


def resolve_route(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return the answer of the event's route; its body is text, empty instead of None."""
    answer = app.resolve(event, context)
    return {**answer, "body": answer["body"] or ""}


class TransientResponse(Exception):
    """An answer that is not stored: a retry of the request may get a better one, or must not get this one."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer["statusCode"])
        self.answer = answer


class RefusedForNow(TransientResponse, NothingDone):
    """A 409: nothing was done, and another request may have the key."""


def respond_once(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return the answer to a request with a key: the stored one, for a day, if caller and request are the same."""
    idempotency_config.register_lambda_context(context)
    request = {"key": idempotency_key(event), "fingerprint": fingerprint(event)}
    try:
        answer = respond(request=request, event=event, context=context)
        return {name: value for name, value in answer.items() if name != "request"}
    except TransientResponse as error:
        return error.answer
    except OtherRequest as error:
        return _used_for_another(error)
    except IdempotencyAlreadyInProgressError:
        return problem_answer(HTTPStatus.CONFLICT, "the same request is being answered right now")
    except IdempotencyPersistenceLayerError:
        logger.exception("answers cannot be stored")
        return problem_answer(HTTPStatus.SERVICE_UNAVAILABLE, SERVICE_FAILED)


def _used_for_another(other: OtherRequest) -> dict[str, Any]:
    """Return the answer to another request under a key, with what the first one was answered."""
    if other.is_in_progress:
        return problem_answer(HTTPStatus.CONFLICT, "another request with this key is being answered right now")
    wrong = [FieldError("Idempotency-Key", "was used for another request")]
    detail = "this key was used for another request, of which it is not known whether it was done"
    earlier = earlier_of(unpacked(other.answer)) if other.answer else None
    if earlier:
        made = f", {earlier['id']}" if earlier["id"] else ""
        detail = f"this key was used for another request: {earlier['request']}, answered by {earlier['status']}{made}"
    return problem_answer(HTTPStatus.UNPROCESSABLE_ENTITY, detail, wrong, more={"earlier": earlier})


def earlier_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a stored answer says of its request: its method and path, the status, and the id of what it made."""
    try:
        body = json.loads(answer["body"])
    except ValueError:
        body = None
    found = body.get("id") if isinstance(body, dict) else None
    request = answer.get("request", "a request")  # answers that an older version stored have none
    return {"request": request, "status": answer["statusCode"], "id": str(found) if found is not None else None}


idempotency_config = IdempotencyConfig(
    event_key_jmespath="key", payload_validation_jmespath="fingerprint", expires_after_seconds=DAY
)
idempotency_store = BoundKeys(settings.requests_table, boto3_client=client("dynamodb"))


class PackedAnswerSerializer(BaseIdempotencySerializer):
    """Packs an answer to be stored, and unpacks a stored one."""

    def to_dict(self, data: dict[str, Any]) -> Any:
        """Return what Powertools stores."""
        return packed(data)

    def from_dict(self, data: Any) -> dict[str, Any]:
        """Return the answer of what is stored."""
        return unpacked(data)


@idempotent_function(
    data_keyword_argument="request",
    persistence_store=idempotency_store,
    config=idempotency_config,
    output_serializer=PackedAnswerSerializer(),
)
def respond(*, request: Mapping[str, str], event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return the answer, which Powertools stores; raises TransientResponse for one that is not to be stored."""
    answer, named = resolve_route(event, context), f"{method_of(event)} {path_of(event)}"
    if answer["statusCode"] == HTTPStatus.CONFLICT:
        raise RefusedForNow(answer)
    if answer["statusCode"] in TRANSIENT_STATUSES or named in NEVER_STORED:
        raise TransientResponse(answer)
    return {**answer, "request": named}


def packed(answer: dict[str, Any]) -> str:
    """Return an answer as compressed text: the longest orders would not fit into an item otherwise."""
    return base64.b85encode(zlib.compress(json.dumps(answer).encode())).decode()


def unpacked(text: str) -> dict[str, Any]:
    """Return the answer of `packed` text."""
    return dict(json.loads(zlib.decompress(base64.b85decode(text))))
