"""Requests to the notification function: webhooks that only it can verify, while their sender waits."""

import json
from collections.abc import Mapping
from typing import Any

from packhorse.aws.functions import invoke
from packhorse.aws.settings import settings

HANDED_OVER = ("pathParameters", "headers", "body", "isBase64Encoded")


def answer_notification(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a request of the HTTP API; raises Unavailable if the function fails."""
    request = {name: event[name] for name in HANDED_OVER if name in event}
    answer: dict[str, Any] = json.loads(invoke(settings.notification_function, json.dumps(request)))
    return answer
