"""Channels are called without pauses: simulated stores, over a real socket too, take any number of calls a second."""

import pytest


@pytest.fixture(autouse=True)
def _calls_take_no_turns(_waits_take_no_time: None) -> None:
    """Skip what paces calls, and what waits between looks at a job of a store."""
