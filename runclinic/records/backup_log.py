"""When the next backup is due and where it goes; which were made, which failed, how old the last one is."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from runclinic.records import chain, verify
from runclinic.records.clock import moment
from runclinic.records.database import Row
from runclinic.records.session import Session
from runclinic.records.settings import Settings
from runclinic.refused import Refused

FOLDER = "backup/folder"
AGAIN_AFTER = timedelta(minutes=30)
STALE_AFTER = timedelta(days=7)
_NO_CHANGE = ("unlock", "failed_unlock", "lock", "view", "backup", "verify", "clock_back")


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the log of backups; `file` as it was then."""

    at: str
    file: Path
    outside: bool
    bytes: int
    state: Literal["ok", "failed"]
    why: str


@dataclass(frozen=True, slots=True)
class Status:
    """How the clinic stands: the last good backup, the last one outside this disk, what failed since."""

    last: Told | None
    last_outside: Told | None
    failed: Told | None
    chosen: Path | None
    reachable: bool
    stale: bool


class BackupLog:
    """The log of backups, and the folder that the clinic chose for them."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self._session, self._settings = session, settings

    def chosen(self) -> Path | None:
        """The folder that the clinic chose for its backups; None if none was."""
        chosen = self._settings.get(FOLDER)
        return Path(chosen) if isinstance(chosen, str) and chosen else None

    def choose(self, folder: Path | None) -> None:
        """Choose a folder, a setting of the clinic; Refused if it cannot be written to."""
        if folder is not None:
            refuse_no_folder(folder, self._session.home)
        self._settings.set(FOLDER, str(folder) if folder else "")

    def place(self) -> Path:
        """Where the next backup goes: the chosen folder while it can be reached, else beside the records."""
        chosen = self.chosen()
        return chosen if chosen is not None and chosen.is_dir() else self._session.home / "backups"

    def status(self) -> Status:
        """What the settings page shows."""
        good = [told for told in self.log() if told.state == "ok"]
        outside = next((told for told in good if told.outside), None)
        newest = next(iter(self.log(limit=1)), None)
        chosen = self.chosen()
        since = moment(outside.at) if outside else self._founded()
        return Status(
            last=good[0] if good else None,
            last_outside=outside,
            failed=newest if newest is not None and newest.state == "failed" else None,
            chosen=chosen,
            reachable=chosen is not None and chosen.is_dir(),
            stale=self._session.clock() - since > STALE_AFTER and self._changed_since(None),
        )

    def log(self, limit: int = 1000) -> tuple[Told, ...]:
        """The backups made or tried, newest first."""
        rows = self._session.database.rows(
            "SELECT * FROM backup_log ORDER BY at DESC, rowid DESC LIMIT ?", (limit,)
        )
        return tuple(map(_told, rows))

    def due(self) -> bool:
        """Whether something changed since the last good backup, and that was half an hour ago or more."""
        last = self.last_good()
        if last is not None and self._session.clock() - moment(last["at"]) < AGAIN_AFTER:
            return False
        return self._changed_since(last)

    def _changed_since(self, last: Row | None) -> bool:
        seq = verify.chain_seq(last["head"]) if last else 0
        marks = ", ".join("?" * len(_NO_CHANGE))
        done = self._session.database.one(
            f"SELECT 1 FROM audit WHERE seq > ? AND action NOT IN ({marks}) LIMIT 1",  # noqa: S608  marks
            (seq, *_NO_CHANGE),
        )
        entries = chain.head(self._session.database, "entry").seq
        return done is not None or entries > (last["entries"] if last else 0)

    def last_good(self, *, deep: bool = False) -> Row | None:
        """The newest row of a backup that was found whole; `deep`: of one that looked at everything."""
        return self._session.database.one(
            "SELECT * FROM backup_log WHERE state = 'ok' AND deep >= ? ORDER BY at DESC, rowid DESC LIMIT 1",
            (int(deep),),
        )

    def _founded(self) -> datetime:
        row = self._session.database.one("SELECT value FROM meta WHERE key = 'created_at'")
        return moment(row["value"]) if row else self._session.clock()

    def store_id(self) -> str:
        """Whose records these are."""
        row = self._session.database.one("SELECT value FROM meta WHERE key = 'store_id'")
        if row is None:
            raise Refused("These records do not know whose they are.", "Restore the last backup.")
        return row["value"]


def _told(row: Row) -> Told:
    return Told(
        at=row["at"],
        file=Path(row["folder"]) / row["name"],
        outside=bool(row["outside"]),
        bytes=row["bytes"],
        state=row["state"],
        why=row["why"],
    )


def is_outside(folder: Path, home: Path) -> bool:
    """Whether a folder lies on another disk than the records: what a broken or stolen disk leaves."""
    with suppress(OSError):
        return folder.stat().st_dev != home.stat().st_dev
    return False


def refuse_no_folder(folder: Path, home: Path) -> None:
    """Refused if a folder for backups is not there, or is among the records."""
    if not folder.is_dir():
        raise Refused(
            f"The folder {folder} is not there.", "Plug the stick in, or choose another folder for backups."
        )
    inside = folder.resolve()
    if inside.is_relative_to((home / "media").resolve()) or inside == home.resolve():
        raise Refused("Backups cannot lie among the records themselves.", "Choose another folder.")
