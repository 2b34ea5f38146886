"""Print jobs in the Work table.

question                                 | pk             | sk           | gone
jobs of a station, oldest first          | PRINT#station  | time.digest  | after a day

A poll reads only the jobs that are not expired: those of a quarter of an hour.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.documents.print_job import LASTS, PrintJob
from packhorse.domain.errors import NotFound
from packhorse.domain.schema import Reader, stamped
from packhorse.store import expressions
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.expressions import Request, equals, greater, missing
from packhorse.store.reading import get_item, pages

JOB = Reader(TypeAdapter(PrintJob))
KEPT = timedelta(days=1)


def add_job(job: PrintJob) -> None:
    """Store a job; one that is stored, perhaps done, stays as it is."""
    with ignore_failed_condition():
        client("dynamodb").put_item(**expressions.put(settings.work_table, _values(job), missing("pk")))


def jobs_at(station: str, now: datetime) -> list[PrintJob]:
    """Return the jobs of a station that are neither done nor expired, oldest first, strongly consistent."""
    return [job for job in _recent(station, now) if not job.done_at]


def recent_job(station: str, digest: str, now: datetime) -> PrintJob | None:
    """Return the job of a station with that digest, done or not; None if none is that new."""
    return next((job for job in _recent(station, now) if job.id.endswith(f".{digest}")), None)


def _recent(station: str, now: datetime) -> Iterator[PrintJob]:
    keys = equals("pk", f"PRINT#{station}") & greater("sk", f"{now - LASTS:%Y%m%d%H%M%S%f}")
    found = pages("query", **expressions.query(settings.work_table, keys, ConsistentRead=True))
    return (JOB.read(item["body"]["S"]) for item in found)


def get_job(job_id: str) -> PrintJob:
    """Return the job; raises NotFound."""
    found = find_job(job_id)
    if found is None:
        raise NotFound(f"there is no print job {job_id}")
    return found


def find_job(job_id: str) -> PrintJob | None:
    """Return the job, None if it does not exist."""
    found = get_item(settings.work_table, _key(job_id))
    return JOB.read(found["body"]["S"]) if found else None


def finish_job(job: PrintJob) -> None:
    """Store a job as done."""
    client("dynamodb").put_item(**expressions.put(settings.work_table, _values(job)))


def _values(job: PrintJob) -> expressions.Attributes:
    gone = int((job.created_at + KEPT).timestamp())
    pk, sk = _names(job.id)
    return {"pk": pk, "sk": sk, "body": stamped(job.model_dump_json()), "expiration": gone}


def _names(job_id: str) -> tuple[str, str]:
    station, _, rest = job_id.partition(".")
    return f"PRINT#{station}", rest


def _key(job_id: str) -> Request:
    pk, sk = _names(job_id)
    return expressions.key(pk, sk or "-")
