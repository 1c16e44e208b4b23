"""A clip measured whole: body points, contacts, the stride's measures and angles, as long work."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from runclinic.gait import Found, LandmarkTrack, look_for_contacts
from runclinic.gait import analyse as gait
from runclinic.gait.angles import Angles, BodyCurves
from runclinic.gait.contacts import SIDES, Event, Side
from runclinic.gait.filming import ClipFacts, Filming, FloatArray, View, clock
from runclinic.gait.frame_of_reference import facing_seen
from runclinic.gait.means import Metric
from runclinic.gait.rear_angles import RearView, measure_rear
from runclinic.gait.side_angles import measure_side
from runclinic.gait.side_view import SideView, frame_for, quantities
from runclinic.refused import Refused
from runclinic.video import landmark_files, overlay
from runclinic.video.clip import Clip
from runclinic.video.overlay import Drawing, Mark, Shown
from runclinic.video.pose import Keep, Wanted, find_pose, opened
from runclinic.video.pose_store import Pose

T = TypeVar("T")

POSE_SHARE = 0.95  # of the work that is not writing a film
BY_HAND = "Seen from behind or in front, contacts are not found automatically: mark them by hand."
WORDS = {"initial_contact": "contact", "toe_off": "toe-off"}
OTHER_SIDE: dict[View, View] = {"side_left": "side_right", "side_right": "side_left"}
WRITTEN_BESIDE = (("trunk", "{side}_shoulder"), ("knee", "{side}_knee"), ("shank", "{side}_ankle"))


@dataclass(frozen=True, eq=False, slots=True)
class FilmAnalysis:
    """What one clip gave: the JSON of `runclinic analyse`, and the values behind it.

    `track` holds the body points at true times (None if contacts were given and no points were wanted),
    `measured_as` how the film was read, where the points contradict what was told.
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

    def drawing(self) -> Drawing:
        """Skeleton, contacts and angles of the near leg, to be drawn over the film."""
        contacts: dict[str, list[tuple[int, int]]] = {side: [] for side in SIDES}
        for contact in self.done.feet.contacts if self.done else ():
            contacts[contact.side].append(contact.frames)
        return Drawing(
            self.track,
            [Mark(event.frame, event.side, WORDS[event.kind]) for event in self.events],
            tuple(_shown(self.track, self.measured_as)),
            contacts,
            "RunClinic",
        )


@dataclass(frozen=True, slots=True)
class Files:
    """What `runclinic analyse` reads besides the clip, and what it writes; None = not asked for."""

    events: str | None = None
    landmarks: Path | None = None
    save_landmarks: Path | None = None
    overlay: Path | None = None

    @property
    def wants_points(self) -> bool:
        return self.events is None or self.save_landmarks is not None or self.overlay is not None


def analyse_file(
    path: Path, filming: Filming, files: Files | None = None, wanted: Wanted | None = None
) -> Generator[float, None, FilmAnalysis]:
    """All that `runclinic analyse` does with a clip; yields progress 0 to 1, closing it cancels.

    Body points are looked for unless they are given, or contacts are given and nothing needs points.
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
        done = yield from _part(work, 0.0, share)
        if asked.save_landmarks is not None and done.track is not None:
            landmark_files.write(asked.save_landmarks, done.track, made_by=_made_by(done.pose))
        if asked.overlay is not None:
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
    yield 1.0
    return replace(done, pose=pose)


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
    track = points.track(times)
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
) -> FilmAnalysis:
    if track is None:
        done = gait.analysis(film, filming, marked or ())
        result = gait.analyse(film, filming, marked or ())
        return _with_warnings(
            FilmAnalysis(result, done.timing.metrics, (), done.feet.events, (), filming, done=done), said
        )
    seen_as, doubts = as_seen(filming, track)
    events, of_contacts = (marked, ()) if marked is not None else _contacts(track, seen_as)
    done = gait.analysis(film, filming, events)
    angles = _angles(track, seen_as, done)
    result = gait.analyse(film, filming, events, angles=angles.angles, from_landmarks=angles.metrics)
    result["warnings"] = [*doubts, *of_contacts, *done.warnings, *angles.warnings]
    if isinstance(told := result["clip"], dict):
        told["facing"] = seen_as.facing
    metrics = (*done.timing.metrics, *angles.metrics)
    return _with_warnings(
        FilmAnalysis(result, metrics, angles.angles, done.feet.events, (), seen_as, track, done=done), said
    )


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


def _contacts(track: LandmarkTrack, filming: Filming) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    if filming.facing is None:
        return (), (BY_HAND,)
    try:
        found: Found = look_for_contacts(track, filming.facing, frame_for(track, filming).incline_deg)
    except Refused as refused:
        return (), (str(refused),)
    return found.events, found.warnings


def _angles(track: LandmarkTrack, filming: Filming, done: gait.Analysis) -> Angles:
    if filming.facing is None:
        return measure_rear(RearView(track, done.feet, filming))
    return measure_side(SideView(track, frame_for(track, filming), done.feet, filming))


def _shown(track: LandmarkTrack | None, filming: Filming) -> Iterator[Shown]:
    """Trunk, knee and shank of the near leg, in every frame."""
    if track is None or filming.facing is None:
        return
    near: Side = "right" if filming.view == "side_right" else "left"
    frame = frame_for(track, filming)
    curves = BodyCurves(track, frame.body)
    known = quantities(track, near, frame)
    for name, point in WRITTEN_BESIDE:
        quantity = known.get(name)
        if quantity is not None and curves.has(quantity.points):
            yield Shown(name, point.format(side=near), np.asarray(curves.curve(quantity)))
