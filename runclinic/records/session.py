"""What all rooms of an unlocked store share: the database, who works, and the clock."""

from dataclasses import dataclass
from pathlib import Path

from runclinic.records.clock import Clock
from runclinic.records.database import Database
from runclinic.records.therapist import Therapist


@dataclass(frozen=True, slots=True)
class Session:
    """From one unlocking to the next lock; `id` stands in every audit row of that time."""

    home: Path
    database: Database
    therapist: Therapist
    id: str
    clock: Clock
