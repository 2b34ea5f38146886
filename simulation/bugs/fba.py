"""Bugs in what Amazon ships."""

from simulation.bugs.bug import Bug
from simulation.bugs.days import with_amazon

BUGS = (
    Bug(
        "sent-before-it-is-stored",
        "packhorse.usecases.amazon.fulfil_by_amazon",
        "    change(member, step, attending.now)\n    stored = orders.get_order(member.order_id)\n",
        "    attending.outbound.create(request)\n"
        "    change(member, step, attending.now)\n    stored = orders.get_order(member.order_id)\n",
        "Amazon gets an order before it is stored here that it does: what is cancelled meanwhile leaves",
        on=with_amazon,
    ),
    Bug(
        "routed-while-amazon-has-it",
        "packhorse.domain.orders.fulfilment_order",
        "    return fulfilment.mcf is not None or fulfilment.status is FulfilmentStatus.ACCEPTED\n",
        "    return False\n",
        "what Amazon has and may ship is taken back without its answer, and another warehouse ships it, too",
        on=with_amazon,
    ),
    Bug(
        "package-counted-again",
        "packhorse.domain.fba.packages",
        "    known = {each.id: place for place, each in enumerate(mcf.packages)}\n",
        "    known: dict[str, int] = {}\n",
        "packages that were read before count again",
        on=with_amazon,
    ),
    Bug(
        "second-package-of-a-number",
        "packhorse.domain.fba.packages",
        "    units = (left.numbered - contents_of(named)) & left.units\n",
        "    units = Counter() if named else left.units\n",
        "the units of a second package under one tracking number never ship",
        on=with_amazon,
    ),
    Bug(
        "lost-units-stay-at-amazon",
        "packhorse.usecases.amazon.apply_amazon_progress",
        "            send_answers(_rejections(after, member, Lost(lost, cause, why), attending))\n",
        "            pass\n",
        "units that Amazon cannot ship are routed nowhere else",
        on=with_amazon,
    ),
    Bug(
        "kit-in-part-goes-elsewhere",
        "packhorse.domain.fba.progress",
        "    return _never_shipped(order, number, progress) - stuck_units(order, number, progress)\n",
        "    return _never_shipped(order, number, progress)\n",
        "a kit of which Amazon shipped a part is shipped from elsewhere as a whole: its buyer gets that part twice",
        on=with_amazon,
        first=2025,
    ),
    Bug(
        "cancelled-before-the-answer",
        "packhorse.usecases.amazon.fulfil_by_amazon",
        "    found = attending.outbound.find(fulfilment.id)\n    if found is None:\n",
        "    found = attending.outbound.find(fulfilment.id)\n"
        "    if found and fulfilment.cancellation and fulfilment.cancellation.is_pending:\n"
        "        found = found.replace(status=McfStatus.CANCELLED)\n"
        "    if found is None:\n",
        "what Amazon picks already counts as kept back, because that was requested",
        on=with_amazon,
    ),
    Bug(
        "notification-of-any-seller",
        "packhorse.usecases.amazon.receive_amazon",
        "each.kind is ChannelKind.AMAZON and each.active and each.seller == seller]",
        "each.kind is ChannelKind.AMAZON and each.active]",
        "orders of other sellers are asked for",
        on=with_amazon,
    ),
    Bug(
        "lost-units-are-kept-back",
        "packhorse.usecases.amazon.apply_amazon_progress",
        "RejectReason.MISMATCH if has_none_left(progress) else RejectReason.OTHER\n",
        "RejectReason.OTHER\n",
        "what Amazon has no more of counts as there, and is sold again",
        on=with_amazon,
    ),
    Bug(
        "lacking-units-stay",
        "packhorse.domain.orders.rejecting",
        "            return change._replace(lacking=goods)\n",
        "            return change\n",
        "units that are rejected since they are not there stay on their shelf",
        acts=("a_warehouse_that_rejects", "a_warehouse_of_amazon"),
    ),
    Bug(
        "number-that-comes-late",
        "packhorse.usecases.amazon.exchange_with_amazon",
        "found.problems.keys() | found.unnumbered",
        "found.problems.keys()",
        "what Amazon corrects of a package once its order is over, such as its number, is never read",
        on=with_amazon,
    ),
)
