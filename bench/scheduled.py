"""A day of the schedules: those of template.yaml, and those that shops have. It imports the code that is measured."""

import json
from collections.abc import Iterator

from bench.deployed import Deployed
from bench.timetable import minutes_due
from bench.transform import Job, jobs, transformed
from simulation.template import queue_name, resources


class Day:
    """All that schedules do on one day of a deployment."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        self._jobs = [*jobs(transformed()), *self._of_shops()]

    def _of_shops(self) -> Iterator[Job]:
        for (_, name), schedule in sorted(self._deployed.world.scheduler.schedules.items()):
            target = schedule.properties["Target"]
            minutes = tuple(minutes_due(schedule.properties["ScheduleExpression"]))
            function = self._deployed.named(target["Arn"].rpartition(":")[2])
            yield Job(name, minutes, function, target["Input"])

    def run(self) -> None:
        """Let the day pass."""
        began = self._deployed.turns.now
        for minute, job in sorted((minute, each) for each in self._jobs for minute in each.minutes):
            self._deployed.sleep_until(began + 60 * minute)
            self._start(job)
            self._deployed.settle()

    def _start(self, job: Job) -> None:
        self._deployed.meter.add({"schedule_invocation": 1})
        if job.target in resources("AWS::SQS::Queue"):
            self._deployed.send(queue_name(job.target), job.input)
        else:
            self._deployed.invoke(job.target, json.loads(job.input))
