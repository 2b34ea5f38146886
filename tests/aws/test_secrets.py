"""Credentials as several processes store them at once: none of what they stored is lost."""

from functools import partial

import pytest

from packhorse.aws import secrets
from packhorse.aws.secrets import Credentials
from packhorse.domain.errors import Conflict
from packhorse.store.backoff import retry_conflicts

pytestmark = pytest.mark.usefixtures("cloud")
SHOP = "shop"


def with_secret(stored: Credentials, name: str) -> Credentials:
    return stored.replace(webhook_secrets=(name, *stored.webhook_secrets))


@pytest.mark.parametrize("before", [(), ("first",)])
def test_of_two_writers_over_the_same_version_the_second_reads_again(before: tuple[str, ...]) -> None:
    if before:
        secrets.save_credentials(SHOP, Credentials(webhook_secrets=before))
    others = iter([partial(with_secret, name="other")])

    def edit(stored: Credentials) -> Credentials:
        for with_other in others:
            secrets.apply_edit(SHOP, with_other)
        return with_secret(stored, "mine")

    retry_conflicts(lambda: secrets.apply_edit(SHOP, edit))

    assert secrets.get_credentials(SHOP, max_age=0).webhook_secrets == ("mine", "other", *before)


def test_what_was_deleted_meanwhile_is_not_written_over() -> None:
    secrets.save_credentials(SHOP, Credentials(token="one"))

    def edit(stored: Credentials) -> Credentials:
        secrets.delete_credentials(SHOP)
        return stored.replace(token="two")

    with pytest.raises(Conflict):
        secrets.apply_edit(SHOP, edit)
    assert secrets.get_credentials(SHOP, max_age=0) == Credentials()


def test_each_of_many_edits_counts() -> None:
    for number in range(5):
        secrets.apply_edit(SHOP, partial(with_secret, name=f"{number}"))

    assert secrets.get_credentials(SHOP, max_age=0).webhook_secrets == tuple("43210")
