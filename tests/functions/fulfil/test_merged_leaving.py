"""Merged orders that change between the steps of their label."""

# ruff: noqa: F811

from contextlib import suppress

import pytest

from local.world.carriers.easypost import EasyPostAccount
from packhorse.aws.settings import settings
from packhorse.usecases.labels import buy_label
from tests.conftest import invoked
from tests.functions.fulfil.labels import after_a_while, fails, labels, merge, run_label, stored
from tests.functions.fulfil.test_merged import (  # noqa: F401
    _die,
    advance,
    buy,
    carrier,
    leave_by,
    members,
    request,
    trackings,
    two_orders,
    void,
)
from tests.functions.operate.interference import at_call, meanwhile


def finish(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    after_a_while(monkeypatch)
    advance(*names)
    for payload in invoked(settings.label_function):
        run_label(payload)
    advance(*names)


@pytest.mark.parametrize("how", ["unmerge", "cancel", "hold", "ship"])
@pytest.mark.parametrize("leaver", [0, 1])
def test_one_that_leaves_as_the_label_is_begun(
    carrier: EasyPostAccount, how: str, leaver: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = two_orders()
    merge(*names)
    with meanwhile("TransactWriteItems", lambda: leave_by(names[leaver], how)):
        buy(names[0])
    finish(monkeypatch, *names)
    left = stored(names[leaver]).fulfilments[0]
    assert "left_merge" in [entry.what for entry in stored(names[leaver]).timeline]
    assert not any(each.is_shared for each in left.labels)


@pytest.mark.parametrize("leaver", [0, 1])
@pytest.mark.parametrize("how", ["cancel", "hold", "ship"])
def test_holder_or_copy_leaves_while_bought(
    carrier: EasyPostAccount, how: str, leaver: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = two_orders()
    merge(*names)

    with meanwhile("PutItem", lambda: leave_by(names[leaver], how)):
        buy(names[0])
    finish(monkeypatch, *names)
    other = names[1 - leaver]
    assert stored(other).status == "complete"
    assert len(carrier.purchases) == 1
    assert all("parcels of 1 other orders may leave" in each.message for each in stored(names[leaver]).exceptions)


@pytest.mark.parametrize("voided", [0, 1])
@pytest.mark.parametrize("gone", [0, 1])
def test_void_after_a_member_was_cancelled_while_bought(
    carrier: EasyPostAccount, gone: int, voided: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = two_orders()
    merge(*names)
    with monkeypatch.context() as dying, suppress(SystemExit):
        dying.setattr(buy_label, "purchase", _die)
        buy(names[0])
    leave_by(names[gone], "cancel")
    finish(monkeypatch, *names)
    assert void(names[voided]).status == 200
    finish(monkeypatch, *names)
    assert [labels(each) for each in names] == [["voided"], ["voided"]]
    left = names[1 - gone]
    assert [p.cause for p in stored(names[gone]).exceptions] == []
    assert buy(left).status == 201
    assert stored(left).status == "complete"


@pytest.mark.long
def test_a_void_that_begins_while_the_label_is_bought_ends_in_all_orders(
    carrier: EasyPostAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The void is begun before any call of who buys, and has no answer yet: it is not taken for a refused one."""
    calls, states = 0, set[str]()
    while True:
        names = two_orders()
        merge(*names)

        def begins(name: str = names[0]) -> None:
            fails(carrier, 503, ending="/refund")
            void(name)

        with at_call(calls, begins) as made:
            buy(names[0])
        carrier.failures.clear()
        finish(monkeypatch, *names)

        [state] = {*labels(names[0]), *labels(names[1])}
        states.add(state)
        if not made:
            break
        calls += 1

    assert states == {"bought", "voided"}
