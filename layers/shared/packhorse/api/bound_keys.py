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

from packhorse.store.conditions import is_failed_condition
from packhorse.store.expressions import Attributes, Expression, equals, less, missing, put, update

IN_PROGRESS = "INPROGRESS"


class OtherRequest(IdempotencyValidationError):
    """The key is that of another request; `answer` is what that one was answered, in the form in which it is stored."""

    def __init__(self, record: DataRecord) -> None:
        super().__init__("the key is that of another request")
        until = record.in_progress_expiry_timestamp or 0
        self.is_in_progress = record.status == IN_PROGRESS and until > time.time() * 1000
        self.answer = str(json.loads(record.response_data)) if record.response_data else ""


class NothingDone(Exception):
    """An answer that says that nothing was done: its key is free again."""


class BoundKeys(DynamoDBPersistenceLayer):
    """Powertools' records, but a request that got no answer, or 503, keeps its key: no other one may have it.

    Such a request may have been done. Were its key free, the same thing in other words would be done a second time.
    """

    def _put_record(self, data_record: DataRecord) -> None:
        """Take the key; raises OtherRequest, or IdempotencyItemAlreadyExistsError for the same request."""
        key, is_same = data_record.idempotency_key, equals(self.validation_key_attr, data_record.payload_hash)
        values: Attributes = {
            self.key_attr: key,
            self.expiry_attr: data_record.expiry_timestamp or 0,
            self.status_attr: data_record.status,
            self.in_progress_expiry_attr: data_record.in_progress_expiry_timestamp or 0,
            self.validation_key_attr: data_record.payload_hash,
        }
        request = put(self.table_name, values, self._is_free(is_same))
        try:
            self.client.put_item(**request, ReturnValuesOnConditionCheckFailure="ALL_OLD")
        except ClientError as error:
            if not is_failed_condition(error):
                raise
            stored = self._item_to_data_record(error.response["Item"])
            if stored.payload_hash != data_record.payload_hash:
                raise OtherRequest(stored) from error
            raise IdempotencyItemAlreadyExistsError(old_data_record=stored) from error

    def _is_free(self, is_same: Expression) -> Expression:
        """Return the condition that a key is new, expired, or of the same request, which got no answer."""
        now = time.time()
        is_over = missing(self.key_attr) | less(self.expiry_attr, int(now))
        is_begun = equals(self.status_attr, IN_PROGRESS) & less(self.in_progress_expiry_attr, int(now * 1000))
        return is_over | is_begun & is_same

    def delete_record(self, data: dict[str, Any], exception: Exception) -> None:
        """Free the key if nothing was done, else let the same request alone be sent again."""
        if isinstance(exception, NothingDone):
            super().delete_record(data, exception)
            return
        hashed = str(self._get_hashed_idempotency_key(data=data))
        self.client.update_item(
            **update(self.table_name, self._get_key(hashed), sets={self.in_progress_expiry_attr: 0})
        )
