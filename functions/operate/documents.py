"""Draws documents and joins labels: invoked synchronously with what is to be on one, or the labels' keys.

It has a layer of its own, for PDF and fonts, and reads no order: its role may read labels, and store what it made.
"""

import json
from collections.abc import Mapping
from typing import Any

from packhorse.aws.bucket import read_payload, store_file
from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import logger
from packhorse.domain.errors import PackhorseError
from packhorse.domain.labels.consignment import MEDIA_TYPES, LabelFormat
from packhorse.domain.labels.purchase import LabelFile
from packhorse.messages.documents import DRAW_MESSAGE, JoinedLabels, JoinLabels
from packhorse.messages.failures import failure_of
from packhorse.papers import draw
from packhorse.papers.joining import merge_labels

prepare("s3")


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any] | None:
    """Draw one document, or join the labels of a batch, and store it; the same event again stores the same bytes."""
    message = DRAW_MESSAGE.read(json.dumps(event))
    if isinstance(message, JoinLabels):
        return _joined(message).model_dump(mode="json")
    store_file(message.key, draw(message.document), "application/pdf")
    return None


def _joined(message: JoinLabels) -> JoinedLabels:
    try:
        labels = merge_labels([_label(key) for key in message.files])
    except PackhorseError as error:
        return JoinedLabels(failure=failure_of(error))
    return JoinedLabels(key=store_file(f"{message.joined}.{labels.format}", labels.content, MEDIA_TYPES[labels.format]))


def _label(key: str) -> LabelFile:
    return LabelFile(read_payload(key), LabelFormat(key.rpartition(".")[2]))
