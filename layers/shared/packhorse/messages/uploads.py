"""Messages to the upload function: uploads to continue. S3 invokes it with notifications, too."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from packhorse.aws.functions import invoke_later
from packhorse.aws.settings import settings
from packhorse.domain.schema import stamped
from packhorse.files.put_file import File
from packhorse.files.upload import Upload

NO_FILE: Mapping[str, str] = MappingProxyType({})


def requeue_upload(upload: Upload) -> None:
    """Invoke the upload function to continue the upload."""
    file = {"bucket": upload.file.bucket, "key": upload.file.key, "phase": upload.phase}
    continue_upload(upload.id, upload.window, file)


def continue_upload(upload_id: str, window: int, file: Mapping[str, str] = NO_FILE) -> None:
    """Invoke the upload function to continue the upload in that window; `file` is for people who read the message."""
    message = {"upload": upload_id, "window": window, **file}
    invoke_later(settings.upload_function, stamped(json.dumps(message)))


def uploads_in(body: str) -> list[str]:
    """Return the ids of the uploads that a message of the upload function is about; empty if it is unreadable."""
    message = json.loads(body)
    try:
        return [message["upload"]] if "upload" in message else [File.of(each).upload_id for each in message["Records"]]
    except (LookupError, TypeError):
        return []
