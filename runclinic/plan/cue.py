"""A running cue: what she is told, why, what should move, and who says so."""

from typing import Literal

import msgspec

from runclinic import resources
from runclinic.layer import kept
from runclinic.refused import Refused

FILE = "cues.toml"


class Move(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a cue should do to a measure of the stride, in its unit. `range` is given for "toward" alone."""

    metric: str
    way: Literal["up", "down", "toward"]
    range: tuple[float, float] | None = None
    least: float = 0


class Cue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One cue. `beat` is the factor for the metronome; the other numbers are limits of its use.

    `moves` begins with the measure that is its own; the others are looked at where that one is not known.
    A `retired` one (of the clinic's own) stays readable for the plans that hold it, and is offered no more.
    """

    id: str
    text: str
    reason: str
    metric: str
    evidence: str
    moves: tuple[Move, ...] = ()
    beat: float = 0
    beat_most: float = 0
    most_steps_per_min: int = 0
    seconds_in_each_five_minutes: int = 0
    watch: str = ""
    add: str = ""
    retired: bool = False

    def metronome(self, cadence: float) -> int | None:
        """Steps a minute for this cue, from her cadence (steps/min): 164 -> 172; None if it has no beat."""
        if not self.beat:
            return None
        return min(int(cadence * self.beat + 0.5), self.most_steps_per_min)


class _Cues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cue: tuple[Cue, ...]


@kept
def cues() -> dict[str, Cue]:
    """Every cue by id."""
    return {each.id: each for each in every()}


def every() -> tuple[Cue, ...]:
    """The cues as they stand in the file."""
    return resources.decode(FILE, _Cues).cue


def cue(cue_id: str) -> Cue:
    """The cue with this id; Refused if there is none."""
    found = cues().get(cue_id)
    if found is None:
        raise Refused(f"There is no running cue {cue_id}.", "The library lists all cues with their ids.")
    return found
