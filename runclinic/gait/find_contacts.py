"""Body points to proposed contacts: which way of reading fits these points, and what speaks against it.

How it chooses: a shoe is rigid. Where the tracked foot keeps its length (dots on a shoe, clicked or drawn
points), each stance is read by itself with the belt lock, from heel and toe alone. Where the length wanders,
or the points come with graded confidence, a network guessed them, and no single frame can be trusted: the
folded cycle reads both feet from all strides together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

import numpy as np

from runclinic.gait import belt_lock, fellin, filtering, foot_motion, reference
from runclinic.gait.belt_lock import Stance
from runclinic.gait.contacts import CONTACT, KINDS, SIDES, Event, Side
from runclinic.gait.film_contacts import FilmReading, film_contacts
from runclinic.gait.film_points import can_be_folded, needed
from runclinic.gait.filming import FloatArray
from runclinic.gait.foot_motion import Foot, Reading, feet_of
from runclinic.gait.frame_of_reference import SideFrame, check_direction, check_facing, upward
from runclinic.gait.landmarks import FEWEST_FRAMES, LandmarkTrack
from runclinic.gait.rear_contacts import rear_contacts
from runclinic.refused import Refused

BELT_LOCK = "belt_lock"
CERTAIN = 0.995
RIGID_UP_TO = 0.20  # 10th to 90th percentile of the foot's length over its median: dots 0.02-0.09, film 0.5
FOLD_FROM_S = 1.0
SAME_LANDING_S = 0.025
DISAGREE_FRAMES, DISAGREE_S = 2.0, 0.025
SURE, DOUBTED, GUESSED = 0.95, 0.5, 0.3
EDGE_S = 0.080
NEAR_LOST_S = 0.030  # half a period of the low-pass
STRIDES_TO_COPY = 2
ELSEWHERE = 0.75  # of the leg's length
ANOTHER_SIZE = 0.35  # of the trunk's length; on film of one runner it stays within 0.08 (choice)
NAMES_SHOWN = 12
TOO_FEW = "{frames} frames are too few to find contacts in."
BOTH_FEET = (
    "Contact time from film is a mean of both feet: to compare left with right, mark the contacts by hand."
)
LEG_PARTS = ("knee", "ankle", "heel", "foot_index")
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Found:
    """Contacts with how they were found, how far the methods disagree (s, one for each event), and doubts.

    `track` is the one to measure angles on: exchanged legs put right, other people left out; `put_right`
    says so, and is a part of `warnings`.
    """

    events: tuple[Event, ...]
    disagreement_s: tuple[float, ...]
    method: str
    why: str
    track: LandmarkTrack
    warnings: tuple[str, ...] = ()
    put_right: tuple[str, ...] = ()

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
    _refuse_without_feet(track)
    track, elsewhere = without_other_people(track)
    _refuse_unseen_feet(track)
    check_facing(track, facing)
    frame = SideFrame(facing, incline_deg=incline_deg, up=upward(track))
    check_direction(track, frame)
    guessed = wanders(track, frame) or (can_be_folded(track) and _graded(track))
    if guessed and can_be_folded(track) and track.times_s[-1] - track.times_s[0] >= FOLD_FROM_S:
        found = _on_the_fold(track, frame)
    else:
        found = _stance_by_stance(track, frame, guessed=guessed)
    if not found.events:
        raise Refused("No contact was found in these body points.", "Mark the contacts by hand.")
    return _with_others_left_out(found, elsewhere)


def look_from_behind(track: LandmarkTrack) -> Found:
    """Contacts of a view from behind or in front, from how the feet go up and down; all to be looked at.

    Refused if hips, legs or head are not all tracked, or if nobody runs.
    """
    if not can_be_folded(track):
        absent = next((name for name in needed() if not track.has(name)), "head")
        raise Refused(
            f"From behind or in front the {absent.replace('_', ' ')} is needed, which is not among the body "
            "points.",
            "Mark the contacts by hand.",
        )
    if len(track) < FEWEST_FRAMES or track.times_s[-1] - track.times_s[0] < FOLD_FROM_S:
        raise Refused(TOO_FEW.format(frames=len(track)), "Film a few strides.")
    track, elsewhere = without_other_people(track)
    _refuse_unseen_feet(track)
    found = _of_film(track, rear_contacts(track), "From behind, the feet take turns up and down.")
    return _with_others_left_out(replace(found, warnings=(*found.warnings, BOTH_FEET)), elsewhere)


def _with_others_left_out(found: Found, said: tuple[str, ...]) -> Found:
    return replace(found, warnings=(*said, *found.warnings), put_right=(*said, *found.put_right))


def _refuse_without_feet(track: LandmarkTrack) -> None:
    if not track.feet:
        more = ", …" if len(track.names) > NAMES_SHOWN else ""
        raise Refused(
            "No foot has both heel and toe among the body points, which are "
            f"{', '.join(track.names[:NAMES_SHOWN]) or 'none'}{more}.",
            "Track heel and toe, and name them like left_heel and left_toe.",
        )
    if len(track) < FEWEST_FRAMES:
        raise Refused(TOO_FEW.format(frames=len(track)), "Film a few strides.")


def _refuse_unseen_feet(track: LandmarkTrack) -> None:
    names = [f"{side}_{part}" for side in track.feet for part in ("heel", "foot_index")]
    feet = track.seen(names, 0.0).reshape(len(track), -1, 2).all(axis=2)
    most = int(feet.sum(axis=0).max(initial=0))
    if most < FEWEST_FRAMES:
        raise Refused(
            f"Heel and toe of a foot were found in only {most} of {len(track)} frames.",
            "Mark the contacts by hand, or film again with the feet in view.",
        )


def _sides_named(track: LandmarkTrack, facing: int) -> LandmarkTrack:
    """Points of one foot without a side are the near foot's: the right one of who faces image right."""
    if track.feet or not track.has("heel", "foot_index"):
        return track
    near = "right" if facing > 0 else "left"
    return track.named([f"{near}_{name}" for name in track.names])


def wanders(track: LandmarkTrack, frame: SideFrame) -> bool:
    """Whether a tracked foot changes its length as no shoe can, so that a network must have guessed it."""
    return any(foot_motion.rigidity(foot) > RIGID_UP_TO for foot in feet_of(track, frame, least=0.0))


def _graded(track: LandmarkTrack) -> bool:
    """Whether the feet come with a network's own doubts: a marker is there or it is not."""
    feet = [track.place(f"{side}_{part}") for side in track.feet for part in ("heel", "foot_index")]
    return float(np.median(np.nan_to_num(track.confidence[:, feet]))) < CERTAIN


def without_other_people(track: LandmarkTrack) -> tuple[LandmarkTrack, tuple[str, ...]]:
    """Frames in which the points lie on somebody else become missing, and are named.

    Somebody else is elsewhere, or has another size in the picture.
    """
    names = [f"{side}_hip" for side in SIDES if track.has(f"{side}_hip", f"{side}_ankle")]
    if not names or not track.seen(names, 0.0).any():
        return track, ()
    legs = track.points(names, 0.0) - track.points([name.replace("hip", "ankle") for name in names], 0.0)
    size = np.hypot(legs[..., 0], legs[..., 1])
    if not np.isfinite(size).any():
        return track, ()
    hips = _middle(track, names)
    away = np.hypot(*(hips - np.nanmedian(hips, axis=0)).T)
    other = away > ELSEWHERE * float(np.nanmedian(size))
    other |= _of_another_size(track, names, hips)
    if not other.any():
        return track, ()
    confidence = track.confidence.copy()
    confidence[other] = 0.0
    xy = track.xy.copy()
    xy[other] = np.nan
    said = ", ".join(f"{start} to {end - 1}" for start, end in filtering.runs(other))
    text = f"The points lie on somebody else or away from the runner in frames {said}: left out."
    return LandmarkTrack(track.times_s, track.names, xy, confidence), (text,)


def _middle(track: LandmarkTrack, names: Sequence[str]) -> FloatArray:
    """The mean of the points that were found in each frame; NaN where none was."""
    points, seen = track.points(names, 0.0), track.seen(names, 0.0)
    number = seen.sum(axis=1)
    sums = np.where(seen[..., None], points, 0.0).sum(axis=1)
    return np.where(number[:, None] > 0, sums / np.maximum(number, 1)[:, None], np.nan)


def _of_another_size(track: LandmarkTrack, hips: Sequence[str], middle: FloatArray) -> filtering.BoolArray:
    """Frames in which the trunk, which no running changes, is much shorter or longer than it usually is."""
    shoulders = [name.replace("hip", "shoulder") for name in hips]
    if not track.has(*shoulders):
        return np.zeros(len(track), dtype=np.bool_)
    trunk = np.hypot(*(_middle(track, shoulders) - middle).T)
    if not np.isfinite(trunk).any():
        return np.zeros(len(track), dtype=np.bool_)
    usual = float(np.nanmedian(trunk))
    return np.asarray(np.abs(trunk - usual) > ANOTHER_SIZE * usual)


# ---- film ----


def _on_the_fold(track: LandmarkTrack, frame: SideFrame) -> Found:
    why = (
        "The tracked feet change their length or are more and less sure, so a network guessed them: all "
        "strides were read together."
    )
    found = _of_film(track, film_contacts(track, frame), why)
    return replace(found, warnings=(*found.warnings, BOTH_FEET))


def _of_film(track: LandmarkTrack, read: FilmReading, why: str) -> Found:
    said: tuple[str, ...] = ()
    if read.exchanged.any():
        said = (_exchanged(int(read.exchanged.sum())),)
        track = _turned(track, LEG_PARTS, read.exchanged)
    found = _found(track, read.readings, "folded cycle", why, (*said, *read.warnings))
    return replace(found, put_right=said)


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
    return replace(_found(track, readings, "belt lock", why, warnings), put_right=exchanged)


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
    """Whether the foot was seen at that time: inside the clip, and not near points that were made up.

    The low-pass carries a made-up jump a little way into the frames beside it.
    """
    if not foot.times_s[0] - ROUNDING <= time <= foot.times_s[-1] + ROUNDING:
        return False
    place = min(int(np.searchsorted(foot.times_s, time)), len(foot.lost) - 1)
    reach = foot.frames(NEAR_LOST_S)
    return not foot.lost[max(0, place - 1 - reach) : place + 1 + reach].any()


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
