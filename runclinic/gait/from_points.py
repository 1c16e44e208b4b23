"""Everything that body points can say about a clip: contacts first, then the angles of its view."""

import math

from runclinic.gait.angles import Angles
from runclinic.gait.calibration import Scale, scale_of
from runclinic.gait.contacts import Stepping
from runclinic.gait.filming import Filming, incline_deg
from runclinic.gait.find_contacts import Found, look_for_contacts, look_from_behind
from runclinic.gait.frame_of_reference import roll_rad
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.gait.rear_angles import RearView, measure_rear
from runclinic.gait.side_angles import measure_side
from runclinic.gait.side_view import SideView, frame_for
from runclinic.gait.uncertainty import segment_sd_deg

PLUMB_CLICK_PX = 1.5
MM_PER_M = 1000.0


def contacts_of(track: LandmarkTrack, filming: Filming) -> Found:
    """The contacts of a clip as it was filmed; Refused if nobody runs, or the points do not show it."""
    if filming.facing is None:
        return look_from_behind(track)
    slope = 0.0 if filming.incline_percent is None else incline_deg(filming.incline_percent)
    return look_for_contacts(track, filming.facing, slope)


def angles_of(track: LandmarkTrack, feet: Stepping, filming: Filming, *, both_legs: bool = False) -> Angles:
    """The angles that this view shows, and the hip's bounce; `both_legs` = the hidden leg too.

    With a plumb line roll is taken out, and what its two clicks leave of it enters the ±.
    """
    roll, left_over, scale = roll_of(track, filming), _roll_left_deg(track, filming), _scale(track, filming)
    if filming.facing is None:
        return measure_rear(RearView(track, feet, filming, roll, left_over, scale=scale))
    frame = frame_for(track, filming, roll)
    return measure_side(
        SideView(track, frame, feet, filming, scale, roll_sd_deg=left_over, both_legs=both_legs)
    )


def roll_of(track: LandmarkTrack, filming: Filming) -> float:
    """The camera's roll in rad by the plumb line; 0 without one. Points in metres stand upright."""
    return 0.0 if filming.plumb is None or track.in_metres else roll_rad(*filming.plumb)


def _roll_left_deg(track: LandmarkTrack, filming: Filming) -> float | None:
    if track.in_metres:
        return 0.0
    if filming.plumb is None:
        return None
    return segment_sd_deg(PLUMB_CLICK_PX, math.dist(*filming.plumb))


def _scale(track: LandmarkTrack, filming: Filming) -> Scale | None:
    """Of points in metres their own; else from a rod in the picture."""
    if track.in_metres:
        return Scale(MM_PER_M, 1.0, 0.0)
    rod = filming.rod
    if rod is None:
        return None
    return scale_of(rod.first, rod.second, rod.length_mm, in_body_plane=rod.in_body_plane)
