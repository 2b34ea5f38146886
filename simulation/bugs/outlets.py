"""Bugs in how kinds of channels are dealt with: pauses, holds, erasures, parcels that they are notified of."""

from simulation.bugs.bug import Bug
from simulation.bugs.days import with_ebay, with_shopify

BUGS = (
    Bug(
        "resumed-channel-not-caught-up",
        "packhorse.usecases.channels.pause_channel",
        "if adapter.stock and config.account.sync:",
        "if adapter.stock and not config.account.sync:",
        "a channel that was paused is not sent the quantities that changed meanwhile",
    ),
    Bug(
        "channel-hold-ignored",
        "packhorse.domain.orders.channel_holds",
        "        if name not in before:\n",
        "        if False:\n",
        "an order that its channel puts on hold goes on here",
        on=with_shopify,
    ),
    Bug(
        "channel-hold-ends-here",
        "packhorse.domain.orders.channel_holds",
        "for name in before if name not in there}",
        "for name in before}",
        "the next message about an order that its channel holds releases it here",
        on=with_shopify,
    ),
    Bug(
        "shared-hold-not-placed",
        "packhorse.domain.orders.hold_notice",
        "return None if notice.is_held else OwedHold(False, shared.category, notice)",
        "return None",
        "an order that a person holds here is not put on hold in its store",
        on=with_shopify,
    ),
    Bug(
        "shared-hold-stays",
        "packhorse.domain.orders.hold_notice",
        "    return OwedHold(True, HoldCategory.OTHER, notice)\n",
        "    return None\n",
        "an order that is released here stays on hold in its store",
        on=with_shopify,
    ),
    Bug(
        "erased-buyer-comes-back",
        "packhorse.usecases.intake.take_in",
        "received = without_buyer(received) if change.order.erased_at else received",
        "received = received.replace()",
        "a later message of the channel brings back the data of a buyer who was erased",
    ),
    Bug(
        "parcel-under-our-line-ids",
        "packhorse.usecases.channels.notify_channel",
        "names = {line.id: line.id_there for line in order.lines}",
        "names = {line.id: line.id for line in order.lines}",
        "a channel is sent a parcel of an order that a file brought under the numbers of the file's rows",
        acts=("an_export_before_its_channel",),
    ),
    Bug(
        "line-paired-anew-by-each-message",
        "packhorse.domain.orders.intake",
        "        newer = with_ids_there(order, newer, ours, is_newest=True).replace(heard=True)\n",
        "        newer = newer.replace(heard=True)\n",
        "what a channel calls a line is forgotten with the message that said it",
        acts=("an_export_before_its_channel",),
    ),
    Bug(
        "parcels-before-the-first-message-kept-back",
        "packhorse.usecases.intake.take_in",
        "is_first = change is None or not change.order.is_heard",
        "is_first = change is None",
        "a channel is not notified of what left before its first message about an order",
        acts=("an_export_before_its_channel",),
    ),
    Bug(
        "parcel-made-whole-at-ebay",
        "packhorse.channels.ebay.notices",
        "parts = {line: min(units, left[line]) for line, units in units_of(notice.lines).items() if left[line]}",
        "parts = {line: 1 for line, units in units_of(notice.lines).items() if left[line]}",
        "eBay is notified of one unit of each line of a parcel",
        on=with_ebay,
    ),
)
