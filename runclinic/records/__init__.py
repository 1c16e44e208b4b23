"""The record store: exists, create, therapists and unlock open it; everything else is asked of the Store."""

from runclinic.records.opening import create, exists, unlock
from runclinic.records.opening import therapists_of as therapists
from runclinic.records.store import Store

__all__ = ["Store", "create", "exists", "therapists", "unlock"]
