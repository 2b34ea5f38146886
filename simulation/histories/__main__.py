"""Compare the ends of many histories of each kind of channel, or of one.

python -m simulation.histories COUNT [FIRST]       that many of each kind, from FIRST on
python -m simulation.histories show KIND SEED      what one history is, and how it ends
"""

import io
import json
import logging
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from typing import NamedTuple

from simulation.command_line import numbers
from simulation.template import prepare

PRINTED = 3
A_PART = 20


class Part(NamedTuple):
    """Some histories of a kind, by seed."""

    kind: str
    first: int
    size: int


def compare(count: int, first: int = 0) -> int:
    """Compare that many histories of each kind; return the exit code, 1 if one does not end the same."""
    from simulation.histories.senders import SENDERS

    parts = [
        Part(kind, start, min(A_PART, first + count - start))
        for kind in SENDERS
        for start in range(first, first + count, A_PART)
    ]
    with ProcessPoolExecutor(max_workers=os.cpu_count(), initializer=begin) as pool:
        wrong = [each for found in pool.map(differences, parts) for each in found]
    print(json.dumps({"histories": sum(part.size for part in parts), "different": len(wrong)}))
    for kind, seed, text in wrong[:PRINTED]:
        print(f".venv/bin/python -m simulation.histories show {kind} {seed}\n{text}", file=sys.stderr)
    return 1 if wrong else 0


def begin() -> None:
    """Prepare a worker."""
    prepare()
    logging.disable(logging.CRITICAL)


def differences(part: Part) -> list[tuple[str, int, str]]:
    """Return the histories of a part that do not end the same."""
    from packhorse.domain.configuration.channel import ChannelKind
    from simulation.histories.delivering import difference, drawn

    cases = (drawn(ChannelKind(part.kind), seed) for seed in range(part.first, part.first + part.size))
    with redirect_stdout(io.StringIO()):  # metrics
        found = [(case.seed, difference(case)) for case in cases]
    return [(part.kind, seed, text) for seed, text in found if text]


def show(kind: str, seed: int) -> int:
    """Print a history and its ends; return the exit code, 1 if they differ."""
    begin()
    from packhorse.domain.configuration.channel import ChannelKind
    from simulation.histories.delivering import drawn, in_turn, shuffled, versions

    case = drawn(ChannelKind(kind), seed)
    for each in case.happenings:
        print(each)
    for version in versions(case):
        print(version)
    ends = in_turn(case), shuffled(case)
    print("in turn ", ends[0])
    print("shuffled", ends[1])
    return int(ends[0] != ends[1])


if __name__ == "__main__":
    prepare()
    match sys.argv[1:]:
        case ["show", kind, seed]:
            sys.exit(show(kind, int(seed)))
        case [count, *first]:
            sys.exit(compare(*numbers([count, *first], "how many histories, and the first of them")))
        case _:
            sys.exit(__doc__)
