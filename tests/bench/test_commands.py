"""`make bench ONLY=...` takes the names of measurements alone."""

import pytest

from bench.__main__ import main


def test_a_measurement_that_does_not_exist_ends_it_with_the_names_of_those_that_do() -> None:
    with pytest.raises(SystemExit, match=r"no measurement is called “typo”; there are bill, .*, and before alone"):
        main(["bill", "typo"])
