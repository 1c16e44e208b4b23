"""Cues that were tried on the treadmill, from a visit's entries; and whether one of them worked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from runclinic.gait.compare import Change
from runclinic.plan.cue import Cue, Move, cue, cues
from runclinic.visit.entry import Json
from runclinic.visit.stride import ROOM

BEAT_CUE = "Q01"
MOST_LETTERS = 80
WORST = 10  # of a symptom or an effort
SLOWEST, FASTEST = 30, 240  # beats a minute that can be told apart and kept up with

Moved = Literal[
    "moved",
    "too little",
    "within error",
    "in range",
    "other way",
    "not comparable",
    "too few steps",
    "not measured",
    "no measure",
]
Feeling = Literal["better", "same", "worse", "untold"]
Outcome = Literal["works", "works not", "open"]


@dataclass(frozen=True, slots=True)
class CueTrial:
    """A film that was made with a cue; `number` is the last part of its key and never used again.

    `cue` is the id of one of the library, or own words. `beat` is a minute, 0 for none. `before` is the film
    without the cue, "" for none. Symptom and effort are 0 to 10, None while they are not told.
    """

    film_id: str
    number: int
    cue: str = ""
    beat: int = 0
    before: str = ""
    symptom: str = ""
    symptom_before: int | None = None
    symptom_after: int | None = None
    effort_before: int | None = None
    effort_after: int | None = None
    keep: bool = False

    @property
    def key(self) -> str:
        """The key of its entry."""
        return f"{ROOM}/{self.film_id}/cue/{self.number}"

    @property
    def value(self) -> dict[str, Json]:
        """As it is recorded: what is not told is left out."""
        told: dict[str, Json] = {
            "cue": self.cue,
            "beat": self.beat,
            "before": self.before,
            "symptom": self.symptom,
            "symptom_before": self.symptom_before,
            "symptom_after": self.symptom_after,
            "effort_before": self.effort_before,
            "effort_after": self.effort_after,
            "keep": self.keep,
        }
        return {name: each for name, each in told.items() if each is not None}

    @property
    def known(self) -> Cue | None:
        """The cue of the library; None for own words."""
        return cues().get(self.cue)

    @property
    def words(self) -> str:
        """What she was told."""
        return self.known.text if self.known else self.cue


def recorded(entries: Mapping[str, Json]) -> tuple[CueTrial, ...]:
    """The trials that stand, in the order in which they were begun; what cannot be read is passed over."""
    found = (_of(key.split("/"), value) for key, value in entries.items() if key.startswith(f"{ROOM}/"))
    return tuple(each for each in found if each is not None)


def _of(parts: list[str], value: Json) -> CueTrial | None:
    if len(parts) != 4 or parts[2] != "cue" or not parts[1] or not isinstance(value, dict):
        return None
    number = parts[3]
    if not (number.isascii() and number.isdecimal()) or number != str(int(number)):
        return None
    beat = _whole(value.get("beat"), SLOWEST, FASTEST)
    before = _text(value.get("before"))
    return CueTrial(
        parts[1],
        int(number),
        _text(value.get("cue"))[:MOST_LETTERS],
        beat or 0,
        "" if before == parts[1] else before,
        _text(value.get("symptom"))[:MOST_LETTERS],
        _whole(value.get("symptom_before"), 0, WORST),
        _whole(value.get("symptom_after"), 0, WORST),
        _whole(value.get("effort_before"), 0, WORST),
        _whole(value.get("effort_after"), 0, WORST),
        value.get("keep") is True,
    )


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: Json, least: int, most: int) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if least <= value <= most else None


# -- the beat


def beats(cadence: float) -> dict[int, int]:
    """Beats a minute by percent above her step rate (steps/min): 162 -> {5: 170, 10: 178}.

    None is above the most that is asked of anybody; one that she runs at already is left out.
    """
    rule = cue(BEAT_CUE)
    found: dict[int, int] = {}
    if not math.isfinite(cadence):
        return found
    for factor in (rule.beat, rule.beat_most):
        beat = min(math.floor(cadence * factor + 0.5), rule.most_steps_per_min)
        if beat > cadence and beat >= SLOWEST and beat not in found.values():
            found[round(100 * (factor - 1))] = beat
    return found


# -- whether it worked


@dataclass(frozen=True, slots=True)
class Judged:
    """What a cue did: its own measure ("" for none), how that moved, how she felt, and what follows."""

    metric: str
    moved: Moved
    symptom: Feeling
    effort: Feeling

    @property
    def outcome(self) -> Outcome:
        """It works if its measure moved as expected beyond its error, and neither feeling is worse.

        Open while something is not known: a feeling untold, the measure not in both films.
        """
        feelings = (self.symptom, self.effort)
        if self.moved in {"too little", "within error", "in range", "other way"} or "worse" in feelings:
            return "works not"
        return "works" if self.moved == "moved" and "untold" not in feelings else "open"


def judged(trial: CueTrial, before: Mapping[str, float], changes: Mapping[str, Change]) -> Judged:
    """A trial by its two films: `before` are the values without the cue, `changes` what became of them."""
    symptom = _felt(trial.symptom_before, trial.symptom_after)
    effort = _felt(trial.effort_before, trial.effort_after)
    moves = trial.known.moves if trial.known else ()
    if not moves:
        return Judged("", "no measure", symptom, effort)
    own = next((each for each in moves if each.metric in changes and each.metric in before), None)
    if own is None:
        return Judged(moves[0].metric, "not measured", symptom, effort)
    return Judged(own.metric, _moved(own, before[own.metric], changes[own.metric]), symptom, effort)


def _moved(move: Move, before: float, change: Change) -> Moved:
    if change.verdict in ("not comparable", "too few steps"):
        return change.verdict
    nearer = _nearer(move, before, before + change.change)
    if nearer is None:
        return "in range"
    if change.verdict == "within error":
        return "within error"
    if nearer <= 0:
        return "other way"
    return "moved" if abs(change.change) >= move.least else "too little"


def _nearer(move: Move, before: float, after: float) -> float | None:
    """How far a measure went the expected way; None where it was and is in its range."""
    if move.range is None:
        return after - before if move.way == "up" else before - after
    first, now = _outside(before, move.range), _outside(after, move.range)
    return None if first == now == 0 else first - now


def _outside(value: float, wanted: tuple[float, float]) -> float:
    """How far a value lies off a range."""
    return max(wanted[0] - value, value - wanted[1], 0.0)


def _felt(before: int | None, after: int | None) -> Feeling:
    """0 is nothing, 10 the worst."""
    if before is None or after is None:
        return "untold"
    if before == after:
        return "same"
    return "worse" if after > before else "better"
