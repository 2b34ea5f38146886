"""What a process keeps grows old while Lambda freezes it, and whatever becomes of the time of day."""

import time
from collections.abc import Callable

import httpx
import pytest

from packhorse.aws import secrets
from packhorse.aws.kept_at import KeptAt
from packhorse.aws.secrets import Credentials
from packhorse.channels.tokens import CachedTokens
from tests.functions.stale import cache_again

SHOP = "shop"
Pass = Callable[[float, float], None]


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> Pass:
    """Let seconds pass by the time of day, and by the clock that stands while the process is frozen."""
    began_at, began = time.time(), time.monotonic()

    def pass_by(time_of_day: float, running: float) -> None:
        monkeypatch.setattr(time, "time", lambda: began_at + time_of_day)
        monkeypatch.setattr(time, "monotonic", lambda: began + running)

    pass_by(0, 0)
    return pass_by


FROZEN, SET_BACK = (7200, 1), (-7200, 7200)


@pytest.mark.parametrize("seconds", [FROZEN, SET_BACK])
def test_what_is_kept_is_as_old_as_the_clock_says_that_counts_more(seconds: tuple[int, int], passing: Pass) -> None:
    kept = KeptAt.now()

    passing(*seconds)

    assert kept.age == pytest.approx(7200)


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("seconds", [FROZEN, SET_BACK])
def test_credentials_that_were_replaced_count_in_a_process_that_was_frozen(
    seconds: tuple[int, int], passing: Pass
) -> None:
    secrets.save_credentials(SHOP, Credentials(token="new"))
    cache_again(SHOP, Credentials(token="old"))
    assert secrets.get_credentials(SHOP).token == "old"

    passing(*seconds)

    assert secrets.get_credentials(SHOP).token == "new"


@pytest.mark.parametrize("seconds", [FROZEN, SET_BACK])
def test_a_token_that_has_expired_is_not_used_by_a_process_that_was_frozen(
    seconds: tuple[int, int], passing: Pass
) -> None:
    tokens = CachedTokens(60)
    tokens.keep(SHOP, httpx.Response(200, json={"access_token": "it", "expires_in": 3600}), "POST /token")
    assert tokens.find(SHOP) == "it"

    passing(*seconds)

    assert tokens.find(SHOP) is None
