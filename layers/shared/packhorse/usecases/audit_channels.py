"""Audit channels: what each shows is what was published to it."""

from packhorse.channels import adapter_of
from packhorse.domain.audits import AuditRun
from packhorse.domain.values import ChannelId, iso
from packhorse.messages.quantities import send_comparison
from packhorse.store import configuration
from packhorse.usecases.audit_findings import AuditPage


def audit_channels(run: AuditRun, *_: object) -> AuditPage:
    """Has every channel that can be asked compared; what comes of it is the channel's own report."""
    config = configuration.current()
    asked = [channel for channel in config.channels.values() if adapter_of(channel).stock]
    for channel in asked if config.account.sync else ():
        send_comparison(ChannelId(channel.id), f"{run.audit} {iso(run.started_at)}")
    return run.replace(looked_at=run.looked_at + len(asked)), None
