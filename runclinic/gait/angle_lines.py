"""Angles over the whole clip, frame by frame, as the curve under the picture shows them."""

from dataclasses import dataclass

import numpy as np

from runclinic.gait.angles import BodyCurves
from runclinic.gait.contacts import Side
from runclinic.gait.filming import Filming, FloatArray
from runclinic.gait.from_points import roll_of
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.gait.side_view import frame_for, quantities

ORDER = ("knee", "shank", "foot", "ankle", "trunk", "elbow")


@dataclass(frozen=True, eq=False, slots=True)
class AngleLine:
    """An angle in every frame, float[n] in degrees, NaN where its points are not known."""

    id: str
    side: Side
    degrees: FloatArray


def angle_lines(track: LandmarkTrack, filming: Filming) -> tuple[AngleLine, ...]:
    """The angles of the leg next to the camera; empty from behind, where they mean stance alone."""
    if filming.facing is None:
        return ()
    side: Side = "right" if filming.view == "side_right" else "left"
    frame = frame_for(track, filming, roll_of(track, filming))
    curves = BodyCurves(track, frame.body)
    known = quantities(track, side, frame)
    made = (AngleLine(name, side, curves.curve(known[name])) for name in ORDER if name in known)
    return tuple(line for line in made if np.isfinite(line.degrees).any())
