"""The walk-run ladder: its levels, and how a session reads."""

import msgspec

from runclinic import resources
from runclinic.layer import kept
from runclinic.refused import Refused
from runclinic.words import Words

FILE = "ladders.toml"


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`repeats` times (run, walk), in minutes; level 0 is walking, level 12 one run."""

    number: int
    repeats: int
    run: float
    walk: float

    @property
    def run_minutes(self) -> float:
        """Running in all."""
        return self.repeats * self.run

    @property
    def session_minutes(self) -> float:
        """The session without the walk before and after."""
        return self.repeats * (self.run + self.walk)

    def say(self, words: Words) -> str:
        """As in the table of levels: "8 × (run 30 s, walk 2 min)", "walk 30 min"."""
        if not self.run:
            return words.say("ladder.walk", minutes=_plain(self.walk))
        if not self.walk:
            return words.say("ladder.run", minutes=_plain(self.run))
        return words.say(
            "ladder.repeat", n=self.repeats, run=_short(self.run, words), walk=_short(self.walk, words)
        )

    def sentence(self, words: Words) -> str:
        """As a sentence: "walk 5 minutes. Then 8 times: run 30 seconds, walk 2 minutes. ..."."""
        if not self.run:
            return words.say("ladder.whole_walk", walk=_long(self.walk, words))
        if not self.walk:
            return words.say("ladder.whole", what=words.say("ladder.once", run=_long(self.run, words)))
        parts = {"run": _long(self.run, words), "walk": _long(self.walk, words)}
        return words.say("ladder.whole", what=words.say("ladder.times", n=self.repeats, **parts))


class WalkRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ladder itself."""

    warm_up_minutes: int
    cool_down_minutes: int
    sessions_a_week: int
    level: tuple[Level, ...]


class Base(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A start level for a run of so many minutes, at most so many days ago."""

    level: int
    run_minutes: float
    days: int


class Start(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where she begins."""

    base: tuple[Base, ...]
    after_birth_weeks: int
    share_of_symptom_free: float
    least: int
    most: int


class PresentRunner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a runner who runs already is offered instead of a level."""

    runs_a_week: int
    symptom_free_minutes: float
    share: float
    up: float
    down: float


class Missed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From so many missed days on, so many levels down."""

    days: int
    down: int


class Steps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What follows a session, beside the two greens and two ambers."""

    red: int
    reds_within_days: int
    missed: tuple[Missed, ...]
    missed_least: int
    reassess_days: int
    calm_hours: int


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must be behind her before a race distance."""

    race: str
    said: str
    sessions: int = 0
    minutes: float = 0
    km: float = 0


class Build(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Growth of the running after the ladder."""

    source: str
    most_growth: float
    easy_share: float
    easy_least_minutes: int
    strides_from_week: int
    strides: tuple[int, int]
    fourth_run_after_green_weeks: int
    easier_week_every: int
    easier_share: float
    easier_sets: float
    speed_after_green_weeks: int
    taper_days: int
    taper_share: float
    buggy_from_months: int
    gate: tuple[Gate, ...]


class Ladders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    source: str
    walk_run: WalkRun
    start: Start
    present_runner: PresentRunner
    steps: Steps
    build: Build


@kept
def ladders() -> Ladders:
    """resources/ladders.toml, read once; Refused when its levels are not 0, 1, 2 ... in order."""
    read = resources.decode(FILE, Ladders)
    if [level.number for level in read.walk_run.level] != list(range(len(read.walk_run.level))):
        raise resources.refuse(FILE, "level = [", "the levels must be 0, 1, 2 ... in order")
    return read


def levels() -> tuple[Level, ...]:
    """L0 to L12."""
    return ladders().walk_run.level


def level(number: int) -> Level:
    """One level; Refused when there is none."""
    if not 0 <= number < len(levels()):
        raise Refused(f"There is no level {number}.", f"The ladder goes from 0 to {len(levels()) - 1}.")
    return levels()[number]


def _plain(minutes: float) -> float | int:
    return int(minutes) if float(minutes).is_integer() else minutes


def _short(minutes: float, words: Words) -> str:
    if minutes < 1:
        return words.say("ladder.seconds", n=round(minutes * 60))
    return words.say("ladder.minutes", minutes=_plain(minutes))


def _long(minutes: float, words: Words) -> str:
    unit, count = ("seconds", minutes * 60) if minutes < 1 else ("minutes", minutes)
    return words.say(f"dose.{unit}", n=_plain(count), what=words.number(count))
