"""A wholesaler that gets files of orders on its server, and puts files of answers there.

It acknowledges what it has and rejects what it lacks in one file, and ships what it acknowledged in a second one. A
purchase order it confirms, with the day and the number of its delivery. Its files have another name until they are
whole, and a `.done` beside them then. A file that it cannot read it refuses, and goes on with the next one.
"""

import csv
import io
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from local.world.failures import Failure
from local.world.suppliers.order_files import QUANTITY, Json, Refused, read_rows

ORDERS, ANSWERS, PROCESSED = "in", "out", "done"
"""Its folders: files of orders, its answers, and those of its answers that were read."""
PURCHASES, CONFIRMATIONS = "purchases", "confirmed"
"""The same for purchase orders, which come as a file and as a page."""
FOLDERS = (ORDERS, ANSWERS, PROCESSED, PURCHASES, CONFIRMATIONS)
ORDER_FILES, PURCHASE_FILES = "ORD_*.csv", "PO_*.csv"
COLUMNS = ("PO_NUM", "STATUS", "ITEM", "QTY", "CARRIER", "TRACKING", "REASON")
CONFIRMED = ("PO", "STATUS", "LINE", "QTY", "DUE", "DELIVERY", "REASON")
DELIVERS_AFTER = timedelta(days=3)
ACKNOWLEDGED, REJECTED, SHIPPED = "ACK", "REJ", "SHP"
GARBAGE, DUPLICATE = "garbage", "duplicate"
UNREADABLE = b"\xff\xfe\x00PK\x03\x04\x00\x00\x00" * 20


@dataclass
class Settings:
    """What the wholesaler lacks and how it answers.

    `lacking` are skus that it rejects; with `refusing`, the reason, it rejects everything. It does nothing while it is
    `silent`, and ships nothing unless it `ships`. `next_answers` are faults of its next files of answers, one each:
    `garbage` cannot be read until `/_control/mend`, `duplicate` is there under two names.
    """

    lacking: list[str] = field(default_factory=list)
    refusing: str = ""
    silent: bool = False
    ships: bool = True
    carrier: str = "UPS"
    next_answers: list[str] = field(default_factory=list)


@dataclass
class Wholesaler:
    """Its books: `rows` of all files that it read, in their order, `lines` by our id and sku, `answers` it wrote.

    A row has `file`, `order`, `sku` and `quantity`; a line has `order`, `sku`, `quantity`, `state` and `tracking`.
    `refused` are the files that it could not read, each with its `file` and the `reason`.
    `garbled` are the texts of answers that cannot be read, by the name of the file; `purchases` the rows about purchase
    orders that it answered.
    """

    settings: Settings = field(default_factory=Settings)
    files: list[str] = field(default_factory=list)
    refused: list[Json] = field(default_factory=list)
    rows: list[Json] = field(default_factory=list)
    lines: list[Json] = field(default_factory=list)
    answers: list[Json] = field(default_factory=list)
    garbled: dict[str, str] = field(default_factory=dict)
    purchases: list[Json] = field(default_factory=list)
    count: int = 0
    failures: list[Failure] = field(default_factory=list)
    delay: float = 0.0  # seconds before every operation of SFTP

    def __post_init__(self) -> None:
        self.lock = threading.RLock()

    def work(self, root: Path) -> None:
        """Ship what was acknowledged before, then read new files of orders and answer them."""
        with self.lock:
            if self.settings.silent:
                return
            if self.settings.ships:
                self._ship(root)
            self._take(root / ORDERS, ORDER_FILES, ("PO_NUM", "ITEM"), partial(self._acknowledge, root))
            self._take(root / PURCHASES, PURCHASE_FILES, ("PO", "LINE", "ITEM"), partial(self._confirm, root))

    def _take(
        self, folder: Path, pattern: str, needed: Sequence[str], answer: Callable[[str, Sequence[Json]], None]
    ) -> None:
        """Answer the files that it has not read before; one that it cannot read it refuses, and answers nothing."""
        for path in sorted(folder.glob(pattern)):
            if path.name in self.files:
                continue
            self.files.append(path.name)
            try:
                rows = read_rows(path.read_bytes(), needed)
            except Refused as error:
                self.refused.append({"file": path.name, "reason": str(error)})
            else:
                answer(path.name, rows)

    def _acknowledge(self, root: Path, file: str, rows: Sequence[Json]) -> None:
        """Acknowledge the lines of orders, and reject what is lacking."""
        new = [{"order": row["PO_NUM"], "sku": row["ITEM"], "quantity": int(row[QUANTITY])} for row in rows]
        self.rows += [{"file": file, **line} for line in new]
        for line in new:
            line |= {"state": REJECTED if self._lacks(line["sku"]) else ACKNOWLEDGED, "tracking": ""}
        self.lines += new
        self._answer(root, "ack", new)

    def _confirm(self, root: Path, file: str, rows: Sequence[Json]) -> None:
        """Confirm the lines of a purchase order, and refuse what is lacking."""
        answers = []
        for row in rows:
            why = (self.settings.refusing or f"no {row['ITEM']} left") if self._lacks(row["ITEM"]) else ""
            due = "" if why else (datetime.now(UTC) + DELIVERS_AFTER).date().isoformat()
            facts = (row["PO"], REJECTED if why else ACKNOWLEDGED, row["LINE"], row[QUANTITY], due)
            answers.append(dict(zip(CONFIRMED, (*facts, "" if why else f"DN-{row['PO']}", why), strict=True)))
        self.purchases += answers
        put(root / CONFIRMATIONS / f"ack_{file}", as_csv(answers, CONFIRMED).encode())

    def _lacks(self, sku: str) -> bool:
        return bool(self.settings.refusing) or sku in self.settings.lacking

    def _ship(self, root: Path) -> None:
        """Ship each order that was acknowledged as one parcel."""
        due = [line for line in self.lines if line["state"] == ACKNOWLEDGED]
        parcels: dict[str, str] = {}
        for line in due:
            if line["order"] not in parcels:
                self.count += 1
                parcels[line["order"]] = f"1ZSUPPLIER{self.count:06d}"
            line |= {"state": SHIPPED, "tracking": parcels[line["order"]]}
        if due:
            self._answer(root, "ship", due)

    def _answer(self, root: Path, kind: str, lines: Iterable[Json]) -> None:
        """Write a file of answers, with the fault that is due."""
        rows = [self._row(line) for line in lines]
        name, text = f"{kind}_{len(self.answers) + 1:06d}.csv", as_csv(rows)
        fault = self.settings.next_answers.pop(0) if self.settings.next_answers else ""
        self.answers.append({"file": name, "rows": rows, "fault": fault})
        if fault == GARBAGE:
            self.garbled[name] = text
        put(root / ANSWERS / name, UNREADABLE if fault == GARBAGE else text.encode())
        if fault == DUPLICATE:
            put(root / ANSWERS / f"again_{name}", text.encode())

    def _row(self, line: Json) -> Json:
        is_sent, why = line["state"] == SHIPPED, self.settings.refusing or f"no {line['sku']} left"
        facts = (line["order"], line["state"], line["sku"], line["quantity"])
        parcel = (self.settings.carrier if is_sent else "", line["tracking"])
        return dict(zip(COLUMNS, (*facts, *parcel, why if line["state"] == REJECTED else ""), strict=True))

    def mend(self, root: Path) -> list[str]:
        """Write the answers that could not be read once more, as they should be; return their names."""
        with self.lock:
            names = sorted(self.garbled)
            for name in names:
                put(root / ANSWERS / name, self.garbled.pop(name).encode())
            return names


def make_folders(root: Path) -> None:
    """Make the folders of the account."""
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = COLUMNS) -> str:
    """Return rows of answers as a file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [*columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def put(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, rename it, and say by a `.done` beside it that it is whole."""
    temporary = path.with_name(f"{path.name}.part")
    temporary.write_bytes(content)
    temporary.rename(path)
    path.with_name(f"{path.name}.done").touch()
