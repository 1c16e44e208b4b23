"""Points that a pose network guessed: how wrong their angles may be in all steps alike, and the foot's zero.

A network's point is not the bone: heel and toe lie above the sole, the hip is guessed through shorts, and in
midstance the legs hide one another. Steps agree in such an error, so their scatter does not show it. Its size
stands with each measure (`guessed_sd`): published differences from markers, or from marks by eye on film.
"""

from collections.abc import Mapping

import numpy as np

from runclinic.gait import reference
from runclinic.gait.contacts import Side, Stepping, included
from runclinic.gait.filming import FloatArray
from runclinic.gait.find_contacts import wanders
from runclinic.gait.frame_of_reference import SideFrame
from runclinic.gait.landmarks import LandmarkTrack
from runclinic.gait.means import Metric
from runclinic.gait.uncertainty import NORMAL_95

FLAT_FROM, FLAT_TO = (
    0.25,
    0.45,
)  # of contact: the shoe lies flat on the belt (choice; whole span about 0.2 to 0.55)
FEWEST_FLAT = 5
ZERO = "against the flat foot in midstance"
WORST = ("knee_peak", "knee_ic", "foot_ic")


def guessed(track: LandmarkTrack, frame: SideFrame, feet: Stepping) -> bool:
    """Whether a network made these points: their contacts say so, or a foot changes length as no shoe can."""
    return any(reference.method_of(event.source).network for event in feet.events) or wanders(track, frame)


def flat_foot_deg(foot_deg: FloatArray, times_s: FloatArray, feet: Stepping, side: Side) -> float | None:
    """The angle that the points of a foot show while the shoe lies flat; None if too few frames are known.

    With it camera roll, slope of the belt and the height of the points over the sole drop out.
    """
    flat = np.zeros(len(times_s), dtype=np.bool_)
    for contact in included(feet.contacts, side):
        start, long = contact.start.time_s, contact.seconds
        flat |= (times_s >= start + FLAT_FROM * long) & (times_s <= start + FLAT_TO * long)
    known = foot_deg[flat & np.isfinite(foot_deg)]
    return float(np.median(known)) if len(known) >= FEWEST_FLAT else None


def said(found: Mapping[str, Metric]) -> str:
    """What must be said of angles from such points; empty if none was measured."""
    named = [
        f"{reference.metric(name).name.lower()} ±{NORMAL_95 * reference.metric(name).guessed_sd:.0f} deg"
        for name in WORST
        if name in found
    ]
    if not named:
        return ""
    return (
        "A network found the body points, so angles are rough whatever the steps agree on: "
        f"{', '.join(named)}. Compare her with herself, filmed alike, or mark the points by hand."
    )
