"""The choice of a rate: the cheapest that arrives in time, within the limits that a person or a channel sets."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from packhorse.domain.days import day_due
from packhorse.domain.errors import FieldError, NotReady, Rejected
from packhorse.domain.labels.carrier_names import plain, same_carrier
from packhorse.domain.labels.label import WantedLabel
from packhorse.domain.labels.purchase import Rate
from packhorse.domain.money import Money
from packhorse.domain.values import Value

MANY_DAYS = 999
"""How long a service takes that does not say."""


class Cap(NamedTuple):
    """The most that a label may cost, and who says so."""

    whose: str
    price: Money


class RateTerms(NamedTuple):
    """What a rate is compared with: `excluded` are carriers that the order's channel leaves out."""

    wanted: WantedLabel
    now: datetime
    deliver_by: datetime | None = None
    excluded: Sequence[str] = ()
    caps: Sequence[Cap] = ()


class Quote(Value):
    """A rate of a carrier account, and why it cannot be chosen: empty if it can.

    `in_time`: it arrives by when the order is promised. `is_too_dear`: only its price keeps it from being chosen.
    """

    rate: Rate
    account: str = ""
    rejected: str = ""
    in_time: bool = True
    is_too_dear: bool = False


class RateChoice(NamedTuple):
    """The chosen rate with its account, the reason for it, and all quotes, cheapest first."""

    rate: Rate
    account: str
    reason: str
    quotes: tuple[Quote, ...]


def same_name(one: str, other: str) -> bool:
    """Return whether two names are the same but for case and separators.

    >>> same_name("Ground Advantage", "GroundAdvantage"), same_name("UPS", "USPS")
    (True, False)
    """
    return plain(one) == plain(other)


def quoted(rates: Iterable[tuple[str, Rate]], terms: RateTerms) -> tuple[Quote, ...]:
    """Return a quote for each rate, which comes with the id of its account, cheapest first."""
    quotes = [_quote(account, rate, terms) for account, rate in rates]
    return tuple(
        sorted(quotes, key=lambda each: (each.rate.price.currency, each.rate.price.minor, each.account, each.rate.id))
    )


def _quote(account: str, rate: Rate, terms: RateTerms) -> Quote:
    fault = _fault(rate, terms)
    dear = "" if fault else _too_dear(rate, terms.caps)
    in_time = terms.deliver_by is None or terms.now + timedelta(days=_days(rate)) <= terms.deliver_by
    return Quote(rate=rate, account=account, rejected=fault or dear, in_time=in_time, is_too_dear=bool(dear))


def chosen(quotes: Sequence[Quote], problems: Sequence[str] = (), deliver_by: datetime | None = None) -> RateChoice:
    """Return the cheapest quote that arrives in time, else the quickest; raises Rejected if none can be chosen.

    Raises NotReady if only a limit of the price keeps them from being chosen. `problems` are what carriers said that
    gave no rate.
    """
    possible = [each for each in quotes if not each.rejected]
    if not possible:
        if dear := [each for each in quotes if each.is_too_dear]:
            raise NotReady("the label costs more than is allowed", [FieldError("price", _said(each)) for each in dear])
        raise Rejected("no carrier carries it on these terms", tuple(_reasons(quotes, problems)))
    if len({each.rate.price.currency for each in possible}) > 1:
        wrong = FieldError("carrier", "rates are in several currencies: name the carrier and the service")
        raise Rejected("the rates cannot be compared", [wrong])
    best, reason = _best(possible, quotes, deliver_by)
    return RateChoice(best.rate, best.account, reason, tuple(quotes))


def _best(possible: Sequence[Quote], quotes: Sequence[Quote], deliver_by: datetime | None) -> tuple[Quote, str]:
    in_time = [each for each in possible if each.in_time]
    within = f" within {day_due(deliver_by) or deliver_by.date()}" if deliver_by else ""
    if len(in_time) > 1:
        return in_time[0], f"the cheapest of {len(in_time)}{within}"
    if in_time:
        return in_time[0], f"the only one{within}"
    is_limited = any(each.is_too_dear and each.in_time for each in quotes)
    none = "none at an allowed price arrives" if is_limited else "none arrives"
    quickest = min(possible, key=lambda each: (_days(each.rate), each.rate.price.minor))
    return quickest, f"{none}{within}: the quickest of {len(possible)}"


def _reasons(quotes: Iterable[Quote], problems: Iterable[str]) -> Iterable[FieldError]:
    for quote in quotes:
        yield FieldError("carrier", _said(quote))
    for problem in problems:
        yield FieldError("carrier", problem)


def _said(quote: Quote) -> str:
    return f"{quote.rate.carrier} {quote.rate.service}: {quote.rejected}"


def _fault(rate: Rate, terms: RateTerms) -> str:
    wanted = terms.wanted
    checks: tuple[Callable[[], str], ...] = (
        lambda: "the channel excludes it" if any(same_carrier(rate.carrier, each) for each in terms.excluded) else "",
        lambda: "" if not wanted.carrier or same_carrier(rate.carrier, wanted.carrier) else f"not {wanted.carrier}",
        lambda: "" if not wanted.service or same_name(rate.service, wanted.service) else f"not {wanted.service}",
    )
    return next(filter(None, (check() for check in checks)), "")


def _too_dear(rate: Rate, caps: Iterable[Cap]) -> str:
    return next(filter(None, (_over(rate.price, cap) for cap in caps)), "")


def _over(price: Money, cap: Cap) -> str:
    limit = cap.price
    if price.currency != limit.currency:
        return f"its price is in {price.currency}, the limit of {cap.whose} in {limit.currency}"
    if price.minor <= limit.minor:
        return ""
    return f"{price.amount} {price.currency}, more than the {limit.amount} of {cap.whose}"


def _days(rate: Rate) -> int:
    return MANY_DAYS if rate.days is None else max(0, min(rate.days, MANY_DAYS))
