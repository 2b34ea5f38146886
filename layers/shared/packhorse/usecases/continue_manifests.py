"""Continue manifests whose processes ended before the carrier's form was recorded."""

from datetime import datetime, timedelta

from packhorse.aws.telemetry import logger
from packhorse.domain.labels.manifest import ManifestState
from packhorse.messages.labels import MakeManifest, send_label
from packhorse.store import manifests

SILENCE = timedelta(minutes=10)
"""A manifest that is not made is continued after so long."""
CONTINUED_FOR = timedelta(days=2)
"""How long a manifest is continued by itself."""


def continue_manifests(now: datetime) -> int:
    """Have manifests made that no process works on any more; return how many."""
    silent = [
        each
        for each in manifests.manifests_since(now - CONTINUED_FOR)
        if each.state is ManifestState.MAKING and now - each.attempted_at > SILENCE
    ]
    for each in silent:
        send_label(MakeManifest(manifest=each.id, account=each.account, warehouse=each.warehouse, who=each.who))
        logger.info("manifest continued", extra={"manifest": each.id})
    return len(silent)
