"""Polls of a generic shop, through the real handler; the shop answers over httpx's mock transport."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from functions.ingest import poll
from packhorse.aws import secrets
from packhorse.aws.bucket import payload_keys, payload_prefix, words_about
from packhorse.aws.kept_at import KeptAt
from packhorse.aws.settings import settings
from packhorse.channels.generic.shop import Generic
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.errors import Conflict, Unavailable
from packhorse.domain.health.lag import LagKind
from packhorse.domain.orders.awaited import ORDERS
from packhorse.domain.orders.channel_order import order_id
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.domain.values import ChannelId, iso
from packhorse.store import configuration, connections, exceptions, lags, polls
from packhorse.usecases.intake import poll as usecase
from packhorse.usecases.operations.dismiss import dismiss
from simulation.builders import NOON, a_channel, a_configuration
from simulation.merchant import Context, set_up
from tests.conftest import queued
from tests.functions.ingest.polled import polled_over
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")

SHOP = ChannelId("corner-shop")
POLLED_LAST = NOON - timedelta(hours=1)
ORDER = json.loads((Path(__file__).parents[2] / "data" / "generic" / "order.json").read_text())


def a_shop(monkeypatch: pytest.MonkeyPatch, *answers: Any, polled: bool = True) -> list[httpx.Request]:
    """A shop, polled before, that gives these answers (a page, or a status); what it was asked is collected."""
    set_up(a_configuration(channel=a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example")))
    secrets.save_credentials(SHOP, secrets.Credentials(token="let me in", origin="https://shop.example:443"))
    if polled:
        polls.advance_watermark(SHOP, POLLED_LAST)
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        given = answers[len(asked) - 1]
        if isinstance(given, httpx.Response):
            return given
        if isinstance(given, BaseException):
            raise given
        return httpx.Response(given) if isinstance(given, int) else httpx.Response(200, json=given)

    polled_over(monkeypatch, answer)
    return asked


class Hurried(Context):
    """Time for some calls, one if not said otherwise: each looks once before, and the loop over pages between."""

    def __init__(self, *seconds: float) -> None:
        left = iter(seconds or (60.0,))
        super().__init__(lambda: next(left, 1.0))


class Killed(BaseException):
    """The process ends."""


def order(number: int, minutes: int = 0) -> dict[str, Any]:
    modified_at = iso(NOON + timedelta(minutes=minutes))
    return {**ORDER, "id": str(number), "number": f"#{number}", "placed_at": iso(NOON), "modified_at": modified_at}


def run(context: Any = None) -> int:
    return int(poll.handler({"channel": SHOP}, context or Context())["orders"])


def problems() -> list[tuple[str, str]]:
    found, _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    return [(each.cause, each.message) for each in found]


def handed_over() -> list[str]:
    return [message["order"]["channel_order_id"] for message in queued(settings.orders_queue_url)]


def test_every_page_is_handed_over_and_the_watermark_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = ({"orders": [order(1), order(2, 5)], "next": "p2"}, {"orders": [order(3, 9)], "next": None})
    asked = a_shop(monkeypatch, *pages)

    assert run() == 3

    assert sorted(handed_over()) == ["1", "2", "3"]
    assert polls.find_watermark(SHOP) == NOON + timedelta(minutes=9)
    assert [request.url.params.get("cursor") for request in asked] == [None, "p2"]
    assert asked[0].headers["authorization"] == "Bearer let me in"


def test_all_orders_of_a_long_page_are_named_beside_what_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop(monkeypatch, {"orders": [order(number) for number in range(120)], "next": None})

    assert run() == 120

    stored = payload_keys(payload_prefix(f"poll/{SHOP}", datetime.now(UTC)), "", 10)
    named = [words_about(key)[ORDERS] for key in stored]
    messages = queued(settings.orders_queue_url)
    assert sorted(" ".join(named).split()) == sorted(order_id(SHOP, str(number)) for number in range(120))
    assert {message["raw"] for message in messages} == {*stored}
    assert max(map(len, named)) < 2000


def test_the_time_between_polls_that_came_to_their_end_is_the_lag_of_that_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    last_page = {"orders": [order(1)], "next": None}
    a_shop(monkeypatch, last_page, 503, last_page)
    connections.save_poll(SHOP, datetime.now(UTC) - timedelta(minutes=7))

    for _ in range(3):
        run()

    found = lags.find_lags(LagKind.ORDERS, SHOP, datetime.now(UTC) - timedelta(hours=2))
    assert max(each.seconds for each in found) // 60 == 7


def test_an_unreadable_order_counts_once_and_stays_dismissed_until_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, worse = ({**order(1), "lines": [], "note": note} for note in ("", "changed"))
    a_shop(monkeypatch, *({"orders": [each], "next": None} for each in (bad, bad, bad, worse)))
    run()
    run()
    [found], _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    dismiss(found, "user:eve")

    run()
    assert (found.times, problems()) == (1, [])

    run()
    assert [cause for cause, _ in problems()] == [Cause.UNREADABLE_ORDER]


def test_a_shop_that_answers_more_orders_than_its_limit_is_polled(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop(monkeypatch, {"orders": [order(number) for number in range(70)], "next": None})

    assert run() == 70

    assert len(handed_over()) == 70


def test_a_poll_with_many_orders_goes_on_once_its_mark_is_received(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "MAX_AHEAD", 2)
    pages = ({"orders": [order(1), order(2)], "next": "p2"}, {"orders": [order(3)], "next": None})
    asked = a_shop(monkeypatch, *pages)

    assert run() == 2
    assert [each for each in queued(settings.orders_queue_url) if each["kind"] == "poll"] == [
        {"kind": "poll", "channel": SHOP}
    ]
    assert run() == 0, "by schedule, while its orders are being routed"
    assert int(poll.handler({"channel": SHOP, "continues": True}, Context())["orders"]) == 1

    assert [request.url.params.get("cursor") for request in asked] == [None, "p2"]
    assert polls.find_cursor(SHOP) is None


def test_a_poll_whose_mark_is_lost_goes_on_by_its_schedule_some_minutes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "MAX_AHEAD", 1)
    asked = a_shop(monkeypatch, {"orders": [order(1)], "next": "p2"}, {"orders": [order(2)], "next": None})
    run()

    polls.save_cursor(SHOP, polls.Start(NOON, "p2", waits_until=NOON), polls.find_cursor(SHOP))

    assert run() == 1
    assert [request.url.params.get("cursor") for request in asked] == [None, "p2"]


@pytest.mark.parametrize("end", ["killed", "refused"])
def test_a_poll_that_ends_early_after_its_mark_waits_for_no_other(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setattr(usecase, "MAX_AHEAD", 2)
    full, one = {"orders": [order(1), order(2)], "next": "p2"}, {"orders": [order(3)], "next": "p3"}
    asked = a_shop(monkeypatch, full, one, Killed() if end == "killed" else 400, {"orders": [], "next": None})
    run()

    with suppress(Killed):
        poll.handler({"channel": SHOP, "continues": True}, Context())
    run()

    goes_on_at = "p3" if end == "killed" else "p2"
    assert [request.url.params.get("cursor") for request in asked] == [None, "p2", "p3", goes_on_at]


def test_a_poll_that_waits_ends_no_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "MAX_AHEAD", 1)
    a_shop(monkeypatch, {"orders": [order(1)], "next": "p2"}, 503, 503)
    run()
    poll.handler({"channel": SHOP, "continues": True}, Context())

    assert run() == 0
    assert [cause for cause, _ in problems()] == ["poll_failed"]


def test_a_poll_reads_the_configuration_once_however_many_pages_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [{"orders": [order(number)], "next": f"p{number}"} for number in range(1, 4)]
    a_shop(monkeypatch, *pages, {"orders": [order(4)], "next": None})

    with patch.object(configuration, "current", wraps=configuration.current) as read:
        assert run() == 4

    assert read.call_count == 1


def test_the_next_poll_overlaps_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = a_shop(monkeypatch, {"orders": [order(1, 30)], "next": None}, {"orders": [], "next": None})

    run()
    run()

    assert asked[1].url.params["modified_since"] == iso(NOON + timedelta(minutes=30) - usecase.OVERLAP)


def test_a_channel_that_was_paused_catches_up_from_its_old_watermark(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = a_shop(monkeypatch, {"orders": [order(1), order(2, 5)], "next": None})

    set_active(is_active=False)
    assert [run(), run()] == [0, 0]
    assert (asked, polls.find_watermark(SHOP)) == ([], POLLED_LAST)

    set_active(is_active=True)
    assert run() == 2
    assert asked[0].url.params["modified_since"] == iso(POLLED_LAST - usecase.OVERLAP)
    assert sorted(handed_over()) == ["1", "2"]
    assert configuration.current().channels[SHOP].ignore_before is None


def set_active(*, is_active: bool) -> None:
    """Pauses the channel, or resumes it, as its owner does."""
    body = {"kind": "generic", "base_url": "https://shop.example", "active": is_active}
    assert call("PUT", f"/channels/{SHOP}", body).status == 200


def test_where_the_first_look_begins_does_not_move_while_the_shop_cannot_be_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = a_shop(monkeypatch, 503, {"orders": [], "next": None}, {"orders": [], "next": None}, polled=False)

    run()
    run()
    run()

    assert len({request.url.params["modified_since"] for request in asked}) == 1


def test_a_bad_order_does_not_stop_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = {**order(2), "lines": "none"}
    a_shop(monkeypatch, {"orders": [order(1), bad, order(3)], "next": None})

    assert run() == 2

    assert sorted(handed_over()) == ["1", "3"]
    assert [each.concerns for each in exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)[0]] == [
        "corner-shop 2"
    ]


def test_characters_that_no_message_may_hold_do_not_stop_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = {**order(2), "note": "for \uffff, \ufffe and \U0001f381", "number": "\ufffe" * 100}
    a_shop(monkeypatch, {"orders": [order(1), odd, order(3)], "next": None})

    assert run() == 3

    told = {message["order"]["channel_order_id"]: message["order"] for message in queued(settings.orders_queue_url)}
    assert sorted(told) == ["1", "2", "3"]
    assert (told["2"]["note"], told["2"]["number"]) == (odd["note"], odd["number"])


def test_a_bad_order_of_a_page_is_kept_so_that_it_can_be_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop(monkeypatch, {"orders": [order(1), {**order(2), "lines": "none"}], "next": None})

    run()

    [found], _ = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)
    assert found.retryable
    assert Generic(SHOP).read(found.origin.headers, json.dumps(order(2)).encode()) is not None


def test_a_poll_that_works_ends_the_exception_of_one_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop(monkeypatch, {"orders": [order(1)], "next": None})
    problem = Problem(cause=Cause.POLL_FAILED, subject=Subject.of_channel(SHOP), message="Unavailable")
    exceptions.open_exception(problem, NOON)

    run()

    assert exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)[0] == []


ECHO = "you sent Bearer let me in, and " + "x" * 500
NOTHING: dict[str, Any] = {"orders": [], "next": None}


@pytest.mark.parametrize("status", [400, 500])
def test_a_poll_that_fails_is_an_exception_with_the_answer_but_without_our_secrets(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    a_shop(monkeypatch, httpx.Response(status, text=ECHO), httpx.Response(status, text=ECHO), NOTHING)

    run()
    run()
    failed = exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)[0]
    run()

    [found] = failed
    assert (found.cause, found.concerns, found.times, found.retryable) == ("poll_failed", SHOP, 2, True)
    assert found.message.startswith(f"GET /orders: {status} you sent ***, and xxx")
    assert len(found.message) == len(f"GET /orders: {status} ") + 200
    assert problems() == []
    assert "channel not polled" in caplog.messages
    assert not any("you sent" in str(vars(record)) for record in caplog.records)


def test_a_poll_whose_credentials_are_refused_is_an_exception_that_the_next_good_one_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_shop(monkeypatch, 503, 401, NOTHING)

    run()
    run()
    refused = problems()
    run()

    assert refused == [("credentials_refused", "GET /orders: 401")]
    assert problems() == []


def test_a_poll_takes_credentials_that_were_saved_a_moment_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = a_shop(monkeypatch, NOTHING, 401, NOTHING)
    run()
    cached = secrets.get_credentials(SHOP)
    secrets.save_credentials(SHOP, secrets.Credentials(token="the newest", origin="https://shop.example:443"))
    monkeypatch.setitem(
        secrets._cached_credentials,
        secrets._name(secrets.CHANNELS, SHOP),
        secrets._CachedCredentials(KeptAt.now(), cached),
    )

    run()

    assert [each.headers["authorization"] for each in asked[1:]] == ["Bearer let me in", "Bearer the newest"]
    assert problems() == []


def test_a_page_that_fails_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop(monkeypatch, {"orders": [order(1)], "next": "p2"}, 503)

    run()

    assert handed_over() == ["1"]
    assert polls.find_watermark(SHOP) == NOON


def test_orders_that_could_not_be_handed_over_do_not_move_the_watermark(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop(monkeypatch, {"orders": [order(1)], "next": None})

    def away(*_: Any, **__: Any) -> None:
        raise Unavailable("the queue is away")

    monkeypatch.setattr(usecase, "send_orders", away)
    run()

    assert polls.find_watermark(SHOP) == POLLED_LAST


def test_a_poll_that_runs_out_of_time_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: dict[str, Any] = {"orders": [], "next": None}
    asked = a_shop(monkeypatch, {"orders": [order(1)], "next": "p2"}, {"orders": [order(2)], "next": None}, nothing)

    assert [run(Hurried()), run(), run()] == [1, 1, 0]

    assert [request.url.params.get("cursor") for request in asked] == [None, "p2", None]
    assert asked[1].url.params["modified_since"] == asked[0].url.params["modified_since"]


def test_a_poll_that_is_killed_goes_on_at_the_page_that_it_was_at(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [{"orders": [order(number)], "next": f"p{number + 1}"} for number in (1, 2)]
    asked = a_shop(monkeypatch, *pages, Killed(), {"orders": [order(3)], "next": None})

    with pytest.raises(Killed):
        run()
    assert run() == 1

    assert [request.url.params.get("cursor") for request in asked] == [None, "p2", "p3", "p3"]
    assert len({request.url.params["modified_since"] for request in asked}) == 1
    assert polls.find_cursor(SHOP) is None


def test_a_call_that_would_not_be_answered_in_time_is_left_to_the_next_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = a_shop(monkeypatch, {"orders": [order(1)], "next": "p2"}, {"orders": [order(2)], "next": None})

    assert [run(Hurried(60, 25, 25)), run()] == [1, 1]

    assert [request.url.params.get("cursor") for request in asked] == [None, "p2"]
    assert problems() == []


def test_a_page_that_no_poll_has_time_for_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop(monkeypatch)

    run(Hurried(25))

    assert problems() == [("poll_failed", "no time for another call")]


def test_a_place_that_the_shop_refuses_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = a_shop(monkeypatch, {"orders": [order(1, 30)], "next": "p2"}, 400, NOTHING)

    run()
    run()

    assert [request.url.params.get("cursor") for request in asked] == [None, "p2", None]
    assert asked[2].url.params["modified_since"] == iso(NOON + timedelta(minutes=30) - usecase.OVERLAP)


def test_a_restart_while_a_poll_runs_is_not_overwritten_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = a_shop(monkeypatch, {"orders": [order(1)], "next": "p2"}, {"orders": [order(2)], "next": None}, NOTHING)
    run(Hurried())
    early = POLLED_LAST - timedelta(days=30)
    receive_page = usecase.receive_page

    def restarted(*given: Any) -> int:
        polls.restart(SHOP, early)
        return receive_page(*given)

    with patch.object(usecase, "receive_page", restarted):
        run()
    run()

    assert asked[2].url.params["modified_since"] == iso(early)
    assert "cursor" not in asked[2].url.params
    assert polls.find_cursor(SHOP) is None


def test_a_restart_that_begins_where_the_poll_did_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop(monkeypatch)
    polls.restart(SHOP, NOON)
    begun = polls.find_cursor(SHOP)
    polls.restart(SHOP, NOON)

    with pytest.raises(Conflict):
        polls.save_cursor(SHOP, None, begun)
    assert polls.find_cursor(SHOP)


def test_a_shop_whose_page_names_itself_as_the_next_is_no_endless_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    page = {"orders": [], "next": "p2"}
    asked = a_shop(monkeypatch, page, page, page)

    run()

    assert len(asked) == 2
    assert [cause for cause, _ in problems()] == ["poll_failed"]


@pytest.mark.parametrize("refusal", [400, 404, 410, 500])
def test_a_poll_whose_cursor_the_shop_has_forgotten_starts_again(monkeypatch: pytest.MonkeyPatch, refusal: int) -> None:
    first, last = {"orders": [order(1)], "next": "p2"}, {"orders": [order(2)], "next": None}
    asked = a_shop(monkeypatch, first, refusal, first, last, last)

    assert [run(Hurried()), run(), run()] == [1, 2, 1]

    assert [request.url.params.get("cursor") for request in asked] == [None, "p2", None, "p2", None]
    assert len({request.url.params["modified_since"] for request in asked[:4]}) == 1
    assert polls.find_cursor(SHOP) is None


def test_a_shop_whose_pages_never_end_gets_its_new_orders_and_an_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "MOST_EMPTY", 3)
    endless = [{"orders": [], "next": f"p{number}"} for number in range(3, 6)]
    pages = [{"orders": [order(1)], "next": "p2"}, *endless, {"orders": [order(2)], "next": "p2"}, *endless]
    asked = a_shop(monkeypatch, *pages)

    run()
    run()

    assert handed_over() == ["1", "2"]
    assert [request.url.params.get("cursor") for request in asked] == [None, "p2", "p3", "p4"] * 2
    [(cause, message)] = problems()
    assert (cause, "no end" in message) == ("poll_failed", True)


def test_a_poll_that_goes_on_where_pages_never_end_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "MOST_EMPTY", 2)
    endless = [{"orders": [], "next": f"p{number}"} for number in range(3, 6)]
    pages = [{"orders": [order(1)], "next": "p2"}, *endless, {"orders": [], "next": None}]
    asked = a_shop(monkeypatch, *pages)

    run(Hurried())
    run()
    run()

    assert [request.url.params.get("cursor") for request in asked] == [None, "p2", "p3", "p4", None]


def test_a_shop_that_refuses_every_page_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    a_shop(monkeypatch, {"orders": [order(1)], "next": "p2"}, 400, 400, 400)
    run(Hurried())

    run()

    assert [message for _, message in problems()] == ["GET /orders: 400"]


def test_a_channel_that_is_off_is_not_polled() -> None:
    set_up(a_configuration(channel=a_channel(SHOP, ChannelKind.GENERIC, base_url="https://shop.example", active=False)))

    assert run() == 0
