"""A clip measured whole: body points, contacts, the stride's measures and angles, as long work."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias, TypeVar

import numpy as np

from runclinic.gait import LandmarkTrack, reference
from runclinic.gait import analyse as gait
from runclinic.gait.angle_lines import AngleLine, angle_lines
from runclinic.gait.angles import BodyCurves
from runclinic.gait.cadence_from_picture import cadence_from_bounce
from runclinic.gait.contacts import SIDES, Event, Side
from runclinic.gait.filming import ClipFacts, Filming, FloatArray, Pixel, View, clock, time_ratio
from runclinic.gait.frame_of_reference import facing_seen
from runclinic.gait.from_points import angles_of, contacts_of, roll_of
from runclinic.gait.means import Metric
from runclinic.gait.picture_contacts import camera_moved, contacts_of_area, in_turn
from runclinic.gait.side_view import frame_for, quantities
from runclinic.gait.which_side import exchanged_sides
from runclinic.refused import Refused
from runclinic.video import landmark_files, overlay
from runclinic.video.belt_strip import carried
from runclinic.video.bounce import bounce
from runclinic.video.clip import Clip
from runclinic.video.overlay import Drawing, Mark, Shown
from runclinic.video.pose import Keep, Wanted, find_pose, opened
from runclinic.video.pose_store import Pose

T = TypeVar("T")
PutRight: TypeAlias = tuple[int, str, float, float]

POSE_SHARE = 0.95  # of the work that is not writing a film
RATE_ALONE = (
    "Only the step rate was measured, from the bounce of the picture: {text}. Contacts and angles are not."
)
OTHER_RATE = "The bounce would also fit {other:.0f} steps/min: half of it, or a limp."
FROM_PICTURE = (
    "Contacts were seen in the picture above the belt's line, without body points: they are rough. Angles "
    "are not measured."
)
LINE_UNUSED = "The line along the belt was not needed: there are body points."
IN_METRES = "The body points are in metres, so no skeleton is drawn over the film."
WORDS = {"initial_contact": "contact", "toe_off": "toe-off"}
OTHER_SIDE: dict[View, View] = {"side_left": "side_right", "side_right": "side_left"}
WRITTEN_BESIDE = (("trunk", "{side}_shoulder"), ("knee", "{side}_knee"), ("shank", "{side}_ankle"))


@dataclass(frozen=True, eq=False, slots=True)
class FilmAnalysis:
    """What one clip gave: the JSON of `runclinic analyse`, and the values behind it.

    `track` holds the body points at true times as they were found (None if contacts were given and no points
    were wanted), `put_right` the same with exchanged legs put right and other people left out: angles come
    from those. `lines` are angles frame by frame, where they were asked for. `measured_as` is how the film
    was read, where the points contradict what was told, and `doubts` what had to be said while points and
    contacts were looked for: a part of `warnings`.
    """

    result: dict[str, gait.Json]
    metrics: tuple[Metric, ...]
    angles: tuple[Metric, ...]
    events: tuple[Event, ...]
    warnings: tuple[str, ...]
    measured_as: Filming
    track: LandmarkTrack | None = None
    pose: Pose | None = None
    done: gait.Analysis | None = None
    doubts: tuple[str, ...] = ()
    put_right: LandmarkTrack | None = None
    lines: tuple[AngleLine, ...] = ()

    def drawing(self) -> Drawing:
        """Skeleton, contacts and angles of the near leg, to be drawn over the film."""
        contacts = Drawing() if self.done is None else marked(self.done)
        track = self._in_the_picture
        angles = tuple(_shown(track, self.measured_as))
        return replace(contacts, track=track, angles=angles, heading="RunClinic")

    @property
    def _in_the_picture(self) -> LandmarkTrack | None:
        return None if self.put_right is None or self.put_right.in_metres else self.put_right


@dataclass(frozen=True, slots=True)
class Belt:
    """A line along the top of the belt, from end to end in pixels, and the foot that lands first.

    With it contacts can be seen in the picture where no body points can be had.
    """

    line: tuple[Pixel, Pixel]
    first_foot: Side | None = None


@dataclass(frozen=True, slots=True)
class Files:
    """What `runclinic analyse` reads besides the clip, and what it writes; None = not asked for."""

    events: str | None = None
    landmarks: Path | None = None
    save_landmarks: Path | None = None
    overlay: Path | None = None
    belt: Belt | None = None

    @property
    def wants_points(self) -> bool:
        return self.events is None or self.save_landmarks is not None or self.overlay is not None

    @property
    def step_rate_would_do(self) -> bool:
        """Whether a step rate alone is better than nothing: no file that needs body points was asked for."""
        return self.events is None and self.save_landmarks is None and self.overlay is None


def analyse_file(
    path: Path, filming: Filming, files: Files | None = None, wanted: Wanted | None = None
) -> Generator[float, None, FilmAnalysis]:
    """All that `runclinic analyse` does with a clip; yields progress 0 to 1, closing it cancels.

    Body points are looked for unless they are given, or contacts are given and nothing needs points. Where
    none can be had, the step rate is read from the picture, and what is missing is said.
    """
    asked = files or Files()
    if asked.save_landmarks is not None:
        landmark_files.refuse_suffix(asked.save_landmarks)
    if asked.overlay is not None:
        overlay.refuse_suffix(asked.overlay)
    given = landmark_files.read(asked.landmarks) if asked.landmarks else None
    share = 0.5 if asked.overlay is not None else 1.0
    with opened(path) as clip:
        work = analyse_clip(
            clip,
            filming,
            events=asked.events,
            given=given,
            wanted=wanted,
            points=asked.wants_points or given is not None,
        )
        try:
            done = yield from _part(work, 0.0, share)
        except Refused as refused:
            if given is not None or not asked.step_rate_would_do:
                raise
            done = yield from _part(without_points(clip, filming, refused, asked.belt), 0.0, share)
        if asked.belt is not None and done.track is not None:
            done = _with_warnings(done, [LINE_UNUSED])
        if asked.save_landmarks is not None and done.track is not None:
            landmark_files.write(asked.save_landmarks, done.track, made_by=_made_by(done.pose))
        if asked.overlay is not None:
            if done.track is not None and done.track.in_metres:
                done = _with_warnings(done, [IN_METRES])
            yield from _part(overlay.write(clip, asked.overlay, done.drawing()), share, 1.0)
    return done


def analyse_clip(
    clip: Clip,
    filming: Filming,
    *,
    events: str | Sequence[object] | None = None,
    given: LandmarkTrack | Pose | None = None,
    wanted: Wanted | None = None,
    points: bool = True,
    so_far: bytes | None = None,
    keep: Keep | None = None,
) -> Generator[float, None, FilmAnalysis]:
    """Body points (unless given, from a file or an earlier search), contacts (unless `events`), measures.

    `events` is the JSON that `analyse --events` takes. `so_far` and `keep` carry a search for points over
    a cancel, as `find_pose` says. Without `points` none are looked for. Refused if the weights are missing
    and points must be found, or if something given does not fit the clip.
    """
    film = ClipFacts(clip.times_s, clip.nominal_fps)
    times = clock(film, filming).times_s
    marked = None if events is None else gait.events_from_json(events, times)
    pose = given if isinstance(given, Pose) else None
    if given is None and points:
        pose = yield from _part(find_pose(clip, wanted, so_far=so_far, keep=keep), 0.0, POSE_SHARE)
    track = _track(given if isinstance(given, LandmarkTrack) else pose, times, mirrored=filming.mirrored)
    said = (*clip.warnings, *(pose.warnings if pose is not None else ()))
    done = _measured(film, filming, marked, track, said)
    if marked is None and track is not None and not done.events:
        done = yield from _part(_with_step_rate(clip, done), POSE_SHARE, 1.0)
    yield 1.0
    said_of_points = pose.warnings if pose is not None else ()
    return replace(done, pose=pose, doubts=tuple(dict.fromkeys([*said_of_points, *done.doubts])))


def of_points(
    film: ClipFacts,
    filming: Filming,
    events: Sequence[Event],
    pose: Pose,
    by_hand: Iterable[PutRight] = (),
) -> FilmAnalysis:
    """Measures and angles of contacts that stand, by body points that were found before. Not long work.

    `by_hand` are points (frame, name as on the runner, x, y in px) that count instead of the found ones.
    Refused if points or contacts do not fit the film.
    """
    track = _track(pose, clock(film, filming).times_s, mirrored=filming.mirrored)
    done = _measured(film, filming, tuple(events), track, pose.warnings, by_hand)
    return (
        done if done.put_right is None else replace(done, lines=angle_lines(done.put_right, done.measured_as))
    )


def marked(done: gait.Analysis) -> Drawing:
    """The contacts of a stride, to be drawn over the film at true times."""
    contacts: dict[str, list[tuple[int, int]]] = {side: [] for side in SIDES}
    for contact in done.feet.contacts:
        contacts[contact.side].append(contact.frames)
    marks = [Mark(event.frame, event.side, WORDS[event.kind]) for event in done.feet.events]
    return Drawing(marks=marks, contacts=contacts, times_s=done.clock.times_s)


def points_of(film: ClipFacts, filming: Filming, pose: Pose) -> LandmarkTrack:
    """Body points that were found before, at true times and with the sides as they are on the runner."""
    times = clock(film, filming).times_s
    return _at_true_times(pose, times, mirrored=filming.mirrored)


def without_points(
    clip: Clip, filming: Filming, why: Refused, belt: Belt | None = None
) -> Generator[float, None, FilmAnalysis]:
    """What is left without body points, and why there are none: a step rate, contacts too by a belt's line.

    Refused with that if there is no bounce; and by name if a line was given without the first foot.
    """
    if belt is not None and belt.first_foot is None:
        raise Refused("Contacts above a line need the foot that lands first.", "Add --first-foot.")
    film = ClipFacts(clip.times_s, clip.nominal_fps)
    said = (*clip.warnings, str(why))
    empty = _measured(film, filming, (), None, said)
    done = yield from _part(_with_step_rate(clip, empty), 0.0, 1.0 if belt is None else 0.5)
    rate = next((metric.both.value for metric in done.metrics if metric.id == "cadence"), None)
    if rate is None:
        raise why
    if belt is None or belt.first_foot is None or filming.facing is None:
        return replace(done, doubts=(str(why), *done.doubts))
    try:
        strip = yield from _part(carried(clip, belt.line, filming.facing), 0.5, 1.0)
        times = clock(film, filming).times_s
        events, doubt = in_turn(
            contacts_of_area(strip.area_px, times, belt.first_foot),
            times,
            60 / rate,
            first_foot=belt.first_foot,
            near="right" if filming.view == "side_right" else "left",
        )
    except Refused as refused:
        return _with_warnings(replace(done, doubts=(str(why), str(refused))), [*done.warnings, str(refused)])
    doubts = (str(why), FROM_PICTURE, *([doubt] if doubt else []))
    return replace(_measured(film, filming, events, None, (*said, *doubts[1:])), doubts=doubts)


def _with_step_rate(clip: Clip, done: FilmAnalysis) -> Generator[float, None, FilmAnalysis]:
    """The same with a step rate from the picture's bounce, which needs no points; unchanged without one."""
    try:
        seen = yield from bounce(clip)
    except Refused:
        return done
    times = seen.times_s * time_ratio(clip.nominal_fps, done.measured_as.capture_fps)
    found = cadence_from_bounce(seen.sinking, times - times[0])
    if found is None:
        return done
    said = [RATE_ALONE.format(text=found.cadence.text())]
    if found.other_reading is not None:
        said.append(OTHER_RATE.format(other=found.other_reading))
    if moved := camera_moved(seen.shifts_px):
        said.append(moved)
    metric = Metric("cadence", found.cadence, flags=("pixel",), note="from the bounce of the picture alone")
    result = dict(done.result)
    other = result["metrics"]
    result["metrics"] = {"cadence": gait.metric_json(metric), **(other if isinstance(other, dict) else {})}
    made = replace(done, result=result, metrics=(metric, *done.metrics), doubts=(*done.doubts, *said))
    absent = f"{reference.metric(metric.id).name}: not measured"
    warnings = dict.fromkeys([*(one for one in done.warnings if not one.startswith(absent)), *said])
    result["warnings"] = [*warnings]
    return replace(made, warnings=tuple(warnings))


def _part(work: Generator[float, None, T], start: float, end: float) -> Generator[float, None, T]:
    """Long work whose progress is a part of a longer one's."""
    while True:
        try:
            progress = next(work)
        except StopIteration as stop:
            return stop.value
        try:
            yield start + (end - start) * progress
        except GeneratorExit:
            work.close()
            raise


def _track(points: LandmarkTrack | Pose | None, times: FloatArray, *, mirrored: bool) -> LandmarkTrack | None:
    """The points at true times, sides as they are on the runner."""
    if points is None:
        return None
    count = len(points.times_s)
    if count != len(times):
        raise Refused(
            f"The body points have {count} frames, but the clip has {len(times)}.",
            "Give the points that belong to this clip.",
        )
    if isinstance(points, LandmarkTrack):
        return LandmarkTrack(times, points.names, points.xy, points.confidence)
    return _at_true_times(points, times, mirrored=mirrored)


def _at_true_times(pose: Pose, times: FloatArray, *, mirrored: bool) -> LandmarkTrack:
    track = pose.track(times)
    return track.named([_other(name) for name in track.names]) if mirrored else track


def _other(name: str) -> str:
    """In a mirrored film the network takes the left leg for the right one."""
    if "left" in name:
        return name.replace("left", "right")
    return name.replace("right", "left")


def _made_by(pose: Pose | None) -> dict[str, object]:
    if pose is None:
        return {}
    model = pose.model
    return {"model": model.label, "files": dict(model.files), "size": list(pose.size)}


# ---- measuring ----


def _measured(
    film: ClipFacts,
    filming: Filming,
    marked: tuple[Event, ...] | None,
    track: LandmarkTrack | None,
    said: Sequence[str],
    by_hand: Iterable[PutRight] = (),
) -> FilmAnalysis:
    if track is None:
        done = gait.analysis(film, filming, marked or ())
        result = gait.analyse(film, filming, marked or ())
        return _with_warnings(
            FilmAnalysis(result, done.timing.metrics, (), done.feet.events, (), filming, done=done), said
        )
    seen_as, doubts = as_seen(filming, track)
    found = _contacts(track, seen_as)
    found = replace(found, track=found.track.put_right(by_hand))
    events, of_contacts = (found.events, found.warnings) if marked is None else (marked, found.of_points)
    done = gait.analysis(film, filming, events)
    angles = angles_of(found.track, done.feet, seen_as)
    result = gait.analyse(film, filming, events, angles=angles.angles, from_landmarks=angles.metrics)
    result["warnings"] = [*doubts, *of_contacts, *done.warnings, *angles.warnings]
    if isinstance(told := result["clip"], dict):
        told["facing"] = seen_as.facing
    metrics = gait.with_those_of_points(done.timing.metrics, angles.metrics)
    made = FilmAnalysis(result, metrics, angles.angles, done.feet.events, (), seen_as, track, done=done)
    made = replace(made, doubts=(*doubts, *of_contacts), put_right=found.track)
    return _with_warnings(made, said)


def _with_warnings(analysis: FilmAnalysis, said: Sequence[str]) -> FilmAnalysis:
    """What the file and the search for points said comes first."""
    own = analysis.result["warnings"]
    warnings = tuple(dict.fromkeys([*said, *(str(each) for each in own)] if isinstance(own, list) else said))
    return replace(analysis, result={**analysis.result, "warnings": [*warnings]}, warnings=warnings)


def as_seen(filming: Filming, track: LandmarkTrack) -> tuple[Filming, tuple[str, ...]]:
    """How the film must be read, by the way in which the toes point, and what must be asked then."""
    seen = facing_seen(track)
    if filming.facing is None or seen is None or seen == filming.facing:
        return filming, ()
    way, told = ("right", "left") if seen > 0 else ("left", "right")
    doubt = (
        f"Mirrored? The runner faces image {way}, but the view {filming.view} says image {told}: the film is "
        "mirrored (a selfie camera), or was taken from the other side. It was measured as it is seen: left "
        "and right may be exchanged."
    )
    return replace(filming, view=OTHER_SIDE[filming.view]), (doubt,)


@dataclass(frozen=True, slots=True)
class _Contacts:
    """Contacts, the points to measure on, all that must be said, and what of it concerns the points alone."""

    events: tuple[Event, ...]
    track: LandmarkTrack
    warnings: tuple[str, ...]
    of_points: tuple[str, ...]


def _contacts(track: LandmarkTrack, filming: Filming) -> _Contacts:
    """The contacts of a view; none, and why, where none can be found."""
    sides = tuple(exchanged_sides(track, filming))
    try:
        found = contacts_of(track, filming)
    except Refused as refused:
        return _Contacts((), track, (str(refused),), sides)
    return _Contacts(found.events, found.track, (*sides, *found.warnings), (*sides, *found.put_right))


def _shown(track: LandmarkTrack | None, filming: Filming) -> Iterator[Shown]:
    """Trunk, knee and shank of the near leg, in every frame."""
    if track is None or filming.facing is None:
        return
    near: Side = "right" if filming.view == "side_right" else "left"
    frame = frame_for(track, filming, roll_of(track, filming))
    curves = BodyCurves(track, frame.body)
    known = quantities(track, near, frame)
    for name, point in WRITTEN_BESIDE:
        quantity = known.get(name)
        if quantity is not None and curves.has(quantity.points):
            yield Shown(name, point.format(side=near), np.asarray(curves.curve(quantity)))
