"""Body points to proposed contacts: which way of reading fits these points, and what speaks against it.

How it chooses: a shoe is rigid. Where the tracked foot keeps its length (dots on a shoe, clicked or drawn
points), each stance is read by itself with the belt lock, from heel and toe alone. Where the length wanders,
a network guessed the points, and no single frame can be trusted: the folded cycle reads both feet from all
strides together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

import numpy as np

from runclinic.gait import belt_lock, fellin, filtering, foot_motion, reference
from runclinic.gait.belt_lock import Stance
from runclinic.gait.contacts import CONTACT, KINDS, SIDES, Event, Side
from runclinic.gait.film_contacts import film_contacts, needed
from runclinic.gait.foot_motion import Foot, Reading, feet_of
from runclinic.gait.frame_of_reference import SideFrame, check_facing, upward
from runclinic.gait.landmarks import FEWEST_FRAMES, LandmarkTrack
from runclinic.refused import Refused

BELT_LOCK = "belt_lock"
RIGID_UP_TO = 0.20  # 10th to 90th percentile of the foot's length over its median: dots 0.02-0.09, film 0.5
FOLD_FROM_S = 1.0
SAME_LANDING_S = 0.025
DISAGREE_FRAMES, DISAGREE_S = 2.0, 0.025
SURE, DOUBTED, GUESSED = 0.95, 0.5, 0.3
EDGE_S = 0.080
STRIDES_TO_COPY = 2
ELSEWHERE = 0.75  # of the leg's length
LEG_PARTS = ("knee", "ankle", "heel", "foot_index")
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Found:
    """Contacts with how they were found, how far the methods disagree (s, one for each event), and doubts.

    `track` is the one to measure angles on: exchanged legs put right, other people left out.
    """

    events: tuple[Event, ...]
    disagreement_s: tuple[float, ...]
    method: str
    why: str
    track: LandmarkTrack
    warnings: tuple[str, ...] = ()

    @property
    def to_look_at(self) -> tuple[Event, ...]:
        """The events that a person should look at first: amber."""
        return tuple(event for event in self.events if event.confidence <= DOUBTED)


def find_contacts(track: LandmarkTrack, facing: int = 1, incline_deg: float = 0.0) -> tuple[Event, ...]:
    """Every initial contact and toe-off that the points show, in order of time.

    Needs heel and toe of one foot, nothing else; pixels or metres, about 50 to 300 frames/s, steady running
    on a treadmill or a single stance. `facing` +1 = image right. Refused if no foot is tracked, if the toes
    point the other way, or if nobody runs.
    """
    return look_for_contacts(track, facing, incline_deg).events


def look_for_contacts(track: LandmarkTrack, facing: int = 1, incline_deg: float = 0.0) -> Found:
    """The same with all that must be said about it."""
    track = _sides_named(track, facing)
    if not track.feet:
        raise Refused("No foot has both heel and toe among the body points.", "Track heel and toe.")
    if len(track) < FEWEST_FRAMES:
        raise Refused(f"{len(track)} frames are too few to find contacts in.", "Film a few strides.")
    track, elsewhere = without_other_people(track)
    check_facing(track, facing)
    frame = SideFrame(facing, incline_deg=incline_deg, up=upward(track))
    guessed = wanders(track, frame)
    if guessed and track.has(*needed()) and track.times_s[-1] - track.times_s[0] >= FOLD_FROM_S:
        found = _on_the_fold(track, frame)
    else:
        found = _stance_by_stance(track, frame, guessed=guessed)
    if not found.events:
        raise Refused("No contact was found in these body points.", "Mark the contacts by hand.")
    return replace(found, warnings=(*elsewhere, *found.warnings))


def _sides_named(track: LandmarkTrack, facing: int) -> LandmarkTrack:
    """Points of one foot without a side are the near foot's: the right one of who faces image right."""
    if track.feet or not track.has("heel", "foot_index"):
        return track
    near = "right" if facing > 0 else "left"
    return track.named([f"{near}_{name}" for name in track.names])


def wanders(track: LandmarkTrack, frame: SideFrame) -> bool:
    """Whether a tracked foot changes its length as no shoe can, so that a network must have guessed it."""
    return any(foot_motion.rigidity(foot) > RIGID_UP_TO for foot in feet_of(track, frame, least=0.0))


def without_other_people(track: LandmarkTrack) -> tuple[LandmarkTrack, tuple[str, ...]]:
    """Frames in which the points lie on somebody else become missing, and are named."""
    names = [f"{side}_hip" for side in SIDES if track.has(f"{side}_hip", f"{side}_ankle")]
    if not names:
        return track, ()
    hips = np.nanmean(track.points(names, 0.0), axis=1)
    legs = track.points(names, 0.0) - track.points([name.replace("hip", "ankle") for name in names], 0.0)
    length = float(np.nanmedian(np.hypot(legs[..., 0], legs[..., 1])))
    away = np.hypot(*(hips - np.nanmedian(hips, axis=0)).T)
    other = away > ELSEWHERE * length
    if not other.any():
        return track, ()
    confidence = track.confidence.copy()
    confidence[other] = 0.0
    xy = track.xy.copy()
    xy[other] = np.nan
    said = ", ".join(f"{start} to {end - 1}" for start, end in filtering.runs(other))
    text = f"The points lie on somebody else or away from the runner in frames {said}: left out."
    return LandmarkTrack(track.times_s, track.names, xy, confidence), (text,)


# ---- film ----


def _on_the_fold(track: LandmarkTrack, frame: SideFrame) -> Found:
    read = film_contacts(track, frame)
    why = "The tracked feet change their length, so a network guessed them: all strides were read together."
    warnings = list(read.warnings)
    if read.exchanged.any():
        warnings.insert(0, _exchanged(int(read.exchanged.sum())))
        track = _turned(track, LEG_PARTS, read.exchanged)
    return _found(track, read.readings, "folded cycle", why, warnings)


def _exchanged(frames: int) -> str:
    return f"Left and right leg were exchanged in {frames} frame{'' if frames == 1 else 's'}; put right."


# ---- dots ----


def _stance_by_stance(track: LandmarkTrack, frame: SideFrame, *, guessed: bool) -> Found:
    track, exchanged = put_legs_right(track)
    feet = feet_of(track, frame)
    if not any(travels(foot) for foot in feet):
        raise Refused("The feet hardly move.", "Is this running, seen from the side?")
    belts = [belt for foot in feet if (belt := belt_lock.belt_speed(foot)) is not None]
    if not belts:
        raise Refused("The feet are never carried back by a belt.", "Is this running, seen from the side?")
    belt = median(belts)
    readings: list[Reading] = []
    warnings = [*exchanged]
    for foot in feet:
        seen, doubts = _of_one_foot(foot, belt)
        warnings += [*doubts, *foot_motion.gaps(foot.side, foot.times_s, foot.lost)]
        readings += _with_second_opinion(seen, track, foot.side, frame)
    why = "The tracked feet keep their length, so each stance was read by itself."
    if guessed:
        why = "The tracked feet change their length, but hips, ankles and head were not all tracked."
        warnings.append("The points of the feet are rough: check every contact by hand.")
        readings = [replace(one, confidence=min(one.confidence, GUESSED)) for one in readings]
    readings.sort(key=lambda one: one.time_s)
    return _found(track, readings, "belt lock", why, warnings)


def travels(foot: Foot) -> bool:
    """Whether the foot goes to and fro by more than its own length, as in any running."""
    ahead = foot.middle[~foot.lost, 0]
    length = float(np.median(np.hypot(*(foot.toe - foot.heel)[~foot.lost].T)))
    low, high = np.percentile(ahead, [5, 95])
    return bool(high - low > length)


def put_legs_right(track: LandmarkTrack) -> tuple[LandmarkTrack, tuple[str, ...]]:
    """The legs exchanged back where they were taken for one another (markers), and what to say of it."""
    parts = [part for part in LEG_PARTS if track.has(*(f"{side}_{part}" for side in SIDES))]
    if not parts:
        return track, ()
    left, right = ([f"{side}_{part}" for part in parts] for side in SIDES)
    wrong = filtering.exchanged(track.points(left), track.points(right))
    if not wrong.any():
        return track, ()
    return _turned(track, parts, wrong), (_exchanged(int(wrong.sum())),)


def _turned(track: LandmarkTrack, parts: Sequence[str], wrong: filtering.BoolArray) -> LandmarkTrack:
    """The track with left and right of these parts exchanged in these frames, bool[n]."""
    xy, confidence = track.xy.copy(), track.confidence.copy()
    of_left, of_right = ([track.place(f"{side}_{part}") for part in parts] for side in SIDES)
    rows = np.flatnonzero(wrong)[:, None]
    for values, given in ((xy, track.xy), (confidence, track.confidence)):
        values[rows, of_left], values[rows, of_right] = given[rows, of_right], given[rows, of_left]
    return LandmarkTrack(track.times_s, track.names, xy, confidence)


def _of_one_foot(foot: Foot, belt: float) -> tuple[list[Reading], list[str]]:
    """All events of a foot: the clip is lengthened by a copied stride first, so that its edges are seen."""
    seen = belt_lock.stances(foot, belt)
    landings = [stance.landings_s[0] for stance in seen if stance.landings_s]
    if len(landings) > STRIDES_TO_COPY:
        seen = belt_lock.stances(foot.longer(median(np.diff(landings))), belt)
    made = [tuple(_readings(foot, stance)) for stance in seen]
    made = [tuple(one for one in pair if _inside(foot, one.time_s)) for pair in made]
    lasted = [pair[1].time_s - pair[0].time_s for pair in made if len(pair) == 2]
    if lasted and CONTACT.grade(median(lasted)) == "hard":
        long = f"{1000 * median(lasted):.0f} ms"
        said = f"Contacts last {long}, as no runner's do: slow motion, or a wrong rate?"
        return [replace(one, confidence=GUESSED) for pair in made for one in pair], [said]
    return _plausible(foot, made)


def _plausible(foot: Foot, made: Sequence[tuple[Reading, ...]]) -> tuple[list[Reading], list[str]]:
    """All readings but those of a single contact that no runner has, which is named."""
    readings: list[Reading] = []
    doubts: list[str] = []
    for pair in made:
        if len(pair) == 2 and CONTACT.grade(pair[1].time_s - pair[0].time_s) == "hard":
            long = f"{1000 * (pair[1].time_s - pair[0].time_s):.0f} ms"
            doubts.append(f"A {foot.side} contact of {long} at {pair[0].time_s:.2f} s was left out.")
        else:
            readings += pair
    return readings, doubts


def _readings(foot: Foot, stance: Stance) -> Iterator[Reading]:
    """The landing and the toe-off of a stance, offsets taken out, the opinions on each put together."""
    for kind, opinions in zip(KINDS, (stance.landings_s, stance.toe_offs_s), strict=True):
        if not opinions:
            continue
        methods = (BELT_LOCK, "vertical_jerk")
        true = [
            time - reference.offset_s(method, kind, foot.fs)
            for time, method in zip(opinions, methods, strict=False)
        ]
        near = tuple(time for time in true if abs(time - true[0]) <= SAME_LANDING_S)
        yield Reading(foot.side, kind, fmean(near), near, BELT_LOCK)


def _inside(foot: Foot, time: float) -> bool:
    """Whether the foot was seen at that time: inside the clip, and not where its points were made up."""
    if not foot.times_s[0] - ROUNDING <= time <= foot.times_s[-1] + ROUNDING:
        return False
    place = min(int(np.searchsorted(foot.times_s, time)), len(foot.lost) - 1)
    return not foot.lost[max(0, place - 1) : place + 1].any()


def _with_second_opinion(
    readings: Sequence[Reading], track: LandmarkTrack, side: Side, frame: SideFrame
) -> list[Reading]:
    flexion = fellin.knee_flexion(track, side, frame)
    if flexion is None:
        return list(readings)
    heard: list[Reading] = []
    for one in readings:
        other = fellin.straightest(flexion, track.times_s, one.time_s) if one.kind == "toe_off" else None
        heard.append(one if other is None else replace(one, opinions=(*one.opinions, other)))
    return heard


# ---- events ----


def _found(
    track: LandmarkTrack, readings: Sequence[Reading], method: str, why: str, warnings: Sequence[str]
) -> Found:
    made = [(_event(track, one), one.disagreement_s) for one in readings]
    inside = [(event, apart) for event, apart in made if event is not None]
    return Found(
        tuple(event for event, _ in inside),
        tuple(apart for _, apart in inside),
        method,
        why,
        track,
        tuple(dict.fromkeys(warnings)),
    )


def _event(track: LandmarkTrack, one: Reading) -> Event | None:
    """The first frame at or after the event; None if no frame follows."""
    frame = int(np.searchsorted(track.times_s, one.time_s - ROUNDING))
    if frame >= len(track):
        return None
    confidence = min(one.confidence, SURE)
    edge = min(one.time_s - track.times_s[0], track.times_s[-1] - one.time_s)
    apart = one.disagreement_s > min(DISAGREE_S, DISAGREE_FRAMES * track.frame_s)
    if apart or edge < EDGE_S:
        confidence = min(confidence, DOUBTED)
    return Event(frame, one.time_s, one.side, one.kind, one.source, confidence)
