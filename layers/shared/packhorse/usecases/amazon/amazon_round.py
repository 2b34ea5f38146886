"""Attend to many fulfilment orders at Amazon in one invocation: what fails stops none of the others."""

from collections.abc import Callable, Container, Iterable
from datetime import datetime
from typing import NamedTuple

from packhorse.aws.telemetry import facts_of, logger
from packhorse.domain.errors import NoTurn, OutOfTime, PackhorseError, raise_if_of_all
from packhorse.domain.supply.batches import Member
from packhorse.messages.fba import name_of
from packhorse.usecases.amazon.apply_amazon_progress import Attending
from packhorse.usecases.amazon.fulfil_by_amazon import attend

MOST_FAILURES = 3
"""Failures of Amazon one after the other after which a round ends: it is down."""


class AmazonInvocation(NamedTuple):
    """The invocation: when it began, and the seconds that it has left."""

    at: datetime
    remaining: Callable[[], float]


class Round:
    """One invocation's round: what it attended to, what of that failed, and which packages have no number yet.

    `failing` failed before: within each part of a round they are attended to last.
    """

    def __init__(self, attending: Attending, call: AmazonInvocation, failing: Container[Member] = ()) -> None:
        self.attending = attending
        self.call = call
        self.failing = failing
        self.done: set[Member] = set()
        self.problems: dict[Member, str] = {}
        self.unnumbered: set[Member] = set()
        self._failures = 0

    def attend(self, members: Iterable[Member], reserved: float) -> bool:
        """Attend to members one by one until only the reserved seconds are left; return whether to all of them.

        Raises CredentialsRefused: none of the others would fare better, unless a right lacks for this one.
        """
        left = (each for each in dict.fromkeys(members) if each not in self.done)
        for member in sorted(left, key=lambda each: each in self.failing):
            if self._failures >= MOST_FAILURES or self.call.remaining() < reserved:
                return False
            try:
                self._attend(member)
            except (NoTurn, OutOfTime) as error:
                logger.info("exchange goes on later", extra=facts_of(error))
                return False
        return True

    def _attend(self, member: Member) -> None:
        try:
            progress = attend(member, self.attending)
        except PackhorseError as error:
            raise_if_of_all(error)
            logger.warning("not attended to", extra={"order_id": member.order_id, **facts_of(error)})
            self.problems[member] = getattr(error, "in_full", str(error))
            self._failures += member not in self.failing  # one that fails again says nothing about Amazon
        else:
            self._failures = 0
            if progress and any(not each.tracking for each in progress.packages):
                self.unnumbered.add(member)
        self.done.add(member)

    @property
    def failures(self) -> list[str]:
        """What failed, with the fulfilment orders that it is about."""
        return [f"{name_of(member)}: {problem}" for member, problem in self.problems.items()]
