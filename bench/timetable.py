"""When EventBridge schedules are due, on any day."""

import re

DAY = 24 * 60
UNITS = {"minute": 1, "hour": 60, "day": DAY}
RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
EVERY_DAY = {("*", "*", "?", "*"), ("?", "*", "*", "*")}


def minutes_due(expression: str) -> list[int]:
    """Return the minutes of a day at which a schedule is due; only schedules that are the same every day are read.

    >>> minutes_due("rate(6 hours)"), minutes_due("cron(20 2 * * ? *)"), minutes_due("cron(0/30 8,9 * * ? *)")
    ([0, 360, 720, 1080], [140], [480, 510, 540, 570])
    >>> minutes_due("cron(0 3 ? * MON *)")
    Traceback (most recent call last):
    ...
    NotImplementedError: how often a month is cron(0 3 ? * MON *)?
    """
    if match := RATE.fullmatch(expression):
        step = int(match[1]) * UNITS[match[2]]
        if step <= DAY:
            return list(range(0, DAY, step))
    if (match := CRON.fullmatch(expression)) and match.groups()[2:] in EVERY_DAY:
        hours, minutes = _values(match[2], 24), _values(match[1], 60)
        return [60 * hour + minute for hour in hours for minute in minutes]
    raise NotImplementedError(f"how often a month is {expression}?")


def _values(field: str, most: int) -> list[int]:
    if "," in field:
        return sorted(value for part in field.split(",") for value in _values(part, most))
    start, _, step = field.partition("/")
    first = 0 if start == "*" else int(start)
    if step:
        return list(range(first, most, int(step)))
    return list(range(most)) if start == "*" else [first]
