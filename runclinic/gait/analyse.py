"""A clip and its events to every measure of the stride: as values, as JSON, and as rows for a table."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard

from runclinic.gait import filming as film
from runclinic.gait import reference
from runclinic.gait.contacts import (
    HAND,
    KINDS,
    SIDES,
    Complaint,
    Event,
    Kind,
    Side,
    Stepping,
    stepping,
)
from runclinic.gait.filming import ClipFacts, Filming, FloatArray, FrameClock
from runclinic.gait.means import Metric
from runclinic.gait.timing import Timing, doubted_rate, measure
from runclinic.measured import Measured, shown
from runclinic.refused import Refused

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
COMPLAINTS_SHOWN = 3
RATE_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that was measured in one clip, and all that must be said about it."""

    clock: FrameClock
    filming: Filming
    feet: Stepping
    timing: Timing
    warnings: tuple[str, ...]


def analysis(clip: ClipFacts, filming: Filming, events: Iterable[Event]) -> Analysis:
    """The measures of a clip as values. Event times come anew from the frames, so a corrected rate counts."""
    clock = film.clock(clip, filming)
    timed = [_timed(event, clock) for event in events]
    feet = stepping(timed)
    timing = measure(feet, clock, filming)
    return Analysis(clock, filming, feet, timing, tuple(_warnings(clock, feet, timing)))


def analyse(
    clip: ClipFacts,
    filming: Filming,
    events: Iterable[Event],
    *,
    angles: Iterable[Metric] = (),
    from_landmarks: Iterable[Metric] = (),
) -> dict[str, Json]:
    """The whole answer of `runclinic analyse --json`: clip, events, metrics, angles, warnings.

    `angles` and `from_landmarks` are measures that were made from body points (vertical oscillation).
    Refused if the clip's times do not run forward, or an event lies outside it.
    """
    done = analysis(clip, filming, events)
    more, of_angles = tuple(from_landmarks), tuple(angles)
    warnings = [*done.warnings]
    if not more and not of_angles:
        warnings.append("Angles and vertical oscillation: not measured, no body points were given.")
    return {
        "clip": {
            "frame_count": len(done.clock),
            "fps": round(clip.nominal_fps, RATE_DECIMALS),
            "capture_fps": round(filming.capture_fps or done.clock.fps, RATE_DECIMALS),
            "view": filming.view,
            "facing": filming.facing,
            "duration_s": done.clock.duration_s,
        },
        "events": [event_json(event) for event in done.feet.events],
        "metrics": {
            metric.id: metric_json(metric) for metric in with_those_of_points(done.timing.metrics, more)
        },
        "angles": {angle.id: metric_json(angle) for angle in of_angles},
        "warnings": [*warnings],
    }


def with_those_of_points(of_events: Iterable[Metric], of_points: Iterable[Metric]) -> tuple[Metric, ...]:
    """All measures, each once: what body points know better (step length of a runner who drifts) replaces."""
    return tuple({metric.id: metric for metric in (*of_events, *of_points)}.values())


def _timed(event: Event, clock: FrameClock) -> Event:
    if not 0 <= event.frame < len(clock):
        raise Refused(
            f"An event lies at frame {event.frame}, but the clip has frames 0 to {len(clock) - 1}.",
            "Check that the events belong to this clip.",
        )
    return Event(event.frame, clock.at(event.frame), event.side, event.kind, event.source, event.confidence)


# ---- JSON ----


def event_json(event: Event) -> dict[str, Json]:
    """One event with its true time from the first frame."""
    return {
        "frame": event.frame,
        "time_s": event.time_s,
        "side": event.side,
        "kind": event.kind,
        "source": event.source,
        "confidence": event.confidence,
    }


def metric_json(metric: Metric) -> dict[str, Json]:
    """One measure: both feet on top, each foot under `left` and `right`; what is not known is absent."""
    made = _measured_json(metric.both)
    for side in SIDES:
        if (own := metric.of(side)) is not None:
            made[side] = _measured_json(own)
    if metric.asi is not None:
        made["asi"] = metric.asi.value
        made["asi_plus_minus"] = metric.asi.plus_minus
    made["note"] = metric.note
    return made


def _measured_json(measured: Measured) -> dict[str, Json]:
    """Value, unit, printed ± and n; SD and CV where there are any; both parts of a ± that has two."""
    made: dict[str, Json] = {
        "value": measured.value,
        "unit": measured.unit,
        "plus_minus": measured.plus_minus,
        "n": measured.n,
    }
    if measured.systematic_part:
        made["u95"] = measured.random
        made["u95_sys"] = measured.systematic_part
    if measured.sd is not None:
        made["sd"] = measured.sd
    if measured.cv is not None:
        made["cv"] = measured.cv
    return made


def events_from_json(
    given: str | Mapping[str, object] | Sequence[object], frame_times: Sequence[float] | FloatArray
) -> tuple[Event, ...]:
    """Events from JSON text or what it decodes to: {"events": [...]} or the list alone.

    Extra keys are ignored. Each needs frame, side and kind; source and confidence may stand. Times come
    from the frames (`frame_times`, true seconds from the first). Refused by number and field if anything
    cannot be right.
    """
    entries = _entries(_decoded(given) if isinstance(given, str) else given)
    return tuple(_event(number, entry, frame_times) for number, entry in enumerate(entries, 1))


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        raise Refused(
            f"The events are not JSON (line {problem.lineno}, column {problem.colno}).",
            'They look like {"events": [{"frame": 6, "side": "left", "kind": "initial_contact"}]}.',
        ) from problem


def _entries(given: object) -> Sequence[object]:
    found = given.get("events") if _is_mapping(given) else given
    if not _is_list(found):
        raise Refused("No list of events was found.", "Put it under “events”.")
    return found


def _is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _event(number: int, entry: object, frame_times: Sequence[float] | FloatArray) -> Event:
    if not _is_mapping(entry):
        raise Refused(f"Event {number} is not written as fields.", "Give frame, side and kind.")
    frame = _frame(number, entry.get("frame"), len(frame_times))
    return Event(
        frame,
        float(frame_times[frame]),
        _side(number, entry.get("side")),
        _kind(number, entry.get("kind")),
        _source(number, entry.get("source", HAND)),
        _confidence(number, entry.get("confidence")),
    )


def _frame(number: int, frame: object, count: int) -> int:
    if isinstance(frame, bool) or not isinstance(frame, int):
        raise Refused(f"Event {number}: its frame “{frame}” is not a whole number.", "Count frames from 0.")
    if not 0 <= frame < count:
        raise Refused(
            f"Event {number}: frame {frame} is outside the clip, which has frames 0 to {count - 1}.",
            "Check that the events belong to this clip.",
        )
    return frame


def _side(number: int, side: object) -> Side:
    for known in SIDES:
        if side == known:
            return known
    raise Refused(f"Event {number}: the side “{side}” is not known.", f"Use {' or '.join(SIDES)}.")


def _kind(number: int, kind: object) -> Kind:
    for known in KINDS:
        if kind == known:
            return known
    raise Refused(f"Event {number}: the kind “{kind}” is not known.", f"Use {' or '.join(KINDS)}.")


def _source(number: int, source: object) -> str:
    if not isinstance(source, str):
        raise Refused(f"Event {number}: its source is not a word.", f"Write “{HAND}”, or leave it out.")
    return source


def _confidence(number: int, confidence: object) -> float:
    if confidence is None:
        return 1.0
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        raise Refused(
            f"Event {number}: its confidence is not a number from 0 to 1.", "Correct it, or leave it out."
        )
    return float(confidence)


# ---- what must be said ----


def _warnings(clock: FrameClock, feet: Stepping, timing: Timing) -> Iterable[str]:
    yield from _of_rate(clock, feet)
    if clock.dropped:
        yield f"Frames are missing or held after {_listed(clock.dropped)}; an event there is less certain."
    yield from _of_rules(feet.complaints)
    slow = [reference.metric(metric.id).name for metric in timing.metrics if "low fps" in metric.flags]
    if slow:
        yield f"Low fps ({clock.fps:.0f} frames/s): {', '.join(slow)}; film at 120 or more."
    for why in dict.fromkeys(absent.why for absent in timing.absent):
        names = ", ".join(reference.metric(absent.id).name for absent in timing.absent if absent.why == why)
        yield f"{names}: not measured, {why}."


def _of_rate(clock: FrameClock, feet: Stepping) -> Iterable[str]:
    """A step rate that no runner has: the film's rate is doubted before anything else."""
    rate = doubted_rate(feet)
    if rate is None:
        return
    offers = film.slow_motion_offers(rate)
    if not offers:
        yield f"{rate:.0f} steps/min is not running: check the marks and the film's true rate."
        return
    said = " or ".join(f"{clock.fps / r:.0f} frames/s would make it {rate / r:.0f}" for r in offers)
    yield f"Slow motion? {rate:.0f} steps/min is no step rate of running; a capture rate of {said}."


def _of_rules(complaints: Sequence[Complaint]) -> Iterable[str]:
    """Each broken rule with its frames; many of one kind are counted after the first few."""
    for rule, grade in dict.fromkeys((complaint.rule, complaint.grade) for complaint in complaints):
        same = [one for one in complaints if (one.rule, one.grade) == (rule, grade)]
        for one in same[:COMPLAINTS_SHOWN]:
            where = f" (frames {_listed(one.frames)})" if one.frames else ""
            yield f"{one.text}{where}"
        if len(same) > COMPLAINTS_SHOWN:
            yield f"{len(same) - COMPLAINTS_SHOWN} more of the same: {rule}."


def _listed(frames: Sequence[int], most: int = 6) -> str:
    said = ", ".join(str(frame) for frame in frames[:most])
    return said if len(frames) <= most else f"{said} and {len(frames) - most} more"


# ---- table ----


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the panel, every cell ready to show; an empty cell is not known."""

    id: str
    name: str
    unit: str
    left: str
    right: str
    both: str
    difference: str
    plus_minus: str
    note: str
    flags: tuple[str, ...] = ()


def rows(metrics: Iterable[Metric]) -> tuple[Row, ...]:
    """The panel's lines, with the decimals of each measure and ± for the mean of both feet."""
    return tuple(_row(metric) for metric in metrics)


def _row(metric: Metric) -> Row:
    facts = reference.metric(metric.id)

    def cell(measured: Measured | None) -> str:
        return "" if measured is None else shown(measured.value, facts.decimals)

    return Row(
        metric.id,
        facts.name,
        facts.unit,
        cell(metric.left),
        cell(metric.right),
        cell(metric.both),
        cell(metric.difference),
        shown(metric.both.plus_minus, facts.decimals),
        metric.note,
        metric.flags,
    )
