"""Print a case: who acts, which function runs because of it, its calls, and where a fault strikes."""

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from packhorse.domain.orders.channel_order import order_id
from packhorse.domain.orders.same_order import ids_by_name
from packhorse.domain.values import ChannelId
from simulation import describe
from simulation.aws.boundary import Call, World
from simulation.cloud import name_of
from simulation.day import Act
from simulation.listener import End, Listener
from simulation.run import Case, Outcome, Run
from simulation.scene import Scene
from simulation.stated_orders import SHOP
from simulation.turns import START, Killed, Turns

WIDTH = 130
FAULT, TROUBLE, PLAIN = ">>> ", "  ! ", "    "
"""The margin of a line: a fault of the case strikes; something else goes wrong; neither."""
ORDER_ID = re.compile(r"\b[0-9a-f]{32}\b")
LONG = 1.0
"""The shortest delay of a call that is shown, in seconds."""
LEGEND = f"""\
{FAULT}a fault of the case strikes here
{TROUBLE}something else goes wrong: a service is down or refuses, a batch is done in part, a message comes twice
    <-  what a function runs for: a request, messages, changes of a table
    #7  the seventh call that functions make; a fault is named by the number of its call, and where
        numbers are left out the calls of other invocations come in between
     =  what the call changed
    ->  what the call found, or how the function answered
Orders are written <channel:number> in place of their ids."""


@dataclass
class Line:
    """A line below a heading: `mark` is its margin, `at` the moment of a call."""

    text: str
    mark: str = PLAIN
    at: float = 0.0


@dataclass
class Block:
    """An event at the moment of its beginning: an invocation with its calls, or an act outside."""

    at: float
    who: str
    text: str
    mark: str = PLAIN
    is_section: bool = False
    lines: list[Line] = field(default_factory=list)


class Undescribed(BaseException):
    """The replay cannot describe an event; no `except Exception` takes that for an error of the function that runs."""


@contextmanager
def _describing() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise Undescribed(f"{type(error).__name__}: {error}") from error


class Replay(Listener):
    """Collects the reports of a day, grouped by invocation."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.struck: list[str] = []
        self._running: dict[str, Block] = {}
        self._read: dict[str, int] = {}

    def begin(self, turns: Turns, world: World) -> None:
        """Take the clock and the tables."""
        self.turns, self.world = turns, world

    def section(self, title: str) -> None:
        """Add a headline."""
        self.blocks.append(Block(self.turns.now, "", title, is_section=True))

    def happened(self, describe: Callable[[], str], *, is_trouble: bool = False) -> None:
        """Add an event outside, or to a message; within an invocation, as one of its lines."""
        mark = TROUBLE if is_trouble else PLAIN
        task = self.turns.task
        with _describing():
            text = describe()
        if block := self._running.get(task):
            block.lines.append(Line(text, mark))
        else:
            self.blocks.append(Block(self.turns.now, task, text, mark))

    def invoked(self, function: str, source: str, event: Any, skew: float) -> None:
        """Open a block for the invocation, below which its calls go."""
        with _describing():
            cause = ": ".join(filter(None, (source, describe.event(event))))
        clock = f" (its clock is {abs(skew):.0f} s {'fast' if skew > 0 else 'slow'})" if abs(skew) > LONG else ""
        block = Block(self.turns.now, self.turns.task, f"{function} <- {cause}{clock}")
        self._running[self.turns.task] = block
        self.blocks.append(block)

    def called(self, call: Call, end: End) -> None:
        """Add a call, the fault that struck it, and its changes; skip the calls of checks."""
        with _describing():
            self._add_call(call, end)

    def _add_call(self, call: Call, end: End) -> None:
        block = self._running.get(self.turns.task)
        changes = list(self._changes())
        if block is None:
            return
        mark = FAULT if end.fault else TROUBLE if end.trouble or describe.is_partly_done(call) else PLAIN
        number = f"#{end.number}" if end.number else ""
        block.lines.append(Line(f"{number:5} {describe.call(call)}", mark, self.turns.now))
        if end.fault:
            self.struck.append(f"{end.number}:{end.fault} in {block.who}")
            block.lines.append(Line(f"FAULT {end.fault}: {end.meaning}{held_up(end)}", mark))
        elif end.seconds > LONG:
            block.lines.append(Line(f"the service is slow{held_up(end)}", TROUBLE))
        if end.trouble:
            block.lines.append(Line(describe.refusal(call) or end.trouble, TROUBLE))
        block.lines += [Line(f"= {change}") for change in changes]

    def _changes(self) -> Iterator[str]:
        """Yield the changes of stock and orders since the last call."""
        for name, text_of in CHANGES.items():
            records = self.world.dynamodb.tables[name_of(name)].records
            for record in records[self._read.get(name, 0) :]:
                if text := text_of(record):
                    yield text
            self._read[name] = len(records)

    def answered(self, answer: Any) -> None:
        """Close the block with the answer."""
        with _describing():
            self._close(Line(f"-> {describe.answer(answer)}"))

    def failed(self, error: BaseException) -> None:
        """Close the block with the error that ended the function."""
        text = "the process died" if isinstance(error, Killed) else f"{type(error).__name__}: {error}"
        self._close(Line(f"-> {text}", TROUBLE))

    def _close(self, line: Line) -> None:
        if block := self._running.pop(self.turns.task, None):
            block.lines.append(line)


CHANGES: Mapping[str, Callable[[Any], str]] = {
    "OrdersTable": describe.order_change,
    "StockTable": describe.stock_change,
}


def held_up(end: End) -> str:
    """Return the delay of a call, if it is long."""
    return f", held up for {end.seconds:.1f} s" if end.seconds > LONG else ""


def clock(moment: float) -> str:
    """Return the time of day of the simulation."""
    return f"{datetime.fromtimestamp(moment, UTC):%H:%M:%S.%f}"[:-4]


# ---- print -------------------------------------------------------------------------------------------------------


def replayed(case: Case, acts: Sequence[tuple[str, Act]] = (), scene: Scene | None = None) -> tuple[Outcome, str]:
    """Run a case, or a calm day of these acts in a scene; return its outcome and the text."""
    replay = Replay()
    run = Run(case, replay, acts, scene)
    outcome = run.run()
    names = _names(run)
    blocks = "\n".join(_wrapped(line, names) for line in _lines(replay.blocks))
    violation = outcome.violation or "nothing was violated"
    parts = [
        f"Case {outcome.case}: {violation}\nFaults that struck: {', '.join(replay.struck) or 'none'}",
        LEGEND,
        _cast(outcome),
        blocks,
        f"{FAULT}VIOLATION at {clock(run.turns.now)}: {violation}" if outcome.violation else "Nothing was violated.",
    ]
    return outcome, "\n\n".join(ORDER_ID.sub(lambda found: names.get(found[0], found[0]), part) for part in parts)


def _names(run: Run) -> Mapping[str, str]:
    """Return the text that replaces an order's id, by id."""
    orders = {(each["channel"], each["channel_order_id"]) for each in run.books.orders.values()}
    orders |= {*run.outside.expected.promised} | {(SHOP, number) for number in run.outside.shop.orders}
    named: dict[str, str] = {
        order_id(ChannelId(channel), number): f"<{channel}:{number}>" for channel, number in orders
    }
    spelled: dict[str, str] = {
        other: f"<{each['channel']}:{each['channel_order_id']} by another name>"
        for each in run.books.orders.values()
        for other in ids_by_name(each["channel"], (each.get("number", ""), each["channel_order_id"]))
    }
    return spelled | named


def _cast(outcome: Outcome) -> str:
    left_out = outcome.case.without
    names = [f"  {number:2} {name}{' (left out)' * (number in left_out)}" for number, name in enumerate(outcome.cast)]
    return "\n".join(["Who takes part:", *names])


def _lines(blocks: Sequence[Block]) -> Iterator[tuple[int, str]]:
    """Yield each line, and the indentation of its continuation."""
    today = START.date()
    for block in blocks:
        if (day := datetime.fromtimestamp(block.at, UTC).date()) != today:
            today = day
            yield 0, f"\n==== {day:%d %B %Y}"
        yield from _block(block)


def _block(block: Block) -> Iterator[tuple[int, str]]:
    if block.is_section:
        yield 0, f"\n==== {block.text}"
        return
    if block.lines:
        yield 0, ""
    yield 8, f"{block.mark}{clock(block.at)}  {f'{block.who}: ' * bool(block.who)}{block.text}"
    for line in block.lines:
        yield 27, f"{line.mark}    {clock(line.at) if line.at else ' ' * 17}  {line.text}"


def _wrapped(line: tuple[int, str], names: Mapping[str, str]) -> str:
    indent, text = line
    text = ORDER_ID.sub(lambda found: names.get(found[0], found[0]), text)
    if len(text) <= WIDTH:
        return text
    rest = text[:4] + " " * (indent - 4)
    return textwrap.fill(text, WIDTH, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)
