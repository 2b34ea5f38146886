"""Errors of DynamoDB, also those of calls that no answer came to."""

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from pynamodb.exceptions import GetError, PutError, PynamoDBException, TransactWriteError

from packhorse.aws.clients import error_code
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.races import is_invalid
from packhorse.store.transaction import transaction

NO_ANSWER = ConnectionClosedError(endpoint_url="https://aws")


def test_a_call_without_an_answer_has_no_error_code_and_is_not_invalid() -> None:
    assert error_code(NO_ANSWER) == error_code(None) == ""
    assert not is_invalid(GetError("no answer", NO_ANSWER))


def test_an_error_within_one_of_pynamodb_has_its_code() -> None:
    refused = ClientError({"Error": {"Code": "ValidationException"}}, "BatchGetItem")

    assert is_invalid(GetError("refused", refused))


@pytest.mark.parametrize("error", [PutError("no answer", NO_ANSWER), TransactWriteError("no answer", NO_ANSWER)])
def test_a_write_without_an_answer_raises_what_it_was(error: PynamoDBException) -> None:
    with pytest.raises(type(error)), ignore_failed_condition():
        raise error
    with pytest.raises(type(error)), transaction():
        raise error
