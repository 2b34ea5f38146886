"""Calls are counted by what Amazon counts them by: an account, an application and a region."""

import pytest

from packhorse.channels.amazon.rates import rate_holder
from packhorse.channels.protocol import Keys
from packhorse.domain.configuration.channel import Channel

KEYS = Keys(token="Atzr|1", client_id="amzn1.application-oa2-client.1", client_secret="secret")


def a_channel(**changes: str) -> Channel:
    values = {
        "id": "amazon-de",
        "base_url": "https://sellingpartnerapi-eu.amazon.com",
        "seller": "A3TH9S8BH6GOGM",
        "marketplace": "A1PA6795UKMFR9",
        **changes,
    }
    return Channel.model_validate({"kind": "amazon", **values})


def test_marketplaces_of_a_seller_share_a_rate_also_with_another_token() -> None:
    other = a_channel(id="amazon-fr", marketplace="A13V1IB3VIYZZH", base_url="https://SellingPartnerApi-EU.amazon.com/")

    assert rate_holder(a_channel(), KEYS) == rate_holder(other, KEYS._replace(token="Atzr|2", client_secret="new"))


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"seller": "A1OTHERSELLER"}, KEYS),
        ({"base_url": "https://sellingpartnerapi-na.amazon.com"}, KEYS),
        ({}, KEYS._replace(client_id="amzn1.application-oa2-client.2")),
    ],
)
def test_other_sellers_regions_and_applications_have_rates_of_their_own(changes: dict[str, str], keys: Keys) -> None:
    assert rate_holder(a_channel(**changes), keys) != rate_holder(a_channel(), KEYS)
