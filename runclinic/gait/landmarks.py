"""Body points by frame, with how sure each is: what pose, markers and files of other programs all become."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from runclinic.gait.contacts import SIDES, Side
from runclinic.gait.filming import FloatArray
from runclinic.refused import Refused

MISSING_BELOW = 0.3  # a confidence under this counts as no point at all (choice)
FEWEST_FRAMES = 10
TALLEST_M = 5.0  # no runner and her jumps reach so far up; in a picture she is many more pixels tall

# What other programs (Sports2D, OpenSim, HALPE, OpenPose, Vicon's Plug-in Gait, DeepLabCut projects) call the
# points of BlazePose (Bazarevsky and others 2020).
_SAME = {
    **dict.fromkeys(
        ("toe", "toes", "toe_tip", "toe_end", "toe_base", "big_toe", "bigtoe", "great_toe", "first_toe"),
        "foot_index",
    ),
    **dict.fromkeys(("hallux", "hal", "hlx", "toe1", "toe_1", "toe2", "toe_2", "footindex"), "foot_index"),
    **dict.fromkeys(("forefoot", "foot_tip", "foot_toe", "foot_front"), "foot_index"),
    **dict.fromkeys(
        ("hee", "calc", "calcaneus", "calcn", "cal", "hindfoot", "foot_heel", "foot_back"), "heel"
    ),
    **dict.fromkeys(("malleolus", "ank", "lat_malleolus", "lateral_malleolus", "lat_mal"), "ankle"),
    **dict.fromkeys(("ankle_lat", "ankle_joint", "foot_ankle"), "ankle"),
    **dict.fromkeys(("kne", "knee_lat", "lat_knee", "lateral_knee", "knee_joint"), "knee"),
    **dict.fromkeys(("greater_trochanter", "trochanter", "troch", "hip_joint", "hjc"), "hip"),
    **dict.fromkeys(("sho", "acromion", "acr", "shoulder_joint"), "shoulder"),
    **dict.fromkeys(("elb", "elbow_joint"), "elbow"),
    **dict.fromkeys(("wri", "wrist_joint"), "wrist"),
    "psi": "psis",
    "asi": "asis",
    "lm": "ankle",
    "lfe": "knee",
    "gt": "hip",
    "c_7": "c7",
}
_PARTS = frozenset((*_SAME, *_SAME.values(), "ear", "eye", "index"))
_SIDE_FIRST = re.compile(r"^(left|right|l|r)_(.+)$")
_SIDE_LAST = re.compile(r"^(.+)_(left|right|l|r)$")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[LR])(?=[A-Z][a-z])")
_JOINED_FIRST = re.compile(r"^(left|right|l|r)(.+)$")
_JOINED_LAST = re.compile(r"^(.+?)(left|right|l|r)$")
_SUBJECT = re.compile(r"^[^:]*:")  # Vicon writes "Runner03:LHEE"


def canonical(name: str) -> str:
    """One spelling for each point: "RBigToe", "LHEE", "heel.l", "toe_right" and "right_foot_index" are known.

    A side stands first in full, then the part as BlazePose names it; c7, neck and nose have no side.
    """
    plain = re.sub(r"[^a-z0-9]+", "_", _HUMP.sub("_", _SUBJECT.sub("", name.strip())).lower()).strip("_")
    if plain in _PARTS:
        return _SAME.get(plain, plain)
    side, part = _side_and_part(plain)
    return f"{side}_{_SAME.get(part, part)}" if side else part


def _side_and_part(plain: str) -> tuple[str, str]:
    """The side in full ("" = none) and the rest; run together ("lheel") only before a known part."""
    for pattern, side_group, part_group in ((_SIDE_FIRST, 1, 2), (_SIDE_LAST, 2, 1)):
        if (found := pattern.match(plain)) is not None:
            return _in_full(found[side_group]), found[part_group]
    squeezed = plain.replace("_", "")
    for pattern, side_group, part_group in ((_JOINED_FIRST, 1, 2), (_JOINED_LAST, 2, 1)):
        for spelt in (plain, squeezed):
            found = pattern.match(spelt)
            if found is not None and found[part_group].strip("_") in _PARTS:
                return _in_full(found[side_group]), found[part_group].strip("_")
    return "", plain


def _in_full(side: str) -> str:
    return "left" if side.startswith("l") else "right"


@dataclass(frozen=True, eq=False)
class LandmarkTrack:
    """The points of one runner in every frame.

    `times_s` float[n], true seconds from the first frame; `names` the m points; `xy` float[n, m, 2] in
    pixels (right, down) or metres; `confidence` float[n, m] from 0 to 1. A point that was not found is NaN,
    or has a confidence below 0.3. `by_hand` are the places (frame, column) that a hand put right, which
    nothing smooths away. Refused if the parts do not fit together.
    """

    times_s: FloatArray
    names: tuple[str, ...]
    xy: FloatArray
    confidence: FloatArray
    by_hand: frozenset[tuple[int, int]] = frozenset()

    def __post_init__(self) -> None:
        times = np.asarray(self.times_s, dtype=np.float64)
        xy = np.asarray(self.xy, dtype=np.float64)
        confidence = np.asarray(self.confidence, dtype=np.float64)
        names = tuple(self.names)
        n, m = len(times), len(names)
        if xy.shape != (n, m, 2) or confidence.shape != (n, m):
            raise Refused(
                f"{n} times and {m} names do not fit points of shape {xy.shape} and confidences of shape "
                f"{confidence.shape}.",
                "Give xy as frames × points × 2, and confidence as frames × points.",
            )
        if times.ndim != 1 or not np.all(np.isfinite(times)) or bool(np.any(np.diff(times) <= 0)):
            raise Refused("The times of the body points do not run forward.", "Make the points again.")
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise Refused(f"The point {twice[0]} is there twice.", "Give each point a name of its own.")
        for name, value in (("times_s", times), ("xy", xy), ("confidence", confidence), ("names", names)):
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.times_s)

    @cached_property
    def frame_s(self) -> float:
        """The usual duration of a frame, s."""
        return float(np.median(np.diff(self.times_s)))

    @property
    def fps(self) -> float:
        return 1 / self.frame_s

    @cached_property
    def _places(self) -> dict[str, int]:
        places: dict[str, int] = {}
        for place, name in enumerate(self.names):
            places.setdefault(canonical(name), place)
        return places

    def has(self, *names: str) -> bool:
        """Whether every one of these points is tracked (by any of its usual spellings)."""
        return all(canonical(name) in self._places for name in names)

    def place(self, name: str) -> int:
        """The column of a point; Refused if it is not tracked."""
        try:
            return self._places[canonical(name)]
        except KeyError:
            raise Refused(
                f"The point {name} is not among the body points.", f"There are {', '.join(self.names)}."
            ) from None

    def point(self, name: str, least: float = MISSING_BELOW) -> FloatArray:
        """One point, float[n, 2]; NaN in every frame in which it was not found."""
        return self.points((name,), least)[:, 0]

    def points(self, names: Sequence[str], least: float = MISSING_BELOW) -> FloatArray:
        """Several points, float[n, k, 2]; NaN where they were not found, or less surely than `least`."""
        places = [self.place(name) for name in names]
        found = self.xy[:, places].copy()
        found[~self.seen(names, least)] = np.nan
        return found

    def seen(self, names: Sequence[str], least: float = MISSING_BELOW) -> NDArray[np.bool_]:
        """Whether each of these points was found in each frame, bool[n, k]."""
        places = [self.place(name) for name in names]
        sure = np.nan_to_num(self.confidence[:, places]) >= least
        return sure & np.all(np.isfinite(self.xy[:, places]), axis=2)

    @cached_property
    def in_metres(self) -> bool:
        """Whether the points are in metres, as motion capture gives them, and not in pixels of a picture."""
        heights = self.xy[..., 1]
        return bool(np.isfinite(heights).any()) and float(np.nanmax(heights) - np.nanmin(heights)) < TALLEST_M

    @cached_property
    def feet(self) -> tuple[Side, ...]:
        """The feet whose heel and toe are both tracked."""
        return tuple(side for side in SIDES if self.has(f"{side}_heel", f"{side}_foot_index"))

    def with_points(self, names: Sequence[str], xy: FloatArray) -> "LandmarkTrack":
        """The same track with these points moved to float[n, k, 2]."""
        moved = self.xy.copy()
        moved[:, [self.place(name) for name in names]] = xy
        return LandmarkTrack(self.times_s, self.names, moved, self.confidence, self.by_hand)

    def put_right(self, points: Iterable[tuple[int, str, float, float]]) -> "LandmarkTrack":
        """The same track with points (frame, name, x, y) where a hand saw them; unknown ones do nothing."""
        xy, confidence, places = self.xy.copy(), self.confidence.copy(), set(self.by_hand)
        for frame, name, x, y in points:
            if frame < len(self) and self.has(name):
                place = frame, self.place(name)
                xy[place], confidence[place] = (x, y), 1.0
                places.add(place)
        return LandmarkTrack(self.times_s, self.names, xy, confidence, frozenset(places))

    def frames_by_hand(self, name: str) -> list[int]:
        """In which frames a hand put this point right."""
        place = self.place(name)
        return sorted(frame for frame, column in self.by_hand if column == place)

    def named(self, names: Sequence[str]) -> "LandmarkTrack":
        """The same points under other names."""
        return LandmarkTrack(self.times_s, tuple(names), self.xy, self.confidence, self.by_hand)
