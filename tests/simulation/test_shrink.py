"""A case that violates something is made smaller, and still does."""

from simulation.faults import Fault, Point
from simulation.run import Case, Outcome
from simulation.shrink import shrunk

FAULTS = (Point(5, Fault.KILL_AFTER), Point(9, Fault.SLOW), Point(14, Fault.THROTTLE))


def guilty(case: Case) -> Outcome:
    """Only the second who takes part, and only the kill, are needed."""
    points = FAULTS if case.points is None else case.points
    is_wrong = 1 not in case.without and FAULTS[0] in points
    return Outcome(case, "wrong" if is_wrong else None, ("one", "two", "three"), points, 0, 0, 0)


def test_what_is_not_needed_is_left_out() -> None:
    smallest = shrunk(Case(7), 100, guilty)

    assert (smallest.present, smallest.case.points) == (("two",), (FAULTS[0],))


def test_it_ends_when_it_has_tried_enough() -> None:
    tried = []

    def counted(case: Case) -> Outcome:
        tried.append(case)
        return guilty(case)

    assert shrunk(Case(7), 4, counted).violation == "wrong"
    assert len(tried) <= 8


def test_a_case_is_read_as_it_is_written() -> None:
    case = Case(7, frozenset({0, 2}), FAULTS)

    assert Case.read(str(case)) == case
    assert Case.read("12") == Case(12)
