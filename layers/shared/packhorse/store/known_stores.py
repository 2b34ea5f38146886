"""The store that the orders of a channel's id are of, in the Work table; kept when the channel is removed.

question                                        | pk      | sk
the store whose orders are under a channel's id | STORES  | channel
"""

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.values import ChannelId
from packhorse.store import expressions
from packhorse.store.reading import get_item

PK = "STORES"


def save_store(channel: ChannelId, store: str) -> None:
    """Store which store the orders under the channel's id are of."""
    client("dynamodb").put_item(**expressions.put(settings.work_table, {"pk": PK, "sk": channel, "store": store}))


def find_store(channel: ChannelId) -> str:
    """Return the store whose orders are under the channel's id; empty if none are, or if that is unknown."""
    key = expressions.key(PK, channel)
    found = get_item(settings.work_table, key)
    return str(found["store"]["S"]) if found else ""
