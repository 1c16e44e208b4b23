"""What can be asked of a data folder before it is unlocked: is there a clinic, and who works in it.

The database is not loaded for it: the window asks these two before it shows anything.
"""

import shutil
from pathlib import Path

from runclinic.records import disk, key_copies, keys, place, replacing, swap
from runclinic.records.disk import Lock
from runclinic.refused import Refused

CREATING = "creating"


def exists(home: Path) -> bool:
    """Whether a clinic's records, whole or damaged, lie in this folder: then nothing is made over them."""
    there = (home / disk.DATABASE).exists() or (home / keys.NAME).exists()
    return there or replacing.unfinished(home)


def therapists_of(home: Path) -> list[tuple[str, str]]:
    """Ids and names of those who can unlock, readable while locked; Refused as in `unlock`."""
    refuse_nothing(home)
    place.refuse_network(home)
    if half_made(home) or swap.unfinished(home) or replacing.unfinished(home):
        lock = Lock(home)
        try:
            finish(home)
        finally:
            lock.free()
    file = key_copies.current(home).file
    return [(slot.id, slot.display_name) for slot in file.therapists()]


def owners_of(home: Path) -> list[tuple[str, str]]:
    """Ids and names of the owners, whom the recovery key helps to a new password; none without such a key."""
    file = key_copies.current(home).file
    if file.recovery() is None:
        return []
    return [(slot.id, slot.display_name) for slot in file.therapists() if slot.role == "owner"]


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
    """Complete or undo what was cut off: a restore, a change of key, the making of a clinic; under the lock.

    A making is completed once its database was in place. Cut off earlier, there are no records yet, and
    the next `create` starts anew.
    """
    replacing.finish(home)
    swap.finish(home)
    making = home / CREATING
    if not making.exists():
        return
    if (home / disk.DATABASE).exists() and not (home / keys.NAME).exists() and (making / keys.NAME).exists():
        disk.move(making / keys.NAME, home / keys.NAME)
    if (home / keys.NAME).exists():
        shutil.rmtree(making, ignore_errors=True)
