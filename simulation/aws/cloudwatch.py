"""CloudWatch: metrics of AWS's services, as far as a test sets them."""

from collections.abc import Callable, Mapping
from typing import Any

from simulation.aws.refusals import Refused

Parameters = Mapping[str, Any]
MOST_QUERIES = 500


class CloudWatch:
    """The values of metrics by namespace, name and the value of their dimension; a metric that is not set has none."""

    def __init__(self) -> None:
        self.metrics: dict[tuple[str, str, str], list[float]] = {}
        self.operations: dict[str, Callable[[Parameters], dict[str, Any]]] = {"GetMetricData": self._get}

    def _get(self, parameters: Parameters) -> dict[str, Any]:
        queries = parameters["MetricDataQueries"]
        if len(queries) > MOST_QUERIES or len({each["Id"] for each in queries}) < len(queries):
            raise Refused("ValidationError", "The request has too many queries, or two of one id")
        if parameters["StartTime"] >= parameters["EndTime"]:
            raise Refused("ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
        return {"MetricDataResults": [self._result(each) for each in queries], "Messages": []}

    def _result(self, query: Parameters) -> dict[str, Any]:
        metric = query["MetricStat"]["Metric"]
        [dimension] = metric["Dimensions"]
        values = self.metrics.get((metric["Namespace"], metric["MetricName"], dimension["Value"]), [])
        return {"Id": query["Id"], "Label": metric["MetricName"], "Values": list(values), "StatusCode": "Complete"}
