"""Facts as texts: mapped, formatted, padded and bounded as a column says; what does not fit is a ValueError."""

import re
from datetime import date, datetime
from decimal import Decimal

from packhorse.domain.days import day_due, day_placed
from packhorse.domain.supply.layout import Column, LetterCase, PadSide, TooLong, Unmapped, Written
from packhorse.domain.supply.patterns import has_time, written_date, written_day
from packhorse.domain.supply.sent import Visible
from packhorse.domain.supply.sources import Fact, RecordPlace, Source, fact_at

DAYS = {Source.SHIP_BY: day_due, Source.DELIVER_BY: day_due, Source.ORDER_PLACED_AT: day_placed}
"""Moments that may stand for a day, which is the same in every time zone."""
_BREAKS = re.compile(r"[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def text_of(column: Column, place: RecordPlace, visible: Visible) -> str:
    """Return the text of a column in a record; raises ValueError with what does not fit."""
    text = _sourced(column, place, visible) if column.source else column.constant or ""
    text = _padded(text, column.written) if text else column.default
    if column.required and not text:
        raise ValueError("is required, and has nothing to be filled with")
    if unreadable := _CONTROL.search(text):
        raise ValueError(f"has the control character U+{ord(unreadable[0]):04X}")
    return text


def is_plain(column: Column) -> bool:
    """Return whether a fact stays what it is where the format has types: nothing changes its text."""
    same = Written(max_length=column.written.max_length, too_long=column.written.too_long)
    return not (column.values or column.default or column.instead) and column.written == same


def _sourced(column: Column, place: RecordPlace, visible: Visible) -> str:
    for source in (column.source, column.instead):
        fact = fact_at(source, place, visible) if source else None
        if source in DAYS and isinstance(fact, datetime) and not has_time(column.written.date):
            fact = DAYS[source](fact) or fact
        if text := _BREAKS.sub(" ", as_text(fact, column.written)):
            return _mapped(text, column)
    return ""


def as_text(fact: Fact, written: Written) -> str:
    """Return a fact as a text, not yet padded.

    >>> as_text(Decimal("12.50"), Written(decimal_comma=True)), as_text(True, Written(yes="1"))
    ('12,50', '1')
    """
    if isinstance(fact, bool):
        return written.yes if fact else written.no
    if isinstance(fact, Decimal):
        return _amount(fact, written)
    if isinstance(fact, datetime):
        return written_date(fact, written.date, written.time_zone)
    if isinstance(fact, date):
        return written_day(fact, written.date, written.time_zone)
    return "" if fact is None else str(fact)


def _amount(amount: Decimal, written: Written) -> str:
    if written.decimals is not None:
        exact = amount
        amount = exact.quantize(Decimal(1).scaleb(-written.decimals))
        if amount != exact:
            raise ValueError(f"{exact} has more than {written.decimals} decimals")
    text = f"{amount:f}"
    return text.replace(".", ",") if written.decimal_comma else text


def _mapped(text: str, column: Column) -> str:
    if not column.values or text in column.values:
        return column.values.get(text, text)
    if column.unmapped is Unmapped.REJECT:
        raise ValueError(f"“{text[:40]}” is not in its value map")
    return text if column.unmapped is Unmapped.KEEP else column.default


def _padded(text: str, written: Written) -> str:
    if written.case is not LetterCase.AS_IS:
        text = text.upper() if written.case is LetterCase.UPPER else text.lower()
    if written.max_length is not None and len(text) > written.max_length:
        if written.too_long is TooLong.REJECT:
            raise ValueError(f"“{text[:40]}” has {len(text)} characters, more than {written.max_length}")
        text = text[: written.max_length].rstrip()
    fill = text.rjust if written.pad_side is PadSide.LEFT else text.ljust
    return fill(written.pad_to, written.pad_with)
