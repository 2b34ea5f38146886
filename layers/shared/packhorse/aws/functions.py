"""Asynchronous invocations: rare messages go to their function without a queue, which would have to be polled.

Lambda stores the payload, invokes the function at least once, three times if it fails, and for up to six hours while it
is throttled; then it puts the payload on the dead-letter queue.
"""

from packhorse.aws.clients import client


def invoke_later(function: str, payload: str) -> None:
    """Invoke a function asynchronously with a JSON payload."""
    client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=payload.encode())
