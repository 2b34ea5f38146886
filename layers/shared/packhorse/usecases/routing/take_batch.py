"""Take a batch of the orders queue: route its orders, and have those send more whose marks are behind them."""

from collections.abc import Callable, Collection, Mapping

from packhorse.aws.clients import FAILURES
from packhorse.aws.schedules import continue_poll
from packhorse.aws.telemetry import logger
from packhorse.domain.errors import Unavailable
from packhorse.domain.values import ChannelId
from packhorse.http.pace import forever
from packhorse.messages.orders import ContinueUpload, Mark, Message
from packhorse.messages.uploads import continue_upload
from packhorse.usecases.routing.allocate import route_messages


def take_batch(
    messages: Mapping[str, Message | Mark], redelivered: Collection[str], remaining: Callable[[], float] = forever
) -> set[str]:
    """Handle messages by message id; return the ids of those that are to be delivered again."""
    marks: dict[str, Mark] = {}
    others: dict[str, Message] = {}
    for name, message in messages.items():
        if isinstance(message, Mark):
            marks[name] = message
        else:
            others[name] = message
    failed = route_messages(others, redelivered, remaining) if others else set()
    return failed | {name for name, mark in marks.items() if not is_passed(mark)}


def is_passed(mark: Mark) -> bool:
    """Invoke what sends more orders once the mark is received; return whether that worked."""
    try:
        if isinstance(mark, ContinueUpload):
            continue_upload(mark.upload, mark.window)
        else:
            continue_poll(ChannelId(mark.channel))
    except (*FAILURES, Unavailable):
        logger.exception("nothing continued", extra={"mark": mark.kind})
        return False
    return True
