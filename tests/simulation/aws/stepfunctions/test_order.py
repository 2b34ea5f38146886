"""The life of an order, as its state machine has it."""

import json

import pytest

from packhorse.domain.schema import SCHEMA
from tests.simulation.aws.stepfunctions.example import DAY, Deployment, refusal

WEEK = 7 * DAY


def test_every_fulfilment_is_asked_for_with_a_token_of_its_own() -> None:
    deployment = Deployment()

    deployment.start(warehouses=2)

    asked = deployment.asked()
    assert [{**each, "token": ""} for each in asked] == [
        {"schema": SCHEMA, "order": "o-1", "attempt": 1, "fulfilment": number, "kind": "own", "token": ""}
        for number in (1, 2)
    ]
    assert len({each["token"] for each in asked}) == 2


def test_it_ends_with_every_outcome_in_the_order_of_the_fulfilments() -> None:
    deployment = Deployment()
    arn = deployment.start(warehouses=2)

    for each, outcome in zip(reversed(deployment.asked()), ("rejected", "shipped"), strict=True):
        deployment.answer(each, outcome)

    outcomes = [{"fulfilment": 1, "outcome": "shipped"}, {"fulfilment": 2, "outcome": "rejected"}]
    ended = deployment.ask("DescribeExecution", executionArn=arn)
    assert (ended["status"], deployment.states.invocations) == ("SUCCEEDED", [])
    assert json.loads(ended["output"]) == {"schema": SCHEMA, "order": "o-1", "attempt": 1, "outcomes": outcomes}


def overdue(deployment: Deployment, warehouses: int = 1) -> str:
    """An execution for whose warehouses nobody answers within a week."""
    arn = deployment.start(warehouses=warehouses)
    deployment.clock.sleep(WEEK)
    deployment.go_on()
    return arn


def test_a_warehouse_that_says_nothing_for_a_week_is_overdue() -> None:
    deployment = Deployment()
    arn = deployment.start(warehouses=2)
    silent, busy = deployment.asked()

    deployment.answer(busy, "shipped")
    assert deployment.states.next_at() == deployment.clock.now + WEEK
    deployment.clock.sleep(WEEK)
    deployment.go_on()

    (invocation,) = deployment.states.invocations
    late = {"fulfilment": 1, "outcome": "overdue"}
    assert invocation.function == "finish"
    assert invocation.payload == {"schema": 2, "order": "o-1", "attempt": 1, "outcomes": [late]}
    assert refusal(deployment, "SendTaskSuccess", taskToken=silent["token"], output="{}") == "TaskTimedOut"
    invocation.succeed({"status": "in_fulfilment"})
    deployment.go_on()
    output = json.loads(deployment.ask("DescribeExecution", executionArn=arn)["output"])
    assert output["outcomes"] == [late, {"fulfilment": 2, "outcome": "shipped"}]


@pytest.mark.parametrize(("warehouses", "transitions"), [(1, 3), (2, 4), (3, 5)])
def test_an_order_costs_two_transitions_and_one_more_a_warehouse(warehouses: int, transitions: int) -> None:
    deployment = Deployment()
    deployment.start(warehouses=warehouses)
    for each in deployment.asked():
        deployment.answer(each, "shipped")

    assert deployment.states.transitions == transitions


def test_an_overdue_fulfilment_costs_one_transition_more_and_one_a_retry() -> None:
    deployment = Deployment()
    overdue(deployment)
    assert deployment.states.transitions == 4

    deployment.states.invocations.pop().fail("Conflict")
    deployment.clock.sleep(60)
    deployment.go_on()

    assert deployment.states.transitions == 5


def test_an_error_that_is_retried_is_so_three_times_each_after_a_longer_pause() -> None:
    deployment = Deployment()
    arn = overdue(deployment)

    pauses = []
    for _ in range(3):
        deployment.states.invocations.pop().fail("Unavailable", "no answer")
        due = deployment.states.next_at()
        assert due is not None
        pauses.append(due - deployment.clock.now)
        deployment.clock.sleep(pauses[-1])
        deployment.go_on()
    deployment.states.invocations.pop().fail("Unavailable", "no answer")

    assert [0 < pause < most for pause, most in zip(pauses, (5, 20, 60), strict=True)] == [True] * 3
    described = deployment.ask("DescribeExecution", executionArn=arn)
    assert (described["status"], described["error"], described["cause"]) == ("FAILED", "Unavailable", "no answer")


def test_a_function_that_is_throttled_is_waited_for_half_a_day_at_least() -> None:
    deployment = Deployment()
    arn = overdue(deployment)
    began = deployment.clock.now

    while deployment.states.invocations and deployment.clock.now < began + DAY / 2:
        deployment.states.invocations.pop().fail("Lambda.TooManyRequestsException")
        deployment.clock.sleep((deployment.states.next_at() or 0) - deployment.clock.now)
        deployment.go_on()
    assert deployment.status(arn) == "RUNNING"
    deployment.states.invocations.pop().succeed({"status": "in_fulfilment"})

    assert deployment.status(arn) == "SUCCEEDED"


@pytest.mark.parametrize("error", ["ZeroDivisionError", "Lambda.ResourceNotFoundException", "States.Timeout"])
def test_an_error_that_nobody_names_ends_the_execution(error: str) -> None:
    deployment = Deployment()
    arn = overdue(deployment)

    deployment.states.invocations.pop().fail(error)

    assert deployment.status(arn) == "FAILED"


def test_a_fulfilment_that_fails_takes_the_others_with_it() -> None:
    deployment = Deployment()
    arn = deployment.start(warehouses=2)
    first, second = deployment.asked()

    deployment.ask("SendTaskFailure", taskToken=first["token"], error="Broken", cause="fell off")

    assert deployment.ask("DescribeExecution", executionArn=arn)["error"] == "Broken"
    assert refusal(deployment, "SendTaskSuccess", taskToken=second["token"], output="{}") == "TaskTimedOut"
    assert deployment.states.next_at() is None


def test_forty_items_of_a_map_are_under_way_at_once_and_no_more() -> None:
    deployment = Deployment()
    deployment.start(warehouses=42)
    assert len(deployment.asked()) == 40

    for each in deployment.asked():
        deployment.answer(each, "shipped")
    assert len(deployment.asked()) == 42


def test_an_order_without_fulfilments_ends_at_once() -> None:
    deployment = Deployment()

    arn = deployment.start(warehouses=0)

    assert deployment.status(arn) == "SUCCEEDED"
