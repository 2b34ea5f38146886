"""What channels were notified of, as the API shows it."""

from packhorse.domain.orders.cancel_notice import CancelNotice
from packhorse.domain.orders.hold_notice import HoldNotice
from packhorse.domain.orders.notice import Notice
from packhorse.domain.values import Instant, Value


class NoticeView(Value):
    """What a channel was notified of: since when it has it, or the tries that failed, why, and when the next one is.

    Without a next one it is left to a person: the exception says what to do.
    """

    channel: str
    at: Instant | None
    tries: int
    next_at: Instant | None
    problem: str


class HoldNoticeView(NoticeView):
    """What a channel has of the holds that were placed here: whether it holds the order, too."""

    held: bool


def hold_notice_view(notice: HoldNotice, channel: str) -> HoldNoticeView:
    """Return what a channel has of holds as the API shows it."""
    shown = notice_view(notice, channel)
    return HoldNoticeView(**dict(shown), held=notice.is_held)


def notice_view(notice: Notice | CancelNotice | HoldNotice, channel: str) -> NoticeView:
    """Return a notice as the API shows it."""
    return NoticeView(
        channel=channel,
        at=notice.notified_at,
        tries=notice.tries,
        next_at=notice.next_at,
        problem=notice.problem,
    )
