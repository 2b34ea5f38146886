"""A door before a server that breaks or delays connections."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from local.partners.servers import free_port


@contextmanager
def breaking(port: int, after: int, stalls: bool = False, of_server: bool = False) -> Iterator[int]:
    """Yield a port that leads to another one; the connection breaks once the client has sent so many bytes.

    One that `stalls` stays open, and nothing comes through any more. `of_server`: once the server has sent so many.
    """
    listener = socket.create_server(("127.0.0.1", free_port()))
    thread = threading.Thread(target=_serve, args=(listener, port, after, stalls, of_server), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _serve(listener: socket.socket, port: int, after: int, stalls: bool, of_server: bool) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        server = socket.create_connection(("127.0.0.1", port))
        limited, other = ((server, client), (client, server))[:: 1 if of_server else -1]
        threading.Thread(target=_pump, args=(*other, None, False), daemon=True).start()
        threading.Thread(target=_pump, args=(*limited, after, stalls), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket, most: int | None, stalls: bool) -> None:
    passed = 0
    with suppress(OSError):
        while part := source.recv(16_384):
            passed += len(part)
            if most is None or passed <= most:
                target.sendall(part)
            elif not stalls:
                break
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
