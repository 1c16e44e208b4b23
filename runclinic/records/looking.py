"""Records that may not be written to are read all the same: from a copy that goes when it is closed.

The copy is as encrypted as the records. Films are not copied, only pointed at.
"""

import shutil
import tempfile
from pathlib import Path

from runclinic.records import backoff, database, disk, keys
from runclinic.records.clock import Clock, utc
from runclinic.records.keys import FLOOR, Cost
from runclinic.records.opening import unlock
from runclinic.records.store import Store
from runclinic.refused import Refused

MEDIA = "media"
TOLD = (
    "These records may not be written to: they can be read, and nothing can be changed. "
    "Check who may write to the data folder; if the disk fails, restore the last backup ({last})."
)
NO_BACKUP = "there is none"


def look(home: Path, therapist_id: str, password: str, *, floor: Cost = FLOOR, clock: Clock = utc) -> Store:
    """The records of a folder that cannot be written to, unlocked to be read.

    Refused as in `unlock`, and when there is no room for a copy of the record file.
    """
    folder = Path(tempfile.mkdtemp(prefix="runclinic-read-"))
    try:
        _copied(home, folder)
        store = unlock(folder, therapist_id, password, floor=floor, clock=clock)
    except OSError as trouble:
        shutil.rmtree(folder, ignore_errors=True)
        raise Refused(
            "These records may not be written to, and there is no room to read a copy of them.",
            "Free twice the size of the record file.",
        ) from trouble
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    last = store.backups.status().last
    store.to_read_alone(lambda: shutil.rmtree(folder, ignore_errors=True))
    told = TOLD.format(last=str(last.file) if last is not None else NO_BACKUP)
    store.notices = (told, *store.notices)
    return store


def _copied(home: Path, folder: Path) -> None:
    disk.close_to_others(folder)
    for name in (database.NAME, f"{database.NAME}-wal", keys.NAME, backoff.NAME):
        if (home / name).exists():
            shutil.copyfile(home / name, folder / name)
            (folder / name).chmod(0o600)
    for film in (home / MEDIA).rglob("*"):
        if film.is_file():
            there = folder / film.relative_to(home)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.symlink_to(film.resolve())
