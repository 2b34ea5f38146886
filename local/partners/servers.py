"""Servers of suppliers, each a process for the time of a `with` block, on a free port of this machine."""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from local.home import ENVIRONMENTS, StackError
from local.partners import openssh
from local.unpacking import libraries

USER, PASSWORD = "supplier", "supplier-password"
PASSWORD_HASH = "$6$packhorse$hXdp69WfmRimeQJ7Fq9mm9sksiz0vMBu749R2Nb0RDxOSfdnUxowdJDVXCH0Bs4hCB24.DAtmRUjJmo2RXrP1/"  # noqa: S105 - of the password above
NOBODY_ELSE = 23_456
"""The user id that OpenSSH runs as if we are root: it lets only its own user in, and not root."""
START_SECONDS = 20.0
HERE = Path(__file__).parent
PARTNERS = ENVIRONMENTS / "partners" / "bin" / "python"


class Server(NamedTuple):
    """A running server: its files are below `root`. `key` is the fingerprint of its host key, if it has one."""

    port: int
    root: Path
    log: Path
    key: str = ""
    client_key: str = ""


class SshdOptions(NamedTuple):
    """How OpenSSH runs: lines of sshd_config, requests that are refused, the largest file in kilobytes."""

    lines: Sequence[str] = ()
    refused: Sequence[str] = ()
    file_kilobytes: int | None = None
    host_key: str = "ssh-ed25519"


DEFAULT = SshdOptions()


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder for the time of a `with` block, which the server's user can reach, unlike those of pytest."""
    with TemporaryDirectory(prefix="packhorse-partner-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@contextmanager
def running_sshd(folder: Path, options: SshdOptions = DEFAULT) -> Iterator[Server]:
    """Run OpenSSH with an account USER, which has PASSWORD and a key; the folder is one of `open_folder`."""
    root = folder / "files"
    root.mkdir(parents=True)
    key, client = asyncssh.generate_private_key(options.host_key), asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(folder / "host_key")
    (folder / "host_key").chmod(0o600)
    client.write_public_key(folder / "authorized_keys")
    port = free_port()
    _write_accounts(folder, root)
    denied = f" -P {','.join(options.refused)}" if options.refused else ""
    lines = [
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        f"HostKey {folder / 'host_key'}",
        f"AuthorizedKeysFile {folder / 'authorized_keys'}",
        "UsePAM no",
        "StrictModes no",
        "PidFile none",
        "MaxStartups 100",
        "Subsystem sftp internal-sftp",
        f"ForceCommand internal-sftp{denied}",
        *(f"{name} {path}" for name, path in openssh.programs(_unpacked()).items()),
        *options.lines,
    ]
    (folder / "sshd_config").write_text("\n".join(lines) + "\n")
    command = [str(openssh.sshd(_unpacked())), "-D", "-e", "-f", str(folder / "sshd_config")]
    with _running("sshd", _limited(command, options.file_kilobytes), folder, port, _wrapped(folder)) as log:
        yield Server(port, root, log, key.get_fingerprint(), client.export_private_key().decode())


def _write_accounts(folder: Path, root: Path) -> None:
    """Write the files in which libnss-wrapper finds the account, and give it what is its own."""
    user = NOBODY_ELSE if os.getuid() == 0 else os.getuid()
    (folder / "passwd").write_text(f"{USER}:x:{user}:{user}::{root}:/bin/sh\n")
    (folder / "group").write_text(f"{USER}:x:{user}:\n")
    (folder / "shadow").write_text(f"{USER}:{PASSWORD_HASH}:19000:0:99999:7:::\n")
    if os.getuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, user, user)


def _wrapped(folder: Path) -> Mapping[str, str]:
    return {
        "LD_LIBRARY_PATH": ":".join(map(str, libraries(_unpacked()))),
        "LD_PRELOAD": "libnss_wrapper.so",
        "NSS_WRAPPER_PASSWD": str(folder / "passwd"),
        "NSS_WRAPPER_GROUP": str(folder / "group"),
        "NSS_WRAPPER_SHADOW": str(folder / "shadow"),
    }


@contextmanager
def running_ftp(
    folder: Path,
    certificate: Path | None = None,
    permissions: str = "elradfmwMT",
    file_kilobytes: int | None = None,
    cut_after: int = 0,
) -> Iterator[Server]:
    """Run pyftpdlib with an account USER; with a certificate and its key in one PEM file it takes FTPS only.

    `permissions` are pyftpdlib's letters. It drops the connection after `cut_after` bytes of a file.
    """
    root = folder / "files"
    root.mkdir(parents=True)
    port = free_port()
    command = [str(PARTNERS), str(HERE / "ftp_server.py"), str(port), str(root), USER, PASSWORD, permissions]
    command += [str(cut_after), str(certificate or "")]
    with _running("ftp", _limited(command, file_kilobytes), folder, port) as log:
        yield Server(port, root, log)


@contextmanager
def running_mail(folder: Path, *faults: str) -> Iterator[Server]:
    """Run a mail server that keeps mails as files; `faults`: `refuse`, `busy` or `drop` after the mail's content."""
    root = folder / "files"
    root.mkdir(parents=True)
    port = free_port()
    with _running(
        "mail", [str(PARTNERS), str(HERE / "mail_server.py"), str(port), str(root), *faults], folder, port
    ) as log:
        yield Server(port, root, log)


@cache
def _unpacked() -> Path:
    """Return the folder of OpenSSH; the superuser, whose own folders others cannot enter, gets a copy that they can."""
    if os.getuid() != 0:
        return openssh.FOLDER
    copied = Path(tempfile.mkdtemp(prefix="openssh-"))
    atexit.register(shutil.rmtree, copied, ignore_errors=True)
    copied.chmod(0o755)
    shutil.copytree(openssh.FOLDER, copied, dirs_exist_ok=True)
    return copied


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _limited(command: Sequence[str], file_kilobytes: int | None) -> Sequence[str]:
    """Return the command with a limit on the size of files, which acts as a full disk does."""
    if file_kilobytes is None:
        return command
    return ["/bin/sh", "-c", f"trap '' XFSZ; ulimit -f {file_kilobytes * 2}; exec \"$@\"", "sh", *command]


@contextmanager
def _running(
    name: str, command: Sequence[str], folder: Path, port: int, environment: Mapping[str, str] | None = None
) -> Iterator[Path]:
    if not Path(_program(command)).exists():
        raise StackError(f"{_program(command)} is missing: make install")
    log = folder / f"{name}.log"
    user = NOBODY_ELSE if environment and os.getuid() == 0 else None
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    try:
        _await(process, port, log)
        yield log
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _program(command: Sequence[str]) -> str:
    return next(part for part in command if part.startswith("/") and part != "/bin/sh")


def _await(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise StackError.with_log(log, f"{process.args!r} does not listen on port {port}")


def certificate(folder: Path, address: str = "127.0.0.1") -> tuple[Path, str]:
    """Return a PEM file with a key and a certificate of an address, and the certificate's text."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "partner")])
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(address))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    text = made.public_bytes(Encoding.PEM).decode()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    path = folder / "server.pem"
    path.write_text(private + text)
    return path, text
