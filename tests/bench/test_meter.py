"""What is billed for which call, and for which resource."""

from typing import Any

import pytest

from bench.meter import billed, sqs_request
from bench.standing import OPTIONAL, POLLS, standing
from bench.transform import Job, jobs
from simulation.aws.boundary import Call
from simulation.template import template

QUEUE = "https://sqs/orders"


def mapping(**properties: Any) -> dict[str, Any]:
    source = {"EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}, **properties}
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": source}


def queue(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


# ---- calls -------------------------------------------------------------------------------------------------------


def test_a_batch_of_messages_is_one_request_for_every_64_kilobytes() -> None:
    entries = [{"MessageBody": "x" * 40_000}, {"MessageBody": "y" * 40_000}]

    assert billed(Call("sqs", "SendMessageBatch", {"QueueUrl": QUEUE, "Entries": entries[:1]})) == {"sqs_request": 1}
    assert billed(Call("sqs", "SendMessageBatch", {"QueueUrl": QUEUE, "Entries": entries})) == {"sqs_request": 2}


def test_what_is_received_is_billed_by_its_size_too() -> None:
    answer = {"Messages": [{"Body": "x" * 100_000}]}

    assert billed(Call("sqs", "ReceiveMessage", {"QueueUrl": QUEUE}, answer=answer)) == {"sqs_request": 2}


def test_a_request_about_messages_with_groups_in_a_standard_queue_has_its_own_price() -> None:
    entries = [{"MessageBody": "x", "MessageGroupId": "web"}, {"MessageBody": "y"}]

    assert billed(Call("sqs", "SendMessageBatch", {"QueueUrl": QUEUE, "Entries": entries})) == {"sqs_fair_request": 1}


def test_a_request_of_a_fifo_queue_has_its_own_price() -> None:
    assert sqs_request(f"{QUEUE}.fifo") == {"sqs_fifo_request": 1}


def test_reads_and_deletions_of_the_bucket_cost_less_than_writes() -> None:
    verbs = ("PutObject", "GetObject", "DeleteObject")

    assert [billed(Call("s3", verb, {})) for verb in verbs] == [{"s3_put": 1}, {"s3_get": 1}, {}]


def test_calls_that_are_billed_by_units_or_transitions_cost_nothing_themselves() -> None:
    assert billed(Call("dynamodb", "GetItem", {})) == billed(Call("stepfunctions", "SendTaskSuccess", {})) == {}


# ---- resources ---------------------------------------------------------------------------------------------------


def test_a_mapping_polls_its_queue_all_the_time_unless_it_is_disabled() -> None:
    polled = list(standing({"Queue": queue(), "Mapping": mapping()}))

    assert polled == [("polls of standard queues", {"sqs_request": POLLS})]
    assert list(standing({"Queue": queue(), "Mapping": mapping(Enabled=False)})) == []


@pytest.mark.parametrize("condition", sorted(OPTIONAL))
def test_what_a_deployment_has_by_choice_is_not_in_the_bill_of_all(condition: str) -> None:
    assert list(standing({"Queue": queue(), "Mapping": {**mapping(), "Condition": condition}})) == []


def test_what_is_by_choice_is_not_chosen_by_default() -> None:
    chosen = {"HasAmazonQueue": ("AmazonNotifications", "no"), "HasShopifyBus": ("ShopifyEventSource", "")}

    assert OPTIONAL == chosen.keys() <= template()["Conditions"].keys()
    assert all(template()["Parameters"][name]["Default"] == value for name, value in chosen.values())


def test_a_mapping_of_a_fifo_queue_polls_at_its_own_price_and_one_of_a_stream_is_free() -> None:
    polled = list(standing({"Queue": queue(FifoQueue=True), "Mapping": mapping()}))
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"BillingMode": "PAY_PER_REQUEST"}}

    assert polled == [("polls of FIFO queues", {"sqs_fifo_request": POLLS})]
    assert list(standing({"Queue": table, "Mapping": mapping()})) == []


def test_an_alarm_costs_by_the_metrics_that_it_reads() -> None:
    read = [{"Id": name, "MetricStat": {"Stat": "Sum", "Period": 300}} for name in ("visible", "in_flight")]
    added = {"Id": "letters", "Expression": "visible + in_flight"}
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": [added, *read]}}
    plain = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors", "Period": 10}}

    assert [usage for _, usage in standing({"Alarm": alarm})] == [{"alarm_metric_month": 1}] * 2
    assert [usage for _, usage in standing({"Alarm": plain})] == [{"fast_alarm_metric_month": 1}]


def test_a_schedule_that_is_disabled_starts_nothing() -> None:
    target = {"Arn": {"Fn::GetAtt": ["Queue", "Arn"]}, "Input": "{}"}
    nightly = {"ScheduleExpression": "cron(20 2 * * ? *)", "Target": target}

    found = jobs(
        {
            "Nightly": {"Type": "AWS::Scheduler::Schedule", "Properties": nightly},
            "Never": {"Type": "AWS::Scheduler::Schedule", "Properties": {**nightly, "State": "DISABLED"}},
        }
    )

    assert list(found) == [Job("Nightly", (140,), "Queue", "{}")]
