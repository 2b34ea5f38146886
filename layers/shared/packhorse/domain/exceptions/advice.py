"""Advice on exceptions by cause: what a person should do, and what a retry does.

A cause without an entry gets the general advice and can be dismissed.
"""

from collections.abc import Mapping

from packhorse.domain.exceptions import advice_on_channels, advice_on_orders, advice_on_supply
from packhorse.domain.exceptions.retry import NEEDED, Advice, Retry
from packhorse.domain.problem import Cause, Origin, Subject

ON_OUR_RECORDS: Mapping[str, Advice] = {
    Cause.DEAD_LETTER: Advice(
        "Find in the logs of that time why it failed, fix that, then retry. It ends when the retried message has "
        "not failed for half an hour, or when a later message did its work.",
        Retry.MESSAGE,
    ),
    Cause.CHANGES_MISSED: Advice(
        "Find in the logs of that time why changes of stock were not processed. The hourly audit publishes and serves "
        "all of them again, and the one after it ends this.",
        Retry.STOCK,
    ),
    Cause.LEDGER_DIFFERS: Advice(
        "Have the balance or the ledger corrected in the tables, then count the shelf; a count alone changes both, and "
        "leaves the difference. The audit that finds them equal ends it."
    ),
    Cause.ORDER_DIFFERS: Advice(
        "Compare the order with the movements of its skus, and have what is wrong corrected in the tables; setting "
        "stock does not help. The audit that finds them in order ends it; of an order that is over, dismiss it."
    ),
}

ADVICE: Mapping[str, Advice] = {
    **ON_OUR_RECORDS,
    **advice_on_channels.ADVICE,
    **advice_on_orders.ADVICE,
    **advice_on_supply.ADVICE,
}

GENERAL = Advice("Check what it concerns, and dismiss it once it is dealt with.")


def advice_on(cause: str) -> Advice:
    """Return the advice on a cause.

    >>> advice_on("something new").retry is None
    True
    """
    return ADVICE.get(cause, GENERAL)


def can_be_retried(cause: str, subject: Subject, raw: str, order: str | None, origin: Origin) -> bool:
    """Return whether a retry can help and has its NEEDED fields; `order` is the order that the exception is kept in."""
    retry = advice_on(cause).retry
    fields = {**dict(subject), "raw": raw, "order": order, **dict(origin)}
    fields["channel"] = origin.channel or subject.channel
    return retry is not None and all(fields[name] for name in NEEDED[retry])
