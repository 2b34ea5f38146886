"""The choice of a rate."""

from datetime import timedelta

import pytest

from packhorse.domain.errors import Rejected
from packhorse.domain.labels.choice import Choice, chosen, quoted
from packhorse.domain.labels.label import WantedLabel
from packhorse.domain.labels.purchase import Rate
from packhorse.domain.money import Money
from simulation.builders import NOON


def a_rate(service: str, amount: str, days: int | None = 3, carrier: str = "USPS", currency: str = "USD") -> Rate:
    price = Money.of(amount, currency)
    return Rate(id=f"{carrier}-{service}", carrier=carrier, service=service, price=price, days=days)


GROUND = a_rate("GroundAdvantage", "6.10", days=4)
PRIORITY = a_rate("Priority", "8.20", days=2)
NEXT_DAY = a_rate("NextDayAir", "31.00", days=1, carrier="UPS")
SILENT = a_rate("Surprise", "5.00", days=None, carrier="Regional")
ALL = (PRIORITY, NEXT_DAY, GROUND, SILENT)


def choose(*rates: Rate, days: int | None = None, excluded: tuple[str, ...] = (), **wanted: object) -> Choice:
    deliver_by = NOON + timedelta(days=days) if days is not None else None
    terms = WantedLabel.model_validate(wanted)
    return chosen(quoted(rates or ALL, terms, excluded, deliver_by, NOON))


def test_without_a_promise_the_cheapest_is_chosen() -> None:
    choice = choose()

    assert (choice.rate, choice.reason) == (SILENT, "the cheapest of 4 that arrive in time")


def test_the_cheapest_that_arrives_in_time_is_chosen_and_one_that_says_nothing_does_not() -> None:
    assert choose(days=3).rate == PRIORITY
    assert choose(days=3).reason == "the cheapest of 2 that arrive in time"


def test_where_none_arrives_in_time_the_quickest_is_chosen_and_the_reason_says_so() -> None:
    choice = choose(days=0)

    assert (choice.rate, choice.reason) == (NEXT_DAY, "none arrives in time: the quickest")


def test_names_are_compared_without_case_and_separators() -> None:
    assert choose(carrier="usps", service="ground advantage").rate == GROUND


def test_a_carrier_that_the_channel_excludes_is_never_chosen() -> None:
    choice = choose(days=1, excluded=("ups",))

    assert choice.rate == PRIORITY
    assert [each.rejected for each in choice.quotes if each.rate == NEXT_DAY] == ["the channel excludes it"]


def test_a_limit_is_never_exceeded() -> None:
    limit = {"amount": "6.00", "currency": "USD"}

    with pytest.raises(Rejected) as refused:
        choose(GROUND, PRIORITY, max_price=limit)

    assert [error.message for error in refused.value.errors] == [
        "USPS GroundAdvantage: 6.10 USD, more than 6.00",
        "USPS Priority: 8.20 USD, more than 6.00",
    ]


def test_a_price_in_another_currency_than_the_limit_is_not_compared_with_it() -> None:
    with pytest.raises(Rejected, match="no carrier carries it"):
        choose(a_rate("Paket", "5.00", currency="EUR"), max_price={"amount": "6.00", "currency": "USD"})


def test_rates_in_several_currencies_need_a_person_to_name_one() -> None:
    paket = a_rate("Paket", "5.00", currency="EUR", carrier="DHL")

    with pytest.raises(Rejected, match="cannot be compared"):
        choose(GROUND, paket)
    assert choose(GROUND, paket, carrier="DHL").rate == paket


def test_what_carriers_say_that_gave_no_rate_is_in_the_refusal() -> None:
    with pytest.raises(Rejected) as refused:
        chosen((), ["UPS: account suspended"])

    assert [error.message for error in refused.value.errors] == ["UPS: account suspended"]
