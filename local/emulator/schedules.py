"""Scheduler and CloudWatch: schedules of a group, failed invocations, alarms on metric math."""

import json
from typing import Any

from ministack.core import iam_actions
from ministack.services import eventbridge, lambda_svc
from ministack.services.cloudformation import provisioners

Json = dict[str, Any]


def authorize_schedules_in_their_group() -> None:
    """Check a call on a schedule against the policy for schedule/<group>/<name>.

    Plain MiniStack assumes the group `default` for every schedule, so that a policy that names the group allows
    nothing.
    """
    resource_arn = iam_actions.extract_resource_arn

    def arn_in_group(service: str, method: str, path: str, headers: Json, body: bytes, query: Json, *rest: str) -> Any:
        arn = resource_arn(service, method, path, headers, body, query, *rest)
        if service != "scheduler" or ":schedule/default/" not in arn:
            return arn
        in_query = query.get("groupName")
        group = in_query[0] if isinstance(in_query, list) else in_query
        group = group or json.loads(body or b"{}").get("GroupName") or "default"
        return arn.replace(":schedule/default/", f":schedule/{group}/")

    iam_actions.extract_resource_arn = arn_in_group


def invoke_scheduled_functions_asynchronously() -> None:
    """Invoke the function of a schedule as AWS does: with the retries and the failure destination that it has.

    Plain MiniStack invokes it once, and a failure is lost.
    """

    def dispatch(arn: str, payload: str) -> None:
        function, config, _ = lambda_svc._get_func_record_for_ref(arn)
        if function and config:
            record = lambda_svc._execution_record_for_config(function, config)
            lambda_svc.invoke_async_with_retry(record, json.loads(payload))

    eventbridge._dispatch_to_lambda = dispatch


def take_alarms_on_metric_math() -> None:
    """Replace an alarm on an expression by one on the first metric of the expression.

    Plain MiniStack refuses such an alarm, and with it the whole template.
    """
    record = provisioners._cw_metric_alarm_record
    provisioners._cw_metric_alarm_record = lambda name, properties: record(name, _on_one_metric(properties))


def _on_one_metric(properties: Json) -> Json:
    stats = [each["MetricStat"] for each in properties.get("Metrics") or () if "MetricStat" in each]
    if not stats:
        return properties
    first = {"Statistic": stats[0]["Stat"], "Period": stats[0]["Period"], **stats[0]["Metric"]}
    return {name: value for name, value in properties.items() if name != "Metrics"} | first
