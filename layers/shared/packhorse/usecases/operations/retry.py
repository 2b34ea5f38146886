"""Retry what failed: from the stored input, in the way that the cause requires (see `domain.exceptions.advice`)."""

from collections.abc import Callable, Mapping
from datetime import datetime

from packhorse.aws.bucket import read_payload
from packhorse.aws.clients import client
from packhorse.aws.functions import invoke_later
from packhorse.aws.queues import deduplication_id, is_fifo
from packhorse.channels import CHANNELS, adapter_of, require_called
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.exceptions.advice import advice_on
from packhorse.domain.exceptions.retry import Retry
from packhorse.domain.problem import Cause, Problem
from packhorse.domain.values import ChannelId, OrderId, Sku
from packhorse.messages.changes import send_resync
from packhorse.messages.channels import PublishQuantity, send_quantities
from packhorse.messages.fba import confirm_stock
from packhorse.messages.orders import ORDER_MESSAGE, Mark, send_advance, send_orders
from packhorse.messages.origins import FORMER, FUNCTIONS, QUEUES
from packhorse.store import configuration, exceptions, orders, polls
from packhorse.store.exceptions import ExceptionState, OpenException
from packhorse.usecases.catalogue.unmatched_listings import advance_waiting
from packhorse.usecases.channels.call_now import poll_now
from packhorse.usecases.channels.resend_notices import notify_again
from packhorse.usecases.stock.republish_stock import republish_stock


def retry_exception(read: OpenException, who: str, now: datetime) -> OpenException:
    """Retry, and return the exception after that; raises NotNow if a retry cannot help or failed at once.

    A second retry is harmless. An order's own exception stays open until the order changes.
    """
    retry = advice_on(read.cause).retry
    if read.state is ExceptionState.RESOLVED:
        raise NotNow("it is over already")
    if retry is None or not read.retryable:
        raise NotNow(f"trying again cannot help. {read.action}")
    try:
        RETRIES[retry](read, now)
    except NotNow:
        raise
    except Rejected as error:
        problem = Problem(
            cause=Cause(read.cause), subject=read.subject, message=error.in_full, origin=read.origin, raw=read.raw
        )
        exceptions.open_exception(problem, now)
        raise NotNow(f"it failed again: {error}", error.errors) from error
    return exceptions.mark(read, state_after(retry, read), who, now)


def state_after(retry: Retry, read: OpenException) -> ExceptionState:
    """Return the state after a retry that did not fail: a payload that could be read is over.

    What orders wait for stays open until none does.
    """
    if read.order or retry is Retry.WAITING:
        return read.state
    return ExceptionState.RESOLVED if retry is Retry.PAYLOAD else ExceptionState.RETRIED


def redrive_message(read: OpenException, _: datetime) -> None:
    """Put the message back on its queue, or invoke its function with it.

    It keeps its group. On a FIFO queue retries of one failure have one deduplication id. A message of the orders queue
    may be half done and is not marked as delivered before: its order is advanced as well.
    """
    body = read_payload(read.raw).decode()
    if read.origin.queue in FUNCTIONS:
        invoke_later(FUNCTIONS[read.origin.queue], body)
        return
    url = QUEUES.get(FORMER.get(read.origin.queue, read.origin.queue))
    if url is None:
        raise NotNow(f"this deployment has no {read.origin.queue} queue")
    group = {"MessageGroupId": read.origin.group} if read.origin.group else {}
    fifo = {"MessageDeduplicationId": deduplication_id(_retry_key(read))} if is_fifo(url) else {}
    client("sqs").send_message(QueueUrl=url, MessageBody=body, **group, **fifo)
    if read.origin.queue == "orders":
        send_advance(order_of_message(body))


def order_of_message(body: str) -> list[OrderId]:
    """Return the order of a message of the orders queue; empty if it is unreadable, and for a mark."""
    try:
        message = ORDER_MESSAGE.read(body)
    except ValueError:
        return []
    return [] if isinstance(message, Mark) else [message.order_id]


def replay_payload(read: OpenException, _: datetime) -> None:
    """Parse a stored payload with the adapter as it is now, and queue its order."""
    channel = _channel(read)
    receive = CHANNELS[channel.kind].receive
    if receive is None:
        raise NotNow(f"channel {channel.id} is {channel.kind}")
    order = receive(channel).read(read.origin.headers, read_payload(read.raw))
    if order:
        send_orders([order], who=f"channel:{channel.id}", raw=read.raw)


def repeat_poll(read: OpenException, _: datetime) -> None:
    """Poll the channel from its watermark."""
    poll_now(_channel(read))


def repeat_reading(read: OpenException, now: datetime) -> None:
    """Have the order read by a poll that begins now."""
    polls.save_unread(ChannelId(read.origin.channel), [str(read.subject.channel_order_id)], now)
    repeat_poll(read, now)


def _channel(read: OpenException) -> Channel:
    name = read.origin.channel or str(read.subject.channel)
    found = configuration.current().channels.get(ChannelId(name))
    if found is None:
        raise NotNow(f"channel {name} is not set up")
    return found


def confirm_amazon_stock(read: OpenException, _: datetime) -> None:
    """Have the stock of a warehouse set by Amazon's numbers."""
    if read.subject.warehouse:
        confirm_stock(read.subject.warehouse)


def repeat_advance(read: OpenException, _: datetime) -> None:
    """Send a message to advance the order."""
    if read.order:
        send_advance([read.order])


def repeat_notices(read: OpenException, _: datetime) -> None:
    """Notify the channel of an order at once of all that it is owed."""
    if read.order:
        name = ChannelId(orders.get_order(OrderId(read.order)).channel)
        channel = configuration.current().channels.get(name)
        if channel is None:
            raise NotNow(f"channel {name} was removed: it is not notified of anything")
        require_called(channel)
        if not adapter_of(channel).notify:
            raise NotNow(f"channel {name} is not notified of anything: it is {channel.kind}")
        notify_again(OrderId(read.order), "packhorse")


def advance_orders_of_listing(read: OpenException, _: datetime) -> None:
    """Advance the orders that wait for a listing."""
    advance_waiting(f"listing#{read.subject.channel}#{read.subject.reference}")


def republish_listing(read: OpenException, now: datetime) -> None:
    """Publish one product to one channel again."""
    require_called(_channel(read))
    listing = PublishQuantity(channel=str(read.subject.channel), sku=Sku(str(read.subject.sku)), forced=True, at=now)
    send_quantities([listing], _retry_key(read))


def republish_channel(read: OpenException, now: datetime) -> None:
    """Publish all listings of a channel again."""
    require_called(_channel(read))
    send_resync(ChannelId(str(read.subject.channel)), _retry_key(read), now, forced=True)


def repeat_changes(read: OpenException, now: datetime) -> None:
    """Publish what channels have not confirmed, and serve all backorders."""
    republish_stock(_retry_key(read), now)


def _retry_key(read: OpenException) -> str:
    """Return a key that is equal for every retry of one failure."""
    return f"{read.id} {read.times}"


RETRIES: Mapping[Retry, Callable[[OpenException, datetime], None]] = {
    Retry.MESSAGE: redrive_message,
    Retry.PAYLOAD: replay_payload,
    Retry.READING: repeat_reading,
    Retry.POLL: repeat_poll,
    Retry.ORDER: repeat_advance,
    Retry.LISTING: republish_listing,
    Retry.LISTINGS: republish_channel,
    Retry.NOTICES: repeat_notices,
    Retry.STOCK: repeat_changes,
    Retry.AMAZON_STOCK: confirm_amazon_stock,
    Retry.WAITING: advance_orders_of_listing,
}
