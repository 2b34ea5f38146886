"""What happens to an order at its channel, step by step, in no channel's words."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

SKUS = ("MUG", "CUP")


class Step(StrEnum):
    """What happens to an order at its channel; `decline` also has the buyer try again, which may be declined, too."""

    EDIT = "edit"
    DECLINE = "decline"
    PAY = "pay"
    FULFIL = "fulfil"
    UNFULFIL = "unfulfil"
    REFUND = "refund"
    RETURN = "return"
    CANCEL = "cancel"


class Happening(NamedTuple):
    """A step, with numbers from which it takes its line and its units."""

    step: Step
    line: int
    units: int


class Sent(NamedTuple):
    """A fulfilment of the channel: units by line."""

    id: int
    units: Mapping[int, int]
    at: int
    is_cancelled: bool = False


class Sold(NamedTuple):
    """An order at its channel: what was ordered by line, what was removed before and returned after it left."""

    minute: int
    ordered: tuple[int, ...]
    removed: tuple[int, ...]
    returned: tuple[int, ...]
    sent: tuple[Sent, ...] = ()
    paid: bool = False
    declined: bool = False
    cancelled: int | None = None

    def gone(self, line: int) -> int:
        """Return the units of a line in fulfilments."""
        return sum(each.units.get(line, 0) for each in self.sent if not each.is_cancelled)

    def left(self, line: int) -> int:
        """Return the units of a line that are to be fulfilled."""
        return self.ordered[line] - self.removed[line] - self.gone(line)

    @property
    def is_all_gone(self) -> bool:
        """Whether something has left, and nothing is to."""
        lines = range(len(self.ordered))
        return any(map(self.gone, lines)) and not any(map(self.left, lines))

    def after(self, each: Happening) -> "Sold":
        """Return the order after a step, which may change nothing but its time."""
        later = self._replace(minute=self.minute + 1)
        return self if self.cancelled is not None else HAPPENS[each.step](later, each.line % len(SKUS), each.units)


def _changed(values: tuple[int, ...], line: int, by: int) -> tuple[int, ...]:
    return (*values[:line], values[line] + by, *values[line + 1 :])


def _edit(sold: Sold, line: int, units: int) -> Sold:
    """Add units to a line, or remove some that are to be fulfilled."""
    if units % 2:
        return sold._replace(ordered=_changed(sold.ordered, line, units % 3 + 1))
    return sold._replace(removed=_changed(sold.removed, line, min(units % 3, sold.left(line))))


def _fulfil(sold: Sold, line: int, units: int) -> Sold:
    """Send some units of a line, or all that is left of the order."""
    wanted = {each: sold.left(each) for each in range(len(SKUS))} if units % 3 == 0 else {line: units % 3}
    sent = {each: min(count, sold.left(each)) for each, count in wanted.items() if min(count, sold.left(each)) > 0}
    if not sent:
        return sold
    return sold._replace(sent=(*sold.sent, Sent(9001 + len(sold.sent), sent, sold.minute)))


def _unfulfil(sold: Sold, _: int, units: int) -> Sold:
    """Cancel a fulfilment of which nothing came back."""
    open_ones = [
        each for each in sold.sent if not each.is_cancelled and not any(map(sold.returned.__getitem__, each.units))
    ]
    if not open_ones:
        return sold
    chosen = open_ones[units % len(open_ones)]
    return sold._replace(sent=tuple(each._replace(is_cancelled=True) if each is chosen else each for each in sold.sent))


def _return(sold: Sold, line: int, units: int) -> Sold:
    count = min(units % 3, sold.gone(line) - sold.returned[line])
    return sold._replace(returned=_changed(sold.returned, line, count))


HAPPENS: Mapping[Step, Callable[[Sold, int, int], Sold]] = {
    Step.EDIT: _edit,
    Step.DECLINE: lambda sold, _, __: sold._replace(declined=not (sold.declined or sold.paid)),
    Step.PAY: lambda sold, _, __: sold._replace(paid=True),
    Step.FULFIL: _fulfil,
    Step.UNFULFIL: _unfulfil,
    Step.REFUND: lambda sold, line, units: sold._replace(
        removed=_changed(sold.removed, line, min(units % 3, sold.left(line)))
    ),
    Step.RETURN: _return,
    Step.CANCEL: lambda sold, _, __: sold._replace(
        cancelled=sold.minute, removed=tuple(sold.removed[each] + sold.left(each) for each in range(len(SKUS)))
    ),
}


def first(*, paid: bool) -> Sold:
    """Return an order as it is placed."""
    return Sold(0, ordered=(3, 2), removed=(0, 0), returned=(0, 0), paid=paid)
