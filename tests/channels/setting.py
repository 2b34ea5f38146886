"""Quantities of a channel as their publisher takes them: all answers, or the failure of a channel that is down."""

from collections.abc import Sequence

from packhorse.channels.protocol import Answer, Publishing, Quantity
from packhorse.domain.errors import CallFailed


def set_all(stock: Publishing, wanted: Sequence[Quantity]) -> dict[str, Answer]:
    """Return the answer of each reference; raises the last failure if the channel failed at all of them."""
    answers = {name: answer for part in stock.set_quantities(wanted) for name, answer in part.items()}
    failures = [answer for answer in answers.values() if isinstance(answer, CallFailed)]
    if failures and len(failures) == len(answers):
        raise failures[-1]
    return answers
