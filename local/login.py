"""The local operator: a user of the deployed Cognito user pool, in the group `owner`."""

import json
import secrets
from contextlib import suppress

from local.deployment import client
from local.home import Home, StackError
from local.keys import write_private

USER = "operator@packhorse.test"
GROUP = "owner"


def create_operator(home: Home, outputs: dict[str, str]) -> dict[str, str]:
    """Create the operator if it does not exist, and set the password that this home stores."""
    cognito, pool, operator = client(home, "cognito-idp"), outputs["UserPoolId"], _operator(home)
    user = {"UserPoolId": pool, "Username": operator["user"]}
    email = [{"Name": "email", "Value": USER}, {"Name": "email_verified", "Value": "true"}]
    with suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(**user, MessageAction="SUPPRESS", UserAttributes=email)
    cognito.admin_set_user_password(**user, Password=operator["password"], Permanent=True)
    try:
        cognito.admin_add_user_to_group(**user, GroupName=GROUP)
    except cognito.exceptions.ResourceNotFoundException as missing:
        raise StackError("template.yaml has no user group named owner") from missing
    return operator


def bearer_token(home: Home, outputs: dict[str, str], person: dict[str, str]) -> str:
    """Request an identity token of the operator, or of another person, valid for a quarter of an hour."""
    return tokens(home, outputs, person)["IdToken"]


def tokens(home: Home, outputs: dict[str, str], person: dict[str, str]) -> dict[str, str]:
    """Sign in with a password and return all tokens: IdToken, AccessToken, RefreshToken."""
    answer = client(home, "cognito-idp").admin_initiate_auth(
        UserPoolId=outputs["UserPoolId"],
        ClientId=outputs["UserPoolClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": person["user"], "PASSWORD": person["password"]},
    )
    return dict(answer["AuthenticationResult"])


def _operator(home: Home) -> dict[str, str]:
    """Return name and password, generated once and stored beside the state of the emulator."""
    file = home.folder / "operator.json"
    if not file.exists():
        write_private(file, json.dumps({"user": USER, "password": f"Aa1-{secrets.token_urlsafe(18)}"}))
    return dict(json.loads(file.read_text()))
