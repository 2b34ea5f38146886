"""What is done with a supplier's files over any connection: send, list what is whole, fetch, put aside, try out."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.errors import NotFound, PackhorseError, Rejected, Unavailable
from packhorse.domain.plural import agree, plural
from packhorse.domain.supply.answer_layout import AnswerLayout, Completeness
from packhorse.domain.supply.arrivals import RemoteFile, content_hash, markers_of, whole_files
from packhorse.domain.supply.rendering import SupplierFile
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.supply.transport import kind_of
from packhorse.suppliers import TRANSPORTS, connect
from packhorse.suppliers.protocol import FileDrop, PerhapsSent, SupplierKeys, path_of

TEST_PREFIX = "TEST_"


class Fetched(NamedTuple):
    """A file that was fetched; `digest` is what it is recognised by, `modified` None where the server does not say.

    `listed_at` is when it was listed for the first time.
    """

    name: str
    content: bytes
    digest: str
    modified: datetime | None = None
    listed_at: datetime | None = None


class Arrivals(NamedTuple):
    """A list of a folder, to be compared with the next one, and the files in it that are whole."""

    listed: tuple[RemoteFile, ...]
    whole: tuple[RemoteFile, ...]


class Step(NamedTuple):
    """A step of a test of the connection, and what was seen or why it failed."""

    name: str
    ok: bool
    seen: str


def send_files(drop: FileDrop, folder: str, files: Collection[SupplierFile]) -> None:
    """Send the files of a batch; the call may be repeated after a crash: files that arrived are not sent again.

    Raises PerhapsSent where a mail or a POST has no answer. A supplier that takes files away may get one twice, under
    the same name with the batch's number and with the same bytes, if we crash between sending and storing that, or if
    two processes send it since their clocks differ by more than the lease outlasts the function.
    """
    for file in files:
        drop.put(folder, file.name, file.content)


def is_unsent(drop: FileDrop, folder: str, files: Collection[SupplierFile], error: PackhorseError) -> bool:
    """Return whether it is certain that none of the files arrived, though sending them failed with that error.

    They are searched for over the same connection: the supplier has had no time to take one away.
    """
    if isinstance(error, PerhapsSent):
        return False
    if drop.reports_doubt and len(files) == 1:
        return True
    try:
        found = {drop.has(folder, file.name, file.content) for file in files}
    except PackhorseError:
        return False
    return found == {False} or (len(files) == 1 and found == {None} and isinstance(error, Rejected))


def arrivals(drop: FileDrop, layout: AnswerLayout, before: Collection[RemoteFile]) -> Arrivals:
    """Return what is in the folder of a layout, and which files are whole; `before` is the list of the last call."""
    listed = tuple(drop.list_files(layout.folder))
    return Arrivals(listed, whole_files(before, listed, layout))


def fetch(drop: FileDrop, layout: AnswerLayout, file: RemoteFile) -> Fetched:
    """Return a file; raises Unavailable if it came short: an answer that breaks off may look whole."""
    content = drop.fetch(layout.folder, file.name)
    if len(content) < file.size:
        raise Unavailable(f"{file.name} has {file.size:,} bytes, and {len(content):,} came")
    return Fetched(file.name, content, content_hash(content), file.modified)


def is_in_folder(supplier: Supplier) -> bool:
    """Return whether a supplier's files lie in folders; an API may answer each call with what it has then."""
    return TRANSPORTS[kind_of(supplier.connection)].moves


def put_aside(drop: FileDrop, supplier: Supplier, layout: AnswerLayout, file: Fetched) -> str | None:
    """Move a file that was read to the folder of processed ones, or delete it where the supplier has none.

    Returns where it is now, None if it is nowhere. Called after what the file says is stored; it may be repeated. A
    file whose name is taken there gets a part of its hash into its name; one that is there under that, too, is deleted.
    """
    markers = markers_of(file.name) if layout.complete is Completeness.DONE else frozenset()
    processed = supplier.folders.processed if is_in_folder(supplier) else None
    moved_to = None
    if processed:
        moved_to = _move(drop, layout.folder, file, processed)
    else:
        _delete(drop, layout.folder, file.name)
    for marker in markers:
        with suppress(NotFound):
            drop.delete(layout.folder, marker)
    return moved_to


def _move(drop: FileDrop, folder: str, file: Fetched, processed: str) -> str | None:
    try:
        try:
            drop.move(folder, file.name, processed, file.name)
        except NotFound:
            raise
        except Rejected:
            return _move_beside(drop, folder, file, processed)
    except NotFound:
        if any(each.name == file.name for each in drop.list_files(folder)):
            raise  # the file is there, so the folder of processed ones is not
        return None
    return path_of(processed, file.name)


def _move_beside(drop: FileDrop, folder: str, file: Fetched, processed: str) -> str:
    """Move a file whose name is taken under one with a part of its hash, or delete it if it is there under that."""
    stem, dot, ending = file.name.rpartition(".")
    other = f"{stem or file.name}-{file.digest[:12]}{dot if stem else ''}{ending if stem else ''}"
    try:
        drop.move(folder, file.name, processed, other)
    except NotFound:
        raise
    except Rejected:
        if not drop.has(processed, other, file.content):
            raise
        drop.delete(folder, file.name)
    return path_of(processed, other)


def _delete(drop: FileDrop, folder: str, name: str) -> None:
    with suppress(NotFound):
        drop.delete(folder, name)


def try_connection(supplier: Supplier, keys: SupplierKeys, file: SupplierFile) -> tuple[Step, ...]:
    """Send a test file, fetch it back where files can be fetched, delete it, and list the folders of answers.

    Returns what was seen, step by step; the first failure ends it. The name begins with TEST_; it goes to the test
    folder, or to that of orders.
    """
    steps: list[Step] = []
    try:
        with connect(supplier.connection, keys) as drop:
            steps.append(Step("connect", True, f"signed in by {supplier.connection.kind}"))
            steps.extend(_tried(drop, supplier, file._replace(name=f"{TEST_PREFIX}{file.name}")))
    except PackhorseError as error:
        return (*steps, Step("connect" if not steps else "close", False, getattr(error, "in_full", str(error))))
    return tuple(steps)


def _tried(drop: FileDrop, supplier: Supplier, file: SupplierFile) -> Iterator[Step]:
    folder = supplier.folders.test or supplier.folders.orders
    name = "send"
    try:
        drop.put(folder, file.name, file.content)
        yield Step(name, True, f"{file.name} in {folder}, {len(file.content)} bytes")
        if not TRANSPORTS[kind_of(supplier.connection)].lists or (getattr(supplier.connection, "lists", True) is False):
            return
        name = "fetch"
        content = drop.fetch(folder, file.name)
        if content != file.content:
            yield Step(name, False, f"{file.name} came back with {len(content)} bytes, and differs")
            return
        yield Step(name, True, "came back as it was sent")
        name = "delete"
        drop.delete(folder, file.name)
        yield Step(name, True, file.name)
        for layout in (*supplier.answers, *((supplier.feed,) if supplier.feed else ())):
            name = f"list {layout.folder}"
            listed = drop.list_files(layout.folder)
            matching = whole_files(listed, listed, layout)
            fit = agree(len(matching), "fits", "fit")
            yield Step(name, True, f"{plural(len(listed), 'file')}, {len(matching)} {fit} {layout.files}")
    except PackhorseError as error:
        yield Step(name, False, getattr(error, "in_full", str(error)))
