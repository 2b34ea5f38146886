"""The choice of a rate."""

from datetime import timedelta

import pytest

from packhorse.domain.errors import NotReady, Rejected
from packhorse.domain.labels.choice import Cap, RateChoice, RateTerms, chosen, quoted
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


def choose(*rates: Rate, days: int | None = None, excluded: tuple[str, ...] = (), **wanted: object) -> RateChoice:
    deliver_by = NOON + timedelta(days=days) if days is not None else None
    terms = WantedLabel.model_validate(wanted)
    caps = [Cap("the request", terms.max_price)] if terms.max_price else []
    compared = RateTerms(terms, NOON, deliver_by, excluded, caps)
    return chosen(quoted((("easypost", rate) for rate in rates or ALL), compared), deliver_by=deliver_by)


DAP = a_rate("Ground", "4.00", carrier="UPSDAP")
ECS = a_rate("Parcel", "3.00", carrier="DhlEcs")


def test_a_carrier_is_the_same_by_the_name_of_any_of_its_accounts() -> None:
    assert choose(*ALL, DAP, ECS, carrier="ups").rate == DAP
    assert choose(PRIORITY, DAP, ECS, excluded=("UPS", "DHL eCommerce")).rate == PRIORITY
    assert choose(DAP, ECS, excluded=("USPS", "DHL")).rate == ECS


def test_without_a_promise_the_cheapest_is_chosen() -> None:
    choice = choose()

    assert (choice.rate, choice.reason) == (SILENT, "the cheapest of 4")


def test_the_cheapest_that_arrives_in_time_is_chosen_and_one_that_says_nothing_does_not() -> None:
    assert choose(days=3).rate == PRIORITY
    assert choose(days=3).reason == "the cheapest of 2 within 2026-11-05"


def test_where_none_arrives_in_time_the_quickest_is_chosen_and_the_reason_says_so() -> None:
    choice = choose(days=0)

    assert (choice.rate, choice.reason) == (NEXT_DAY, "none arrives within 2026-11-02: the quickest of 4")


def test_names_are_compared_without_case_and_separators() -> None:
    assert choose(carrier="usps", service="ground advantage").rate == GROUND


def test_a_carrier_that_the_channel_excludes_is_never_chosen() -> None:
    choice = choose(days=1, excluded=("ups",))

    assert choice.rate == PRIORITY
    assert [each.rejected for each in choice.quotes if each.rate == NEXT_DAY] == ["the channel excludes it"]


def test_a_limit_is_never_exceeded() -> None:
    limit = {"amount": "6.00", "currency": "USD"}

    with pytest.raises(NotReady) as refused:
        choose(GROUND, PRIORITY, NEXT_DAY, max_price=limit, excluded=("ups",))

    assert list(refused.value.errors) == [
        ("price", "USPS GroundAdvantage: 6.10 USD, more than the 6.00 of the request"),
        ("price", "USPS Priority: 8.20 USD, more than the 6.00 of the request"),
    ]


def test_what_arrives_in_time_at_a_price_that_is_not_allowed_is_not_bought_and_the_reason_says_so() -> None:
    choice = choose(GROUND, PRIORITY, days=3, max_price={"amount": "7.00", "currency": "USD"})

    assert choice.rate == GROUND
    assert choice.reason == "none at an allowed price arrives within 2026-11-05: the quickest of 1"


def test_the_lowest_of_all_limits_counts() -> None:
    caps = [Cap("channel web", Money.of("9.00", "USD")), Cap("the account", Money.of("7.00", "USD"))]

    quotes = quoted((("easypost", rate) for rate in (GROUND, PRIORITY)), RateTerms(WantedLabel(), NOON, caps=caps))

    assert [each.rejected for each in quotes] == ["", "8.20 USD, more than the 7.00 of the account"]


def test_the_cheapest_of_all_accounts_is_chosen() -> None:
    cheap = PRIORITY.replace(price=Money.of("5.90", "USD"))

    choice = chosen(
        quoted([("easypost", PRIORITY), ("shippo", cheap), ("easypost", GROUND)], RateTerms(WantedLabel(), NOON))
    )

    assert (choice.rate, choice.account, choice.reason) == (cheap, "shippo", "the cheapest of 3")
    assert [each.account for each in choice.quotes] == ["shippo", "easypost", "easypost"]


def test_a_price_in_another_currency_than_the_limit_is_not_compared_with_it() -> None:
    with pytest.raises(NotReady, match="costs more than is allowed"):
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
