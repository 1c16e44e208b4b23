"""Whether left and right of the body points can be right: the camera tells which leg it sees better."""

from collections.abc import Iterator

import numpy as np

from runclinic.gait.contacts import Side
from runclinic.gait.filming import Filming
from runclinic.gait.frame_of_reference import medial
from runclinic.gait.landmarks import LandmarkTrack

HALVES = ("elbow", "wrist", "knee", "ankle")  # of each pair the near one hides the other
SEEN_BETTER = 0.15  # mean confidence; 0.95 against 0.31 on one film (choice)
ACROSS = 0.02  # of the height: hips that lie closer tell nothing


def exchanged_sides(track: LandmarkTrack, filming: Filming) -> Iterator[str]:
    """What must be asked where the points call left what the camera sees as right, all through the clip."""
    if filming.facing is None:
        yield from _across(track, filming)
        return
    near: Side = "right" if filming.view == "side_right" else "left"
    far: Side = "left" if near == "right" else "right"
    pairs = [part for part in HALVES if track.has(f"{near}_{part}", f"{far}_{part}")]
    if not pairs:
        return
    sure = {side: _sure(track, [f"{side}_{part}" for part in pairs]) for side in (near, far)}
    if sure[far] > sure[near] + SEEN_BETTER:
        yield (
            f"Left and right exchanged? The {far} arm and leg are seen better than the {near} ones, which "
            f"the view {filming.view} has in front. Check the side before comparing left with right."
        )


def _sure(track: LandmarkTrack, names: list[str]) -> float:
    return float(np.mean(np.nan_to_num(track.confidence[:, [track.place(name) for name in names]])))


def _across(track: LandmarkTrack, filming: Filming) -> Iterator[str]:
    """From behind the left hip lies at image left, from in front at image right."""
    if not track.has("left_hip", "right_hip", "left_ankle"):
        return
    left, right, ankle = (track.point(name, 0.0) for name in ("left_hip", "right_hip", "left_ankle"))
    apart = (right - left)[:, 0]
    apart = apart[np.isfinite(apart)]
    height = np.abs(ankle - left)[:, 1]
    height = height[np.isfinite(height)]
    if apart.size == 0 or height.size == 0 or abs(np.median(apart)) < ACROSS * np.median(height):
        return
    expected = medial("left", view=filming.view, mirrored=filming.mirrored)
    if np.sign(np.median(apart)) != expected:
        yield (
            f"Left and right exchanged? In the view {filming.view} the left hip should lie at image "
            f"{'left' if expected > 0 else 'right'}. Is the film mirrored, or was it taken from the other "
            "end?"
        )
