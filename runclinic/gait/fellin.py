"""Toe-off as the knee's greatest extension (Fellin 2010): a second opinion that can only raise doubt.

In Fellin's 20 runners it was 5 ms off on a treadmill; on three films it was up to 60 ms early, and a runner
whose knee is straightest in midstance has no such peak. So it never moves an event.
"""

import numpy as np

from runclinic.gait import filtering
from runclinic.gait.contacts import Side
from runclinic.gait.filming import FloatArray
from runclinic.gait.frame_of_reference import SideFrame
from runclinic.gait.landmarks import LandmarkTrack

FROM_FPS = 59.0
WITHIN_S = 0.040
KNEE_HZ = 10.0


def knee_flexion(track: LandmarkTrack, side: Side, frame: SideFrame) -> FloatArray | None:
    """Knee flexion in degrees, float[n], low-passed; None if hip, knee or ankle is not tracked throughout."""
    names = tuple(f"{side}_{part}" for part in ("hip", "knee", "ankle"))
    if not track.has(*names) or track.fps < FROM_FPS:
        return None
    points = frame.body(track.points(names))
    if not np.all(np.isfinite(points)):
        return None
    thigh, shank = points[:, 1] - points[:, 0], points[:, 2] - points[:, 1]
    flexion = np.arctan2(thigh[:, 0], -thigh[:, 1]) - np.arctan2(shank[:, 0], -shank[:, 1])
    cutoff = filtering.allowed_hz(KNEE_HZ, track.fps)
    return np.degrees(filtering.low_pass(np.unwrap(flexion), cutoff, track.fps))


def straightest(flexion: FloatArray, times_s: FloatArray, near_s: float) -> float | None:
    """When the knee is straightest within 40 ms of a toe-off, s; None if it is not within that time."""
    inside = np.flatnonzero(np.abs(times_s - near_s) <= WITHIN_S)
    if len(inside) < 3:
        return None
    lowest = inside[int(np.argmin(flexion[inside]))]
    return None if lowest in {inside[0], inside[-1]} else float(times_s[lowest])
