"""Our state machine with its queue, and smaller ones, to try things on."""

import json
from typing import Any

import pytest
import yaml

from simulation.aws.clock import Clock
from simulation.aws.refusals import Refused
from simulation.aws.sqs import Sqs
from simulation.aws.stepfunctions.service import StepFunctions
from simulation.template import ROOT

ORDER = yaml.safe_load((ROOT / "statemachine" / "order.asl.yaml").read_text())
DAY = 86_400


class Deployment:
    """Our state machine with its queue."""

    def __init__(self, definition: dict[str, Any] = ORDER) -> None:
        self.clock = Clock()
        self.sqs = Sqs(self.clock)
        self.queue = self.sqs.add("own", {})
        self.states = StepFunctions(self.clock, self.sqs)
        finish = "arn:aws:lambda:us-east-1:1:function:finish"
        names = {"Partition": "aws", "OwnQueueUrl": self.queue.url, "FinishFunctionArn": finish}
        self.machine = self.states.add("order", definition, names)

    def start(self, name: str = "o-1", warehouses: int = 1) -> str:
        """Starts an order of so many fulfilments, and has everything happen that does so at once."""
        works = [{"fulfilment": number, "kind": "own"} for number in range(1, warehouses + 1)]
        told = {"order": name, "attempt": 1, "fulfilments": works}
        arn: str = self.ask("StartExecution", stateMachineArn=self.machine.arn, name=name, input=json.dumps(told))[
            "executionArn"
        ]
        self.go_on()
        return arn

    def ask(self, operation: str, **told: Any) -> dict[str, Any]:
        return self.states.operations[operation](told)

    def go_on(self) -> None:
        while self.states.advance():
            pass

    def asked(self) -> list[dict[str, Any]]:
        """What the warehouses were asked."""
        return [json.loads(message.body) for message in self.queue.messages]

    def answer(self, asked: dict[str, Any], outcome: str) -> None:
        output = json.dumps({"fulfilment": asked["fulfilment"], "outcome": outcome})
        self.ask("SendTaskSuccess", taskToken=asked["token"], output=output)
        self.go_on()

    def status(self, arn: str) -> str:
        return str(self.ask("DescribeExecution", executionArn=arn)["status"])


def refusal(deployment: Deployment, operation: str, **told: Any) -> str:
    with pytest.raises(Refused) as refused:
        deployment.ask(operation, **told)
    return refused.value.code


def task(**fields: Any) -> dict[str, Any]:
    function = {"FunctionName": "f", "Payload": "{% $states.input %}"}
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": function, **fields}


def machine(**states: Any) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}


def started(definition: dict[str, Any], given: str = "{}") -> tuple[Deployment, str]:
    deployment = Deployment(definition)
    arn = deployment.ask("StartExecution", stateMachineArn=deployment.machine.arn, name="x", input=given)
    deployment.go_on()
    return deployment, arn["executionArn"]
