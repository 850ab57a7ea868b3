"""Answers of services kept on disk, so that nothing is asked twice and a broken run can go on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from access15.errors import name_reason
from access15.files import check_input
from access15.remarks import Remark

# "nothing found" is asked again after that long: somebody may have mapped the place
EMPTY_ANSWER_DAYS = 30
_BUSY_S = 10.0
_COLUMNS = ["provider", "query", "answered_at", "answer"]
_SELECT_ALL = "SELECT provider, query, answered_at, answer FROM answers"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    provider TEXT NOT NULL, query TEXT NOT NULL, answered_at TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (provider, query)
)
"""


class AnswerCache:
    """Answers of geocoders in one SQLite file, with date and provider.

    A file that is no cache (damaged, cut short, of another make) is set aside under another name
    and a new one begun. Where nothing can be written, what is known is read and new answers are
    kept for this run only. `notice` says so.
    """

    def __init__(self, path: Path, *, busy_s: float = _BUSY_S) -> None:
        self.path = path
        self._busy_s = busy_s  # how long another run that writes is waited for
        self.notice: str = ""
        self._connection = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; everything stored is in it already."""
        self._connection.close()

    def find(
        self,
        provider: str,
        query: str,
        *,
        now: datetime,
    ) -> tuple[datetime, list[dict[str, Any]]] | None:
        """Answer kept for a question."""
        rows = self._run(
            "SELECT answered_at, answer FROM answers WHERE provider = ? AND query = ?",
            (provider, query),
        )
        if not rows:
            return None
        try:
            answered_at, records = datetime.fromisoformat(rows[0][0]), json.loads(rows[0][1])
        except (ValueError, TypeError, RecursionError):  # not written by access15: ask again
            return None
        if answered_at.tzinfo is None or not isinstance(records, list):
            return None
        if not records and now - answered_at > timedelta(days=EMPTY_ANSWER_DAYS):
            return None
        return answered_at, records

    def store(
        self,
        provider: str,
        query: str,
        records: Sequence[Mapping[str, Any]],
        *,
        now: datetime,
    ) -> None:
        """Keep an answer, at once and safely."""
        text = json.dumps([dict(record) for record in records], ensure_ascii=False)
        self._run(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
            (provider, query, now.isoformat(), text),
        )

    def _run(self, sql: str, values: tuple[str, ...]) -> list[Any]:
        """Run one statement in its own transaction; a cache that fails then is done without."""
        try:
            with self._connection:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            self._connection.close()
            self._connection = self._without_file(str(error))
        with self._connection:
            return self._connection.execute(sql, values).fetchall()

    def _open(self) -> sqlite3.Connection:
        """Open the file; set a damaged one aside, and do without where none can be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists():
                check_input(self.path)
            return _connect(self.path, self._busy_s)
        except sqlite3.OperationalError as error:
            return self._without_file(str(error))
        except sqlite3.DatabaseError:
            return self._begin_anew()
        except OSError as error:
            return self._without_file(name_reason(error))

    def _begin_anew(self) -> sqlite3.Connection:
        """Set the damaged file aside and begin another, or do without."""
        try:
            aside = self._set_aside()
            connection = _connect(self.path, self._busy_s)
        except (sqlite3.Error, OSError) as error:
            return self._without_file(Remark("answers_damaged_too", error=str(error)))
        self.notice = Remark("answers_damaged", path=str(self.path), aside=aside.name)
        return connection

    def _without_file(self, reason: str) -> sqlite3.Connection:
        """Keep answers in memory, those that can be read from the file among them, and say why."""
        self.notice = Remark("answers_unusable", path=str(self.path), reason=reason)
        known: list[tuple[object, ...]] = []
        if self.path.is_file():
            with (
                suppress(sqlite3.Error),
                closing(_connect_to_read(self.path, self._busy_s)) as file,
            ):
                known = file.execute(_SELECT_ALL).fetchall()
        memory = _connect(None, self._busy_s)
        with memory:
            memory.executemany("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?)", known)
        return memory

    def _set_aside(self) -> Path:
        """Rename the damaged file to a name that is free."""
        number = 1
        while (
            aside := self.path.with_name(f"{self.path.stem}-damaged-{number}{self.path.suffix}")
        ).exists():
            number += 1
        self.path.replace(aside)
        return aside


def _check_columns(connection: sqlite3.Connection) -> None:
    """Raise a DatabaseError where a table of answers is of another make."""
    columns = connection.execute("PRAGMA table_info(answers)").fetchall()
    if [column[1] for column in columns] != _COLUMNS:
        raise sqlite3.DatabaseError("the answers have other columns")


def _connect_to_read(path: Path, busy_s: float) -> sqlite3.Connection:
    """Open a file that is not written to."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=busy_s)


def _connect(path: Path | None, busy_s: float) -> sqlite3.Connection:
    """Open a file, or memory, and see that it is a whole cache that can be written."""
    connection = sqlite3.connect(":memory:" if path is None else path, timeout=busy_s)
    try:
        with connection:
            # fails now, not later, where nothing can be written
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_SCHEMA)
            if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("quick_check found damage")
            _check_columns(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
