"""How well contacts are found in a real film, by its pictures alone, against marks by eye of a part of it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import fmean, median
from typing import Any

from runclinic.bench.events import NAMED, SAME_S, Score, step_rate
from runclinic.bench.result import Figure
from runclinic.film_analysis import FilmAnalysis, analyse_clip
from runclinic.gait.analyse import events_from_json
from runclinic.gait.contacts import KINDS, SIDES, Event, included, stepping
from runclinic.gait.filming import ClipFacts, Filming, clock, view_named
from runclinic.gait.find_contacts import BOTH_FEET
from runclinic.refused import Refused
from runclinic.video.pose import opened

STEP_RATE = 1.0  # % off


@dataclass(frozen=True, slots=True)
class Bars:
    """What FILM-EVENTS 6 asks from a frame rate on: shares beyond two distances, %, and contact, ms.

    The distances are frames below 200 frames/s and ms from there on.
    """

    from_fps: float
    near: float
    far: float
    beyond: dict[str, tuple[float, float]]
    contact_ms: float


BARS = (
    Bars(0, 1, 2, {"initial_contact": (10, 2), "toe_off": (15, 5)}, 15),
    Bars(50, 1, 2, {"initial_contact": (10, 2), "toe_off": (30, 5)}, 12),
    Bars(200, 10, 20, {"initial_contact": (20, 5), "toe_off": (40, 10)}, 12),
)
IN_MS_FROM, BIAS_MS = 200.0, 7.0


def bars_for(fps: float) -> Bars:
    """The row of the table for this rate."""
    return next(bars for bars in reversed(BARS) if bars.from_fps <= fps)


def against_marks(film: Path, marks: Path) -> Iterator[Figure]:
    """Every figure of one film. `marks` is JSON with "view" and "events" (frame, side, kind).

    Refused if either cannot be read, or body points cannot be found.
    """
    told = _told(marks)
    filming = Filming(view_named(str(told.get("view", ""))))
    with opened(film) as clip:
        times = clock(ClipFacts(clip.times_s, clip.nominal_fps), filming).times_s
        true = events_from_json(told, times)
        if len(stepping(true).landings) < 3:
            raise Refused(f"“{marks}” has fewer than three landings.", "Mark a longer part of the film.")
        done = _walked(analyse_clip(clip, filming))
        fps = clip.nominal_fps
    yield from figures(done, true, fps)


def _told(marks: Path) -> dict[str, Any]:
    try:
        told = json.loads(marks.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Refused(f"“{marks}” cannot be read as JSON.", "Give the file of the marks.") from None
    return told if isinstance(told, dict) else {"events": told}


def _walked(work: Any) -> FilmAnalysis:
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def figures(done: FilmAnalysis, true: Sequence[Event], fps: float) -> Iterator[Figure]:
    """The figures of a film that was measured, against events marked in a part of it."""
    score, seen = scored(done.events, true)
    bars = bars_for(fps)
    in_ms = fps >= IN_MS_FROM
    unit = "ms" if in_ms else "frame(s)"
    for kind in KINDS:
        off = score.ms[kind] if in_ms else score.frames[kind]
        for away, at_most in zip((bars.near, bars.far), bars.beyond[kind], strict=True):
            share = 100 * sum(abs(each) > away for each in off) / max(1, len(off))
            yield Figure(f"film: {NAMED[kind]} beyond {away:g} {unit}", "%", (share,), at_most)
        bias = abs(median(score.ms[kind])) if score.ms[kind] else SAME_S * 1000
        at_most = BIAS_MS if in_ms and kind == KINDS[0] else None
        yield Figure(f"film: {NAMED[kind]}, size of median bias", "ms", (bias,), at_most)
    yield Figure("film: missed or invented", "", (score.missed + score.invented,), 0)
    yield Figure("film: step rate off", "%", tuple(score.cadence_off), STEP_RATE)
    away = abs(_contact_ms(seen) - _contact_ms(true))
    yield Figure("film: mean contact time off", "ms", (away,), bars.contact_ms)
    unsaid = BOTH_FEET not in done.warnings
    yield Figure("film: not said that left and right need marks", "", (float(unsaid),), 0)


def scored(found: Sequence[Event], true: Sequence[Event]) -> tuple[Score, tuple[Event, ...]]:
    """Each marked event with the nearest one of its foot and kind, and the events found in the marked part.

    What has no partner there is missed or invented.
    """
    score, seen = Score(), list[Event]()
    first, last = min(one.frame for one in true), max(one.frame for one in true)
    for side, kind in product(SIDES, KINDS):
        left = [one for one in found if (one.side, one.kind) == (side, kind)]
        for event in (one for one in true if (one.side, one.kind) == (side, kind)):
            near = min(left, key=lambda one: abs(one.time_s - event.time_s), default=None)
            if near is None or abs(near.time_s - event.time_s) > SAME_S:
                score.missed += 1
                continue
            left.remove(near)
            seen.append(near)
            score.frames[kind].append(near.frame - event.frame)
            score.ms[kind].append(1000 * (near.time_s - event.time_s))
        extra = [one for one in left if first <= one.frame <= last]
        score.invented += len(extra)
        seen += extra
    rates = [_rate(events, _fps(true)) for events in (seen, true)]
    score.cadence_off.append(100 * abs(rates[0] / rates[1] - 1))
    return score, tuple(seen)


def _rate(events: Sequence[Event], fps: float) -> float:
    return step_rate(events, fps) if len(stepping(events).landings) > 1 else 0.0


def _fps(true: Sequence[Event]) -> float:
    first, last = true[0], max(true, key=lambda event: event.frame)
    return (last.frame - first.frame) / (last.time_s - first.time_s)


def _contact_ms(events: Sequence[Event]) -> float:
    contacts = included(stepping(events).contacts)
    return 1000 * fmean(one.seconds for one in contacts) if contacts else 0.0
