"""Messages to the upload function: uploads to continue. S3 invokes it with notifications, too."""

import json

from packhorse.aws.functions import invoke_later
from packhorse.aws.settings import settings
from packhorse.domain.schema import stamped
from packhorse.files.upload import Upload


def requeue_upload(upload: Upload) -> None:
    """Invoke the upload function to continue the upload."""
    message = {"upload": upload.id, "bucket": upload.file.bucket, "key": upload.file.key, "phase": upload.phase}
    invoke_later(settings.upload_function, stamped(json.dumps(message)))
