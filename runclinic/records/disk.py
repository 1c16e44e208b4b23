"""Files for their owner alone, written whole or not at all; one store.lock; room on the disk."""

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from runclinic.refused import Refused

DATABASE = "runclinic.db"

GIB = 1024**3
_LOCK = "store.lock"


def make_folder(folder: Path) -> Path:
    """A folder that only its owner enters (mode 0700), made with its parents if it is not there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as trouble:
        raise Refused(f"The folder {folder} cannot be made.", "Choose another data folder.") from trouble
    return folder


def close_to_others(folder: Path) -> None:
    """An existing folder made its owner's alone; on Windows it lies in the user's own profile."""
    if sys.platform != "win32":
        with suppress(OSError):  # somebody else's folder: whether it can be written to shows next
            folder.chmod(0o700)


def create(path: Path) -> int:
    """A descriptor of a new file that only its owner reads (mode 0600); FileExistsError if it is there."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags, 0o600)


def sync_folder(folder: Path) -> None:
    """Bring a folder's own list of names to the disk; Windows does so by itself and offers no call."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move(source: Path, target: Path) -> None:
    """Rename within one disk, over what was there, durable when it returns."""
    source.replace(target)
    sync_folder(target.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write beside, flush, rename: after any crash the old content stands, or the new."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(create(beside), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    move(beside, path)


def copy_whole(source: Path, target: Path) -> None:
    """A flushed copy that only its owner reads; nothing half-made is left behind."""
    try:
        with source.open("rb") as given, os.fdopen(create(target), "wb") as made:
            shutil.copyfileobj(given, made, 1024 * 1024)
            made.flush()
            os.fsync(made.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def free_bytes(folder: Path) -> int:
    """What is free on the disk of a folder."""
    return shutil.disk_usage(folder).free


def refuse_little_room(folder: Path, coming: int) -> None:
    """Refused if `coming` bytes would leave under 2 GiB free (on a small disk: under 5 % of it)."""
    usage = shutil.disk_usage(folder)
    keep = min(2 * GIB, usage.total // 20)
    if usage.free - coming < keep:
        raise Refused(
            f"The disk is too full for this file: {coming / GIB:.1f} GiB are needed, "
            f"{usage.free / GIB:.1f} GiB are free, and {keep / GIB:.1f} GiB must stay free.",
            "Free some space and try again.",
        )


class NotWritable(Refused):
    """The records may be read, but nothing can be written to them."""


class Lock:
    """store.lock: one RunClinic at a time on a data folder; the system frees it even after a crash."""

    def __init__(self, home: Path) -> None:
        """Take the lock at once, or Refused."""
        try:
            self._descriptor = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as trouble:
            raise NotWritable(
                f"The data folder {home} cannot be written to.", "Check who may write to it."
            ) from trouble
        try:
            _take(self._descriptor)
        except OSError as taken:
            os.close(self._descriptor)
            raise Refused(
                "These records are already open in another RunClinic window or program.",
                "Use that one, or close it first.",
            ) from taken
        self._held = True

    def free(self) -> None:
        if self._held:
            self._held = False
            with suppress(OSError):
                _give_back(self._descriptor)
            os.close(self._descriptor)


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _give_back(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _give_back(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
