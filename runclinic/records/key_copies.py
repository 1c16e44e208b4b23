"""The key file and its copies: when it is lost or torn, a copy opens the records, and it is told."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from runclinic.records import disk, keys
from runclinic.records.keys import KeyFile
from runclinic.refused import Refused


@dataclass(frozen=True, slots=True)
class Found:
    """The key file that serves, and where a copy of it was taken from (None: it is the file itself)."""

    file: KeyFile
    copy: Path | None = None

    @property
    def told(self) -> str:
        """What she must know if it is a copy."""
        if self.copy is None:
            return ""
        return (
            "The key file was lost or damaged; its last copy was put in its place. "
            "If a password was changed just before, the former one counts again."
        )


def current(home: Path) -> Found:
    """The key file, else the newest copy that is as it was written; Refused if there is none.

    A file of a newer RunClinic, or one that may not be read, is no damage: Refused as in keys.read.
    """
    try:
        return Found(keys.read(home / keys.NAME))
    except keys.DamagedKeys:
        for copy in _copies(home):
            with suppress(Refused):
                return Found(keys.read(copy), copy)
        raise


def _copies(home: Path) -> Iterator[Path]:
    if (home / keys.FORMER).exists():
        yield home / keys.FORMER
    backups = [copy for copy in (home / "backups").glob(f"*/{keys.NAME}") if copy.is_file()]
    yield from sorted(backups, key=lambda copy: copy.stat().st_mtime, reverse=True)


def opened(home: Path, found: Found) -> None:
    """The records opened with this file: it is put back if it was a copy, and its own copy is made anew."""
    path, former = home / keys.NAME, home / keys.FORMER
    with suppress(OSError):  # a full disk must not keep her out
        if found.copy is not None:
            if path.exists():
                disk.move(path, home / "keys.damaged.json")
            disk.write_whole(path, found.copy.read_bytes())
        good = path.read_bytes()
        if not former.exists() or former.read_bytes() != good:
            disk.write_whole(former, good)
