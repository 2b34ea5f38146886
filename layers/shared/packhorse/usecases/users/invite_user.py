"""Invite a person: an account in the user pool, an e-mail with a first password, and rights."""

from packhorse.aws import user_pool
from packhorse.domain.errors import NotNow
from packhorse.domain.users import Role, UserChangeKind, UserRights
from packhorse.usecases.users.change_user import UserRequest, acting_owner, change_of, save_rights, with_rights
from packhorse.usecases.users.read_users import Person, get_person


def invite_user(email: str, roles: tuple[Role, ...], warehouses: tuple[str, ...], by: UserRequest) -> Person:
    """Invite a person with these rights; raises NotNow for an address that has an account with others.

    Until the rights are written the account has none, so a request that failed in between may be repeated.
    """
    wanted = with_rights(UserRights(user="", email=email), roles, warehouses)
    actor = acting_owner(by.caller)
    person = get_person(user_pool.invite(email).user)
    new = wanted.replace(user=person.found.user)
    if person.record and person.record == new.replace(version=person.record.version):
        return person
    if person.record or person.rights.roles:
        raise NotNow(f"{email} has an account already: change that one")
    before = UserRights(user=new.user, email=email)
    saved = save_rights(new, person, change_of(UserChangeKind.INVITED, before, new, by), actor)
    return person._replace(rights=saved, record=saved)
