"""From pixels to millimetres: a thing of known length, or else the runner's own leg."""

import math
from dataclasses import dataclass

import numpy as np

from runclinic.gait import uncertainty
from runclinic.gait.contacts import Side
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.gait.sine_wave import leg_length_m
from runclinic.refused import Refused

CLICK_PX = 1.5
DEPTH_SHARE = 0.025  # a scale taken at the belt's near edge, body 0.1 m behind it at 4 m


@dataclass(frozen=True, slots=True)
class Scale:
    """Millimetres a pixel in the plane of the body.

    `length_px` is what the calibration spans and `sigma_px` the SD of its clicks; `depth_share` is the share
    that the scale may be off because it was taken nearer to the camera than the body; `note` says so.
    """

    mm_per_px: float
    length_px: float
    sigma_px: float = CLICK_PX
    depth_share: float = 0.0
    note: str = ""

    def mm(self, px: float) -> float:
        return px * self.mm_per_px

    def sd_mm(self, distance_px: float, sigma_px: float) -> float:
        """The SD of a distance from its own two clicks and the calibration's."""
        return uncertainty.distance_sd_mm(
            distance_px, sigma_px, self.mm_per_px, self.length_px, self.sigma_px
        )


def scale_of(
    first: tuple[float, float],
    second: tuple[float, float],
    length_mm: float,
    *,
    plane_m: float | None = None,
    body_m: float | None = None,
    in_body_plane: bool = False,
) -> Scale:
    """A scale from the two ends of a rod, mark or deck edge of known length.

    `plane_m` and `body_m` are the distances of rod and runner from the camera: with both, the scale is
    carried to the body's plane. Without them it is taken as it is, and said to be off by up to 2.5 %,
    unless the rod stood in the body's plane.
    """
    length_px = math.hypot(second[0] - first[0], second[1] - first[1])
    mm_per_px = uncertainty.scale_mm_per_px(length_mm, length_px)
    if plane_m is not None and body_m is not None:
        if plane_m <= 0 or body_m <= 0:
            raise Refused(
                "A distance from the camera must be more than zero.", "Measure it again, in metres."
            )
        return Scale(mm_per_px * body_m / plane_m, length_px)
    if in_body_plane:
        return Scale(mm_per_px, length_px)
    note = "the scale was taken nearer to the camera than the body; distances from it are not known"
    return Scale(mm_per_px, length_px, CLICK_PX, DEPTH_SHARE, note)


def leg_px(track: LandmarkTrack, side: Side) -> float | None:
    """Hip to floor in pixels: thigh, shank, and ankle to the sole, each the median over the clip.

    None if a point of the leg is not tracked.
    """
    names = [f"{side}_{part}" for part in ("hip", "knee", "ankle", "heel", "foot_index")]
    if not track.has(*names):
        return None
    hip, knee, ankle, heel, toe = np.moveaxis(track.points(names), 1, 0)
    sole = toe - heel
    above = np.abs(sole[:, 0] * (ankle - heel)[:, 1] - sole[:, 1] * (ankle - heel)[:, 0]) / np.hypot(*sole.T)
    parts = (np.hypot(*(hip - knee).T), np.hypot(*(knee - ankle).T), above)
    total = sum(float(np.nanmedian(part)) for part in parts)
    return total if math.isfinite(total) and total > 0 else None


def scale_of_leg(
    track: LandmarkTrack, side: Side, *, leg_m: float | None, height_m: float | None
) -> Scale | None:
    """A scale from the leg's own length (measured, or 0.53 of the height); None if neither is known."""
    length_m, length_px = leg_length_m(height_m, leg_m), leg_px(track, side)
    if length_m is None or length_px is None:
        return None
    source = "measured leg length" if leg_m is not None else "leg length taken as 0.53 of the height"
    share = 0.01 if leg_m is not None else 0.04
    return Scale(1000 * length_m / length_px, length_px, CLICK_PX, share, f"scaled by the {source}")
