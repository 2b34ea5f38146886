"""What does not come by its day: the nightly audit opens an exception, which ends with the goods or another day."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from packhorse.domain.audits import AuditKind, AuditRun
from packhorse.domain.configuration.handling import Handling
from packhorse.domain.problem import Cause
from packhorse.store import exceptions
from packhorse.store.exceptions import ExceptionState
from packhorse.usecases.operations.audit_shelves import audit_shelves
from simulation.builders import a_configuration, a_warehouse
from simulation.merchant import set_up
from tests.functions.operate import purchasing, transferring
from tests.functions.operate.calls import call
from tests.functions.operate.purchasing import LAMP, line

pytestmark = pytest.mark.usefixtures("cloud")

TODAY = datetime.now(UTC).date()


def day(later: int) -> str:
    return f"{TODAY + timedelta(days=later)}"


def late() -> list[str]:
    found, _ = exceptions.newest_exceptions(ExceptionState.OPEN, None, 10, Cause.LATE_TO_ARRIVE)
    return [each.message for each in found]


def after_night(later: int) -> list[str]:
    """What is late after the audit of the night so many days from now."""
    return late_at(datetime.now(UTC) + timedelta(days=later))


def late_at(now: datetime) -> list[str]:
    audit_shelves(AuditRun(audit=AuditKind.STOCK, started_at=now), None, now, lambda: False)
    return late()


def answer(name: str, **days: str) -> None:
    said = [{"line": each, "expected_on": at} for each, at in days.items()]
    assert purchasing.do(name, "answer", {"lines": said}).status == 200


@pytest.fixture
def purchase(cloud: Any) -> str:
    """A purchase order of two lines, expected in three and in nine days."""
    purchasing.merchant()
    return purchasing.on_order(line(expected_on=day(3)), line(LAMP, expected_on=day(9)))


@pytest.fixture
def transfer(cloud: Any) -> str:
    transferring.merchant()
    return transferring.sent()


def test_what_does_not_come_by_its_day_is_an_exception_until_it_comes_or_is_expected_later(purchase: str) -> None:
    said = f"units of purchase order {purchase} of acme were expected by {day(3)}, and have not come"
    assert (after_night(3), after_night(4)) == ([], [said])

    answer(purchase, **{"1": day(6)})
    assert (late(), after_night(6), after_night(7)) == ([], [], [said.replace(day(3), day(6))])

    purchasing.receive(purchase, purchasing.arrived(10))
    assert (late(), after_night(9)) == ([], [])
    assert len(after_night(10)) == 1
    purchasing.do(purchase, "close", {"lines": []})
    assert (late(), after_night(11)) == ([], [])


@pytest.mark.parametrize(("zone", "nights"), [("America/Los_Angeles", [[], ["late"]]), ("UTC", [["late"], ["late"]])])
def test_the_day_is_over_when_it_is_at_the_warehouse(purchase: str, zone: str, nights: list[list[str]]) -> None:
    set_up(a_configuration(a_warehouse("main", handling=Handling(time_zone=zone))))
    at_night = datetime.combine(TODAY, time(2, 20), UTC)

    assert ["late" for _ in late_at(at_night + timedelta(days=4))] == nights[0]
    assert ["late" for _ in late_at(at_night + timedelta(days=5))] == nights[1]


def test_what_is_dismissed_comes_back_only_when_another_day_passes(purchase: str) -> None:
    after_night(4)
    found, _ = exceptions.newest_exceptions(ExceptionState.OPEN, None, 10, Cause.LATE_TO_ARRIVE)
    assert call("POST", f"/exceptions/{found[0].id}/dismiss").status == 200

    assert (after_night(5), len(after_night(10))) == ([], 1)


def test_a_draft_and_what_has_no_day_are_not_late(cloud: Any) -> None:
    purchasing.merchant()
    purchasing.made(line(expected_on=day(1)))
    purchasing.on_order(line(LAMP))

    assert after_night(99) == []


def test_a_transfer_is_late_two_weeks_after_it_was_sent_until_another_day_is_entered(transfer: str) -> None:
    said = f"units of transfer order {transfer} from east to west were expected by {day(14)}, and have not arrived"
    assert transferring.do(transfer, "expect", {"expected_on": "soon"}).fields == ["expected_on"]
    assert call("GET", f"/transfer-orders/{transfer}").body["expected_on"] == day(14)
    assert (after_night(14), after_night(15)) == ([], [said])

    entered = transferring.do(transfer, "expect", {"expected_on": day(20)}).body

    assert (entered["expected_on"], entered["timeline"][-1]["detail"]) == (day(20), f"on {day(20)}")
    assert (late(), after_night(20), len(after_night(21))) == ([], [], 1)
    transferring.receive(transfer, transferring.arrived(9, lost=1))
    assert (late(), transferring.do(transfer, "expect", {"expected_on": day(30)}).status) == ([], 409)


@pytest.mark.parametrize("step", ["close", "return"])
def test_a_transfer_that_is_given_up_or_comes_back_is_late_no_more(transfer: str, step: str) -> None:
    after_night(15)
    returned = {"receipt": "B-1", "lines": [{"line": "1", "accepted": 10}]}
    assert transferring.do(transfer, step, returned if step == "return" else {}).status == 200

    assert (late(), after_night(16)) == ([], [])


def test_the_day_of_a_transfer_is_written_with_it_and_when_it_is_sent(cloud: Any) -> None:
    transferring.merchant()
    name = transferring.made(expected_on=day(2))
    edited = call("PUT", f"/transfer-orders/{name}", transferring.draft(expected_on=day(5))).body
    assert (edited["expected_on"], after_night(30)) == (day(5), [])

    assert transferring.do(name, "send", {}).body["expected_on"] == day(5)
    other = transferring.made(expected_on=day(2))
    sent = transferring.do(other, "send", {"expected_on": day(7)}).body

    assert (sent["expected_on"], len(after_night(6)), len(after_night(8))) == (day(7), 1, 2)
