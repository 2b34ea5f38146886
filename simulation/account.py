"""The account's limit of concurrent executions: where it is reached, Lambda is throttled.

invoked by     | throttled
a queue        | the messages are received, and come again after their visibility timeout
a stream       | the batch is tried again, until its records expire
a state        | the task fails with Lambda.TooManyRequestsException
asynchronously | the event waits, from a second to five minutes, for six hours unless the template sets an age
an HTTP API    | the caller gets 503
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

STREAM_PAUSE = 15.0
LONGEST_PAUSE = 300.0
EVENT_AGE = 6 * 3600.0
CHANCE = 0.1
LIMITS = (10, 3, 1)
UNAVAILABLE: Mapping[str, Any] = {"statusCode": 503, "body": '{"message":"Service Unavailable"}'}


@dataclass
class Account:
    """An account that runs so many functions at once, any number without a limit.

    From `crowded_from` to `crowded_until` other applications of the account run as many. `throttles` counts.
    """

    most: int | None = None
    crowded_from: float = 0.0
    crowded_until: float = 0.0
    throttles: int = field(default=0, init=False)

    def is_full(self, running: int, now: float) -> bool:
        """Return whether an invocation is throttled while so many run; count it if so."""
        is_crowded = self.crowded_from <= now < self.crowded_until
        if self.most is None or not (is_crowded or running >= self.most):
            return False
        self.throttles += 1
        return True

    def __str__(self) -> str:
        crowded = self.crowded_until - self.crowded_from
        others = f", none for {crowded:.0f} s" if crowded else ""
        return f"the account runs {self.most} functions at once{others}"


def small_account(seed: int, now: float, seconds: float, chance: float = CHANCE, *, fewest: int = 1) -> Account:
    """Return the account of a seed's day, which lasts so many seconds; most accounts are without a limit.

    The others run at least `fewest` functions at once.
    """
    dice = Random(f"account {seed}")  # noqa: S311 - the same every time is the point
    if dice.random() >= chance:
        return Account()
    begins = now + dice.random() * seconds
    return Account(max(fewest, dice.choice(LIMITS)), begins, begins + dice.choice((0, 400, 3000)))


def pause(throttles: int) -> float:
    """Return the seconds until a throttled asynchronous invocation is tried again."""
    return float(min(LONGEST_PAUSE, 2**throttles))
