"""Read what a supplier put into a folder: each file once it is whole, then aside; one that fails stops no other."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from packhorse.domain.errors import NotFound, Rejected, Unavailable
from packhorse.domain.problem import Cause, Problem
from packhorse.domain.supply.answer_layout import AnswerLayout, Completeness
from packhorse.domain.supply.arrivals import LONG_AGO, RemoteFile, is_answer
from packhorse.domain.supply.received import FileKind, FileState, ReceivedFile, file_id
from packhorse.domain.supply.supplier import Supplier
from packhorse.files.answers.table import Unfinished
from packhorse.files.csvfile.encoding import Unreadable
from packhorse.store import exceptions, supplier_files, supplier_folders
from packhorse.store.supplier_folders import FileSource, FolderListing
from packhorse.suppliers import exchange
from packhorse.suppliers.exchange import Fetched
from packhorse.suppliers.protocol import FileDrop
from packhorse.usecases.suppliers.connect_supplier import connect_supplier

L = TypeVar("L", bound=AnswerLayout)
R = TypeVar("R")
MOST_LISTED = 4000
"""Files of a list that are compared with the next one."""
SECONDS_A_FILE = 60.0
QUIET = timedelta(seconds=30)
"""How old a list is at least that the next one is compared with: two exchanges may follow each other at once."""


class SupplierFolder(NamedTuple):
    """Where files of a layout come in; `name` is that of its list, which the next one is compared with."""

    supplier: Supplier
    drop: FileDrop
    layout: AnswerLayout
    kind: FileKind
    name: str

    @property
    def source(self) -> FileSource:
        """Where its files come from, as the record of one that was read names it."""
        return FileSource(self.supplier.id, self.kind, self.layout)

    def received(self, file: Fetched, now: datetime, state: FileState = FileState.READ) -> ReceivedFile:
        """Return a file as it is listed for people."""
        written = file.modified.isoformat() if file.modified else ""
        source = written if self.kind is FileKind.FEED else self.layout.folder
        return ReceivedFile(
            id=file_id(self.kind, file.name, file.digest, source),
            supplier=self.supplier.id,
            kind=self.kind,
            folder=self.layout.folder,
            name=file.name,
            state=state,
            read_at=now,
            modified_at=file.modified,
        )


class Layouts(NamedTuple, Generic[L]):
    """Layouts of one kind of files; the lists of their folders are named by `prefix` and their place."""

    kind: FileKind
    prefix: str
    found: Sequence[L]

    def place(self, index: int) -> str:
        """Return the name of the place of a layout."""
        return f"{self.prefix}{index}"


class Ending(Enum):
    """What became of a file: it is put aside, is read later, stays though it was read, or cannot be read."""

    DONE = "done"
    LATER = "later"
    STAYS = "stays"
    UNREADABLE = "unreadable"


class FileOutcome(NamedTuple):
    """What became of a file, and why it cannot be read or put aside."""

    ending: Ending
    problem: str = ""


ENDED = frozenset({Ending.DONE, Ending.STAYS})
DONE = FileOutcome(Ending.DONE)
LATER = FileOutcome(Ending.LATER)


class FolderRead(NamedTuple):
    """What the supplier's server refused, and whether nothing in the folder is left for a later call.

    That is not so while a file may still be written. One that cannot be read is an exception, and counts as read; so
    does one that was read and cannot be put aside.
    """

    failures: Sequence[str]
    is_complete: bool


class _FolderReading:
    """What has become of the files of a folder, and what became of them when they were read last."""

    def __init__(self, place: SupplierFolder, listing: FolderListing, now: datetime) -> None:
        self.before = supplier_folders.get_unreadable(place.supplier.id, place.name)
        self.problems: dict[RemoteFile, str] = {}
        self.stay: list[RemoteFile] = []
        self.failures: list[str] = []
        self.is_complete = True
        self._place = place
        self._listing = listing
        self._now = now
        self._stayed = frozenset(listing.stay)
        self._read: set[str] = set()
        self._is_failing = False

    def in_turn(self, whole: Iterable[RemoteFile]) -> Sequence[RemoteFile]:
        """Return the files in the order of reading: new ones, those that could not be read, those that stay."""
        return sorted(whole, key=lambda file: (file in self._stayed, file in self.before))

    def take(self, file: RemoteFile, read: Callable[[Fetched], FileOutcome]) -> None:
        """Read a file; raises Unavailable if it is the second one in turn that the server does not give away."""
        try:
            fetched = self._fetched(file)
            if fetched:
                self._note(file, read(fetched))
        except NotFound as error:
            for problem in _still_there(self._place, file, error):
                self._fail(problem)
        except Rejected as error:
            self._fail(f"{file.name}: {error.in_full}")

    def leave(self, files: Iterable[RemoteFile]) -> None:
        """Note files that are left for a later call; those that were read and stay keep nothing waiting."""
        for file in files:
            if file in self._stayed:
                self.stay.append(file)
                self.failures.append(f"{file.name}: was read, and stays in its folder")
                continue
            self.is_complete = False
            if file in self.before:
                self.problems[file] = self.before[file]

    def listing_after(self) -> FolderListing:
        """Return the list of the folder, with what became of its files."""
        stay = tuple(sorted(self.stay)[:MOST_LISTED])
        first_at = {name: at for name, at in self._listing.first_at.items() if name not in self._read}
        return self._listing.replace(stay=stay, first_at=first_at)

    def _fetched(self, file: RemoteFile) -> Fetched | None:
        try:
            found = exchange.fetch(self._place.drop, self._place.layout, file)
        except Unavailable as error:  # also where a right lacks for this one: the list was given away
            if self._is_failing:
                raise
            self._is_failing = True
            self._fail(f"{file.name}: {error.in_full}")
            return None
        self._is_failing = False
        return found._replace(listed_at=self._listing.first_at.get(file.name, self._now))

    def _note(self, file: RemoteFile, outcome: FileOutcome) -> None:
        if outcome.ending is Ending.UNREADABLE:
            self.problems[file] = outcome.problem
        if outcome.ending is Ending.STAYS:
            self.stay.append(file)
            self.failures.append(f"{file.name}: {outcome.problem}")
        if outcome.ending in ENDED and file.modified is None:
            self._read.add(file.name)
        self.is_complete = self.is_complete and outcome.ending is not Ending.LATER

    def _fail(self, problem: str) -> None:
        self.failures.append(problem)
        self.is_complete = False


def read_folder(
    place: SupplierFolder, read: Callable[[Fetched], FileOutcome], now: datetime, remaining: Callable[[], float]
) -> FolderRead:
    """Read the files that are whole, oldest first, and return how far that came.

    Files that cannot be read are one exception, until none is left; they are tried again after all others, since the
    layout may have been mended. Those that were read and that the server does not let go come last. One that it does
    not give away, since it is locked or grows or a right lacks, keeps no other waiting. Raises Unavailable if two in
    turn do not come: the next file would meet the same.
    """
    try:
        listing, whole, is_complete = whole_files(place, now, remaining)
    except Rejected as error:
        return FolderRead([f"folder {place.layout.folder}: {error.in_full}"], is_complete=False)
    reading = _FolderReading(place, listing, now)
    files = reading.in_turn(whole)
    for number, file in enumerate(files):
        if remaining() < SECONDS_A_FILE:
            reading.leave(files[number:])
            break
        reading.take(file, read)
    if reading.problems != reading.before:
        supplier_folders.save_unreadable(place.supplier.id, place.name, reading.problems)
    if (after := reading.listing_after()) != listing:
        supplier_folders.save_listing(place.supplier.id, place.name, after)
    report_problems(place, [f"{file.name}: {problem}" for file, problem in reading.problems.items()], now)
    return FolderRead(reading.failures, is_complete and reading.is_complete)


def read_layouts(
    supplier: Supplier,
    layouts: Layouts[L],
    read: Callable[[SupplierFolder, L, Fetched], FileOutcome],
    now: datetime,
    remaining: Callable[[], float],
) -> FolderRead:
    """Read the files that are whole, in the folder of each layout; return how far that came in all of them."""
    if not layouts.found:
        return FolderRead((), is_complete=True)
    failures: list[str] = []
    is_complete = True
    with connect_supplier(supplier) as drop:
        for index, layout in enumerate(layouts.found):
            place = SupplierFolder(supplier, drop, layout, layouts.kind, layouts.place(index))
            folder = read_folder(place, partial(read, place, layout), now, remaining)
            failures += folder.failures
            is_complete = is_complete and folder.is_complete
    return FolderRead(failures, is_complete)


def has_unreadable(supplier: Supplier, layouts: Layouts[L]) -> bool:
    """Return whether a file is in the folders of the layouts that cannot be read, by the newest reading of them."""
    places = (layouts.place(index) for index in range(len(layouts.found)))
    return any(supplier_folders.get_unreadable(supplier.id, place) for place in places)


def read_once(
    place: SupplierFolder, file: Fetched, parse: Callable[[bytes], R], apply: Callable[[R], bool], now: datetime
) -> FileOutcome:
    """Apply a file and put it aside; one that was read changes nothing. Where `apply` says no, it is read later.

    An empty one has no rows, unless a trailer would say that it is whole.
    """
    if not file.content.strip() and place.layout.complete is not Completeness.TRAILER:
        return put_aside(place, file, now, FileState.READ)
    if not supplier_folders.is_read(place.source, file.digest):
        try:
            reading = parse(file.content)
        except Unfinished:
            return LATER
        except Unreadable as error:
            return unreadable(place, file, error.in_full, now)
        if not apply(reading):
            return LATER
        supplier_folders.mark_read(place.source, file.digest, file.name, now)
    return put_aside(place, file, now)


def whole_files(
    place: SupplierFolder, now: datetime, remaining: Callable[[], float]
) -> tuple[FolderListing, Sequence[RemoteFile], bool]:
    """Return the list of a folder, the files that are whole, and whether no other one has changed.

    The list is kept for the next call. A file that never becomes whole is the same in each: nothing waits for it for
    ever. One that its supplier writes anew more often than lists are taken would be another one in each: this call
    takes two lists of it.
    """
    last = supplier_folders.get_listing(place.supplier.id, place.name)
    before = last.files if last.at is None or now - last.at >= QUIET else ()
    found = exchange.arrivals(place.drop, place.layout, before)
    if _has_replaced(place, last.files, found.listed) and remaining() > 2 * SECONDS_A_FILE:
        time.sleep(QUIET.total_seconds())
        before = found.listed
        found = exchange.arrivals(place.drop, place.layout, before)
    listed = _newest([file for file in found.listed if is_answer(file.name, place.layout.files)])
    if listed != last.files:
        last = last.replace(files=listed, at=now, first_at=_first_at(last, listed, datetime.now(UTC)))
        supplier_folders.save_listing(place.supplier.id, place.name, last)
    return last, found.whole, set(listed) <= {*found.whole, *before}


def _newest(files: Iterable[RemoteFile]) -> tuple[RemoteFile, ...]:
    """Return the newest files of a list by name, as many as are kept; those without a time count as the newest."""
    by_time = sorted(files, key=lambda file: (file.modified is None, file.modified or LONG_AGO, file.name))
    return tuple(sorted(by_time[-MOST_LISTED:]))


def _first_at(last: FolderListing, listed: Iterable[RemoteFile], now: datetime) -> dict[str, datetime]:
    """Return when files of a list were listed for the first time, by name: now, unless the last list has it.

    Those whose own time was over by then are left out: that counts, whenever they are read.
    """
    known = set(last.files)
    first = {file: last.first_at.get(file.name, now) if file in known else now for file in listed}
    return {file.name: at for file, at in first.items() if file.modified is None or file.modified > at}


def _has_replaced(place: SupplierFolder, last: Sequence[RemoteFile], listed: Sequence[RemoteFile]) -> bool:
    """Return whether a file that two lists must show alike is another one than the last list had under its name."""
    names = {file.name for file in last}
    new = {file for file in listed if file.name in names} - {*last}
    return place.layout.complete is Completeness.STABLE and any(
        is_answer(each.name, place.layout.files) for each in new
    )


def _still_there(place: SupplierFolder, file: RemoteFile, error: Rejected) -> list[str]:
    """Return the failure, none if the file was taken away meanwhile."""
    is_there = any(each.name == file.name for each in place.drop.list_files(place.layout.folder))
    return [f"{file.name}: {error.in_full}"] if is_there else []


def report_problems(place: SupplierFolder, problems: Sequence[str], now: datetime) -> None:
    """Open the exception about files that cannot be read, or end it."""
    subject = place.supplier.files_of(place.layout)
    if problems:
        message = f"files that cannot be read: {'; '.join(problems)}"[:2000]
        exceptions.open_exception(Problem(cause=Cause.SUPPLIER_FILE_UNREADABLE, subject=subject, message=message), now)
    else:
        exceptions.resolve(Cause.SUPPLIER_FILE_UNREADABLE, subject)


def unreadable(place: SupplierFolder, file: Fetched, problem: str, now: datetime) -> FileOutcome:
    """Record that a file cannot be read, and leave it where it is."""
    received = place.received(file, now, FileState.UNREADABLE)
    supplier_files.save_file(received.replace(problem=problem[:2000]))
    return FileOutcome(Ending.UNREADABLE, problem)


def put_aside(
    place: SupplierFolder, file: Fetched, now: datetime, otherwise: FileState = FileState.REPEATED
) -> FileOutcome:
    """Put a file aside, and record where it is; one without a report says nothing new, and has that state.

    One that the supplier's server does not let go stays: it is read all the same, and others are read after it.
    """
    try:
        moved_to = exchange.put_aside(place.drop, place.supplier, place.layout, file)
    except (Rejected, Unavailable) as error:
        return FileOutcome(Ending.STAYS, error.in_full)
    new = place.received(file, now, otherwise)

    def with_place(stored: ReceivedFile | None) -> ReceivedFile:
        received = stored if stored and stored.state is not FileState.UNREADABLE else new
        return received.replace(moved_to=moved_to or received.moved_to)

    supplier_files.change_file(place.supplier.id, new.id, with_place)
    return DONE


def raise_failures(failures: Sequence[str]) -> None:
    """Raise Rejected with what failed, if anything did."""
    if failures:
        raise Rejected("; ".join(failures)[:1500])
