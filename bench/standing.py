"""What the resources of a template cost by the month, whatever is done with them.

A mapping that reads an SQS queue polls it all the time: Lambda begins with five pollers, and each waits for at most 20
seconds (docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html), which an idle queue shows as 15 empty receives
a minute. AWS documents no figure for FIFO queues, nor that MaximumConcurrency lowers it: the same is taken.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bench.prices import Usage
from bench.transform import Resources, logical_id

DAYS = 30
POLLERS, POLL_SECONDS = 5, 20
POLLS = POLLERS * DAYS * 86_400 // POLL_SECONDS
"""Of one queue, a month: 648 000."""
FREE_AT_REST = frozenset(
    """
    AWS::ApiGatewayV2::Api AWS::ApiGatewayV2::Authorizer AWS::ApiGatewayV2::Integration AWS::ApiGatewayV2::Route
    AWS::ApiGatewayV2::Stage AWS::CloudFront::Distribution AWS::CloudFront::Function
    AWS::CloudFront::OriginAccessControl AWS::CloudFront::ResponseHeadersPolicy AWS::Cognito::ManagedLoginBranding
    AWS::Cognito::UserPool AWS::Cognito::UserPoolClient AWS::Cognito::UserPoolDomain AWS::Cognito::UserPoolGroup
    AWS::Events::EventBus AWS::Events::Rule AWS::IAM::Policy AWS::IAM::Role
    AWS::Lambda::Alias AWS::Lambda::EventInvokeConfig AWS::Lambda::Function AWS::Lambda::LayerVersion
    AWS::Lambda::Permission AWS::Lambda::Version
    AWS::Logs::LogGroup AWS::Logs::MetricFilter AWS::S3::Bucket AWS::S3::BucketPolicy
    AWS::SNS::Subscription AWS::SNS::Topic AWS::SNS::TopicPolicy AWS::SQS::Queue AWS::SQS::QueuePolicy
    AWS::Scheduler::Schedule AWS::Scheduler::ScheduleGroup AWS::StepFunctions::StateMachine
    """.split()
)
"""What is billed by use alone; what schedules start is counted where it runs (`bench.scheduled`).

The metric of a log filter is billed in months in which a line matches: these filters count failures.
"""
OPTIONAL = frozenset({"HasAmazonQueue", "HasShopifyBus"})
"""Conditions that no parameter fulfils by default. The queue of Amazon costs what another one costs that is polled."""
Properties = Mapping[str, Any]
Line = tuple[str, Usage]


def standing(resources: Resources) -> Iterator[Line]:
    """Return what each resource that costs something is billed as, with the line of the bill that it belongs to.

    Without what a deployment has by choice (`OPTIONAL`).

    >>> list(standing({"Alerts": {"Type": "AWS::SNS::Topic"}, "Key": {"Type": "AWS::KMS::Key"}}))
    [('keys', {'key_month': 1})]
    >>> list(standing({"Fleet": {"Type": "AWS::EC2::Instance"}}))
    Traceback (most recent call last):
    ...
    NotImplementedError: Fleet: what does a month of AWS::EC2::Instance cost? Add it to bench/standing.py
    """
    for name, resource in resources.items():
        kind, properties = resource["Type"], resource.get("Properties", {})
        if resource.get("Condition") in OPTIONAL:
            continue
        if kind in COSTS:
            yield from COSTS[kind](properties, resources)
        elif kind not in FREE_AT_REST:
            raise NotImplementedError(f"{name}: what does a month of {kind} cost? Add it to bench/standing.py")


def mapping(properties: Properties, resources: Resources) -> Iterator[Line]:
    """Bill the polls of an event source mapping; those of streams are free."""
    source = resources[logical_id(properties["EventSourceArn"])]
    if "ProvisionedPollerConfig" in properties:
        raise NotImplementedError("the price of provisioned pollers")
    if source["Type"] != "AWS::SQS::Queue" or properties.get("Enabled", True) is False:
        return
    if source["Properties"].get("FifoQueue"):
        yield "polls of FIFO queues", Usage(sqs_fifo_request=POLLS)
    else:
        yield "polls of standard queues", Usage(sqs_request=POLLS)


def alarm(properties: Properties, _: Resources) -> Iterator[Line]:
    """Bill an alarm by the metrics that it reads."""
    queries = properties.get("Metrics", [{"MetricStat": properties}])
    if any("SELECT" in query.get("Expression", "") for query in queries):
        raise NotImplementedError("the price of an alarm on a query of metrics")
    for statistic in (query["MetricStat"] for query in queries if "MetricStat" in query):
        is_fast = statistic["Period"] < 60
        yield "alarms, by metric", Usage(fast_alarm_metric_month=1) if is_fast else Usage(alarm_metric_month=1)


def table(properties: Properties, _: Resources) -> Iterator[Line]:
    """Bill nothing for a table that is paid by request."""
    if properties.get("BillingMode") != "PAY_PER_REQUEST":
        raise NotImplementedError("the price of provisioned capacity")
    yield from ()


COSTS: Mapping[str, Callable[[Properties, Resources], Iterator[Line]]] = {
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::CloudWatch::CompositeAlarm": lambda *_: iter([("alarms, composite", Usage(composite_alarm_month=1))]),
    "AWS::CloudWatch::Dashboard": lambda *_: iter([("dashboards", Usage(dashboard_month=1))]),
    "AWS::DynamoDB::Table": table,
    "AWS::KMS::Key": lambda *_: iter([("keys", Usage(key_month=1))]),
    "AWS::Lambda::EventSourceMapping": mapping,
    "AWS::SecretsManager::Secret": lambda *_: iter([("secrets", Usage(secret_month=1))]),
}
