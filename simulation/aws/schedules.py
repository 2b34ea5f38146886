"""EventBridge Scheduler: schedules in memory; the simulation decides when they are due."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from simulation.aws.clock import Time
from simulation.aws.refusals import Refused

Parameters = Mapping[str, Any]
NAME = re.compile(r"[0-9a-zA-Z_.-]{1,64}")
EXPRESSION = re.compile(r"rate\(\d+ (minute|hour|day)s?\)|(cron|at)\(.+\)")
RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


class Schedule(NamedTuple):
    """A schedule, and when it was created or changed."""

    group: str
    name: str
    properties: Parameters
    since: float

    @property
    def every(self) -> float:
        """The seconds between its invocations."""
        match = RATE.fullmatch(self.properties["ScheduleExpression"])
        if not match:
            raise NotImplementedError(f"the stand-in does not simulate {self.properties['ScheduleExpression']}")
        return int(match[1]) * SECONDS[match[2]]


class Schedules:
    """All schedules, by group and name."""

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self.groups = {"default"}
        self.schedules: dict[tuple[str, str], Schedule] = {}
        self.operations: dict[str, Callable[[Parameters], dict[str, Any]]] = {
            "CreateScheduleGroup": self._create_group,
            "CreateSchedule": self._create,
            "UpdateSchedule": self._update,
            "GetSchedule": self._get,
            "DeleteSchedule": self._delete,
            "ListSchedules": self._list,
        }

    def _create_group(self, parameters: Parameters) -> dict[str, Any]:
        if parameters["Name"] in self.groups:
            raise Refused("ConflictException", f"Schedule group {parameters['Name']} already exists.", 409)
        self.groups.add(parameters["Name"])
        return {"ScheduleGroupArn": f"arn:aws:scheduler:us-east-1:123456789012:schedule-group/{parameters['Name']}"}

    def _place(self, parameters: Parameters) -> tuple[str, str]:
        group = parameters.get("GroupName", "default")
        if group not in self.groups:
            raise Refused("ResourceNotFoundException", f"Schedule group {group} does not exist.", 404)
        if not NAME.fullmatch(parameters["Name"]):
            raise Refused("ValidationException", f"Value '{parameters['Name']}' at 'name' failed to satisfy constraint")
        return group, parameters["Name"]

    def _existing(self, parameters: Parameters) -> Schedule:
        found = self.schedules.get(self._place(parameters))
        if found is None:
            raise Refused("ResourceNotFoundException", f"Schedule {parameters['Name']} does not exist.", 404)
        return found

    def _create(self, parameters: Parameters) -> dict[str, Any]:
        if self._place(parameters) in self.schedules:
            raise Refused("ConflictException", f"Schedule {parameters['Name']} already exists.", 409)
        return self._keep(parameters)

    def _update(self, parameters: Parameters) -> dict[str, Any]:
        self._existing(parameters)
        return self._keep(parameters)

    def _keep(self, parameters: Parameters) -> dict[str, Any]:
        if not EXPRESSION.fullmatch(parameters["ScheduleExpression"]):
            raise Refused("ValidationException", f"Invalid Schedule Expression {parameters['ScheduleExpression']}.")
        group, name = place = self._place(parameters)
        self.schedules[place] = Schedule(group, name, dict(parameters), self._clock.now)
        return {"ScheduleArn": f"arn:aws:scheduler:us-east-1:123456789012:schedule/{group}/{name}"}

    def _get(self, parameters: Parameters) -> dict[str, Any]:
        return {"GroupName": "default", "State": "ENABLED", **self._existing(parameters).properties}

    def _delete(self, parameters: Parameters) -> dict[str, Any]:
        self._existing(parameters)
        del self.schedules[self._place(parameters)]
        return {}

    def _list(self, parameters: Parameters) -> dict[str, Any]:
        found = sorted(place for place in self.schedules if parameters.get("GroupName") in (None, place[0]))
        return {"Schedules": [{"GroupName": group, "Name": name, "State": "ENABLED"} for group, name in found]}
