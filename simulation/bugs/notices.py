"""Bugs in what channels are notified of."""

from simulation.bugs.bug import Bug

BUGS = (
    Bug(
        "parcel-without-number-at-the-store",
        "packhorse.channels.shopify.notices",
        "if tracking := tracking_info(notice):",
        "if (tracking := tracking_info(notice)) and not notice.lines:",
        "a Shopify store is told of a parcel, and not of its number",
    ),
    Bug(
        "cancellation-not-sent",
        "packhorse.domain.orders.cancel_notice",
        "return OwedCancellation(units, order.is_cancelled_whole, notice)",
        "return None",
        "what is cancelled here goes on in its channel",
    ),
    Bug(
        "cancellation-echoed",
        "packhorse.domain.orders.intake",
        "order.replace(cancelled_in_channel_at=since)",
        "order",
        "a channel is called to cancel what it cancelled itself",
    ),
    Bug(
        "cancellation-by-hand-in-silence",
        "packhorse.domain.orders.cancel_notifying",
        "return _with_problem(order.replace(cancel_notice=_failed(owed, 1, problem, None)), owed, problem, at)",
        "return order.replace(cancel_notice=_failed(owed, 1, problem, None))",
        "units that no call can cancel in a channel are no exception",
    ),
    Bug(
        "cancellation-stays-an-exception",
        "packhorse.domain.orders.past_exceptions",
        "return lacking_cancellation(order) is None",
        "return False",
        "an exception about a cancellation stays when the channel has cancelled",
    ),
)
