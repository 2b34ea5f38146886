"""Virtual time: tasks run one at a time, and switch wherever they wait.

A task is plain code that runs until it sleeps. The task with the earliest time to wake runs next; the seed decides
between equal times. So a run is the same every time, whatever the load of the machine.
"""

import heapq
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import time_machine
from greenlet import getcurrent, greenlet

START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


class Killed(BaseException):
    """The process of a task ends here; no `except Exception` catches it."""


class Turns:
    """Tasks in virtual time, which begins at START; `random` decides everything that is undetermined.

    Each task has its own value of the attributes in `own` (an object and the name of an attribute), as a process does.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)  # noqa: S311 - the same every time is the point
        self.now = START.timestamp()
        self.steps = 0
        self._waiting: list[tuple[float, float, int, greenlet]] = []
        self._count = 0
        self._hub = getcurrent()
        self._names: dict[greenlet, str] = {}
        self._clock: Any = None
        self._shown = self.now
        self._skews: dict[greenlet, float] = {}
        self.own: list[tuple[Any, str]] = []
        self._owner = self._hub
        self._kept: dict[greenlet, list[Any]] = {}
        self.failures: list[tuple[str, BaseException]] = []

    @contextmanager
    def installed(self) -> Iterator["Turns"]:
        """Replace the clock, sleep and the randomness of this process meanwhile."""
        with ExitStack() as patches:
            travel = time_machine.travel(self.now, tick=False)
            self._clock, self._shown = patches.enter_context(travel), self.now
            patches.enter_context(patch.object(time, "sleep", self.sleep))
            patches.enter_context(patch.object(time, "monotonic", lambda: self.now))
            patches.enter_context(patch.object(os, "urandom", self.random.randbytes))
            chance = random.getstate()
            patches.callback(random.setstate, chance)
            random.seed(self.random.random())
            yield self
            self._end()

    def spawn(self, work: Callable[[], Any], name: str, after: float = 0.0) -> None:
        """Start a task, after that many seconds."""
        task = greenlet(self._guarded(work, name), parent=self._hub)
        self._names[task] = name
        self._wake(task, after)

    def _guarded(self, work: Callable[[], Any], name: str) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            except Killed:
                return
            except Exception as error:
                self.failures.append((name, error))

        return run

    def _wake(self, task: greenlet, after: float) -> None:
        self._count += 1
        heapq.heappush(self._waiting, (self.now + max(0.0, after), self.random.random(), self._count, task))

    @property
    def task(self) -> str:
        """The name of the current task; empty outside of all tasks."""
        return self._names.get(getcurrent(), "")

    def sleep(self, seconds: float = 0.0) -> None:
        """Let other tasks run for that many seconds; outside of a task, let time pass."""
        task = getcurrent()
        if task is self._hub:
            self._set(self.now + seconds)
            return
        self._wake(task, seconds)
        self._hub.switch()
        self._give_back(task)

    def _keep_for(self, task: greenlet) -> None:
        """Keep what the last task has of its own, if it is another one than this, which is to run now."""
        if self._owner is not task:
            if self._owner in self._names:
                self._kept[self._owner] = [getattr(thing, name, None) for thing, name in self.own]
            self._owner = task

    def _give_back(self, task: greenlet) -> None:
        """Give a task back what was kept when another one ran, if one did."""
        if task in self._kept:
            for (thing, name), value in zip(self.own, self._kept.pop(task), strict=True):
                setattr(thing, name, value)

    @contextmanager
    def skewed(self, seconds: float) -> Iterator[None]:
        """Make the wall clock of the current task wrong by that many seconds meanwhile."""
        task = getcurrent()
        before = self._skews.get(task, 0.0)
        self._keep_for(task)  # a process begins, perhaps outside of tasks
        self._skews[task] = seconds
        self._set(self.now)
        try:
            yield
        finally:
            self._skews[task] = before
            self._set(self.now)

    def _set(self, moment: float) -> None:
        """Move the clock; the wall clock includes the skew of the current task."""
        self._move(moment, getcurrent())

    def _move(self, moment: float, task: greenlet) -> None:
        self.now = max(moment, self.now)
        shown = self.now + self._skews.get(task, 0.0)
        if self._clock and shown != self._shown:
            self._shown = shown
            self._clock.move_to(shown)

    def step(self) -> bool:
        """Run one task until it waits or ends; return False without one."""
        if not self._waiting:
            return False
        moment, _, _, task = heapq.heappop(self._waiting)
        self._move(moment, task)
        self._keep_for(task)
        self.steps += 1
        task.switch()
        if task.dead:
            self._names.pop(task, None)
            self._skews.pop(task, None)
        return True

    @property
    def next_at(self) -> float | None:
        """The time at which the next task runs."""
        return self._waiting[0][0] if self._waiting else None

    def wake(self, name: str) -> None:
        """Let the waiting task of that name go on now."""
        for place, (_, chance, count, task) in enumerate(self._waiting):
            if self._names.get(task) == name:
                self._waiting[place] = (self.now, chance, count, task)
        heapq.heapify(self._waiting)

    def kill(self, name: str) -> None:
        """Kill the waiting tasks of that name."""
        for task in [task for task, other in self._names.items() if other == name and task is not getcurrent()]:
            self._waiting = [entry for entry in self._waiting if entry[3] is not task]
            heapq.heapify(self._waiting)
            self._keep_for(task)
            task.throw(Killed())
            self._names.pop(task, None)
            self._keep_for(getcurrent())
            self._give_back(getcurrent())

    def _end(self) -> None:
        for name in set(self._names.values()):
            self.kill(name)
