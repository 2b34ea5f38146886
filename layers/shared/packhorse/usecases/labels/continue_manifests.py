"""Continue manifests whose processes ended before the carrier's form was recorded, until they are made or refused.

One that is not made within hours is an exception: its labels are on no other manifest, and cannot be voided.
"""

from datetime import datetime, timedelta

from packhorse.aws.telemetry import logger
from packhorse.domain.labels.manifest import Manifest, ManifestState
from packhorse.domain.problem import Cause, Problem, Subject
from packhorse.messages.labels import MakeManifest, send_label
from packhorse.store import exceptions, manifests

SILENCE = timedelta(minutes=10)
"""A manifest that is not made is continued after so long."""
LATE = timedelta(hours=3)
"""A manifest that is not made by then is an exception."""
LOOKED_BACK = timedelta(days=2)
"""How long a manifest is found by when it was begun; later by its exception, which is open until it is made."""


def continue_manifests(now: datetime) -> int:
    """Have manifests made that no process works on any more; return how many."""
    silent = [each for each in _unmade(now) if now - each.attempted_at > SILENCE]
    for each in silent:
        if now - each.created_at > LATE:
            exceptions.open_exception(_problem(each), now)
        send_label(MakeManifest(manifest=each.id, account=each.account, warehouse=each.warehouse, who=each.who))
        logger.info("manifest continued", extra={"manifest": each.id})
    return len(silent)


def _unmade(now: datetime) -> list[Manifest]:
    """Return the manifests that are being made, and end the exceptions of those that are not any more."""
    begun = manifests.manifests_since(now - LOOKED_BACK)
    ids = {each.id for each in begun if each.state is ManifestState.MAKING}
    late = {each.subject.manifest or "": each for each in exceptions.unresolved_of(Cause.MANIFEST_NOT_MADE)}
    found = (manifests.find_manifest(each) for each in sorted(ids | late.keys()))
    unmade = {each.id: each for each in found if each and each.state is ManifestState.MAKING}
    for name, read in late.items():
        if name not in unmade:
            exceptions.resolve_as_read(read)
    return list(unmade.values())


def _problem(manifest: Manifest) -> Problem:
    """Return what is wrong with a manifest that is not made; the same answer of its carrier counts once."""
    what = f"the manifest of {manifest.account} of {manifest.day} is not made ({len(manifest.parcels)} on it)"
    answer = manifest.problem or "each process that made it ended"
    return Problem(
        cause=Cause.MANIFEST_NOT_MADE,
        subject=Subject.of_manifest(manifest.id, manifest.warehouse),
        message=f"{what}: {answer}",
        event=answer,
    )
