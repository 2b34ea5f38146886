"""Messages to the connect function: it sets channels up, looks after them, and catches up with those that return."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from packhorse.aws.functions import invoke, invoke_later
from packhorse.aws.queues import message_body
from packhorse.aws.secrets import Credentials
from packhorse.aws.settings import settings
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.connection import WebhookState
from packhorse.domain.schema import Reader
from packhorse.domain.values import Identifier, Instant, Label, Value
from packhorse.messages.failures import Failure


class CheckChannel(Value):
    """Check a channel, as it is to be saved, with credentials that do not count yet; without any, with the stored.

    `since`: from when its orders are to be imported.
    """

    kind: Literal["check"] = "check"
    channel: Channel
    credentials: Credentials | None = None
    since: Instant | None = None


class ContinueConnecting(Value):
    """Continue a run that sets a channel up, wherever it is; one that is not the last of its channel is over."""

    kind: Literal["connect"] = "connect"
    channel: Identifier
    run: Label


class WatchChannels(Value):
    """Look after the webhooks of all channels, those with an id after `after`; `broken`: looking after one failed."""

    kind: Literal["watch"] = "watch"
    after: Label = ""
    broken: bool = False


class ResendNotices(Value):
    """Send at once the notices that a channel is owed, from the key `after` on, and then those that were given up.

    `given_up_until`: those that failed later than that were sent.
    """

    kind: Literal["resend"] = "resend"
    channel: Identifier
    after: Label = ""
    given_up_until: Instant | None = None


ConnectMessage = CheckChannel | ContinueConnecting | WatchChannels | ResendNotices
CONNECT_MESSAGE: Reader[ConnectMessage] = Reader(TypeAdapter(Annotated[ConnectMessage, Field(discriminator="kind")]))


class CheckAnswer(Value):
    """What the credentials lack, in words, and the channel's webhooks; or why it could not be checked."""

    lacking: tuple[str, ...] = ()
    webhooks: WebhookState | None = None
    failure: Failure | None = None


CHECK_ANSWER = Reader(TypeAdapter(CheckAnswer))


def request_check(message: CheckChannel) -> CheckAnswer:
    """Have a channel checked, and return the answer; raises what the check failed with."""
    answer = CHECK_ANSWER.read(invoke(settings.connect_function, message_body(message)))
    if answer.failure:
        raise answer.failure.error()
    return answer


def send_connecting(message: ContinueConnecting | WatchChannels | ResendNotices) -> None:
    """Have the connect function go on, without waiting for it."""
    invoke_later(settings.connect_function, message_body(message))
