"""Dead letters, as SQS and Lambda make them."""

import json
from typing import Any

from packhorse.aws import clients
from packhorse.aws.queues import deduplication_id, is_fifo
from packhorse.aws.settings import settings
from packhorse.messages import origins
from tests.conftest import WORLDS

MISSED = {
    "version": "1.0",
    "requestContext": {
        "requestId": "8f3b",
        "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:test-changed",
        "condition": "RetryAttemptsExhausted",
        "approximateInvokeCount": 100,
    },
    "DDBStreamBatchInfo": {"shardId": "shardId-1", "startSequenceNumber": "1", "endSequenceNumber": "3"},
}
PUT = {"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": "orders/shop/M%C3%A4rz+2.csv"}}}]}
ADVANCE = {"kind": "advance", "order_id": "6f1b"}


def given_up(function: str, payload: Any, error: str = "Unavailable", at: str = "2026-11-02T12:00:00.000Z") -> str:
    """What Lambda writes about an asynchronous invocation that failed for good."""
    return json.dumps(
        {
            "version": "1.0",
            "timestamp": at,
            "requestContext": {
                "requestId": at,
                "functionArn": f"arn:aws:lambda:us-east-1:123456789012:function:{function}:$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": 3,
            },
            "requestPayload": payload,
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": {"errorMessage": "GET /orders: 503", "errorType": error, "stackTrace": []},
        }
    )


def give_up(queue: str, *bodies: Any, group: str = "") -> None:
    """Has messages of a queue received as often as it allows, once here, so that they are dead letters."""
    sqs, url = clients.client("sqs"), origins.QUEUES[queue]
    for body in bodies:
        named = {"MessageGroupId": group} if group else {}
        fifo = {"MessageDeduplicationId": deduplication_id(str(body))} if is_fifo(url) else {}
        sqs.send_message(QueueUrl=url, MessageBody=body if isinstance(body, str) else json.dumps(body), **named, **fifo)
    found = WORLDS[-1].sqs.queue(url)
    found.most_receives = 1
    while found.messages:
        sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        WORLDS[-1].clock.sleep(found.setting("VisibilityTimeout"))


def put(*bodies: Any) -> None:
    """Puts letters straight on the dead-letter queue, as Lambda does."""
    for body in bodies:
        text = body if isinstance(body, str) else json.dumps(body)
        clients.client("sqs").send_message(QueueUrl=settings.dead_letters_queue_url, MessageBody=text)
