"""Keep the id of a channel with one store: its orders are stored under their number there, and notices go by it.

Two stores count their orders alike. Under one id an order of the second would overwrite that of the first with its
number, and the second would be notified of parcels of the first.
"""

from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import FieldError, NotNow
from packhorse.domain.values import ChannelId
from packhorse.store import connections, polls
from packhorse.store.known_stores import find_store, save_store


def remember_store(channel: Channel | None) -> str:
    """Return the store of the orders under the id of a channel, and keep it; empty while there can be none."""
    if channel and channel.store and _has_been_heard(ChannelId(channel.id)):
        save_store(ChannelId(channel.id), channel.store)
        return channel.store
    return ""


def require_same_store(new: Channel, before: Channel | None, *, is_confirmed: bool) -> None:
    """Raise NotNow where orders of another store are under the channel's id, unless a person confirms that it is one.

    The address of a store may change; which one it is cannot be read of it.
    """
    name = ChannelId(new.id)
    known = remember_store(before) or find_store(name)
    if not known or new.store in ("", known):
        return
    if is_confirmed:
        save_store(name, new.store)
        return
    reason = (
        f"orders of {known} are under this id, and those of {new.store} would be taken for them: make it another"
        " channel; if it is the same store, which moved, send `same_store` with true"
    )
    raise NotNow("the channel would become another store's", [FieldError("same_store", reason)])


def _has_been_heard(name: ChannelId) -> bool:
    """Return whether the channel has sent anything that could be an order."""
    heard = connections.last_event(name) or connections.last_poll(name) or polls.find_watermark(name)
    return heard is not None
