"""Setting quantities: several by one call, and each by a call of its own where that one fails."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from packhorse.channels.protocol import Answer, Quantity
from packhorse.domain.batching import batched
from packhorse.domain.errors import CallFailed, Rejected

Together = Callable[[Sequence[Quantity]], Mapping[str, Answer]]


def set_each(wanted: Sequence[Quantity], at_once: int, together: Together) -> Iterator[Mapping[str, Answer]]:
    """Set `at_once` quantities by a call; yield the answers of each call, the last wish for a reference counts.

    A call that fails or is refused as a whole is made again for each listing alone: one may be to blame for all.
    """
    unique = list({each.reference: each for each in wanted}.values())
    for batch in batched(unique, at_once):
        yield from _set(batch, together)


def _set(batch: Sequence[Quantity], together: Together) -> Iterator[Mapping[str, Answer]]:
    answers = _answers(batch, together)
    if not isinstance(answers, CallFailed | Rejected):
        yield answers
    elif len(batch) == 1:
        yield {batch[0].reference: answers}
    else:
        for each in batch:
            yield from _set([each], together)


def _answers(batch: Sequence[Quantity], together: Together) -> Mapping[str, Answer] | CallFailed | Rejected:
    try:
        return together(batch)
    except (CallFailed, Rejected) as error:
        return error
