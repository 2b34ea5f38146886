"""Histories of each kind of channel in its own JSON: shuffled and repeated deliveries end as those in turn do."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packhorse.channels import CHANNELS
from packhorse.domain.configuration.channel import ChannelKind
from simulation.histories.delivering import MOST_HAPPENINGS, Case, difference, takes_back, versions
from simulation.histories.senders import SENDERS
from simulation.histories.sold import SKUS, Happening, Step, first


def histories(kind: ChannelKind) -> st.SearchStrategy[Case]:
    """Histories that a kind of channel can send."""
    steps = st.sampled_from([step for step in Step if step not in SENDERS[kind].never])
    happening = st.builds(Happening, steps, st.integers(0, len(SKUS) - 1), st.integers(0, 11))
    happenings = st.lists(happening, min_size=1, max_size=MOST_HAPPENINGS).map(tuple)
    return st.builds(Case, st.just(kind), happenings, st.integers(0, 1000))


@pytest.mark.parametrize("kind", SENDERS)
def test_deliveries_in_any_order_and_number_end_as_those_in_turn_do(kind: ChannelKind) -> None:
    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    @given(histories(kind))
    def check(case: Case) -> None:
        assert difference(case) == ""

    check()


def test_every_kind_that_sends_orders_has_a_row() -> None:
    assert SENDERS.keys() == {kind for kind, adapter in CHANNELS.items() if adapter.receive or adapter.read}


def test_a_cancelled_fulfilment_that_is_made_again_takes_nothing_back() -> None:
    fulfil, cancel = Happening(Step.FULFIL, 0, 0), Happening(Step.UNFULFIL, 0, 0)

    again = Case(ChannelKind.SHOPIFY, (fulfil, cancel, fulfil), 0)

    assert [each.gone(0) for each in versions(again)] == [0, 3, 0, 3]
    assert not takes_back(again)
    assert takes_back(again._replace(happenings=(fulfil, cancel)))


@pytest.mark.parametrize("step", Step)
def test_no_step_sends_more_than_is_ordered(step: Step) -> None:
    for units in range(12):
        sold = first(paid=True).after(Happening(Step.FULFIL, 0, 2)).after(Happening(step, 0, units))

        assert min(sold.left(0), sold.left(1), *sold.returned) >= 0
