"""What a side view is measured from, and the angle of each name as a function of its points."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from runclinic.gait import segments
from runclinic.gait.angles import BodyCurves, Precision, Quantity, precision_of
from runclinic.gait.calibration import Scale
from runclinic.gait.contacts import SIDES, Interval, Side, Stepping
from runclinic.gait.filming import Filming, FloatArray, incline_deg
from runclinic.gait.frame_of_reference import SideFrame, upward
from runclinic.gait.landmarks import LandmarkTrack


@dataclass(frozen=True, eq=False)
class SideView:
    """A side view ready to be measured: points, axes, events and what else is known.

    `standing` holds values of a standing frame under "foot" and "ankle", to be subtracted; `scale` is the
    calibration; `roll_sd_deg` what is left of the camera's roll after a plumb line (None: not corrected);
    `both_legs` asks for the leg that the near one hides; `click_px` the SD of one point, where it is known,
    `place_px` of what is wrong with it by the same in all frames.
    """

    track: LandmarkTrack
    frame: SideFrame
    feet: Stepping
    filming: Filming
    scale: Scale | None = None
    standing: Mapping[str, float] = field(default_factory=dict[str, float])
    roll_sd_deg: float | None = None
    both_legs: bool = False
    click_px: float | None = None
    place_px: float | None = None

    @property
    def near(self) -> Side:
        return "right" if self.filming.view == "side_right" else "left"

    @property
    def legs(self) -> tuple[Side, ...]:
        return SIDES if self.both_legs else (self.near,)

    @property
    def hips(self) -> tuple[str, ...]:
        """The hip points that are tracked; their middle is the hip centre."""
        return tuple(f"{side}_hip" for side in SIDES if self.track.has(f"{side}_hip"))

    def precision(self, curves: BodyCurves) -> Precision:
        """How exact these points are: told, or the usual figures for a clothed runner of this size."""
        return precision_of(curves, self.scale, self.roll_sd_deg, self.click_px, self.place_px)


def frame_for(track: LandmarkTrack, filming: Filming, roll: float = 0.0) -> SideFrame:
    """The axes of a side view as it was filmed; `roll` in rad from a plumb line."""
    slope = 0.0 if filming.incline_percent is None else incline_deg(filming.incline_percent)
    return SideFrame(filming.facing or 1, roll, incline_deg=slope, up=upward(track))


def quantities(track: LandmarkTrack, side: Side, frame: SideFrame) -> dict[str, Quantity]:
    """The angle of each name for one leg, in the axes forward and up, as far as its points are tracked."""
    known = {**_of_the_leg(track, side, frame.incline_deg), **_of_the_trunk(track, side)}
    return {name: one for name, one in known.items() if one.points and track.has(*one.points)}


def _of_the_leg(track: LandmarkTrack, side: Side, beta: float) -> dict[str, Quantity]:
    hip, knee, ankle, heel, toe = (
        f"{side}_{part}" for part in ("hip", "knee", "ankle", "heel", "foot_index")
    )
    sole = (f"{side}_sole_h", f"{side}_sole_t")
    foot = sole if track.has(*sole) else (heel, toe)
    return {
        "foot": Quantity(foot, lambda p: segments.slope(p[..., 0, :], p[..., 1, :]) - beta),
        "shank": Quantity((knee, ankle), lambda p: segments.hanging(p[..., 0, :], p[..., 1, :])),
        "trailing": Quantity((hip, knee), lambda p: -segments.hanging(p[..., 0, :], p[..., 1, :])),
        "knee": Quantity(
            (hip, knee, ankle),
            lambda p: segments.knee_flexion(p[..., 0, :], p[..., 1, :], p[..., 2, :]),
        ),
        "ankle": Quantity(
            (knee, ankle, heel, toe),
            lambda p: segments.dorsiflexion(p[..., 0, :], p[..., 1, :], p[..., 2, :], p[..., 3, :]),
        ),
    }


def _of_the_trunk(track: LandmarkTrack, side: Side) -> dict[str, Quantity]:
    """Trunk, head and elbow; C7 if it is marked, else the middle of the shoulders."""
    hips = tuple(f"{each}_hip" for each in SIDES if track.has(f"{each}_hip"))
    shoulders = tuple(f"{each}_shoulder" for each in SIDES if track.has(f"{each}_shoulder"))
    neck = ("c7",) if track.has("c7") else shoulders
    made = {
        "elbow": Quantity(
            (f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist"),
            lambda p: segments.STRAIGHT - segments.included(p[..., 0, :], p[..., 1, :], p[..., 2, :]),
        )
    }
    if not hips or not neck:
        return made
    low, high = slice(0, len(hips)), slice(len(hips), len(hips) + len(neck))

    def trunk(p: FloatArray) -> FloatArray:
        return segments.lean(p[..., low, :].mean(axis=-2), p[..., high, :].mean(axis=-2))

    def head(p: FloatArray) -> FloatArray:
        return segments.lean(p[..., high, :].mean(axis=-2), p[..., -1, :]) - trunk(p)

    made["trunk"] = Quantity((*hips, *neck), trunk)
    made["head"] = Quantity((*hips, *neck, f"{side}_ear"), head)
    return made


def during(curves: BodyCurves, curve: FloatArray, interval: Interval) -> FloatArray | None:
    """The frames of a curve from an interval's start to before its end; None in a hole."""
    times = curves.times_s
    part = curve[(times >= interval.start.time_s - 1e-9) & (times < interval.end.time_s - 1e-9)]
    return part if len(part) > 2 and np.all(np.isfinite(part)) else None
