"""Body points that a hand put right, from a visit's entries: they stay when points are found anew."""

from collections.abc import Mapping
from dataclasses import dataclass

from runclinic.visit.entry import Json
from runclinic.visit.stride import ROOM


@dataclass(frozen=True, slots=True)
class PointByHand:
    """Where a point of the runner (left and right as they are on her) lies in a frame, in its pixels."""

    frame: int
    name: str
    x: float
    y: float

    @property
    def value(self) -> dict[str, Json]:
        """As it is recorded."""
        return {"x": round(self.x, 2), "y": round(self.y, 2)}


def point_key(film_id: str, frame: int, name: str) -> str:
    """The key of one point of one frame: put right again, it is the same entry."""
    return f"{start_of(film_id)}{frame}/{name}"


def start_of(film_id: str) -> str:
    """What the keys of all points of a film begin with."""
    return f"{ROOM}/{film_id}/point/"


def recorded(entries: Mapping[str, Json], film_id: str) -> tuple[PointByHand, ...]:
    """The points that stand, by frame; what cannot be one is passed over."""
    start = start_of(film_id)
    own = ((key.removeprefix(start), value) for key, value in entries.items() if key.startswith(start))
    found = (_point(rest, value) for rest, value in own)
    return tuple(sorted((each for each in found if each is not None), key=lambda one: (one.frame, one.name)))


def _point(rest: str, value: Json) -> PointByHand | None:
    frame, _, name = rest.partition("/")
    if not frame.isdecimal() or not name or not isinstance(value, dict):
        return None
    x, y = value.get("x"), value.get("y")
    if not isinstance(x, int | float) or not isinstance(y, int | float):
        return None
    return PointByHand(int(frame), name, float(x), float(y))
