"""Listings at which a channel fails while it takes others: each is published again later, by itself.

The next try is a message in a group of its own, so that neither the channel's other quantities nor their order wait for
it; until then, changes of the listing are left to that try. A channel that fails at all that it is called for is down.
One that has no right for a listing fails at it, too, if it takes others; if not, it refuses our credentials.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from packhorse.channels.protocol import Answer, Failure
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from packhorse.domain.plural import plural
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.channels import PublishQuantity, RetryQuantity, send_retries
from packhorse.store import exceptions, listings, published
from packhorse.store.published import PublishedQuantity
from packhorse.usecases.stock.read_offers import ConnectedChannel, WantedQuantities

IN_A_ROW = 3
"""Listings at which a channel fails one after the other before it counts as down."""
WAITS = (10, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
"""Seconds before each further try; the last ones follow each other for as long as the channel fails."""
EXCEPTION_AFTER = 5
"""Tries that fail before it becomes an exception of the listing."""


class Failures:
    """The failures of a channel in an invocation, and whether it answered for a listing, too."""

    def __init__(self) -> None:
        self.errors: dict[Sku, Failure] = {}
        self._answered = False
        self._in_a_row = 0

    def add(self, answers: Mapping[Sku, Answer]) -> Collection[Sku]:
        """Add the answers of a call; return the listings at which the channel did not fail."""
        failed = {sku: answer for sku, answer in answers.items() if isinstance(answer, Failure)}
        settled = answers.keys() - failed
        self.errors |= failed
        self._in_a_row = 0 if settled else self._in_a_row + len(failed)
        self._answered = self._answered or bool(settled)
        return settled

    @property
    def newest(self) -> Failure:
        """The failure that came last."""
        return next(reversed(self.errors.values()))

    @property
    def are_enough(self) -> bool:
        """Whether no further call is made."""
        return self._in_a_row >= IN_A_ROW

    def are_of_listings(self, connected: ConnectedChannel, several: Iterable[WantedQuantities]) -> bool:
        """Return whether the listings are to blame: the channel answered for others, or can be read.

        Many failures and no answer are the channel's, whatever can be read from it. That it can be read shows no right
        to publish: of listings that it refuses alone, those are to blame that were before.
        """
        if not self.errors or self._answered or self.are_enough:
            return self._answered
        if isinstance(self.newest, CredentialsRefused):
            return all(any(wanted.failures_of(sku) for wanted in several) for sku in self.errors)
        return can_be_read(connected, self.errors)


def can_be_read(connected: ConnectedChannel, failing: Collection[Sku]) -> bool:
    """Return whether the channel answers a read of a listing, if it has one beside those that fail."""
    page = listings.listing_page(ChannelId(connected.channel.id), None, len(failing) + 1)
    others_first = sorted(page, key=lambda each: each.sku in failing)
    try:
        next(iter(connected.places.values())).quantities([each.reference for each in others_first[:1]])
    except Rejected:
        return True
    except Unavailable:
        return False
    return True


def is_put_off(sent: PublishedQuantity | None, target: str, now: datetime) -> bool:
    """Return whether a later try publishes the listing, under the same target."""
    return bool(sent and sent.spot == target and sent.next_at and sent.next_at > now)


def put_off(
    connected: ConnectedChannel,
    errors: Mapping[Sku, Failure],
    messages: Iterable[PublishQuantity],
    several: Sequence[WantedQuantities],
) -> None:
    """Have each listing published again later, by itself; after some tries it is an exception, too."""
    now, name = datetime.now(UTC), ChannelId(connected.channel.id)
    tries = {sku: 1 + max(wanted.failures_of(sku) for wanted in several) for sku in errors}
    due = {sku: now + timedelta(seconds=WAITS[min(count, len(WAITS)) - 1]) for sku, count in tries.items()}
    changed_at = {each.sku: each.at for each in messages}
    # Sent before it is stored: one message too many is left out when it comes, one too few would end the tries.
    send_retries([RetryQuantity(channel=name, sku=sku, at=changed_at[sku], due=due[sku]) for sku in errors])
    for wanted in several:
        failed = {sku: (tries[sku], due[sku]) for sku in errors if sku in wanted.quantities}
        published.save_failures(name, failed, wanted.place)
    for sku, error in errors.items():
        if tries[sku] >= EXCEPTION_AFTER:
            message = (
                f"the channel failed at this listing {plural(tries[sku], 'time')}, and is tried again: {error.in_full}"
            )
            subject = Subject.of_listing(name, sku)
            exceptions.open_exception(Problem(cause=Cause.PUSH_REJECTED, subject=subject, message=message), now)
