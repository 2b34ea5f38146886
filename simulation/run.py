"""Run one seed: a day, its faults, and its end, at which every promise must hold."""

import io
import logging
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from functools import partial
from typing import Any, NamedTuple

import httpx
from aws_lambda_powertools.event_handler.api_gateway import BaseRouter
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from packhorse.api.idempotency import idempotency_config
from packhorse.api.resolver import app
from packhorse.domain.errors import PackhorseError
from simulation import day, opening
from simulation.account import small_account
from simulation.aws.boundary import World
from simulation.books import Books, Violation
from simulation.caches import clear_caches
from simulation.cast import cast
from simulation.closing import Closing
from simulation.deployment import Deployment
from simulation.documents import read_once
from simulation.faults import Fault, Faults, Point, at_points, by_chance
from simulation.listener import IGNORE, Listener
from simulation.outside import Outside
from simulation.scale import resized, small_pages
from simulation.scene import Scene
from simulation.turns import Turns

MOST_STEPS = 100_000
MOST_WITHOUT_ANSWERS = 400_000
"""Steps of a day in which invocations of Lambda are begun while their answers are lost: each begins four, and so on."""
FEWEST_TRIES = 8
"""Deliveries of a message that reached its function, before it may be a dead letter."""
SERVICES = ("dynamodb", "sqs", "stepfunctions", "s3", "web", "secretsmanager", "lambda")
STORMS = (Fault.BREAK, Fault.BREAK, Fault.ANSWER_LOST, Fault.SLOW)
OUTSIDE_FAULT = (ClientError, BotoCoreError, PynamoDBException, PackhorseError, httpx.HTTPError)
"""The errors that a function may end with because of a failure outside; any other error is a bug."""


class Case(NamedTuple):
    """A seed; or a part of it: without some of its acts, with these faults only.

    >>> str(Case(7, frozenset({0, 2}), (Point(12, Fault.KILL_AFTER),)))
    '7/0,2/12:kill-after'
    >>> Case.read("7/0,2/12:kill-after") == Case(7, frozenset({0, 2}), (Point(12, Fault.KILL_AFTER),))
    True
    >>> Case.read("7"), str(Case(7))
    (Case(seed=7, without=frozenset(), points=None), '7')
    """

    seed: int
    without: frozenset[int] = frozenset()
    points: tuple[Point, ...] | None = None

    def __str__(self) -> str:
        if self.points is None:
            return str(self.seed)
        return f"{self.seed}/{','.join(map(str, sorted(self.without)))}/{self.points_text}"

    @property
    def points_text(self) -> str:
        """The faults as text."""
        return ",".join(f"{point.call}:{point.fault}" for point in self.points or ())

    @classmethod
    def read(cls, text: str) -> "Case":
        """Return the case that a text describes."""
        seed, *rest = text.split("/")
        if not rest:
            return cls(int(seed))
        without, points = rest
        pairs = (point.split(":") for point in points.split(",") if point)
        found = tuple(Point(int(call), Fault(fault)) for call, fault in pairs)
        return cls(int(seed), frozenset(map(int, filter(None, without.split(",")))), found)


class Outcome(NamedTuple):
    """The outcome of a case: the broken rule, if any, and how much it took."""

    case: Case
    violation: str | None
    cast: tuple[str, ...]
    points: tuple[Point, ...]
    calls: int
    steps: int
    orders: int

    @property
    def present(self) -> tuple[str, ...]:
        """The acts that took part."""
        return tuple(name for number, name in enumerate(self.cast) if number not in self.case.without)


class Routing:
    """The resolver's context of the current request, which each Lambda process has for itself."""

    @property
    def context(self) -> Mapping[str, Any]:
        """The context of the current task."""
        return dict(app.context)

    @context.setter
    def context(self, was: Mapping[str, Any]) -> None:
        app.context.clear()
        app.context.update(was)


class Run:
    """A run of a case; with `acts` of its own it is a calm day, whose only faults are those of the case.

    `end` finishes the day and checks it.
    """

    def __init__(
        self,
        case: Case,
        listener: Listener = IGNORE,
        acts: Sequence[tuple[str, day.Act]] = (),
        scene: Scene | None = None,
        end: Callable[[Closing], None] = Closing.close,
    ) -> None:
        self.case, self.listener, self.acts, self.end = case, listener, acts, end
        self.turns = Turns(case.seed)
        self.turns.own += [(BaseRouter, "current_event"), (BaseRouter, "lambda_context")]
        self.turns.own += [(idempotency_config, "lambda_context"), (Routing(), "context")]
        self.world = World(self.turns)
        self.deployment = Deployment(self.world, self.turns, listener)
        listener.begin(self.turns, self.world)
        self.books = Books(self.world)
        self.faults = Faults(self.deployment, self._draw())
        self.outside = Outside(self.deployment, self.books, self.faults.storms, scene)
        self.cast: list[str] = []

    def _draw(self) -> Callable[[int], Fault | None]:
        if self.case.points is not None:
            return at_points({point.call: point.fault for point in self.case.points})
        dice = random.Random(f"how bad {self.case.seed}")  # noqa: S311 - the same every time is the point
        return by_chance(self.case.seed, dice.choice((0, 1, 2, 4, 8)), dice.choice((0.01, 0.03, 0.1)))

    def is_on(self, days: Callable[[Outside], bool], acts: Collection[str] = ()) -> bool:
        """Set the day up; return whether it is one of these days, with one of these acts, if any are named.

        To run it takes another Run.
        """
        with self._simulated():
            opening.set_up(self.outside)
            self._make_unreliable()  # its dice are those of the cast
            names = {act.__name__ for _, act in cast(self.outside)} if acts else set[str]()
        return days(self.outside) and (not acts or not names.isdisjoint(acts))

    def run(self) -> Outcome:
        """Run the day to its end, or to the first violation."""
        violation = None
        try:
            with self._simulated():
                self._day()
        except Violation as error:
            violation = str(error)
        return Outcome(
            self.case,
            violation,
            tuple(self.cast),
            tuple(self.faults.points),
            self.faults.calls,
            self.turns.steps,
            len(self.books.orders),
        )

    def run_once(self) -> Outcome:
        """Run the day, then take it apart: its parts hold each other, which a collection takes long to find out."""
        outcome = self.run()
        for part in (self.deployment, self):
            vars(part).clear()
        return outcome

    @contextmanager
    def _simulated(self) -> Iterator[None]:
        """Have the stand-ins and the virtual time in place, and logs and output nowhere."""
        logging.disable(logging.CRITICAL)
        clear_caches()
        sizes = {} if self.acts else small_pages(self.case.seed)
        try:
            with (
                redirect_stdout(io.StringIO()),
                self.turns.installed(),
                self.world.installed(),
                resized(sizes),
                read_once(),
                self.outside.sftp.installed(),
            ):
                yield
        finally:
            logging.disable(logging.NOTSET)

    def _day(self) -> None:
        opening.set_up(self.outside)
        if not self.acts:
            self._make_unreliable()
        acts = self.acts or cast(self.outside)
        self.cast = [name for name, _ in acts]
        for number, (name, act) in enumerate(acts):
            after = self.turns.random.random() * self.outside.seconds
            if number not in self.case.without:
                self.turns.spawn(partial(self._begin, act, name), name, after)
        self.listener.section("the day")
        self.until_quiet()
        self.listener.section("the day is over, nothing goes wrong any more")
        self._make_reliable()
        self.end(Closing(self.outside, self.until_quiet))
        self._check_errors()

    def _begin(self, act: day.Act, name: str) -> None:
        self.listener.happened(lambda: f"begins: {first_sentence(act)}")
        act(self.outside, name)

    def _make_unreliable(self) -> None:
        dice, dynamodb = self.turns.random, self.world.dynamodb
        dynamodb.indexes_lag = dice.random() < 0.5
        share = dice.choice((0.0, 0.0, 0.3))
        dynamodb.leaves_out = lambda _, count: dice.randint(1, count) if count and dice.random() < share else 0
        dynamodb.page_bytes = dice.choice((dynamodb.page_bytes, 400))
        refused = dice.choice((0.0, 0.0, 0.1, 0.6))
        self.world.sqs.refuses = lambda _, entry: dice.random() < refused
        lost = dice.choice((0.0, 0.0, 0.05))
        self.deployment.is_lost = lambda _: dice.random() < lost
        for _ in range(dice.choice((0, 0, 0, 1, 2))):
            begins = self.turns.now + dice.random() * self.outside.seconds
            seconds = dice.choice((10, 400, 3000))
            self.outside.storm(dice.choice(SERVICES), begins, seconds, dice.choice(STORMS))
        skew = dice.choice((0.0, 600.0))
        self.deployment.clocks_wrong_by = skew
        self.world.states.lag = dice.choice((0.0, 30.0))
        shares = {"batch reads leave keys out": share, "queues refuse entries": refused, "things come twice": lost}
        if self.deployment.account.most is None:
            waits = self.outside.carrier or self.outside.outlets  # a function for another, which runs beside it
            fewest = 3 if waits else 1
            self.deployment.account = small_account(self.case.seed, self.turns.now, self.outside.seconds, fewest=fewest)
        self._report_weather({what: share for what, share in shares.items() if share}, skew)

    def _report_weather(self, shares: Mapping[str, float], skew: float) -> None:
        chances = [f"{what} ({share:.0%})" for what, share in shares.items()]
        lags = ["indexes lag"] * self.world.dynamodb.indexes_lag + ["executions are seen late"] * bool(
            self.world.states.lag
        )
        clocks = [f"clocks are up to {skew / 60:.0f} minutes wrong"] * bool(skew)
        account = [str(self.deployment.account)] * (self.deployment.account.most is not None)
        weather = "; ".join([*lags, *chances, *clocks, *account])
        if weather:
            self.outside.report(lambda: weather, is_trouble=True)

    def _make_reliable(self) -> None:
        self.faults.stop()
        self.world.dynamodb.indexes_lag = False
        self.world.dynamodb.leaves_out = lambda table, count: 0
        self.world.sqs.refuses = lambda url, entry: False
        self.deployment.is_lost = lambda what: False

    def until_quiet(self, patience: float = 3 * 3600.0) -> None:
        """Run until nothing happens for `patience` seconds; check the books after every step."""
        lost = any((each.service, each.fault) == ("lambda", Fault.ANSWER_LOST) for each in self.faults.storms)
        most = MOST_WITHOUT_ANSWERS if lost else MOST_STEPS
        last = self.turns.steps + most
        while True:
            self.deployment.pump()
            self.books.check()
            self._check_given_up()
            if wrong := self._wrong():
                raise Violation("; ".join(sorted(wrong)))
            if self.turns.steps > last:
                raise Violation(f"the day does not end within {most} steps")
            ours, theirs = self.turns.next_at, self.deployment.next_at()
            if ours is not None and (theirs is None or ours <= theirs):
                self.turns.step()
            elif theirs is not None and theirs <= self.turns.now + patience:
                self.turns.sleep(max(0.0, theirs - self.turns.now))
            elif self.world.dynamodb.behind():
                self.world.dynamodb.catch_up()
            else:
                return

    def _wrong(self) -> set[str]:
        """Return what calls, requests and others' books show to be wrong."""
        supplier, amazon = self.outside.supplier, self.outside.amazon
        of_others = supplier.wrong if supplier else set[str]()
        if amazon:
            of_others = of_others | amazon.wrong | {*amazon.faults(self.books.orders, self.books.completed)}
        return self.faults.forbidden | self.deployment.written_and_refused | of_others

    def _check_given_up(self) -> None:
        """Check that no message is a dead letter that its function has not tried often enough."""
        for message in self.deployment.dead_letters():
            named = message.attributes.get("message", {}).get("StringValue") or (message.id if message.source else "")
            if named and (tries := self.deployment.tries[named]) < FEWEST_TRIES:
                raise Violation(f"a message is a dead letter after {tries} tries: {message.body}")

    def _check_errors(self) -> None:
        for name, error in (*self.deployment.errors, *self.turns.failures):
            if not isinstance(error, OUTSIDE_FAULT):
                raise Violation(f"{name} ended with {type(error).__name__}: {error}") from error


def first_sentence(act: Callable[..., object]) -> str:
    """Return the first line of an act's docstring, to be read after its name."""
    text = (act.__doc__ or "").partition("\n")[0]
    return text[:1].lower() + text[1:]
