"""Records of Idempotency-Keys, each bound to the one request that came with it, answered or not."""

import json
import time
from typing import Any

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyItemAlreadyExistsError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord
from botocore.exceptions import ClientError

from packhorse.aws.clients import error_code

IN_PROGRESS = "INPROGRESS"
IS_FREE = (
    "attribute_not_exists(#id) OR #expiry < :seconds"
    " OR (#status = :in_progress AND #until < :millis AND #validation = :validation)"
)
"""A key may be taken that is new, expired, or of the same request, which was begun and got no answer."""


class OtherRequest(IdempotencyValidationError):
    """The key is that of another request; `answer` is what that one was answered, in the form in which it is stored."""

    def __init__(self, record: DataRecord) -> None:
        super().__init__("the key is that of another request")
        until = record.in_progress_expiry_timestamp or 0
        self.is_in_progress = record.status == IN_PROGRESS and until > time.time() * 1000
        self.answer = str(json.loads(record.response_data)) if record.response_data else ""


class Refused(Exception):
    """An answer that says that nothing was done: its key is free again."""


class BoundKeys(DynamoDBPersistenceLayer):
    """Powertools' records, but a request that got no answer, or 503, keeps its key: no other one may have it.

    Such a request may have been done. Were its key free, the same thing in other words would be done a second time.
    """

    def _put_record(self, data_record: DataRecord) -> None:
        """Take the key; raises OtherRequest, or IdempotencyItemAlreadyExistsError for the same request."""
        now = time.time()
        item = {
            **self._get_key(data_record.idempotency_key),
            self.expiry_attr: {"N": str(data_record.expiry_timestamp)},
            self.status_attr: {"S": data_record.status},
            self.in_progress_expiry_attr: {"N": str(data_record.in_progress_expiry_timestamp or 0)},
            self.validation_key_attr: {"S": data_record.payload_hash},
        }
        try:
            self.client.put_item(
                TableName=self.table_name,
                Item=item,
                ConditionExpression=IS_FREE,
                ExpressionAttributeNames={
                    "#id": self.key_attr,
                    "#expiry": self.expiry_attr,
                    "#status": self.status_attr,
                    "#until": self.in_progress_expiry_attr,
                    "#validation": self.validation_key_attr,
                },
                ExpressionAttributeValues={
                    ":seconds": {"N": str(int(now))},
                    ":millis": {"N": str(int(now * 1000))},
                    ":in_progress": {"S": IN_PROGRESS},
                    ":validation": {"S": data_record.payload_hash},
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            stored = self._item_to_data_record(error.response["Item"])
            if stored.payload_hash != data_record.payload_hash:
                raise OtherRequest(stored) from error
            raise IdempotencyItemAlreadyExistsError(old_data_record=stored) from error

    def delete_record(self, data: dict[str, Any], exception: Exception) -> None:
        """Free the key if nothing was done, else let the same request alone be sent again."""
        if isinstance(exception, Refused):
            super().delete_record(data, exception)
            return
        hashed = str(self._get_hashed_idempotency_key(data=data))
        self.client.update_item(
            TableName=self.table_name,
            Key=self._get_key(hashed),
            UpdateExpression="SET #until = :begun",
            ExpressionAttributeNames={"#until": self.in_progress_expiry_attr},
            ExpressionAttributeValues={":begun": {"N": "0"}},
        )
