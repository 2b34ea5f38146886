"""Run many seeds on all cores (`make simulate`); shrink a violation and print the command that replays it.

python -m simulation run SEEDS [FIRST]      that many seeds, from FIRST on
python -m simulation replay CASE [BUG]      one case, line by line, perhaps with a planted bug
python -m simulation planted [BUG ...]      check that planted bugs are caught
python -m simulation soak ORDERS [FIRST [SECONDS]]  that many orders over every way out, to their end (soak.py)
python -m simulation catch BUG              find and shrink a case that catches a planted bug
python -m simulation crash-points [PAIRS]   kill at every call of short days, and at that many pairs of calls
python -m simulation crash DAY [DEATHS]     one of those days, line by line, with deaths such as 12:kill-after
"""

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.command_line import numbers
from simulation.template import prepare

if TYPE_CHECKING:
    from simulation.planted import Catch

CHECKOUT = Path(__file__).parents[1]
PART = 25
PRINTED_EVERY = 5000
MOST_SHRINKS = 300
RED, YELLOW, BOLD, PLAIN = "\033[1;31m", "\033[33m", "\033[1m", "\033[0m"


def run(seeds: int, first: int = 0) -> int:
    """Run the seeds; return the exit code, 1 for a violation."""
    began = time.monotonic()
    parts = range(first, first + seeds, PART)
    outcomes: list[dict[str, Any]] = []
    with _workers() as pool:
        for part in pool.map(_part, parts, [first + seeds] * len(parts)):
            outcomes += print_violations(part)
            if len(outcomes) % PRINTED_EVERY == 0:
                print(f"{len(outcomes)} of {seeds} seeds", file=sys.stderr, flush=True)
    violations = [each for each in outcomes if each["violation"]]
    figures = {"seeds": seeds, "violations": len(violations), "seconds": round(time.monotonic() - began, 1)}
    figures |= {name: sum(each[name] for each in outcomes) for name in ("orders", "calls", "faults")}
    print(json.dumps(figures))
    for each in violations[:3]:
        report(each)
    return 1 if violations else 0


def _workers() -> ProcessPoolExecutor:
    """Return a process for each core; those that are forked find the simulation imported."""
    _begin()
    return ProcessPoolExecutor(max_workers=os.cpu_count(), initializer=_begin)


def _begin() -> None:
    """Import the simulation with all functions; keep their objects, and each day, out of garbage collection.

    What a day leaves behind is collected after it, all at once (`_clear_up`).
    """
    from simulation import run  # noqa: F401 - imports it for the workers
    from simulation.functions import functions

    functions()
    gc.freeze()
    gc.disable()


def _clear_up() -> None:
    """Collect what a day left behind; what remains, such as compiled patterns, stays out of later collections."""
    gc.collect()
    gc.freeze()


def print_violations(part: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Print the violations among the outcomes of some seeds; return the outcomes."""
    for each in part:
        if each["violation"]:
            print(f"seed {each['seed']}: {each['violation']}", file=sys.stderr, flush=True)
    return part


def _part(first: int, end: int) -> list[dict[str, Any]]:
    from simulation.run import Case, Run

    found = []
    for seed in range(first, min(first + PART, end)):
        outcome = Run(Case(seed)).run_once()
        _clear_up()
        found.append(
            {
                "seed": seed,
                "violation": outcome.violation,
                "orders": outcome.orders,
                "calls": outcome.calls,
                "faults": len(outcome.points),
            }
        )
    return found


def report(violation: dict[str, Any], bug: str = "") -> None:
    """Shrink a violating case; print it, and the command that replays it."""
    from simulation.run import Case
    from simulation.shrink import shrunk

    outcome = shrunk(Case(violation["seed"]), MOST_SHRINKS)
    print(f"\nseed {violation['seed']}: {violation['violation']}", file=sys.stderr)
    print(f"  shrunk: {outcome.violation}", file=sys.stderr)
    print(
        f"  acts: {', '.join(outcome.present)}; faults: {outcome.case.points_text or 'none at a single call'}",
        file=sys.stderr,
    )
    print(f"  replay it: make replay CASE={outcome.case}{f' BUG={bug}' * bool(bug)}", file=sys.stderr)


def replay(text: str, bug: str = "") -> int:
    """Print a case line by line, with a planted bug if one is named; return the exit code, 1 for a violation."""
    if bug:
        from simulation.planted import plant

        plant(bug)
    from simulation.replay import replayed
    from simulation.run import Case

    try:
        case = Case.read(text)
    except ValueError:
        sys.exit(f"“{text}” is no case: copy it from what `make simulate` or `make planted` printed, such as CASE=17")
    outcome, lines = replayed(case)
    print(coloured(lines) if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else lines)
    return 1 if outcome.violation else 0


def coloured(text: str) -> str:
    """Return the text with colours for the lines that are marked."""
    from simulation.replay import FAULT, TROUBLE

    colours = {FAULT: RED, TROUBLE: YELLOW, "====": BOLD}
    return "\n".join(f"{colours[line[:4]]}{line}{PLAIN}" if line[:4] in colours else line for line in text.splitlines())


def crash_points(most_pairs: int) -> int:
    """Kill at every call of each day, and at pairs spread over them; return the exit code, 1 for a violation."""
    from simulation.crash_days import DAYS
    from simulation.crash_points import pairs, singles, undisturbed

    chosen: list[Any] = []
    calls = {name: undisturbed(name).calls for name in DAYS}
    for name in DAYS:
        pairwise = list(pairs(calls[name])) if most_pairs else []
        spread = pairwise[:: max(1, len(pairwise) * len(DAYS) // max(1, most_pairs))]
        chosen += [(name, deaths) for deaths in (*singles(calls[name]), *spread)]
    with _workers() as pool:
        outcomes = list(pool.map(_killed, chosen, chunksize=PART))
    for (name, deaths), (violation, _) in zip(chosen, outcomes, strict=True):
        if violation:
            points = ",".join(f"{point.call}:{point.fault}" for point in deaths)
            print(f"{name} {points}: {violation}", file=sys.stderr)
    alone = [(name, deaths[0].call) for name, deaths in chosen if len(deaths) == 1]
    died = {(name, deaths[0].call) for (name, deaths), (_, points) in zip(chosen, outcomes, strict=True) if points}
    figures = {"singles": len(alone), "pairs": len(chosen) - len(alone), "covered": len(died) / sum(calls.values())}
    print(json.dumps({**figures, "violations": sum(violation is not None for violation, _ in outcomes)}))
    return 1 if any(violation for violation, _ in outcomes) else 0


def _killed(case: Any) -> tuple[str | None, int]:
    from simulation.crash_points import killed_at

    outcome = killed_at(*case)
    _clear_up()
    return outcome.violation, len(outcome.points)


def crash(name: str, text: str = "") -> int:
    """Print a short day line by line, with these deaths; return the exit code, 1 for a violation."""
    from simulation.crash_days import DAYS
    from simulation.replay import replayed
    from simulation.run import Case

    if name not in DAYS:
        sys.exit(f"no short day is called “{name}”; there are {', '.join(DAYS)}")
    day = DAYS[name]
    try:
        case = Case.read(f"{day.seed}//{text}")
    except ValueError:
        sys.exit(f"“{text}” are no deaths, such as 12:kill-after")
    outcome, lines = replayed(case, day.acts, day.scene)
    print(lines)
    return 1 if outcome.violation else 0


def planted(names: list[str]) -> int:
    """Run each bug in a process of its own; return the exit code, 1 if one was not caught."""
    from simulation.planted import BUGS, bug_of

    wanted = [bug_of(name) for name in names] or list(BUGS)
    missed = 0
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for bug, found in zip(wanted, pool.map(_caught, [bug.name for bug in wanted]), strict=True):
            missed += found.seed is None
            print(f"{bug.name:34} {found}: {found.violation or bug.breaks}", flush=True)
    print(json.dumps({"planted": len(wanted), "caught": len(wanted) - missed}))
    return 1 if missed else 0


def _caught(name: str) -> "Catch":
    from simulation.planted import Catch

    command = [sys.executable, "-m", "simulation", "with-bug", name]
    done = subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    return Catch(*json.loads(done.stdout.splitlines()[-1]))


def with_bug(name: str) -> int:
    """Run days with a planted bug until one catches it; print that catch."""
    from simulation.planted import first_catch

    print(json.dumps(first_catch(name)))
    return 0


def catch(name: str) -> int:
    """Run days with a planted bug until one catches it; shrink it and print it as any violation."""
    from simulation.planted import first_catch

    found = first_catch(name)
    if found.seed is None:
        print(f"{name}: {found}", file=sys.stderr)
        return 1
    report({"seed": found.seed, "violation": found.violation}, name)
    return 0


def main(words: list[str]) -> int:
    """Run the command of the command line."""
    command, *rest = words or ["run", "1000"]
    named: dict[str, Callable[..., int]] = {"replay": replay, "crash": crash, "catch": catch, "with-bug": with_bug}
    if command in named and not rest:
        sys.exit(f"{command} what? `make replay CASE=17` and `make planted BUG=watermark-first` name it")
    if command in named:
        return named[command](*rest)
    if command == "run":
        return run(*numbers(rest, "how many seeds, and the first of them"))
    if command == "crash-points":
        return crash_points(*numbers(rest or ["0"], "how many pairs of calls"))
    if command == "soak":
        from simulation.soak import soak_orders

        return soak_orders(*numbers(rest or ["3000"], "how many orders, the first seed and the most seconds"))
    if command == "planted":
        return planted(rest)
    sys.exit(__doc__)


def restart_in_fixed_order() -> None:
    """Restart this process if sets could iterate in another order, or our modules are not on the path."""
    wanted = {"PYTHONHASHSEED": "0", "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'layers' / 'shared'}"}
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        command = [sys.executable, "-m", "simulation", *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, **wanted})  # noqa: S606 - ourselves


if __name__ == "__main__":
    restart_in_fixed_order()
    prepare()
    sys.exit(main(sys.argv[1:]))
