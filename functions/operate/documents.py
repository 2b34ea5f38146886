"""Draws documents: invoked by the API, synchronously, with all that is to be on one and the key to store it under.

It has a layer of its own, for PDF and fonts, and reads no order: its role may put objects below `documents/` only.
"""

import json
from collections.abc import Mapping
from typing import Any

from packhorse.aws.bucket import store_file
from packhorse.aws.clients import prepare
from packhorse.aws.telemetry import logger
from packhorse.messages.documents import DRAW_MESSAGE
from packhorse.papers import draw

prepare("s3")


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> None:
    """Draw one document and store it; the same event again stores the same bytes."""
    message = DRAW_MESSAGE.read(json.dumps(event))
    store_file(message.key, draw(message.document), "application/pdf")
