"""What the world outside of a simulated day was promised, and may expect of its result."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """An answer of the API."""

    status: int
    body: Any

    @property
    def is_done(self) -> bool:
        """Whether the request succeeded."""
        return 200 <= self.status < 300

    @property
    def is_none(self) -> bool:
        """Whether no answer came, so that the outcome is unknown."""
        return self.status == 0 or self.status >= 500


class Promise(NamedTuple):
    """An accepted order, by channel and the channel's id."""

    channel: str
    number: str


@dataclass
class Expected:
    """The results that the world outside expects of the day.

    `promised`: accepted orders; `cancelled` and `edited`: orders with an attempt to cancel, or to change them; `added`:
    units that changes of stock added to a shelf, `unanswered`: those of changes without an answer; `newest`: the newest
    accepted version of a shop's order, in the generic shop's terms; `payloads`: bodies of webhooks that were answered
    with 2xx; `peaks`: the most units of each line that left by an accepted message; `deleted`: orders that a store
    deleted; `twins`: numbers of orders that also come under another id; `poisoned`: unreadable messages; `gave_up`: a
    caller gave up on a change of what is published; `is_paused`: the shop's channel is inactive; `is_off`: a warehouse
    is, or may be; `paused` channels are to be resumed, `unconnected` ones to be connected anew, with the orders `since`
    then; `erased`: orders whose buyer is to be erased; `held`: orders that the store put on hold; `hidden`: orders
    whose buyer the shop shows no more.
    """

    promised: set[Promise] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    edited: set[str] = field(default_factory=set)
    added: Counter[tuple[str, str]] = field(default_factory=Counter)
    unanswered: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    newest: dict[Promise, Mapping[str, Any]] = field(default_factory=dict)
    payloads: set[bytes] = field(default_factory=set)
    peaks: dict[Promise, Counter[str]] = field(default_factory=dict)
    deleted: set[Promise] = field(default_factory=set)
    twins: set[str] = field(default_factory=set)
    poisoned: int = 0
    is_synced: bool = False
    has_store: bool = False
    gave_up: bool = False
    is_paused: bool = False
    is_off: bool = False
    paused: set[str] = field(default_factory=set)
    unconnected: set[str] = field(default_factory=set)
    since: dict[str, str] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
