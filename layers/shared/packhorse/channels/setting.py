"""Setting quantities: several together, and each by a call of its own where a call of several fails."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from packhorse.channels.protocol import Answer, Quantity
from packhorse.domain.batching import batched
from packhorse.domain.errors import CallFailed, CredentialsRefused, Rejected, raise_if_of_all

Together = Callable[[Sequence[Quantity]], Iterable[Mapping[str, Answer]]]
"""A function that sets quantities by one call or more, and returns the answers of each."""


def set_each(wanted: Sequence[Quantity], at_once: int, together: Together) -> Iterator[Mapping[str, Answer]]:
    """Set `at_once` quantities together; yield the answers of each call, the last wish for a reference counts.

    Where a call fails or is refused as a whole, what has no answer is set again, each listing alone: one may be to
    blame for all, also where a right lacks. What is confirmed is unknown after a call that failed, since that may have
    set it.
    """
    unique = list({each.reference: each for each in wanted}.values())
    for batch in batched(unique, at_once):
        yield from _set(batch, together)


def _set(batch: Sequence[Quantity], together: Together) -> Iterator[Mapping[str, Answer]]:
    left = {each.reference: each for each in batch}
    try:
        for answers in together(batch):
            left = {name: each for name, each in left.items() if name not in answers}
            if answers:
                yield answers
    except (CallFailed, CredentialsRefused, Rejected) as error:
        raise_if_of_all(error)
        if len(batch) == 1:
            yield {batch[0].reference: error}
            return
        if isinstance(error, CallFailed):
            left = {name: each._replace(last=None) for name, each in left.items()}
    else:
        return
    for each in left.values():
        yield from _set([each], together)
