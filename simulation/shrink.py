"""Shrink a case that violates something: fewer acts, fewer faults."""

from collections.abc import Callable, Iterator

from simulation.run import Case, Outcome, Run


def at_once(case: Case) -> Outcome:
    """Run a case."""
    return Run(case).run()


def shrunk(case: Case, most_runs: int, outcome_of: Callable[[Case], Outcome] = at_once) -> Outcome:
    """Return the smallest violating case found within about that many runs; its violation may differ."""
    best = outcome_of(case)
    runs, is_smaller = 1, bool(best.violation)
    while is_smaller and runs < most_runs:
        is_smaller = False
        for smaller in _smaller(best):
            runs += 1
            outcome = outcome_of(smaller)
            if outcome.violation:
                best, is_smaller = outcome, True
                break
    return best


def _smaller(outcome: Outcome) -> Iterator[Case]:
    case = outcome.case._replace(points=outcome.points)
    for number in range(len(outcome.cast)):
        if number not in case.without:
            yield case._replace(without=case.without | {number})
    for point in outcome.points:
        yield case._replace(points=tuple(each for each in outcome.points if each != point))
