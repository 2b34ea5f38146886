"""Schedules of polls: one EventBridge schedule for each channel, in a group of this deployment."""

import json
from typing import Any

from packhorse.aws.clients import client, ignoring
from packhorse.aws.settings import settings
from packhorse.domain.configuration.channel import Channel


def save_schedule(channel: Channel) -> None:
    """Create or update the channel's schedule."""
    with ignoring("ResourceNotFoundException"):
        client("scheduler").update_schedule(**_schedule(channel))
        return
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


def delete_schedule(channel_id: str) -> None:
    """Delete the channel's schedule, if it has one."""
    with ignoring("ResourceNotFoundException"):
        client("scheduler").delete_schedule(Name=channel_id, GroupName=settings.poll_schedule_group)


def poll_now(channel: Channel) -> None:
    """Invoke the poll function for the channel now, beside its schedule."""
    client("lambda").invoke(
        FunctionName=settings.poll_function_arn,
        InvocationType="Event",
        Payload=json.dumps({"channel": channel.id}).encode(),
    )
