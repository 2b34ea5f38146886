"""Rates of labels over all carrier accounts, limits of their prices, and tables of rates, through the API."""

from typing import Any

import pytest

from local.world.carriers.easypost import EasyPostAccount
from packhorse.aws import secrets
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.carrier import CarrierAccount, CarrierKind
from packhorse.domain.configuration.channel import LabelPolicy
from packhorse.domain.configuration.web_address import origin_of
from packhorse.domain.money import Money
from packhorse.store import catalogue, configuration
from packhorse.usecases.labels import rate_many
from simulation.aws.boundary import World
from simulation.builders import NOON, a_channel
from simulation.carrier import CARRIER, answer
from simulation.merchant import MUG
from tests.functions.fulfil.labels import GRAMS, an_order_of, configured, connected, fails, labels
from tests.functions.operate.calls import Answer, call

OTHER_HOST = "http://other.example"
OTHER = CarrierAccount(id="other", kind=CarrierKind.EASYPOST, base_url=f"{OTHER_HOST}/easypost", calls_per_second=100)
CENT = {"amount": "0.01", "currency": "USD"}


@pytest.fixture
def carrier(cloud: World) -> EasyPostAccount:
    return connected(cloud)


@pytest.fixture
def other(carrier: EasyPostAccount, cloud: World) -> EasyPostAccount:
    """A second account, which does not sell the labels of UPS."""
    account = EasyPostAccount()
    account.settings.refusing = {"UPS": "not here"}
    keys = secrets.Credentials(token=account.settings.key, webhook_secrets=(), origin=origin_of(OTHER_HOST))
    secrets.save_credentials(OTHER.id, keys, of=secrets.CARRIERS)
    cloud.web.serve(OTHER_HOST, lambda request: answer(account, request))
    configuration.apply_edit(lambda before: before.with_carrier(OTHER), "owner", NOON)
    return account


def rates(order: str, body: Any = None) -> Answer:
    return call("POST", f"/orders/{order}/fulfilments/1/rates", body or {})


def buy(order: str, body: Any = None) -> Answer:
    return call("POST", f"/orders/{order}/fulfilments/1/label", body or {})


def table(*orders: str, **more: Any) -> Answer:
    refs = [{"order": order, "fulfilment": 1} for order in orders]
    return call("POST", "/label-batches/rates", {"fulfilments": refs, **more})


def limited(*, channel: str | None = None, account: str | None = None) -> None:
    """Limit the prices of labels."""

    def limit(amount: str | None) -> Money | None:
        return Money.of(amount, "USD") if amount else None

    configuration.apply_edit(
        lambda before: before.replace(account=before.account.replace(max_label_price=limit(account))).with_channel(
            a_channel(max_label_price=limit(channel))
        ),
        "owner",
        NOON,
    )


# ---- all accounts ----------------------------------------------------------------------------------------------------


def test_the_rates_of_all_accounts_are_one_table_and_the_cheapest_of_it_is_bought(
    carrier: EasyPostAccount, other: EasyPostAccount
) -> None:
    order = an_order_of()

    found = rates(order).body

    assert {each["account"] for each in found["items"]} == {CARRIER, "other"}
    prices = [float(each["rate"]["price"]["amount"]) for each in found["items"]]
    assert prices == sorted(prices)
    bought = buy(order).body
    assert (bought["account"], bought["reason"]) == (found["account"], found["reason"])
    assert float(bought["price"]["amount"]) == prices[0]
    assert bought["reason"] == f"the cheapest of {len(prices)}"
    assert len(carrier.purchases) + len(other.purchases) == 1


def test_a_named_account_and_that_of_the_warehouse_are_the_only_ones(
    carrier: EasyPostAccount, other: EasyPostAccount
) -> None:
    order = an_order_of()
    assert {each["account"] for each in rates(order, {"account": "other"}).body["items"]} == {"other"}

    configured(carrier_account=CARRIER)

    assert {each["account"] for each in rates(order).body["items"]} == {CARRIER}
    assert rates(order, {"account": "nobody"}).fields == ["account"]


def test_an_account_that_does_not_answer_keeps_no_label_from_being_bought_and_the_reason_names_it(
    carrier: EasyPostAccount, other: EasyPostAccount
) -> None:
    fails(carrier, 503, "/shipments")

    bought = buy(an_order_of()).body

    assert (bought["account"], bought["reason"].partition("; ")[2]) == ("other", f"no rates of {CARRIER}")


def test_where_no_account_answers_nothing_is_bought(carrier: EasyPostAccount, other: EasyPostAccount) -> None:
    fails(carrier, 503, "/shipments")
    fails(other, 503, "/shipments")
    order = an_order_of()

    assert (buy(order).status, labels(order)) == (503, [])


def test_the_table_says_of_which_parcel_it_is(carrier: EasyPostAccount) -> None:
    assert rates(an_order_of(2)).body["package"]["weight_g"] == 2 * GRAMS


# ---- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "whose"), [({"channel": "0.01"}, "channel shop"), ({"account": "0.01"}, "the account")]
)
def test_nothing_dearer_than_channel_and_account_allow_is_bought(
    carrier: EasyPostAccount, limit: Any, whose: str
) -> None:
    limited(**limit)
    order = an_order_of()

    refused = buy(order)

    assert (refused.status, set(refused.fields), labels(order)) == (422, {"price"}, [])
    assert refused.body["errors"][0]["message"].endswith(f"more than the 0.01 of {whose}")
    limited()
    assert buy(order).status == 201


def test_the_limit_of_a_request_does_not_lift_that_of_the_channel(carrier: EasyPostAccount) -> None:
    limited(channel="0.01")

    refused = buy(an_order_of(), {"max_price": {"amount": "500.00", "currency": "USD"}})

    assert set(refused.fields) == {"price"}


def test_what_the_channel_excludes_is_in_the_table_and_never_chosen(carrier: EasyPostAccount) -> None:
    channel = a_channel(label_policy=LabelPolicy.OWN_EXCEPT, excluded_carriers=("usps",))
    configuration.apply_edit(lambda before: before.with_channel(channel), "owner", NOON)
    order = an_order_of()

    found = rates(order).body

    rejected = {each["rate"]["carrier"]: each["rejected"] for each in found["items"]}
    assert rejected["USPS"] == "the channel excludes it"
    assert buy(order).body["carrier"] == "UPS"


# ---- many fulfilment orders ------------------------------------------------------------------------------------------


def test_the_table_of_a_batch_has_a_row_for_each_and_buys_nothing(carrier: EasyPostAccount) -> None:
    first, second = an_order_of(1), an_order_of(9)

    found = table(first, second).body

    assert [each["order"] for each in found["items"]] == [first, second]
    chosen = [
        next(quote for quote in row["rates"]["items"] if quote["rate"]["id"] == row["rates"]["chosen"])
        for row in found["items"]
    ]
    cents = sum(round(float(each["rate"]["price"]["amount"]) * 100) for each in chosen)
    assert found["total"] == [{"amount": f"{cents / 100:.2f}", "currency": "USD"}]
    assert (carrier.purchases, labels(first), labels(second)) == ([], [], [])


def test_a_row_that_lacks_something_names_it_and_the_others_have_rates(carrier: EasyPostAccount) -> None:
    good, bad = an_order_of(1), an_order_of(1)
    call("POST", f"/orders/{bad}/hold", {"reason": "a doubt"})

    found = table(good, bad).body["items"]

    assert (found[0]["rates"] is not None, found[1]["rates"]) == (True, None)
    assert [each["field"] for each in found[1]["errors"]] == ["hold"]


def test_terms_hold_for_the_whole_table(carrier: EasyPostAccount) -> None:
    [row] = table(an_order_of(), wanted={"max_price": CENT}).body["items"]

    assert (row["rates"], {each["field"] for each in row["errors"]}) == (None, {"price"})


def test_what_is_not_rated_in_time_says_so(carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 1.0, 30.0])
    monkeypatch.setattr(rate_many, "monotonic", lambda: next(ticks))

    found = table(an_order_of(), an_order_of()).body["items"]

    assert [each["message"] for each in found] == ["", "the carriers took too long: request it again"]


def test_a_carrier_that_is_silent_is_said_in_the_row(carrier: EasyPostAccount) -> None:
    fails(carrier, 503, "/shipments")

    [row] = table(an_order_of()).body["items"]

    assert (row["rates"], "503" in row["message"]) == (None, True)


def test_more_than_twenty_are_too_many_for_one_table(carrier: EasyPostAccount) -> None:
    catalogue.put_product(Product(sku=MUG, weight_g=1))

    assert table(*(["x"] * 21)).fields == ["fulfilments"]


def test_a_parcel_that_weighs_nothing_is_refused_before_its_carrier_is_called(carrier: EasyPostAccount) -> None:
    order = an_order_of(2)

    for what, body in (
        ("rates", {"package": {"weight_g": 0}}),
        ("label", {"package": {"weight_g": 0}}),
        ("labels", {"parcels": [{"lines": [{"line": "1", "quantity": 1}], "package": {"weight_g": 0}}]}),
    ):
        answer = call("POST", f"/orders/{order}/fulfilments/1/{what}", body)
        assert (answer.status, [field.rpartition(".")[2] for field in answer.fields]) == (422, ["weight_g"])
