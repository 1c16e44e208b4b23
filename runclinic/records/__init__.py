"""The record store: exists, create, therapists, unlock and recover open it; all else is asked of the Store.

Only what stands before the lock is loaded at once; the database follows when it is first wanted.
"""

from typing import TYPE_CHECKING

from runclinic.records.door import exists
from runclinic.records.door import owners_of as owners
from runclinic.records.door import therapists_of as therapists

if TYPE_CHECKING:
    from runclinic.records.opening import create, recover, unlock
    from runclinic.records.store import Store

__all__ = ["Store", "create", "exists", "owners", "recover", "therapists", "unlock"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from runclinic.records import opening

    return getattr(opening, name)
