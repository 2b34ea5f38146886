"""Messages to the upload function: uploads to continue. S3 invokes it with notifications, too."""

import json

from packhorse.aws.functions import invoke_later
from packhorse.aws.settings import settings
from packhorse.domain.schema import stamped
from packhorse.files.upload import File, Upload


def requeue_upload(upload: Upload) -> None:
    """Invoke the upload function to continue the upload."""
    message = {"upload": upload.id, "bucket": upload.file.bucket, "key": upload.file.key, "phase": upload.phase}
    invoke_later(settings.upload_function, stamped(json.dumps(message)))


def uploads_in(body: str) -> list[str]:
    """Return the ids of the uploads that a message of the upload function is about; empty if it is unreadable."""
    message = json.loads(body)
    try:
        return [message["upload"]] if "upload" in message else [File.of(each).upload_id for each in message["Records"]]
    except (LookupError, TypeError):
        return []
