"""Webhook secrets that the kind of a channel does not take are refused when they are saved."""

import pytest

from simulation.merchant import set_up
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")


@pytest.mark.parametrize("token", ["a" * 17, "a" * 31, "a" * 81, "a" * 32 + "!"])
def test_a_verification_token_that_ebay_does_not_take_is_refused_by_its_name(token: str) -> None:
    set_up()

    answer = call(
        "PUT",
        "/channels/bay",
        {"kind": "ebay", "base_url": "https://api.ebay.com", "credentials": {"webhook_secrets": [token]}},
    )

    assert (answer.status, answer.fields) == (422, ["credentials.webhook_secrets.0"])


def test_one_of_eighty_characters_is_taken() -> None:
    set_up()
    given = {"webhook_secrets": ["aZ0_-" * 16]}

    answer = call("PUT", "/channels/bay", {"kind": "ebay", "base_url": "https://api.ebay.com", "credentials": given})

    assert answer.status == 200
