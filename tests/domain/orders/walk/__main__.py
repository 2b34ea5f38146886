"""Run many histories: `make walk`, or this module with how many, the first seed and the acts of each."""

import sys
from collections import Counter

from simulation.command_line import numbers
from tests.domain.orders.walk.history import run, shrunk, steps_of

STEPS = 40


def main(count: int = 1000, first: int = 0, steps: int = STEPS) -> int:
    """Run the histories from the first seed on, and show one failure of each rule; return how many failed."""
    found: Counter[str] = Counter()
    for seed in range(first, first + count):
        failure = run(seed, steps_of(seed, steps))
        if failure is None:
            continue
        kind = f"{type(failure.error).__name__} {str(failure.error).partition(':')[0]}"
        found[kind] += 1
        if found[kind] == 1:
            sys.stdout.write(f"{shrunk(failure)}\n\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count} histories, failed: {dict(found)}\n")
    return found.total()


if __name__ == "__main__":
    sys.exit(bool(main(*numbers(sys.argv[1:], "how many histories, the first of them, and the acts of each"))))
