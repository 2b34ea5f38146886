"""Answers to repeated requests: the first answer to an Idempotency-Key, kept for a day."""

import base64
import json
import zlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)

from packhorse.api.access import fingerprint, idempotency_key
from packhorse.api.answers import problem_answer
from packhorse.api.problems import SERVICE_FAILED
from packhorse.api.resolver import app
from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.aws.telemetry import logger
from packhorse.domain.errors import FieldError

DAY = 24 * 60 * 60
TRANSIENT_STATUSES = frozenset({HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE})


def resolve_route(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return the answer of the event's route; its body is text, empty instead of None."""
    answer = app.resolve(event, context)
    return {**answer, "body": answer["body"] or ""}


class TransientResponse(Exception):
    """An answer that is not stored: a retry of the request may get a better one."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer["statusCode"])
        self.answer = answer


def respond_once(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return the answer to a request with a key: the stored one, for a day, if caller and request are the same."""
    idempotency_config.register_lambda_context(context)
    request = {"key": idempotency_key(event), "fingerprint": fingerprint(event)}
    try:
        return unpacked(respond(request=request, event=event, context=context))
    except TransientResponse as error:
        return error.answer
    except IdempotencyValidationError:
        wrong = FieldError("Idempotency-Key", "was used for another request")
        return problem_answer(HTTPStatus.UNPROCESSABLE_ENTITY, "this key was used for another request", [wrong])
    except IdempotencyAlreadyInProgressError:
        return problem_answer(HTTPStatus.CONFLICT, "the same request is being answered right now")
    except IdempotencyPersistenceLayerError:
        logger.exception("answers cannot be stored")
        return problem_answer(HTTPStatus.SERVICE_UNAVAILABLE, SERVICE_FAILED)


idempotency_config = IdempotencyConfig(
    event_key_jmespath="key", payload_validation_jmespath="fingerprint", expires_after_seconds=DAY
)
idempotency_store = DynamoDBPersistenceLayer(settings.requests_table, boto3_client=client("dynamodb"))


@idempotent_function(data_keyword_argument="request", persistence_store=idempotency_store, config=idempotency_config)
def respond(*, request: Mapping[str, str], event: dict[str, Any], context: Any) -> str:
    """Return the answer, which Powertools stores; raises TransientResponse for one that is not to be stored."""
    answer = resolve_route(event, context)
    if answer["statusCode"] in TRANSIENT_STATUSES:
        raise TransientResponse(answer)
    return packed(answer)


def packed(answer: dict[str, Any]) -> str:
    """Return an answer as compressed text: the longest orders would not fit into an item otherwise."""
    return base64.b85encode(zlib.compress(json.dumps(answer).encode())).decode()


def unpacked(text: str) -> dict[str, Any]:
    """Return the answer of `packed` text."""
    return dict(json.loads(zlib.decompress(base64.b85decode(text))))
