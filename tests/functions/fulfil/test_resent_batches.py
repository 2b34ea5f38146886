"""Batches that a person has sent again, and what drops out of them before any file of them is with the supplier."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest

from packhorse.domain.errors import Unavailable
from packhorse.suppliers import exchange as wire
from packhorse.suppliers.protocol import PerhapsSent
from simulation.aws.boundary import World
from tests.functions.fulfil import buying
from tests.functions.fulfil.partner import (
    Partner,
    a_partner,
    an_order,
    exchange,
    hand_over,
    later,
    not_written,
    run_requested,
    stored,
)
from tests.functions.fulfil.test_supplier_cancellations import connect, route_all
from tests.functions.fulfil.test_supplier_overtaken import finish, hold, newest
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed
from tests.functions.operate.orders import causes, open_causes
from tests.functions.operate.purchasing import do, made


@pytest.fixture
def partner(account: Partner) -> Partner:
    """A supplier that gets orders and requests."""
    connect(account)
    return account


@contextmanager
def answer_lost() -> Iterator[None]:
    """The connection breaks before a file is written, and we cannot know that."""
    with patch.object(wire, "send_files", side_effect=PerhapsSent("the answer is lost")):
        yield


@contextmanager
def full() -> Iterator[None]:
    """The server takes no file, and says so."""
    refused = patch.object(wire, "send_files", side_effect=Unavailable("disk full"))
    with refused, patch.object(wire, "is_unsent", return_value=True):
        yield


def resend(number: int) -> None:
    assert call("POST", f"/suppliers/acme/batches/{number}/resend").status == 202


def release(order: str) -> None:
    assert call("POST", f"/orders/{order}/release", {}).status == 200
    route_all()


def drop_out(order: str) -> None:
    """Hold an order after the new batch has been marked, and have its files made anew."""
    with full():
        run_requested()
        exchange()
        hold(order)
        route_all()
        exchange()


def files_with(partner: Partner, order: str) -> list[str]:
    return [name for name, text in sorted(partner.files().items()) if f"{order}-1" in text]


def test_what_drops_out_of_a_resent_batch_that_perhaps_never_arrived_goes_out_once_it_is_released(
    partner: Partner, cloud: World
) -> None:
    order, beside = an_order(cloud), an_order(cloud, channel_order_id="beside")
    with answer_lost():
        exchange()
    resend(1)
    drop_out(order)

    release(order)
    finish()
    finish()

    assert files_with(partner, order) == ["ORD_0003.csv"]
    assert files_with(partner, beside) == ["ORD_0002.csv"]
    assert (stored(order).fulfilments[0].batch, causes(order), open_causes()) == (3, [], [])


def test_the_only_order_of_a_resent_batch_that_is_held_is_requested_back_and_sent_again_once_that_is_agreed(
    partner: Partner, cloud: World
) -> None:
    order = an_order(cloud)
    with answer_lost():
        exchange()
    resend(1)
    drop_out(order)
    finish()
    assert (newest()[1].state, files_with(partner, order)) == ("empty", ["CXL_0003.csv"])

    agreed = call("POST", f"/orders/{order}/fulfilments/1/answer-cancellation", {"answer": "accepted"})
    assert agreed.status == 200, agreed.body
    release(order)
    hand_over(cloud)
    finish()

    assert "ORD_0004.csv" in partner.files()
    assert (causes(order), open_causes()) == ([], [])


def test_what_drops_out_of_a_batch_that_sends_one_again_that_arrived_is_not_sent_again_and_its_silence_is_noticed(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, _ = an_order(cloud), an_order(cloud, channel_order_id="beside")
    exchange()
    resend(1)
    drop_out(order)

    release(order)
    finish()

    assert files_with(partner, order) == ["ORD_0001.csv"]
    assert (stored(order).fulfilments[0].batch, causes(order)) == (1, [])
    later(monkeypatch, 25)
    exchange()
    assert causes(order) == ["supplier_silent"]


def test_an_order_that_meets_a_conflict_as_it_drops_out_keeps_its_batch_for_the_next_exchange(
    partner: Partner, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, _ = an_order(cloud), an_order(cloud, channel_order_id="beside")
    with answer_lost():
        exchange()
    resend(1)
    with full():
        run_requested()
        exchange()
    hold(order)
    route_all()
    with monkeypatch.context() as patched, not_written(cloud, patched, order):
        exchange()
    assert (newest()[0].state, files_with(partner, order)) == ("ready", [])

    release(order)
    finish()
    finish()

    assert len(files_with(partner, order)) == 1
    assert (causes(order), open_causes()) == ([], [])


@pytest.mark.parametrize("is_after", [False, True])
def test_a_resend_of_a_purchase_order_that_dies_at_any_call_has_ended_the_exception_or_done_nothing(
    cloud: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_after: bool
) -> None:
    buying.bought(cloud, monkeypatch)
    with a_partner(tmp_path / "acme") as partner:
        buying.save(partner, pdf=True)
        number, died = 0, True
        while died:
            name = made()
            do(name, "submit")
            with answer_lost():
                run_requested()
            died = killed(partial(do, name, "resend"), number, is_after)
            exchange()
            if buying.sending(name)["state"] == "unknown":
                assert open_causes() == ["supplier_batch_unknown"], number
                do(name, "resend")
                run_requested()
            assert (buying.sending(name)["state"], open_causes()) == ("sent", []), number
            assert [each.state for each in newest()[:2]] == ["sent", "replaced"], number
            number += 1
        assert number > 5
