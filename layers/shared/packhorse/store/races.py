"""Transactions that did not happen: whether deciding again may help."""

from collections.abc import Iterable

LOST = frozenset({"ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
BUSY = frozenset({"TransactionInProgressException", "ThrottlingException", "ProvisionedThroughputExceededException"})


def has_met(reasons: Iterable[str]) -> bool:
    """Whether nothing was wrong but that another transaction was at the same items: the same may do a moment later.

    >>> has_met(["None", "TransactionConflict"]), has_met(["TransactionConflict", "ConditionalCheckFailed"])
    (True, False)
    """
    return set(reasons) - {"None"} == {"TransactionConflict"}


def is_lost(code: str, reasons: Iterable[str]) -> bool:
    """Whether somebody else was first or the table was busy, by the error's code and each action's reason.

    >>> is_lost("TransactionCanceledException", ["None", "TransactionConflict"])
    True
    >>> is_lost("TransactionCanceledException", ["ConditionalCheckFailed", "ValidationError"])
    False
    """
    told = set(reasons) - {"None"}
    return code in BUSY or (bool(told) and told <= LOST)
