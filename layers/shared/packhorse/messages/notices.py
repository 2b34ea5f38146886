"""The notices queue (FIFO, a group an order): orders whose channel is owed a notice; the order says which."""

from collections.abc import Mapping

from pydantic import TypeAdapter

from packhorse.aws.queues import deduplication_id, message_body, send_entries
from packhorse.aws.settings import settings
from packhorse.domain.schema import Reader
from packhorse.domain.values import Identifier, OrderId, OrderIdText, Value


class NotifyChannel(Value):
    """Notify the channel of an order of all that it is owed; `at_once`: also of what would wait longer."""

    channel: Identifier
    order: OrderIdText
    at_once: bool = False

    @property
    def order_id(self) -> OrderId:
        """The order that it is about."""
        return self.order


NOTICE_MESSAGE = Reader(TypeAdapter(NotifyChannel))


def send_notices(messages: Mapping[str, NotifyChannel]) -> None:
    """Send messages in the group of their order; each key is made the deduplication id."""
    send_entries(
        settings.notices_queue_url,
        [
            {
                "MessageBody": message_body(each),
                "MessageGroupId": each.order,
                "MessageDeduplicationId": deduplication_id(event),
            }
            for event, each in messages.items()
        ],
    )
