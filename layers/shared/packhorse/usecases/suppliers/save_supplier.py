"""Save a supplier: its settings, its credentials and its schedule."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, Field

from packhorse.aws import schedules, secrets
from packhorse.aws.queues import message_body
from packhorse.aws.settings import settings
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import Warehouse
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.plural import plural
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.supply.received import FileState
from packhorse.domain.supply.supplier import Supplier, check_supplier
from packhorse.domain.supply.transport import (
    EmailSettings,
    FtpSettings,
    HttpsSettings,
    SftpSettings,
    Transport,
    carriage_fault,
    origin_of_transport,
)
from packhorse.domain.values import MAY_BREAK, Value, WarehouseId
from packhorse.messages.suppliers import ExchangeFiles, exchange_later
from packhorse.store import configuration, exceptions, supplier_files, suppliers
from packhorse.store.backoff import retry_conflicts
from packhorse.store.purchases import waiting_for_supplier
from packhorse.usecases.channels.merge_credentials import Key
from packhorse.usecases.fulfilment.fulfilment_kinds import KINDS
from packhorse.usecases.suppliers.hold_feed import end_held, subject_of_feed
from packhorse.usecases.suppliers.open_at_supplier import count_open, staying_elsewhere, waiting_at

MOST_NAMED = 10
"""Purchase orders that a warning names."""
SECRETS = ("password", "private_key", "passphrase", "token")


def _stripped(value: object) -> object:
    """Strip the blanks and line breaks around a private key, and end it with one line break, as OpenSSH demands."""
    return f"{value.strip()}\n" if isinstance(value, str) and value.strip() else value


class NewSupplierKeys(Value):
    """Credentials of a supplier's account as a person sends them: what is not sent is kept, what is empty removed.

    SFTP has a password or a private key in the format of OpenSSH or PEM, with its passphrase; HTTPS has a token. The
    `mail_password` is for the mail server that takes mails with purchase orders.
    """

    password: Annotated[str, Field(max_length=2000), MAY_BREAK] | None = None
    private_key: Annotated[str, BeforeValidator(_stripped), Field(max_length=20_000), MAY_BREAK] | None = None
    passphrase: Annotated[str, Field(max_length=2000), MAY_BREAK] | None = None
    token: Annotated[Key, Field(max_length=10_000)] | None = None
    mail_password: Annotated[str, Field(max_length=2000), MAY_BREAK] | None = None


class SavedSupplier(NamedTuple):
    """The supplier as it is stored, and what a person should read."""

    supplier: Supplier
    warnings: tuple[str, ...]


def save_supplier(
    name: str, edit: Callable[[Supplier | None], Supplier], sent: NewSupplierKeys | None, who: str
) -> SavedSupplier:
    """Save a supplier in the name of `who`; credentials that are not sent stay, but never for another server."""
    stored = secrets.get_credentials(name, max_age=0, of=secrets.SUPPLIERS)
    now = datetime.now(UTC)
    merged, former = stored, None

    def checked(before: Supplier | None) -> Supplier:
        nonlocal merged, former
        new, former = edit(before), before
        check_supplier(new, settings.local_addresses == "allowed")
        _check_warehouses(new, configuration.current())
        _check_reach(new, before, now)
        merged = _with_mail(_merged(stored, sent, new.transport), stored, sent, new.purchasing.email)
        if is_fed(new) and not (before and is_fed(before)):
            expect_feed_anew(new.id, who, now)
        return new

    new = retry_conflicts(lambda: suppliers.apply_edit(name, checked, who, now))
    if merged != stored and merged != secrets.Credentials(origin=merged.origin):
        secrets.save_credentials(name, merged, of=secrets.SUPPLIERS)
    if not is_fed(new):
        end_feed_exceptions(new.id)
    _schedule(new)
    unsent = _left_unsent(new)
    warnings = (*_warnings(new, merged), *_warnings_of_unsent(new, unsent), *_warnings_of_open(new, former, now))
    return SavedSupplier(new, warnings)


def _schedule(new: Supplier) -> None:
    """Schedule the exchanges with a supplier, or end them."""
    if new.is_reached:
        schedules.save_supplier_schedule(new.id, new.every_minutes, message_body(ExchangeFiles(supplier=new.id)))
    else:
        schedules.delete_supplier_schedule(new.id)
        exceptions.resolve(Cause.SUPPLIER_FAILED, Subject.of_supplier(new.id, "files"))


def _left_unsent(new: Supplier) -> list[str]:
    """Return the purchase orders that wait to be sent, if the settings send none; an exchange leaves them to people."""
    unsent = [] if new.is_reached and new.purchasing.sends else list(waiting_for_supplier(new.id))
    if unsent:
        exchange_later(ExchangeFiles(supplier=new.id))
    return unsent


def _check_warehouses(new: Supplier, config: Configuration) -> None:
    """Raise Rejected unless each warehouse is one that partners fulfil, and no other supplier has it."""
    taken = {place: each.id for each in suppliers.all_suppliers() if each.id != new.id for place in each.warehouses}
    wrong = []
    for index, place in enumerate(new.warehouses):
        found = config.warehouses.get(WarehouseId(place))
        if found is None:
            wrong.append(FieldError(f"warehouses.{index}", f"there is no warehouse {place}"))
        elif not KINDS[found.kind].by_supplier:
            wrong.append(FieldError(f"warehouses.{index}", f"{place} is of kind {found.kind}: no supplier ships there"))
        elif place in taken:
            wrong.append(FieldError(f"warehouses.{index}", f"supplier {taken[place]} ships the orders of {place}"))
    if wrong:
        raise Rejected("the supplier cannot have these warehouses", wrong)


def _check_reach(new: Supplier, before: Supplier | None, now: datetime) -> None:
    """Raise Rejected if no file would say what becomes of what the supplier has."""
    if before and before.transport and not new.transport and (has := count_open(before, now).words_of_sent):
        reason = f"is needed until {has} that the supplier has are over"
        raise Rejected("the supplier's files are still exchanged", [FieldError("transport", reason)])


def _merged(
    stored: secrets.Credentials, sent: NewSupplierKeys | None, transport: Transport | None
) -> secrets.Credentials:
    """Return the credentials; raises Rejected if an old one would be sent to another server, or a new one to none."""
    given = {name: value for name, value in dict(sent or {}).items() if value is not None and name in SECRETS}
    if transport is None:
        if given:
            raise Rejected("credentials for no server", [FieldError("credentials", "the supplier has no transport")])
        return stored
    _check_password("password", transport, given.get("password", ""))
    origin = origin_of_transport(transport)
    merged = stored.replace(**given)
    kept = [name for name in SECRETS if getattr(merged, name) and name not in given]
    if kept and stored.origin != origin:
        reason = "the connection is to another server: send its credentials again"
        raise Rejected(reason, [FieldError(f"credentials.{name}", reason) for name in kept])
    return merged.replace(origin=origin)


def _with_mail(
    merged: secrets.Credentials,
    stored: secrets.Credentials,
    sent: NewSupplierKeys | None,
    mail: EmailSettings | None,
) -> secrets.Credentials:
    """Return the credentials with the password of the mail server for purchase orders; raises Rejected as above."""
    given = sent.mail_password if sent else None
    if mail is None:
        if given:
            reason = "the supplier has no purchasing.email"
            raise Rejected("credentials for no server", [FieldError("credentials.mail_password", reason)])
        return merged.replace(mail_password="", mail_origin="")
    _check_password("mail_password", mail, given or "")
    origin = origin_of_transport(mail)
    if given is None and stored.mail_password and stored.mail_origin != origin:
        reason = "mails go to another server: send its password again"
        raise Rejected(reason, [FieldError("credentials.mail_password", reason)])
    password = stored.mail_password if given is None else given
    return merged.replace(mail_password=password, mail_origin=origin if password else "")


def _check_password(name: str, transport: Transport, password: str) -> None:
    if fault := carriage_fault(transport, password):
        raise Rejected("the connection cannot carry the password", [FieldError(f"credentials.{name}", fault)])


def _warnings(new: Supplier, credentials: secrets.Credentials) -> Iterator[str]:
    transport = new.transport
    if not new.warehouses and transport and not new.purchasing.sends:
        yield f"supplier {new.id}: without a warehouse it gets no orders"
    if isinstance(transport, SftpSettings) and not (credentials.password or credentials.private_key):
        yield f"supplier {new.id}: without a password or a private key nobody can sign in"
    if isinstance(transport, FtpSettings) and not credentials.password:
        yield f"supplier {new.id}: without a password nobody can sign in"
    if isinstance(transport, HttpsSettings) and not credentials.token:
        yield f"supplier {new.id}: without a token its API is called without one"


def _warnings_of_unsent(new: Supplier, unsent: Sequence[str]) -> Iterator[str]:
    """Yield which purchase orders people have to send, since the supplier's settings send none any more."""
    if unsent:
        more = f" and {len(unsent) - MOST_NAMED} more" if len(unsent) > MOST_NAMED else ""
        named = f"{', '.join(unsent[:MOST_NAMED])}{more}"
        yield f"supplier {new.id}: no purchase orders are sent to it any more: send {named} yourself"


def _warnings_of_open(new: Supplier, before: Supplier | None, now: datetime) -> Iterator[str]:
    """Yield what stays with a supplier that is switched off, or with another one than now ships for a warehouse."""
    if new.warehouses != (before.warehouses if before else ()):
        yield from staying_elsewhere(new, now)
        yield from _warnings_of_left(new, before, now)
    if new.active:
        return
    found = count_open(new, now)
    if has := found.words_of_sent:
        yield f"supplier {new.id} is inactive: it keeps {has} until they are over"
    if new.warehouses:
        still = f" ({found.words_of_waiting})" if found.words_of_waiting else ""
        yield f"supplier {new.id} is inactive: orders of {', '.join(new.warehouses)} are sent to nobody{still}"


def _warnings_of_left(new: Supplier, before: Supplier | None, now: datetime) -> Iterator[str]:
    """Yield the warehouses that the supplier had, and none has by now, with what waits to be sent from there."""
    shipping = {place for each in suppliers.all_suppliers() for place in each.warehouses}
    if left := sorted({*(before.warehouses if before else ())} - {*new.warehouses} - shipping):
        waiting = waiting_at(left, now)
        for place in left:
            still = f" ({plural(waiting[place], 'fulfilment order')})" if waiting[place] else ""
            yield f"warehouse {place}: no supplier ships its orders any more{still}: name it in one's `warehouses`"


def end_feed_exceptions(name: str) -> None:
    """End the exceptions about a stock feed of a supplier that has none any more."""
    for cause in (Cause.SUPPLIER_FEED_HELD, Cause.SUPPLIER_FEED_SILENT, Cause.SUPPLIER_ROWS_REFUSED):
        exceptions.resolve(cause, subject_of_feed(name))


def is_fed(supplier: Supplier) -> bool:
    """Return whether stock feeds of a supplier are looked for."""
    return supplier.active and supplier.feed is not None and supplier.fed_warehouse is not None


def expect_feed_anew(name: str, who: str, now: datetime) -> None:
    """Record that feeds of a supplier are looked for from now on: those that were missed before count as no silence.

    One that was held is over: a person would decide about the stock of long ago.
    """

    def save() -> bool:
        state = supplier_files.find_feed(name)
        if state is None:
            return False  # the first exchange begins
        for held in state.all_held:
            end_held(name, held, FileState.DISCARDED, who)
        supplier_files.save_feed(name, state.replace(since=now, last_at=None, emptied_at=None).with_held(()))
        return True

    if retry_conflicts(save):
        end_feed_exceptions(name)


def supplier_warnings(warehouse: Warehouse) -> Iterator[str]:
    """Yield what a warehouse lacks to have its orders sent, or has in vain."""
    supplier = suppliers.supplier_of(WarehouseId(warehouse.id))
    if KINDS[warehouse.kind].by_supplier and supplier is None:
        yield f"warehouse {warehouse.id}: no supplier ships its orders: name it in one's `warehouses`"
    if supplier and not supplier.active:
        yield f"warehouse {warehouse.id}: supplier {supplier.id}, which ships its orders, is inactive: it gets none"
    if supplier and not KINDS[warehouse.kind].by_supplier:
        yield f"warehouse {warehouse.id}: supplier {supplier.id} names it, though it is of kind {warehouse.kind}"
