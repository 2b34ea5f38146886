"""Parameters of calls are refused just where botocore refuses them, in its words."""

from collections.abc import Mapping
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ParamValidationError
from botocore.validate import validate_parameters

from simulation.aws.parameters import validate

ITEM: Mapping[str, Any] = {
    "pk": {"S": "MUG-1"},
    "empty": {"S": ""},
    "units": {"N": "3"},
    "is_open": {"BOOL": True},
    "body": {"B": b"zip"},
    "nothing": {"NULL": True},
    "lines": {"L": [{"S": "1"}, {"M": {"sku": {"S": "MUG-1"}}}]},
    "views": {"SS": ["to-ship"]},
}
CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "PutItem", {"TableName": "orders", "Item": ITEM}),
    ("dynamodb", "PutItem", {"TableName": "orders"}),
    ("dynamodb", "PutItem", {"TableName": "", "Item": ITEM}),
    ("dynamodb", "PutItem", {"TableName": 7, "Item": ITEM}),
    ("dynamodb", "PutItem", {"TableName": "orders", "Item": ITEM, "Expects": "nothing"}),
    *(
        ("dynamodb", "PutItem", {"TableName": "orders", "Item": {**ITEM, "pk": value}})
        for value in (
            {"S": 7},
            {"N": 7},
            {"N": None},
            {"T": "MUG-1"},
            {},
            {"S": "MUG-1", "N": "1"},
            "MUG-1",
            {"L": "1"},
        )
    ),
    *(
        ("dynamodb", "PutItem", {"TableName": "orders", "Item": {**ITEM, "lines": {"L": [{"M": {"sku": value}}]}}})
        for value in ({"S": b"MUG-1"}, {"SS": [1]}, {"S": None}, None)
    ),
    ("dynamodb", "GetItem", {"TableName": "orders", "Key": {7: {"S": "MUG-1"}}}),
    ("sqs", "SendMessage", {"QueueUrl": "https://queue", "MessageBody": ""}),
    ("sqs", "SendMessage", {"QueueUrl": "https://queue", "MessageBody": {"order": 1}}),
    ("s3", "GetObject", {"Bucket": "files", "Key": ""}),
    ("s3", "GetObject", {"Bucket": "files", "Key": "raw/1"}),
    ("secretsmanager", "GetSecretValue", {"SecretId": ""}),
    ("secretsmanager", "CreateSecret", {"Name": "key", "ClientRequestToken": "short"}),
]


@pytest.mark.parametrize(("service", "name", "parameters"), CASES)
def test_parameters_are_refused_where_botocore_refuses_them(
    service: str, name: str, parameters: dict[str, Any]
) -> None:
    operation = botocore.session.Session().get_service_model(service).operation_model(name)

    assert refusal(validate, operation, parameters) == refusal(
        lambda _, given: validate_parameters(given, operation.input_shape), operation, parameters
    )


def refusal(check: Any, operation: Any, parameters: dict[str, Any]) -> str | None:
    """What the check says is wrong."""
    try:
        check(operation, parameters)
    except ParamValidationError as error:
        return str(error)
    return None


def test_of_these_calls_some_are_right_and_most_are_wrong() -> None:
    session = botocore.session.Session()
    found = [
        refusal(validate, session.get_service_model(each).operation_model(name), given) for each, name, given in CASES
    ]

    assert found.count(None) == 5
