"""A process may die before or after any call; every few of them here, all of them in `make bench ONLY=crash_points`."""

from simulation.crash_points import killed_at, singles, undisturbed

EVERY = 7


def test_wherever_a_process_dies_the_day_ends_as_it_should() -> None:
    day = undisturbed()
    assert (day.violation, day.orders) == (None, 4)

    for deaths in singles(day.calls)[::EVERY]:
        outcome = killed_at(deaths)
        assert (outcome.violation, outcome.points) == (None, deaths)
