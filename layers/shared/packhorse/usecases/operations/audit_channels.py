"""Audit channels: each shows the quantities that were published to it. Carriers are queried about refunds beside it."""

from datetime import datetime

from packhorse.channels import adapter_of
from packhorse.domain.audits import AuditRun
from packhorse.domain.values import ChannelId, iso
from packhorse.messages.channels import send_comparison
from packhorse.store import configuration
from packhorse.usecases.labels.ask_label_refunds import request_refunds
from packhorse.usecases.operations.audit_findings import AuditPage


def audit_channels(run: AuditRun, _: str | None, now: datetime, *__: object) -> AuditPage:
    """Send a comparison for every channel whose quantities can be read; results are in the channel's drift report."""
    request_refunds(now)
    config = configuration.current()
    comparable = [channel for channel in config.channels.values() if adapter_of(channel).stock]
    for channel in comparable if config.account.sync else ():
        send_comparison(ChannelId(channel.id), f"{run.audit} {iso(run.started_at)}")
    return run.replace(looked_at=run.looked_at + len(comparable)), None
