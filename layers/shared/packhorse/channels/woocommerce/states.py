"""States of a WooCommerce order: its own, and those of plugins by the channel's setting `order_states`."""

from collections.abc import Mapping

from packhorse.domain.errors import FieldError, Rejected

PENDING, PROCESSING, ON_HOLD, COMPLETED = "pending", "processing", "on-hold", "completed"
CANCELLED, REFUNDED, FAILED, DRAFT = "cancelled", "refunded", "failed", "draft"

UNPAID = frozenset({PENDING, ON_HOLD, FAILED})
STATES = frozenset({PENDING, PROCESSING, ON_HOLD, COMPLETED, CANCELLED, REFUNDED, FAILED, DRAFT})
"""What the setting may map a state to; `draft` is no order yet."""

BUILT_IN = {state: state for state in STATES} | {"trash": CANCELLED, "checkout-draft": DRAFT, "auto-draft": DRAFT}
PREFIX = "wc-"
"""The database has it before each state, the API has not."""


def state_of(status: str, mapped: Mapping[str, str]) -> str:
    """Return the standard state of an order; raises Rejected for one of a plugin that the setting does not have.

    >>> state_of("packed", {"wc-packed": "processing"})
    'processing'
    """
    name = status.removeprefix(PREFIX)
    states = BUILT_IN | {given.removeprefix(PREFIX): state for given, state in mapped.items()}
    if name in states:
        return states[name]
    hint = f"{name[:50]!r} is no state of WooCommerce; map it in the channel's setting order_states"
    raise Rejected("the order is in a state of a plugin", [FieldError("status", hint)])
