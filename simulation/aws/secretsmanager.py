"""Secrets Manager: secrets in memory."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from simulation.aws.clock import Time
from simulation.aws.refusals import Refused

Parameters = Mapping[str, Any]
MISSING = "Secrets Manager can't find the specified secret."
RECOVERY_DAYS = 30
NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]{1,512}")


class Secret(NamedTuple):
    """A secret's text in each version, the last of which counts; when its deletion becomes final, if it was deleted."""

    versions: Mapping[str, str]
    gone_at: float | None = None

    @property
    def version(self) -> str:
        """The id of the version that counts: the token of the request that made it."""
        return list(self.versions)[-1]

    @property
    def text(self) -> str:
        """The text that counts."""
        return self.versions[self.version]


class SecretsManager:
    """All secrets, by name; a secret deleted at once blocks its name for `deletion_seconds` more."""

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self.secrets: dict[str, Secret] = {}
        self.deletion_seconds = 0.0
        self.operations: dict[str, Callable[[Parameters], dict[str, Any]]] = {
            "CreateSecret": self._create,
            "GetSecretValue": self._get,
            "PutSecretValue": self._put,
            "DeleteSecret": self._delete,
            "ListSecrets": self._list,
        }

    def _existing(self, name: str) -> Secret:
        self._expire(name)
        if name not in self.secrets:
            raise Refused("ResourceNotFoundException", MISSING)
        return self.secrets[name]

    def _expire(self, name: str) -> None:
        existing = self.secrets.get(name)
        if existing and existing.gone_at is not None and existing.gone_at <= self._clock.now:
            del self.secrets[name]

    def _usable(self, name: str, verb: str) -> Secret:
        existing = self._existing(name)
        if existing.gone_at is not None:
            raise Refused("InvalidRequestException", f"You can't {verb} this secret: it was marked for deletion.")
        return existing

    def _create(self, parameters: Parameters) -> dict[str, Any]:
        name = parameters["Name"]
        if not NAME.fullmatch(name):
            raise Refused(
                "ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters"
            )
        self._expire(name)
        existing = self.secrets.get(name)
        if existing and existing.gone_at is not None:
            message = "You can't create this secret because a secret with this name is already scheduled for deletion."
            raise Refused("InvalidRequestException", message)
        if existing:
            message = f"The operation failed because the secret {name} already exists."
            raise Refused("ResourceExistsException", message)
        self.secrets[name] = Secret({parameters["ClientRequestToken"]: parameters["SecretString"]})
        return self._named(name)

    def _get(self, parameters: Parameters) -> dict[str, Any]:
        return {
            **self._named(parameters["SecretId"]),
            "SecretString": self._usable(parameters["SecretId"], "read").text,
        }

    def _put(self, parameters: Parameters) -> dict[str, Any]:
        name, token, text = (parameters[each] for each in ("SecretId", "ClientRequestToken", "SecretString"))
        versions = self._usable(name, "change").versions
        if versions.get(token, text) != text:
            message = "You can't modify an existing version, you can only create new ones."
            raise Refused("ResourceExistsException", message)
        self.secrets[name] = Secret({**versions, token: text})
        return self._named(name)

    def _delete(self, parameters: Parameters) -> dict[str, Any]:
        name = parameters["SecretId"]
        if not parameters.get("ForceDeleteWithoutRecovery", False):
            days = parameters.get("RecoveryWindowInDays", RECOVERY_DAYS)
            return self._delete_after(name, days * 86_400, self._usable(name, "delete"))
        self._expire(name)
        existing = self.secrets.get(name)
        return self._delete_after(name, self.deletion_seconds, existing) if existing else {"Name": name}

    def _delete_after(self, name: str, seconds: float, existing: Secret) -> dict[str, Any]:
        self.secrets[name] = existing._replace(gone_at=self._clock.now + seconds)
        return {"Name": name}

    def _list(self, parameters: Parameters) -> dict[str, Any]:
        if parameters:
            raise NotImplementedError(f"the stand-in lists all secrets at once, without {sorted(parameters)}")
        for name in list(self.secrets):
            self._expire(name)
        found = [name for name, secret in self.secrets.items() if secret.gone_at is None]
        return {"SecretList": [self._named(name) for name in sorted(found)]}

    def _named(self, name: str) -> dict[str, Any]:
        existing = self.secrets.get(name)
        arn = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}-abcdef"
        return {"Name": name, "ARN": arn, "VersionId": existing.version if existing else ""}
