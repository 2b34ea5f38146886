"""How many documents of a list are in each state that is not over."""

from collections.abc import Collection, Mapping

from packhorse.api.access import current_limits
from packhorse.store.register import D, Register


def open_counts(register: Register[D], states: Collection[str], cursor: str | None) -> Mapping[str, int] | None:
    """Return the counts of all documents by these states, whatever a list is filtered by.

    None for a further page, for a caller who sees some warehouses only, and of more documents than are counted.
    """
    if cursor or current_limits():
        return None
    found = register.open_counts()
    return None if found is None else {state: found[state] for state in sorted(states)}
