"""The newest log lines of the functions."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

PLATFORM = ("START ", "END ", "REPORT ")
PAGE = 10_000


def newest_lines(logs: Any, most: int) -> list[str]:
    """Return the newest lines that functions wrote to any log group, oldest first."""
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    events = [event for group in groups for event in newest_events(logs, group)]
    logged = [event for event in events if not event["message"].startswith(PLATFORM)]
    return [event["message"].rstrip() for event in sorted(logged, key=itemgetter("timestamp"))[-most:]]


def newest_events(logs: Any, group: str) -> list[Any]:
    """Return at least the newest 10 000 events of a log group, or all."""
    older: list[Any] = []
    newest: list[Any] = []
    for page in _pages(logs, group):
        start = page[0]["timestamp"] if page else 0
        older, newest = [event for event in newest if event["timestamp"] < start], page
    return older + newest


def _pages(logs: Any, group: str) -> Iterator[list[Any]]:
    """Yield pages that start with the last millisecond of the page before: MiniStack gives no token of the next."""
    start = 0
    while True:
        page = logs.filter_log_events(logGroupName=group, startTime=start)["events"]
        yield page
        if len(page) < PAGE or page[-1]["timestamp"] == start:
            return
        start = page[-1]["timestamp"]
