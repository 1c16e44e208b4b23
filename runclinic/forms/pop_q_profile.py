"""The nine numbers of a POP-Q as the side view that clinicians draw: a line of the walls, in centimetres."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from runclinic.forms.pop_q import Points

# How far from the urethral opening (0) to the back of the hymen (1) a point is drawn: a picture's choice,
# since a POP-Q measures depth alone.
ALONG = {"Aa": 0.16, "Ba": 0.36, "C": 0.57, "D": 0.76, "Bp": 0.87, "Ap": 0.93}
USUAL_HIATUS_CM = 3.0
TURN = 1 / 6  # of the way between the neighbours: a Catmull-Rom curve

Place = tuple[float, float]  # cm from the urethral opening to the back, cm from the hymen (inside < 0)
Curve = tuple[Place, Place, Place, Place]  # a cubic: start, two handles, end


@dataclass(frozen=True, slots=True)
class Profile:
    """Where each measured point lies, the line through them, and the hiatus and perineal body, all in cm."""

    places: Mapping[str, Place]
    walls: tuple[Curve, ...]
    hiatus_cm: float
    body_cm: float | None

    @property
    def deepest_cm(self) -> float:
        """The highest point that is drawn, as cm from the hymen: 0 or less."""
        return min((y for curve in self.walls for _, y in curve), default=0.0)

    @property
    def lowest_cm(self) -> float:
        """The farthest outside, as cm from the hymen: 0 or more."""
        return max((y for curve in self.walls for _, y in curve), default=0.0)


def profile(points: Points) -> Profile:
    """The profile of what is measured so far; points that are missing are passed over."""
    hiatus = _cm(points, "GH") or USUAL_HIATUS_CM
    places = {
        name: (along * hiatus, cm) for name, along in ALONG.items() if (cm := _cm(points, name)) is not None
    }
    for lower, fixed in (("Ba", "Aa"), ("Bp", "Ap")):
        if lower in places and fixed in places and places[lower][1] == places[fixed][1]:
            places[lower] = places[fixed]  # one place with two names
    line = [(0.0, 0.0), *dict.fromkeys(places.values()), (hiatus, 0.0)]
    return Profile(places, _smooth(line) if places else (), hiatus, _cm(points, "PB"))


def full_support(points: Points) -> Profile:
    """The same runner with nothing descended: walls at -3, the top at the depth of her vagina (Bump 1996)."""
    depth = _cm(points, "TVL")
    if depth is None:
        return Profile({}, (), _cm(points, "GH") or USUAL_HIATUS_CM, None)
    whole: dict[str, object] = {"Aa": -3.0, "Ba": -3.0, "C": -depth, "Bp": -3.0, "Ap": -3.0}
    if points.get("cervix") != "absent":
        whole |= {"C": 2.0 - depth, "D": -depth}
    return profile(whole | {"GH": _cm(points, "GH")})


def _smooth(line: list[Place]) -> tuple[Curve, ...]:
    """A curve through all places, in their order, that leaves the hymen straight."""
    before, after = line[:1] + line[:-1], line[1:] + line[-1:]
    turns = [
        ((late[0] - early[0]) * TURN, (late[1] - early[1]) * TURN)
        for early, late in zip(before, after, strict=True)
    ]
    return tuple(
        (start, (start[0] + out[0], start[1] + out[1]), (end[0] - into[0], end[1] - into[1]), end)
        for (start, end), (out, into) in zip(pairwise(line), pairwise(turns), strict=True)
    )


def _cm(points: Points, name: str) -> float | None:
    value = points.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
