"""Take what a channel confirmed for unknown once its orders change: it counts its own sales, cancellations and refunds.

Without that, a quantity of ours that is equal to the confirmed one would not be published, although the channel shows
another by now.
"""

from collections.abc import Iterable
from datetime import datetime

from packhorse.channels import adapter_of
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.change import Change
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.channels import PublishQuantity, send_quantities
from packhorse.messages.orders import Message, OrderDeleted, OrderReceived
from packhorse.store import published
from packhorse.usecases.intake.take_in import AdvancedOrder


def doubt_published(outcomes: Iterable[AdvancedOrder], config: Configuration, now: datetime) -> None:
    """Forget the confirmed quantities of the skus that channels' messages are about, before their orders are written.

    Those whose stock the messages take are published when it has moved, the others at once: what comes back may be no
    more to offer, since other orders wait for it, while the channel has put it back on sale.
    """
    for outcome in outcomes:
        channel = config.channels.get(ChannelId(outcome.change.order.channel))
        if channel is None or not config.account.sync or adapter_of(channel).stock is None:
            continue
        if outcome.is_changed and any(map(is_of_channel, outcome.stored.messages)):
            name = ChannelId(channel.id)
            for place in channel.places:
                published.forget_confirmed(name, skus_of(outcome), place)
            still = [PublishQuantity(channel=name, sku=sku, at=now) for sku in sorted(skus_not_taken(outcome))]
            send_quantities(still, f"{outcome.stored.id} {outcome.change.order.version}")


def is_of_channel(message: Message) -> bool:
    """Return whether the channel itself sent it: no file, and no person."""
    if isinstance(message, OrderReceived):
        return message.order.lists_parcels and not message.order.by_hand
    return isinstance(message, OrderDeleted)


def skus_of(outcome: AdvancedOrder) -> set[Sku]:
    """Return the products of the order."""
    return {Sku(line.matched) for line in outcome.change.order.lines if line.matched}


def skus_not_taken(outcome: AdvancedOrder) -> set[Sku]:
    """Return the products of the order whose stock this change leaves as it is, or gives back.

    Published before that is written, they show rather too few; a change of what is offered has them published again.
    """
    change = outcome.change
    moved = {shelf.sku for shelf in change.shelves if not _only_comes_back(change, shelf)}
    lines = [line for line in change.order.lines if line.matched]
    return {Sku(str(line.matched)) for line in lines if not moved & line.recipe.keys()}


def _only_comes_back(change: Change, shelf: Shelf) -> bool:
    is_less_available = change.returned[shelf] < change.committed[shelf]
    others = (change.shipped, change.lacking, change.quarantined)
    return not is_less_available and not any(part[shelf] for part in others)
