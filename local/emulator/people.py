"""Cognito: what tokens say of a person."""

from typing import Any

from ministack.services import cognito

ACCESS = "access"
OF_PEOPLE = (ACCESS, "id")


def keep_groups_when_tokens_are_refreshed() -> None:
    """Write the groups of a person into every access and identity token.

    Plain MiniStack leaves them out of tokens that /oauth2/token gives for a refresh token, so that an owner has no role
    a quarter of an hour after a sign-in.
    """
    make = cognito._fake_token

    def make_with_groups(
        person: str, pool: str, client: str, use: str = ACCESS, username: str = "", **claims: Any
    ) -> str:
        if use in OF_PEOPLE and claims.get("groups") is None:
            claims["groups"] = _groups_of(pool, username)
        token: str = make(person, pool, client, use, username, **claims)
        return token

    cognito._fake_token = make_with_groups


def _groups_of(pool_id: str, username: str) -> list[str]:
    pool = cognito._get_pool_unscoped(pool_id)
    user = pool["_users"].get(username, {}) if pool else {}
    return list(user.get("_groups", []))
