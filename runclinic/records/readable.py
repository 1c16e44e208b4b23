"""Rows out of a damaged database: everything on pages that can still be read, and what could not be."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from runclinic.records import driver
from runclinic.records.database import Row
from runclinic.refused import Refused

_AT_ONCE = 256
_SAMPLED = 4  # of a run of numbers: a page holds more rows
_EMPTY = 3  # runs without a row, where nothing tells how many there were
_GROWN = (1.0, 1.25, 1.5, 2.0, 4.0, 16.0, 64.0)
Numbers: TypeAlias = list[int]


@dataclass
class Damaged:
    """A database file that is read around its bad pages; never the file itself, but a copy of it."""

    path: Path
    key: bytes
    unread: dict[str, Numbers] = field(default_factory=dict[str, Numbers])
    open_ended: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self._connection: driver.Connection | None = None
        self._fill_up()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.conn.close()
            self._connection = None

    def tables(self) -> dict[str, list[str]]:
        """Our tables and their columns, in the order made."""
        names = self._asked("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid", ())
        ours = [str(row[0]) for row in names if not str(row[0]).startswith(("sqlite_", "_", "client_fts"))]
        return {
            name: [str(row[1]) for row in self._asked(f'PRAGMA table_info("{name}")', ())] for name in ours
        }

    def rows(self, table: str) -> Iterator[Row]:
        """Every row of a table that can be read; the numbers of the others are left in `unread`."""
        lost = self.unread.setdefault(table, [])
        numbers = self._numbers(table)
        if numbers is None:
            yield from self._blindly(table, lost)
            return
        for start in range(0, len(numbers), _AT_ONCE):
            yield from self._some(table, numbers[start : start + _AT_ONCE], lost)

    def _blindly(self, table: str, lost: Numbers) -> Iterator[Row]:
        """Nothing tells how many rows there were: on, until hundreds of numbers in a row give nothing."""
        self.open_ended.add(table)
        if not any(self._answers(table, 2**power) for power in range(13)):
            return
        empty, last, missing = 0, 0, list[int]()
        for start in range(1, 2**40, _AT_ONCE):
            found = list(self._some(table, list(range(start, start + _AT_ONCE)), missing))
            yield from found
            empty = 0 if found else empty + 1
            if found:
                last = start + _AT_ONCE
            if empty == _EMPTY:
                break
        lost += [number for number in missing if number < last]

    def _answers(self, table: str, number: int) -> bool:
        try:
            self._rows(table, number, number)
        except driver.Error:
            return False
        return True

    def _some(self, table: str, numbers: Numbers, lost: Numbers) -> Iterator[Row]:
        try:
            found = self._rows(table, numbers[0], numbers[-1])
        except driver.Error:
            few = numbers[::_SAMPLED]
            if len(numbers) == 1 or (
                len(numbers) == _AT_ONCE and not any(self._answers(table, n) for n in few)
            ):
                lost += numbers
                return
            middle = len(numbers) // 2
            yield from self._some(table, numbers[:middle], lost)
            yield from self._some(table, numbers[middle:], lost)
            return
        there = {row.pop("_n") for row in found}
        lost += [number for number in numbers if number not in there]
        yield from found

    def _rows(self, table: str, first: int, last: int) -> list[Row]:
        sql = f'SELECT rowid AS _n, * FROM "{table}" WHERE rowid BETWEEN ? AND ?'  # noqa: S608  out of the schema
        try:
            cursor = self._live().execute(sql, (first, last))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except driver.Error:
            self.close()
            raise

    def _numbers(self, table: str) -> Numbers | None:
        """The numbers of all rows, by an index or the table itself; None if neither can be read."""
        listed = f"SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = '{table}'"  # noqa: S608
        questions = [f'SELECT rowid FROM "{table}"']  # noqa: S608
        for (name,) in self._asked(listed, ()):
            questions.insert(0, f'SELECT rowid FROM "{table}" INDEXED BY "{name}"')  # noqa: S608
        for question in questions:
            found = self._tried(question)
            if found is not None:
                return sorted(number for (number,) in found)
        last = self._tried(f'SELECT max(rowid) FROM "{table}"')  # noqa: S608
        return list(range(1, (last[0][0] or 0) + 1)) if last is not None else None

    def _tried(self, sql: str) -> list[Any] | None:
        try:
            return self._asked(sql, ())
        except driver.Error:
            return None

    def _asked(self, sql: str, values: tuple[int, ...]) -> list[Any]:
        try:
            return self._live().execute(sql, values).fetchall()
        except driver.Error:
            self.close()
            raise

    def _live(self) -> driver.Connection:
        """A connection; after a bad page the former one reads nothing more."""
        if self._connection is None:
            self._connection = driver.connect(self.path, self.key)
        return self._connection

    def _fill_up(self) -> None:
        """A file that was cut off opens once it is as long as it says; what was lost reads as damaged."""
        whole = self.path.stat().st_size // 4096 * 4096
        for times in _GROWN:
            with self.path.open("r+b") as opened:
                opened.truncate(int(whole * times) // 4096 * 4096)
            try:
                self._asked("SELECT count(*) FROM sqlite_master", ())
                self.tables()
            except driver.Error:
                continue
            return
        raise Refused(
            "Nothing of the record file can be read: its table of contents is damaged,"
            " or it is another file.",
            "Restore the last backup.",
        )


def ranges(numbers: Numbers) -> str:
    """Numbers in words: "3 to 7, 9"."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in found)
