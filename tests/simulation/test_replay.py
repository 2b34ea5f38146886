"""A replay shows acts by name, groups calls by the invocation that made them, and marks where faults strike."""

import re

import pytest

from simulation import describe
from simulation.crash_days.orders import ORDERS
from simulation.faults import Fault, Point
from simulation.replay import FAULT, Undescribed, replayed
from simulation.run import Case, Run

CASE = Case(ORDERS.seed, frozenset(), (Point(3, Fault.KILL_BEFORE), Point(29, Fault.ANSWER_LOST)))


@pytest.fixture(scope="module")
def text() -> str:
    return replayed(CASE, ORDERS.acts)[1]


def test_the_call_that_a_fault_strikes_is_marked_without_colours(text: str) -> None:
    marked = [line for line in text.splitlines() if line.startswith(FAULT) and re.search(r"#\d|FAULT", line)]

    assert [re.findall(r"#\d+|FAULT [a-z-]+", line) for line in marked] == [
        ["#3"],
        ["FAULT kill-before"],
        ["#29"],
        ["FAULT answer-lost"],
    ]
    assert "\033" not in text


@pytest.mark.parametrize(
    "act",
    [
        "buyer: begins: buys a kit; the shop sends the webhook twice.",
        "the shop's order buyer is placed: SET 1",
        "WebhookFunction <- webhook order.created of shop, order buyer",
        "ApiFunction <- POST /orders channel trade, channel_order_id waits, paid True, lines [sku CUP, quantity 9]",
        "ApiFunction <- POST /stock/receipts receipts [sku CUP, warehouse east, quantity 9]",
    ],
)
def test_an_act_of_the_day_is_shown_by_name(act: str, text: str) -> None:
    assert act in re.sub(r"\s+", " ", text)


def test_calls_stand_below_the_invocation_that_made_them(text: str) -> None:
    block = next(each for each in text.split("\n\n") if "POST /stock/receipts" in each)

    assert "TransactWriteItems Update stock CUP/east" in block
    assert re.search(r"= stock of CUP in east: on_hand \d+ -> \d+", block)
    assert block.splitlines()[-1].strip() == "-> 200"
    assert len(re.findall("<-", block)) == 1


def test_orders_are_written_by_channel_and_number(text: str) -> None:
    assert "= order <shop:buyer> version 1: " in text
    assert not re.search(r"[0-9a-f]{32}/ORDER", text)


def test_a_replay_begins_and_ends_with_the_outcome(text: str) -> None:
    assert text.startswith(f"Case {CASE}: nothing was violated\nFaults that struck: 3:kill-before in ")
    assert text.endswith("\n\nNothing was violated.")


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 108, 610, 1960524])
def test_a_replay_is_the_day_that_it_shows(seed: int) -> None:
    outcome, _ = replayed(Case(seed))

    assert outcome == Run(Case(seed)).run()


def test_an_event_that_cannot_be_described_is_no_error_of_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(received: dict[str, object]) -> str:
        return str(received["gone"])

    monkeypatch.setattr(describe, "event", unknown)

    with pytest.raises(Undescribed, match="gone"):
        replayed(CASE, ORDERS.acts)
