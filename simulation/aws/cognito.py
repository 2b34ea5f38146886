"""Cognito: the people of one user pool in memory, whose sign-in names are e-mail addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from simulation.aws.clock import Time
from simulation.aws.refusals import Refused

Parameters = Mapping[str, Any]
Answer = dict[str, Any]
POOL = "us-east-1_Packhorse"
INVITED, CONFIRMED, RESET = "FORCE_CHANGE_PASSWORD", "CONFIRMED", "RESET_REQUIRED"


@dataclass
class PoolUser:
    """A person in the pool; `mails` are the kinds of messages that were sent to the address."""

    sub: str
    email: str
    created_at: float
    enabled: bool = True
    status: str = INVITED
    groups: set[str] = field(default_factory=set)
    mfa: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    signed_out_at: float = 0.0


class Cognito:
    """The user pool: `users` by their sub."""

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self.users: dict[str, PoolUser] = {}
        self.groups: set[str] = set()
        self.operations: dict[str, Callable[[Parameters], Answer]] = {
            "CreateUserPool": self._create_pool,
            "CreateGroup": self._create_group,
            "AdminAddUserToGroup": self._add_to_group,
            "AdminSetUserPassword": self._set_password,
            "AdminCreateUser": self._create,
            "AdminGetUser": self._get,
            "ListUsers": self._list,
            "AdminListGroupsForUser": self._groups,
            "AdminDisableUser": self._disable,
            "AdminEnableUser": self._enable,
            "AdminResetUserPassword": self._reset_password,
            "AdminSetUserMFAPreference": self._set_mfa,
            "AdminUserGlobalSignOut": self._sign_out,
        }

    def add(self, email: str, *groups: str, sub: str = "", status: str = CONFIRMED) -> PoolUser:
        """Create a person without an invitation, as an administrator of AWS may."""
        user = PoolUser(sub or f"sub-{email}", email, self._clock.now, status=status, groups=set(groups))
        self.users[user.sub] = user
        return user

    def _find(self, name: str) -> PoolUser | None:
        return self.users.get(name) or next((each for each in self.users.values() if each.email == name), None)

    def _existing(self, parameters: Parameters) -> PoolUser:
        found = self._find(parameters["Username"])
        if found is None:
            raise Refused("UserNotFoundException", "User does not exist.")
        return found

    def _create_pool(self, parameters: Parameters) -> Answer:
        if parameters.get("UsernameAttributes") != ["email"]:
            raise NotImplementedError("the stand-in has one pool, whose people sign in with e-mail addresses")
        return {"UserPool": {"Id": POOL, "Name": parameters["PoolName"]}}

    def _create_group(self, parameters: Parameters) -> Answer:
        self.groups.add(parameters["GroupName"])
        return {"Group": {"GroupName": parameters["GroupName"]}}

    def _add_to_group(self, parameters: Parameters) -> Answer:
        found = self._existing(parameters)
        if parameters["GroupName"] not in self.groups:
            raise Refused("ResourceNotFoundException", "Group not found.")
        found.groups.add(parameters["GroupName"])
        return {}

    def _set_password(self, parameters: Parameters) -> Answer:
        self._existing(parameters).status = CONFIRMED if parameters.get("Permanent") else INVITED
        return {}

    def _create(self, parameters: Parameters) -> Answer:
        found, name = self._find(parameters["Username"]), parameters["Username"]
        if parameters.get("MessageAction") == "RESEND":
            found = self._existing(parameters)
            if found.status != INVITED:
                raise Refused("UnsupportedUserStateException", f"Resend not possible. {found.sub} status is not right.")
        elif found:
            raise Refused("UsernameExistsException", "An account with the given email already exists.")
        else:
            found = self.add(name, status=INVITED)
        found.mails.append("invitation")
        return {"User": {**self._described(found), "Attributes": self._attributes(found)}}

    def _get(self, parameters: Parameters) -> Answer:
        found = self._existing(parameters)
        more = {"UserMFASettingList": list(found.mfa)} if found.mfa else {}
        return {**self._described(found), "UserAttributes": self._attributes(found), **more}

    def _list(self, parameters: Parameters) -> Answer:
        start, limit = int(parameters.get("PaginationToken", "0")), parameters.get("Limit", 60)
        found = list(self.users.values())
        more = {"PaginationToken": str(start + limit)} if len(found) > start + limit else {}
        page = found[start : start + limit]
        return {"Users": [{**self._described(each), "Attributes": self._attributes(each)} for each in page], **more}

    def _groups(self, parameters: Parameters) -> Answer:
        return {"Groups": [{"GroupName": name} for name in sorted(self._existing(parameters).groups)]}

    def _disable(self, parameters: Parameters) -> Answer:
        found = self._existing(parameters)
        found.enabled, found.signed_out_at = False, self._clock.now
        return {}

    def _enable(self, parameters: Parameters) -> Answer:
        self._existing(parameters).enabled = True
        return {}

    def _reset_password(self, parameters: Parameters) -> Answer:
        found = self._existing(parameters)
        if found.status == INVITED:
            raise Refused("NotAuthorizedException", "User password cannot be reset in the current state.")
        found.status = RESET
        found.mails.append("code")
        return {}

    def _set_mfa(self, parameters: Parameters) -> Answer:
        enabled = parameters["SoftwareTokenMfaSettings"]["Enabled"]
        self._existing(parameters).mfa = ["SOFTWARE_TOKEN_MFA"] if enabled else []
        return {}

    def _sign_out(self, parameters: Parameters) -> Answer:
        self._existing(parameters).signed_out_at = self._clock.now
        return {}

    def _described(self, user: PoolUser) -> Answer:
        created_at = datetime.fromtimestamp(user.created_at, UTC)
        return {"Username": user.sub, "Enabled": user.enabled, "UserStatus": user.status, "UserCreateDate": created_at}

    def _attributes(self, user: PoolUser) -> list[dict[str, str]]:
        return [{"Name": "sub", "Value": user.sub}, {"Name": "email", "Value": user.email}]
