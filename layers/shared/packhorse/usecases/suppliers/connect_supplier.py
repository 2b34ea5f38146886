"""Connect to a supplier with its credentials, which go to the server that they are for only."""

from collections.abc import Iterator
from contextlib import contextmanager

from packhorse import suppliers
from packhorse.aws import secrets
from packhorse.domain.errors import CredentialsRefused, NotNow
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.supply.transport import origin_of_transport
from packhorse.suppliers.protocol import FileDrop, SupplierKeys


@contextmanager
def connect_supplier(supplier: Supplier) -> Iterator[FileDrop]:
    """Open the connection to a supplier for the time of a `with` block."""
    with suppliers.connect(supplier.connection, keys_of(supplier)) as drop:
        yield drop


@contextmanager
def connect_purchase_mail(supplier: Supplier) -> Iterator[FileDrop]:
    """Open the connection to the mail server that takes mails with its purchase orders; raises NotNow without one."""
    mail = supplier.purchasing.email
    if mail is None:
        raise NotNow(f"supplier {supplier.id} has no mail server for purchase orders any more")
    found = secrets.get_credentials(supplier.id, max_age=0, of=secrets.SUPPLIERS)
    if found.mail_password and found.mail_origin != origin_of_transport(mail):
        raise CredentialsRefused(f"the stored mail password of supplier {supplier.id} is for {found.mail_origin}")
    with suppliers.connect(mail, SupplierKeys(found.mail_password)) as drop:
        yield drop


def keys_of(supplier: Supplier) -> SupplierKeys:
    """Return a supplier's credentials; raises CredentialsRefused if those that are stored are for another server."""
    found = secrets.get_credentials(supplier.id, max_age=0, of=secrets.SUPPLIERS)
    if found.origin and found.origin != origin_of_transport(supplier.connection):
        raise CredentialsRefused(f"the stored credentials of supplier {supplier.id} are for {found.origin}")
    return SupplierKeys(found.password, found.private_key, found.passphrase, found.token)
