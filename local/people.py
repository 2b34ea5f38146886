"""People of the local stack besides the operator: one for each role, invited by the API as on AWS."""

from collections.abc import Sequence
from contextlib import closing

from local.api import Api
from local.running import Stack


def ensure_person(stack: Stack, role: str, warehouses: Sequence[str] = (), name: str = "") -> dict[str, str]:
    """Invite a person with this role, unless the person exists; return user and password, with which to sign in."""
    email = f"{name or '-'.join((role, *sorted(warehouses)))}@people.packhorse.test"
    with closing(Api(stack)) as owner:
        owner.post("/users", {"email": email, "roles": [role], "warehouses": list(warehouses)})
    # No e-mail leaves the local stack: the first password is set as an administrator of AWS may.
    password, user = stack.operator["password"], {"UserPoolId": stack.outputs["UserPoolId"], "Username": email}
    stack.client("cognito-idp").admin_set_user_password(**user, Password=password, Permanent=True)
    return {"user": email, "password": password}
