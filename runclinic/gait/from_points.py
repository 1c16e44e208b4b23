"""Everything that body points can say about a clip: contacts first, then the angles of its view."""

from runclinic.gait.angles import Angles
from runclinic.gait.calibration import Scale
from runclinic.gait.contacts import Stepping
from runclinic.gait.filming import Filming, incline_deg
from runclinic.gait.find_contacts import Found, look_for_contacts
from runclinic.gait.frame_of_reference import roll_rad
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.gait.rear_angles import RearView, measure_rear
from runclinic.gait.side_angles import measure_side
from runclinic.gait.side_view import SideView, frame_for
from runclinic.gait.uncertainty import segment_sd_deg
from runclinic.refused import Refused

Pixel = tuple[float, float]
PLUMB_CLICK_PX = 1.5


def contacts_of(track: LandmarkTrack, filming: Filming) -> Found:
    """The contacts of a side view as it was filmed; Refused for a view from behind or in front."""
    if filming.facing is None:
        raise Refused(
            "Contacts are found in side views only.",
            "Mark them by hand, or take them from a clip of the side.",
        )
    slope = 0.0 if filming.incline_percent is None else incline_deg(filming.incline_percent)
    return look_for_contacts(track, filming.facing, slope)


def angles_of(
    track: LandmarkTrack,
    feet: Stepping,
    filming: Filming,
    *,
    scale: Scale | None = None,
    plumb: tuple[Pixel, Pixel] | None = None,
    both_legs: bool = False,
) -> Angles:
    """The angles that this view shows, and the hip's bounce.

    `plumb` is the upper and lower end of something vertical, in pixels: with it roll is taken out, and what
    its two clicks leave of it enters the ±.
    """
    roll = 0.0 if plumb is None else roll_rad(*plumb)
    left_over = None if plumb is None else segment_sd_deg(PLUMB_CLICK_PX, _length(plumb))
    if filming.facing is None:
        return measure_rear(RearView(track, feet, filming, roll, left_over, scale=scale))
    frame = frame_for(track, filming, roll)
    return measure_side(
        SideView(track, frame, feet, filming, scale, roll_sd_deg=left_over, both_legs=both_legs)
    )


def _length(line: tuple[Pixel, Pixel]) -> float:
    (u1, v1), (u2, v2) = line
    return float(((u2 - u1) ** 2 + (v2 - v1) ** 2) ** 0.5)
