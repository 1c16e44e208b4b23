"""What can be asked of a data folder before it is unlocked: is there a clinic, and who works in it.

The database is not loaded for it: the window asks these two before it shows anything.
"""

import shutil
from pathlib import Path

from runclinic.records import disk, keys
from runclinic.records.disk import Lock
from runclinic.refused import Refused

CREATING = "creating"


def exists(home: Path) -> bool:
    """Whether a clinic's records, whole or damaged, lie in this folder: then nothing is made over them."""
    return (home / disk.DATABASE).exists() or (home / keys.NAME).exists()


def therapists_of(home: Path) -> list[tuple[str, str]]:
    """Ids and names of those who can unlock, readable while locked; Refused as in `unlock`."""
    refuse_nothing(home)
    if half_made(home):
        lock = Lock(home)
        try:
            finish(home)
        finally:
            lock.free()
    file = keys.read(home / keys.NAME)
    return [(slot.id, slot.display_name) for slot in file.slots if slot.kind == "therapist"]


def refuse_nothing(home: Path) -> None:
    """Refused if no records lie there."""
    if not exists(home):
        raise Refused(
            f"There are no records in {home}.", "Start RunClinic and make a clinic, or name its folder."
        )


def half_made(home: Path) -> bool:
    """Whether the making of the clinic was cut off."""
    return (home / CREATING).exists()


def finish(home: Path) -> None:
    """Complete a clinic whose making was cut off once its database was in place, under the lock.

    Cut off earlier, there are no records yet, and the next `create` starts anew.
    """
    making = home / CREATING
    if not making.exists():
        return
    if (home / disk.DATABASE).exists() and not (home / keys.NAME).exists() and (making / keys.NAME).exists():
        disk.move(making / keys.NAME, home / keys.NAME)
    if (home / keys.NAME).exists():
        shutil.rmtree(making, ignore_errors=True)
