"""Answer a message to the connect function: a failure of a check is an answer, too."""

from collections.abc import Callable
from datetime import datetime

from packhorse.aws.telemetry import logger
from packhorse.domain.errors import PackhorseError
from packhorse.domain.values import ChannelId
from packhorse.messages.connecting import CheckAnswer, CheckChannel, ConnectMessage, ResendNotices, WatchChannels
from packhorse.messages.failures import failure_of
from packhorse.usecases.channels.catch_up_notices import catch_up_notices
from packhorse.usecases.channels.check_channel import check_channel
from packhorse.usecases.channels.run_connection import run_connection
from packhorse.usecases.channels.watch_channels import watch_channels


def answer_connecting(message: ConnectMessage, now: datetime, remaining: Callable[[], float]) -> CheckAnswer:
    """Do what the message requests; an error of Packhorse's own in a check is returned, any other is raised."""
    if isinstance(message, WatchChannels):
        watch_channels(message, now, remaining)
        return CheckAnswer()
    if isinstance(message, ResendNotices):
        catch_up_notices(message, now, remaining)
        return CheckAnswer()
    if not isinstance(message, CheckChannel):
        run_connection(ChannelId(message.channel), message.run, now, remaining)
        return CheckAnswer()
    try:
        return check_channel(message, now, remaining)
    except PackhorseError as error:
        # Without its text: the answer that it quotes may hold personal data.
        logger.warning("channel not checked", extra={"channel": message.channel.id, "failure": type(error).__name__})
        return CheckAnswer(failure=failure_of(error))
