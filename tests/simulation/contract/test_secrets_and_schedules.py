"""Secrets Manager, EventBridge Scheduler, and functions that nobody waits for."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from simulation.contract.backends import ROLE, Backend

Code = Callable[..., str]
NOT_FOUND = "ResourceNotFoundException"


# ---- secrets -----------------------------------------------------------------------------------------------------


@pytest.fixture
def secrets(aws: Backend) -> Any:
    return aws.client("secretsmanager")


def text_of(secrets: Any, name: str) -> str:
    return str(secrets.get_secret_value(SecretId=name)["SecretString"])


def names(secrets: Any) -> list[str]:
    return [each["Name"] for each in secrets.list_secrets()["SecretList"]]


def test_a_secret_is_what_it_was_last_said_to_be(secrets: Any, name: str) -> None:
    made = secrets.create_secret(Name=name, SecretString="one")
    assert text_of(secrets, name) == "one"
    assert name in names(secrets)

    put = secrets.put_secret_value(SecretId=name, SecretString="two")

    assert text_of(secrets, name) == "two"
    assert (put["Name"], put["VersionId"] == made["VersionId"]) == (name, False)


def test_a_secret_is_made_once_and_is_there_before_it_is_changed(secrets: Any, name: str, code: Code) -> None:
    assert code(secrets.get_secret_value, SecretId=name) == NOT_FOUND
    assert code(secrets.put_secret_value, SecretId=name, SecretString="one") == NOT_FOUND
    secrets.create_secret(Name=name, SecretString="one")

    assert code(secrets.create_secret, Name=name, SecretString="two") == "ResourceExistsException"
    assert text_of(secrets, name) == "one"


def test_a_version_is_made_once_by_its_token(secrets: Any, name: str, code: Code) -> None:
    secrets.create_secret(Name=name, SecretString="one")
    put = {"SecretId": name, "ClientRequestToken": str(uuid4())}

    made = secrets.put_secret_value(**put, SecretString="two")
    again = secrets.put_secret_value(**put, SecretString="two")
    refused = code(secrets.put_secret_value, **put, SecretString="three")

    assert (made["VersionId"], again["VersionId"], refused) == (
        put["ClientRequestToken"],
        put["ClientRequestToken"],
        "ResourceExistsException",
    )
    assert text_of(secrets, name) == "two"


def test_a_secret_that_is_deleted_for_good_is_gone(secrets: Any, name: str, code: Code) -> None:
    secrets.create_secret(Name=name, SecretString="one")

    secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    assert name not in names(secrets)
    secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)

    assert code(secrets.get_secret_value, SecretId=name) == NOT_FOUND


def test_a_secret_that_is_being_deleted_is_of_no_use(secrets: Any, name: str, code: Code) -> None:
    secrets.create_secret(Name=name, SecretString="one")
    secrets.delete_secret(SecretId=name)

    assert code(secrets.get_secret_value, SecretId=name) == "InvalidRequestException"
    assert code(secrets.put_secret_value, SecretId=name, SecretString="two") == "InvalidRequestException"
    assert code(secrets.create_secret, Name=name, SecretString="two") == "InvalidRequestException"


def test_a_secret_has_a_name_of_few_characters(secrets: Any, code: Code) -> None:
    assert code(secrets.create_secret, Name="not a name", SecretString="one") == "ValidationException"


# ---- schedules ---------------------------------------------------------------------------------------------------


@pytest.fixture
def scheduler(aws: Backend, name: str) -> Any:
    client = aws.client("scheduler")
    client.create_schedule_group(Name=name)
    return client


def schedule(name: str, group: str, every: str = "rate(5 minutes)") -> dict[str, Any]:
    target = {"Arn": "arn:aws:lambda:us-east-1:123456789012:function:poll", "RoleArn": ROLE, "Input": "{}"}
    told = {"ScheduleExpression": every, "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}
    return {"Name": name, "GroupName": group, **told}


def test_a_schedule_is_what_it_was_last_said_to_be(scheduler: Any, name: str) -> None:
    scheduler.create_schedule(**schedule("web", name))
    scheduler.update_schedule(**schedule("web", name, "rate(1 minute)"))

    found = scheduler.get_schedule(Name="web", GroupName=name)

    assert (found["Name"], found["GroupName"], found["State"]) == ("web", name, "ENABLED")
    assert (found["ScheduleExpression"], found["Target"]["Input"]) == ("rate(1 minute)", "{}")


def test_a_schedule_is_made_once_and_is_there_before_it_is_changed(scheduler: Any, name: str, code: Code) -> None:
    which = {"Name": "web", "GroupName": name}
    assert code(scheduler.update_schedule, **schedule("web", name)) == NOT_FOUND
    assert code(scheduler.get_schedule, **which) == NOT_FOUND
    assert code(scheduler.delete_schedule, **which) == NOT_FOUND

    scheduler.create_schedule(**schedule("web", name))
    assert code(scheduler.create_schedule, **schedule("web", name)) == "ConflictException"
    scheduler.delete_schedule(**which)

    assert code(scheduler.get_schedule, **which) == NOT_FOUND


def test_a_schedule_has_a_group_that_is_there(scheduler: Any, name: str, code: Code) -> None:
    assert code(scheduler.create_schedule, **schedule("web", f"{name}-gone")) == NOT_FOUND
    assert code(scheduler.create_schedule_group, Name=name) == "ConflictException"


def test_the_same_name_in_another_group_is_another(scheduler: Any, name: str) -> None:
    scheduler.create_schedule_group(Name=f"{name}-2")
    for group in (name, f"{name}-2"):
        scheduler.create_schedule(**schedule("web", group))

    scheduler.delete_schedule(Name="web", GroupName=name)

    assert [each["Name"] for each in scheduler.list_schedules(GroupName=f"{name}-2")["Schedules"]] == ["web"]


@pytest.mark.parametrize(
    "wrong",
    [{"name": "not a name"}, {"name": "x" * 65}, {"name": "web", "every": "rate(5)"}],
    ids=["name", "long name", "rate"],
)
def test_a_schedule_that_is_none_is_refused(scheduler: Any, name: str, code: Code, wrong: dict[str, str]) -> None:
    assert code(scheduler.create_schedule, **schedule(group=name, **wrong)) == "ValidationException"


# ---- functions ---------------------------------------------------------------------------------------------------


def test_a_function_that_nobody_waits_for_is_accepted(aws: Backend) -> None:
    payload = json.dumps({"channel": "web"}).encode()

    answer = aws.client("lambda").invoke(FunctionName=aws.function(), InvocationType="Event", Payload=payload)

    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")


def test_a_function_that_is_waited_for_answers_or_says_what_it_raised(aws: Backend) -> None:
    def invoke(payload: dict[str, str]) -> tuple[Any, Any]:
        told = {"FunctionName": aws.function(), "Payload": json.dumps(payload).encode()}
        answer = aws.client("lambda").invoke(**told)
        return answer.get("FunctionError"), json.loads(answer["Payload"].read())

    assert invoke({"channel": "web"}) == (None, {"channel": "web"})
    error, told = invoke({"raises": "Conflict"})
    assert (error, told["errorType"], told["errorMessage"]) == ("Unhandled", "Conflict", "it did")


def test_a_function_that_is_not_there_is_not_found(aws: Backend, code: Code) -> None:
    assert code(aws.client("lambda").invoke, FunctionName="never") == NOT_FOUND
