"""When channels are polled: one EventBridge schedule a channel, in a group of this deployment."""

import json
from typing import Any

from botocore.exceptions import ClientError

from packhorse.aws import client
from packhorse.channels import POLLED
from packhorse.domain.configuration import Channel
from packhorse.settings import settings


def can_be_polled(channel: Channel) -> bool:
    """Whether the channel is on, and of a kind that can be asked for its orders."""
    return channel.active and channel.kind in POLLED


def keep(channel: Channel) -> None:
    """Makes the channel's schedule what the channel says; a channel that cannot be polled has none."""
    if not can_be_polled(channel):
        _delete(channel.id)
        return
    try:
        client("scheduler").update_schedule(**_schedule(channel))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        client("scheduler").create_schedule(**_schedule(channel))


def _schedule(channel: Channel) -> dict[str, Any]:
    minutes = channel.poll_minutes
    return {
        "Name": channel.id,
        "GroupName": settings.poll_schedule_group,
        "ScheduleExpression": f"rate({minutes} minute{'s' if minutes > 1 else ''})",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": settings.poll_function_arn,
            "RoleArn": settings.poll_role_arn,
            "Input": json.dumps({"channel": channel.id}),
            "RetryPolicy": {"MaximumRetryAttempts": 0},
        },
    }


def _delete(channel_id: str) -> None:
    try:
        client("scheduler").delete_schedule(Name=channel_id, GroupName=settings.poll_schedule_group)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def poll_now(channel: Channel) -> None:
    """Polls the channel at once, beside its schedule."""
    client("lambda").invoke(
        FunctionName=settings.poll_function_arn,
        InvocationType="Event",
        Payload=json.dumps({"channel": channel.id}).encode(),
    )
