"""Schedules of channels that are polled, of suppliers and of warehouses of Amazon's: a group for each of the three."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from packhorse.aws.clients import client, ignoring
from packhorse.aws.settings import settings
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.values import ChannelId


class _Target(NamedTuple):
    """The group of schedules of one function, and the function."""

    group: str
    function_arn: str


POLLS = _Target(settings.poll_schedule_group, settings.poll_function_arn)
SUPPLIERS = _Target(settings.supplier_schedule_group, settings.supplier_function_arn)
FBA = _Target(settings.fba_schedule_group, settings.fba_function_arn)


def save_schedule(channel: Channel) -> None:
    """Create or update the channel's schedule."""
    _save(POLLS, channel.id, channel.poll_minutes, json.dumps({"channel": channel.id}))


def delete_schedule(channel_id: str) -> None:
    """Delete the channel's schedule, if it has one."""
    _delete(POLLS, channel_id)


def save_supplier_schedule(supplier_id: str, minutes: int, message: str) -> None:
    """Create or update a supplier's schedule, which sends the message to the supplier function."""
    _save(SUPPLIERS, supplier_id, minutes, message)


def delete_supplier_schedule(supplier_id: str) -> None:
    """Delete a supplier's schedule, if it has one."""
    _delete(SUPPLIERS, supplier_id)


def save_fba_schedule(warehouse_id: str, minutes: int, message: str) -> None:
    """Create or update the schedule of a warehouse of Amazon's, which sends the message to the fba function."""
    _save(FBA, warehouse_id, minutes, message)


def delete_fba_schedule(warehouse_id: str) -> None:
    """Delete the schedule of a warehouse of Amazon's, if it has one."""
    _delete(FBA, warehouse_id)


def _save(target: _Target, name: str, minutes: int, message: str) -> None:
    schedule = _schedule(target, name, minutes, message)
    with ignoring("ResourceNotFoundException"):
        client("scheduler").update_schedule(**schedule)
        return
    client("scheduler").create_schedule(**schedule)


def _schedule(target: _Target, name: str, minutes: int, message: str) -> dict[str, Any]:
    return {
        "Name": name,
        "GroupName": target.group,
        "ScheduleExpression": f"rate({minutes} minute{'s' if minutes > 1 else ''})",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": target.function_arn,
            "RoleArn": settings.poll_role_arn,
            "Input": message,
            "RetryPolicy": {"MaximumRetryAttempts": 0},
        },
    }


def _delete(target: _Target, name: str) -> None:
    with ignoring("ResourceNotFoundException"):
        client("scheduler").delete_schedule(Name=name, GroupName=target.group)


def poll_now(channel: Channel) -> None:
    """Invoke the poll function for the channel now, beside its schedule, whoever's turn it is."""
    _invoke_poll({"channel": channel.id, "now": True})


def continue_poll(channel: ChannelId) -> None:
    """Invoke the poll function to go on with a poll whose orders are routed."""
    _invoke_poll({"channel": channel, "continues": True})


def _invoke_poll(event: Mapping[str, Any]) -> None:
    payload = json.dumps(event).encode()
    client("lambda").invoke(FunctionName=settings.poll_function, InvocationType="Event", Payload=payload)
