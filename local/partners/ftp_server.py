"""An FTP or FTPS server: a script of the environment `partners`, started by local/partners/servers.py."""

import sys
from typing import Any

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import DTPHandler, FTPHandler, TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer


def main(port: str, root: str, user: str, password: str, permissions: str, cut_after: str, certificate: str) -> None:
    """Serve until the process is ended."""
    authorizer = DummyAuthorizer()
    authorizer.add_user(user, password, root, perm=permissions)
    handler: Any = TLS_FTPHandler if certificate else FTPHandler
    if certificate:
        handler.certfile = certificate
        handler.tls_control_required = handler.tls_data_required = True
    handler.authorizer = authorizer
    handler.auth_failed_timeout = 0  # instead of three seconds before wrong credentials are refused
    if int(cut_after):
        handler.dtp_handler = _cutting(TLS_DTPHandler if certificate else DTPHandler, int(cut_after))
    FTPServer(("127.0.0.1", int(port)), handler).serve_forever()


def _cutting(kind: Any, most: int) -> Any:
    """Return a data connection that breaks, with its control connection, after so many bytes of a file."""

    class Cutting(kind):  # type: ignore[misc] # whichever of the two it is
        def handle_read(self) -> None:
            super().handle_read()
            if self.tot_bytes_received >= most:
                control = self.cmd_channel
                self.close()
                control.close()

        handle_read_event = handle_read  # pyftpdlib calls this one

    return Cutting


if __name__ == "__main__":
    main(*sys.argv[1:])
