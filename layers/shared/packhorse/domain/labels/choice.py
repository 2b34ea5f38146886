"""The choice of a rate: the cheapest that arrives in time, within the limits that a person or a channel sets."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.labels.label import WantedLabel
from packhorse.domain.labels.purchase import Rate
from packhorse.domain.money import Money
from packhorse.domain.values import Value

MANY_DAYS = 999
"""How long a service takes that does not say."""


class Quote(Value):
    """A rate, and why it cannot be chosen: empty if it can. `in_time`: it arrives by when the order is promised."""

    rate: Rate
    rejected: str = ""
    in_time: bool = True


class Choice(NamedTuple):
    """The chosen rate, the reason for it, and all quotes, cheapest first."""

    rate: Rate
    reason: str
    quotes: tuple[Quote, ...]


def same_name(one: str, other: str) -> bool:
    """Return whether two names of a carrier or a service are the same but for case and separators.

    >>> same_name("Ground Advantage", "GroundAdvantage"), same_name("UPS", "USPS")
    (True, False)
    """
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def quoted(
    rates: Iterable[Rate], wanted: WantedLabel, excluded: Iterable[str], deliver_by: datetime | None, now: datetime
) -> tuple[Quote, ...]:
    """Return a quote for each rate, cheapest first; `excluded` are carriers that the order's channel leaves out."""
    banned = tuple(excluded)
    quotes = [
        Quote(rate=rate, rejected=_fault(rate, wanted, banned), in_time=_arrives(rate, deliver_by, now))
        for rate in rates
    ]
    return tuple(sorted(quotes, key=lambda each: (each.rate.price.currency, each.rate.price.minor, each.rate.id)))


def chosen(quotes: Sequence[Quote], problems: Sequence[str] = ()) -> Choice:
    """Return the cheapest quote that arrives in time, else the quickest; raises Rejected if none can be chosen.

    `problems` are what carriers said that gave no rate.
    """
    possible = [each for each in quotes if not each.rejected]
    if not possible:
        raise Rejected("no carrier carries it on these terms", tuple(_reasons(quotes, problems)))
    if len({each.rate.price.currency for each in possible}) > 1:
        wrong = FieldError("carrier", "rates are in several currencies: name the carrier and the service")
        raise Rejected("the rates cannot be compared", [wrong])
    if in_time := [each for each in possible if each.in_time]:
        best = in_time[0]
        many = (
            f"the cheapest of {len(in_time)} that arrive in time"
            if len(in_time) > 1
            else "the only one that arrives in time"
        )
        return Choice(best.rate, many, tuple(quotes))
    quickest = min(possible, key=lambda each: (_days(each.rate), each.rate.price.minor))
    return Choice(quickest.rate, "none arrives in time: the quickest", tuple(quotes))


def _reasons(quotes: Iterable[Quote], problems: Iterable[str]) -> Iterable[FieldError]:
    for quote in quotes:
        yield FieldError("carrier", f"{quote.rate.carrier} {quote.rate.service}: {quote.rejected}")
    for problem in problems:
        yield FieldError("carrier", problem)


def _fault(rate: Rate, wanted: WantedLabel, excluded: Sequence[str]) -> str:
    checks: tuple[Callable[[], str], ...] = (
        lambda: "" if not any(same_name(rate.carrier, each) for each in excluded) else "the channel excludes it",
        lambda: "" if not wanted.carrier or same_name(rate.carrier, wanted.carrier) else f"not {wanted.carrier}",
        lambda: "" if not wanted.service or same_name(rate.service, wanted.service) else f"not {wanted.service}",
        lambda: _over(rate.price, wanted.max_price) if wanted.max_price else "",
    )
    return next(filter(None, (check() for check in checks)), "")


def _over(price: Money, limit: Money) -> str:
    if price.currency != limit.currency:
        return f"its price is in {price.currency}, the limit in {limit.currency}"
    return f"{price.amount} {price.currency}, more than {limit.amount}" if price.minor > limit.minor else ""


def _arrives(rate: Rate, deliver_by: datetime | None, now: datetime) -> bool:
    return deliver_by is None or now + timedelta(days=_days(rate)) <= deliver_by


def _days(rate: Rate) -> int:
    return MANY_DAYS if rate.days is None else rate.days
