"""Midstance of each contact, and by which rule it was found."""

from typing import Literal

import numpy as np

from runclinic.gait.contacts import Interval
from runclinic.gait.curves import peak
from runclinic.gait.filming import FloatArray

Rule = Literal["deepest knee", "lowest hips", "middle of contact"]


def midstance(
    contact: Interval, times_s: FloatArray, knee_deg: FloatArray | None, hip_height: FloatArray | None
) -> tuple[float, Rule]:
    """The time of midstance, s, and its rule.

    Side view: the greatest knee flexion between landing and toe-off. Rear or front (`knee_deg` None): the
    lowest hips. Neither known throughout the contact: its middle. `hip_height` runs up.
    """
    inside = np.flatnonzero((times_s >= contact.start.time_s) & (times_s <= contact.end.time_s))
    choices: tuple[tuple[Rule, FloatArray | None, int], ...] = (
        ("deepest knee", knee_deg, 1),
        ("lowest hips", hip_height, -1),
    )
    for rule, curve, sign in choices:
        if curve is None or len(inside) < 3 or not np.all(np.isfinite(curve[inside])):
            continue
        top = peak(sign * curve, times_s, contact.start.time_s, contact.end.time_s)
        if top is not None:
            return top[0], rule
    return (contact.start.time_s + contact.end.time_s) / 2, "middle of contact"
