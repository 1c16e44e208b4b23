"""The body chart: front, back and pelvis drawn from the figure's own lengths, in regions that can be chosen.

A region is a pain site of the history with a side; the front is seen as one stands before her, so that her
right is at the reader's left. Drawn in body heights, the floor at 0, the middle of the body at 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from runclinic.plan.figures.body import (
    ANKLE_UP,
    FOREARM,
    HALF_HIPS,
    HALF_SHOULDERS,
    NECK,
    SHANK,
    THIGH,
    TRUNK,
    UPPER_ARM,
)
from runclinic.plan.figures.flesh import RINGS
from runclinic.plan.figures.pen import Area, Drawing, Pen, Point, capsule, round_, smooth

View: TypeAlias = Literal["front", "back", "pelvis"]
Side: TypeAlias = Literal["left", "right", "mid"]

SIDES: dict[str, tuple[Side, ...]] = {
    "both": ("left", "right"),
    "left": ("left",),
    "right": ("right",),
    "mid": ("mid",),
}
VIEWS: tuple[View, ...] = ("front", "back", "pelvis")
SIZES: dict[View, tuple[float, float]] = {"front": (51, 100), "back": (51, 100), "pelvis": (66, 72)}  # mm
BODY_MM, FLOOR_MM, PELVIS_MM = 96.0, 2.0, 190.0  # a body height; the floor; a body height of the pelvis
EDGE_MM, CHOSEN_MM, NUMBER_MM, SMALL_MM = 0.3, 0.6, 3.4, 2.6
HIP_UP = ANKLE_UP + SHANK + THIGH
SHOULDER_UP = HIP_UP + TRUNK
CHEST_RING, FULLER = 0.75, 1.14  # the trunk of a chart is a little wider than that of a small figure
ARM_OUT, ARM_TURN = 0.052, 0.19  # how far hand and elbow stand off, in body heights


@dataclass(frozen=True, slots=True)
class Region:
    """A place on the chart: which site and side it stands for, and its outline in mm of its view."""

    view: View
    site: str
    side: Side
    outline: tuple[Point, ...]

    @property
    def key(self) -> tuple[str, Side]:
        """What is recorded of it; the same place may be seen from two sides."""
        return (self.site, self.side)

    @property
    def centre(self) -> Point:
        """The middle of its box."""
        across, up = ([each[axis] for each in self.outline] for axis in (0, 1))
        return ((min(across) + max(across)) / 2, (min(up) + max(up)) / 2)


Marks: TypeAlias = Mapping[tuple[str, Side], str]  # what is marked, and what is written into it ("" nothing)


@cache
def regions(view: View) -> tuple[Region, ...]:
    """The regions of a view, from the top down; a later one lies over an earlier."""
    pen = _pen(view)
    drawn: list[Region] = []
    for name, polygon in (_PLACES[view])().items():
        site, _, side = name.partition(" ")
        pen.area([polygon], None)
        outline = _outline(pen)
        if side == "sides":
            drawn += [_on(view, site, "left", _mirrored(view, outline)), _on(view, site, "right", outline)]
        else:
            drawn.append(_on(view, site, "mid", outline))
    return tuple(drawn)


def chart(view: View, marks: Marks, says: str = "", sides: tuple[str, str] = ("", "")) -> Drawing:
    """A view with its marks: what is marked is dark-edged and filled, with its number.

    `sides` are the letters of her right and her left, written at the top where they are.
    """
    wide, high = SIZES[view]
    below, above = _pen(view), _pen(view)
    if view == "pelvis":
        _skin(below)
        _bones(above)
    else:
        _body(below, back=view == "back")
    shapes = list(below.shapes)
    chosen = [each for each in regions(view) if each.key in marks]
    shapes += [
        Area((each.outline,), "start", "start_edge", EDGE_MM, part=_part(each))
        for each in regions(view)
        if each not in chosen
    ]
    shapes += above.shapes
    shapes += [Area((each.outline,), "chosen", "edge", CHOSEN_MM, part=_part(each)) for each in chosen]
    writing = Pen(1.0)
    for at, letter in zip((3.0, wide - 3.0), sides if view != "back" else sides[::-1], strict=True):
        if letter:
            writing.letters((at, high - NUMBER_MM), letter, NUMBER_MM, bold=True, part="side")
    for each in chosen:
        _write(writing, each, marks[each.key])
    return Drawing(wide, high, (*shapes, *writing.shapes), says)


def _write(pen: Pen, region: Region, words: str) -> None:
    if not words:
        return
    x, y = region.centre
    narrow = _width(region.outline) < NUMBER_MM * 0.8 * len(words)
    if not narrow:
        pen.letters((x, y - NUMBER_MM * 0.35), words, NUMBER_MM, bold=True, part="number")
        return
    out = 1.0 if x > SIZES[region.view][0] / 2 else -1.0  # beside a thin one, away from the body
    at = (x + out * (_width(region.outline) / 2 + 1.0), y - SMALL_MM * 0.35)
    pen.letters(at, words, SMALL_MM, anchor=0.0 if out > 0 else 1.0, bold=True, part="number")


def _part(region: Region) -> str:
    return f"region {region.site} {region.side}"


def _width(outline: Sequence[Point]) -> float:
    return max(x for x, _ in outline) - min(x for x, _ in outline)


def _pen(view: View) -> Pen:
    wide, _ = SIZES[view]
    if view == "pelvis":
        return Pen(PELVIS_MM, (wide / 2 / PELVIS_MM, -HIP_UP + 0.140))
    return Pen(BODY_MM, (wide / 2 / BODY_MM, FLOOR_MM / BODY_MM))


def _outline(pen: Pen) -> tuple[Point, ...]:
    shape = pen.shapes[-1]
    return shape.polygons[0] if isinstance(shape, Area) else ()


def _on(view: View, site: str, side: Side, outline: tuple[Point, ...]) -> Region:
    return Region(view, site, side, outline)


def _mirrored(view: View, outline: tuple[Point, ...]) -> tuple[Point, ...]:
    wide, _ = SIZES[view]
    return tuple((wide - x, y) for x, y in outline)


# -- the figure. Drawn on her right side as seen from the front (left of the middle); mirrored for the left.
# Seen from behind, her right is at the reader's right: the view is turned round where it is drawn.


def _seen_from_behind(polygon: Sequence[Point]) -> list[Point]:
    return [(-x, y) for x, y in polygon]


def _half(at: float) -> float:
    """Half the width of the trunk, from the hips 0 to the shoulders 1."""
    below = max((each for each in RINGS if each[0] <= at), key=lambda each: each[0])
    above = min((each for each in RINGS if each[0] > at), key=lambda each: each[0])
    share = (at - below[0]) / (above[0] - below[0])
    return FULLER * (below[1] + share * (above[1] - below[1]))


def _up(at: float) -> float:
    return HIP_UP + at * TRUNK


def _limb(
    one: Point, radius: float, other: Point, other_radius: float, *, of: Point = (0.0, 1.0)
) -> list[Point]:
    """A piece of a limb between two shares of its length, cut straight across."""
    (x, y), (to_x, to_y) = one, other
    length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
    across = ((to_y - y) / length, -(to_x - x) / length)
    ends: list[tuple[Point, float]] = [
        ((x + share * (to_x - x), y + share * (to_y - y)), radius + share * (other_radius - radius))
        for share in of
    ]
    (top, wide), (low, narrow) = ends
    return [
        (top[0] + wide * across[0], top[1] + wide * across[1]),
        (low[0] + narrow * across[0], low[1] + narrow * across[1]),
        (low[0] - narrow * across[0], low[1] - narrow * across[1]),
        (top[0] - wide * across[0], top[1] - wide * across[1]),
    ]


HIP: Point = (-HALF_HIPS, HIP_UP)
KNEE: Point = (-HALF_HIPS - 0.010, ANKLE_UP + SHANK)
ANKLE: Point = (-HALF_HIPS - 0.014, ANKLE_UP)
CALF: Point = (-HALF_HIPS - 0.014, ANKLE_UP + 0.70 * SHANK)
SHOULDER: Point = (-HALF_SHOULDERS - 0.006, SHOULDER_UP - 0.012)
ELBOW: Point = (SHOULDER[0] - ARM_OUT, SHOULDER[1] - UPPER_ARM * 0.95)
WRIST: Point = (ELBOW[0] - 0.030, ELBOW[1] - FOREARM)
HAND: Point = (WRIST[0] - 0.012, WRIST[1] - 0.060)
THIGH_R, KNEE_R, CALF_R, ANKLE_R = 0.056, 0.038, 0.040, 0.022


def _foot() -> list[Point]:
    """A foot a little turned out, seen from above."""
    x, y = ANKLE
    return smooth(
        [
            (x + 0.020, y + 0.012), (x + 0.022, y - 0.012), (x + 0.020, y - 0.036), (x - 0.004, y - 0.042),
            (x - 0.030, y - 0.034), (x - 0.032, y - 0.018), (x - 0.022, y + 0.012),
        ],
        4,
    )  # fmt: skip


def _heel() -> list[Point]:
    x, y = ANKLE
    return smooth(
        [
            (x + 0.021, y + 0.012), (x + 0.024, y - 0.014), (x + 0.018, y - 0.036), (x - 0.018, y - 0.036),
            (x - 0.026, y - 0.014), (x - 0.021, y + 0.012),
        ],
        4,
    )  # fmt: skip


def _trunk_side(at: Sequence[float]) -> list[Point]:
    return [(-_half(each), _up(each)) for each in at]


def _turned_alike(polygon: Sequence[Point]) -> list[Point]:
    """Counter-clockwise, so that pieces laid over one another leave no hole."""
    pairs = zip(polygon, [*polygon[1:], polygon[0]], strict=True)
    area = sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairs)
    return list(polygon) if area > 0 else list(reversed(polygon))


def _body(pen: Pen, *, back: bool) -> None:
    """The whole body, pale."""
    trunk = [-0.20, 0.0, 0.18, 0.45, 0.75, 0.92, 1.05]
    right = smooth(_trunk_side(trunk), 6)
    pieces = [_turned_alike(right + [(-x, y) for x, y in reversed(right)])]
    for sign in (1, -1):
        half = [
            capsule(HIP, THIGH_R, KNEE, KNEE_R),
            capsule(KNEE, KNEE_R, CALF, CALF_R),
            capsule(CALF, CALF_R, ANKLE, ANKLE_R),
            capsule(SHOULDER, 0.031, ELBOW, 0.024),
            capsule(ELBOW, 0.024, WRIST, 0.017),
            capsule(WRIST, 0.018, HAND, 0.018),
            _heel() if back else _foot(),
        ]
        pieces += [_turned_alike([(sign * x, y) for x, y in each]) for each in half]
    neck, head = (0.0, SHOULDER_UP + 0.02), (0.0, SHOULDER_UP + NECK + 0.004)
    pieces += [
        capsule(neck, 0.030, (0.0, SHOULDER_UP + 0.07), 0.027),
        capsule((0.0, head[1] + 0.016), 0.054, (0.0, head[1] - 0.026), 0.036),
    ]
    pen.area(pieces, "paper", "start_edge", EDGE_MM, part="body")
    crown = head[1] + 0.016
    if back:
        pen.area([capsule((0.0, crown), 0.055, (0.0, crown - 0.03), 0.046)], "quiet", part="hair")
        pen.line([(0.0, _up(1.0)), (0.0, _up(0.1))], "quiet", 0.25, dash_mm=1.2, part="spine")
        return
    cap = [each for each in round_((0.0, crown), 0.055) if each[1] > crown + 0.012]
    pen.area([cap], "quiet", part="hair")
    pen.circle((0.0, _up(0.36)), 0.004, "start_edge", part="navel")


def _front() -> dict[str, list[Point]]:
    """Her right half, and what lies in the middle."""
    belly = (0.17, 0.53)
    inner, middle = 0.030, 0.027
    return {
        "breast sides": round_((-0.050, _up(CHEST_RING)), 0.036),
        "abdominal_wall sides": [
            (-inner, _up(belly[1])), (-inner, _up(belly[0])),
            *[(x + 0.004, y) for x, y in _trunk_side([belly[0], 0.25, 0.35, 0.45, belly[1]])],
        ],
        "abdominal_wall mid": [
            (-middle, _up(belly[0])), (middle, _up(belly[0])), (middle, _up(belly[1])),
            (-middle, _up(belly[1])),
        ],
        "thigh sides": _limb(HIP, THIGH_R, KNEE, KNEE_R, of=(0.26, 0.80)),
        "groin_hip sides": [
            (-0.026, _up(-0.155)), (-0.016, _up(-0.03)), (-0.052, _up(0.10)),
            (-_half(0.10) + 0.002, _up(0.11)),
            (-_half(-0.02) - 0.006, _up(-0.06)), (-_half(0.0) - 0.006, _up(-0.20)), (-0.050, _up(-0.20)),
        ],
        "pelvic_girdle mid": _oval((0.0, _up(-0.035)), 0.015, 0.020),
        "c_scar mid": _oval((0.0, _up(0.09)), 0.048, 0.013),
        "knee sides": _knee(),
        "shin sides": [
            *_limb(KNEE, KNEE_R, CALF, CALF_R, of=(0.55, 1.0))[:1],
            *_limb(CALF, CALF_R, ANKLE, ANKLE_R, of=(0.0, 0.90)),
            *_limb(KNEE, KNEE_R, CALF, CALF_R, of=(0.55, 1.0))[3:],
        ],
        "foot sides": _foot(),
        "wrist sides": _limb(ELBOW, 0.024, WRIST, 0.017, of=(0.72, 1.16)),
    }  # fmt: skip


def _back() -> dict[str, list[Point]]:
    low = (0.17, 0.50)
    inner, middle = 0.024, 0.021
    half = {
        "low_back sides": [
            (-inner, _up(low[1])), (-inner, _up(low[0])),
            *[(x + 0.004, y) for x, y in _trunk_side([low[0], 0.25, 0.35, 0.45, low[1]])],
        ],
        "thigh sides": _limb(HIP, THIGH_R, KNEE, KNEE_R, of=(0.34, 0.80)),
        "buttock sides": [
            *smooth(
                [
                    (-0.006, _up(-0.06)), (-0.010, _up(0.05)), (-0.050, _up(0.13)),
                    (-_half(0.06) + 0.004, _up(0.06)),
                    (-_half(-0.1) - 0.014, _up(-0.12)), (-0.088, _up(-0.26)), (-0.040, _up(-0.28)),
                    (-0.008, _up(-0.20)), (-0.006, _up(-0.06)),
                ],
                4,
            ),
        ],
        "pelvic_girdle sides": _oval((-0.030, _up(0.105)), 0.015, 0.026),
        "knee sides": _knee(),
        "calf_achilles sides": [
            *_limb(KNEE, KNEE_R, CALF, CALF_R, of=(0.55, 1.0))[:1],
            *_limb(CALF, CALF_R, ANKLE, ANKLE_R, of=(0.0, 0.90)),
            *_limb(KNEE, KNEE_R, CALF, CALF_R, of=(0.55, 1.0))[3:],
        ],
        "foot sides": _heel(),
    }  # fmt: skip
    found = {name: _seen_from_behind(polygon) for name, polygon in half.items()}
    found["low_back mid"] = [
        (-middle, _up(low[0])), (middle, _up(low[0])), (middle, _up(low[1])), (-middle, _up(low[1])),
    ]  # fmt: skip
    return found


def _knee() -> list[Point]:
    return _oval(KNEE, KNEE_R, 0.036)


def _oval(centre: Point, half_wide: float, half_high: float) -> list[Point]:
    return [
        (centre[0] + half_wide * (x - centre[0]), centre[1] + half_high * (y - centre[1]))
        for x, y in round_(centre, 1.0)
    ]


# -- the pelvis from the front, with the bones that she can feel


def _wing() -> list[Point]:
    """Her right hip bone, from the joint at the back over the crest to the pubic bone."""
    return smooth(
        [
            (-0.028, _up(0.34)), (-0.062, _up(0.42)), (-0.108, _up(0.36)), (-0.122, _up(0.24)),
            (-0.104, _up(0.14)), (-0.092, _up(0.02)), (-0.070, _up(-0.06)), (-0.036, _up(-0.10)),
            (-0.012, _up(-0.17)), (-0.008, _up(-0.08)), (-0.034, _up(0.02)), (-0.052, _up(0.12)),
            (-0.040, _up(0.22)), (-0.028, _up(0.34)),
        ],
        5,
    )  # fmt: skip


def _skin(pen: Pen) -> None:
    """Waist, hips and thighs."""
    outside = smooth(
        [
            (-0.125, _up(0.62)), (-0.118, _up(0.46)), (-0.150, _up(0.16)), (-0.166, _up(-0.12)),
            (-0.160, _up(-0.46)),
        ],
        6,
    )  # fmt: skip
    inside = smooth([(-0.012, _up(-0.46)), (-0.010, _up(-0.30)), (0.0, _up(-0.27))], 4)
    right = [*outside, *inside]
    pen.area([[*right, *[(-x, y) for x, y in reversed(right)]]], "paper", "start_edge", EDGE_MM, part="body")


def _bones(pen: Pen) -> None:
    """Sacrum, hip bones and thigh bones as lines."""
    sacrum = [
        (-0.030, _up(0.33)), (0.030, _up(0.33)), (0.026, _up(0.22)), (0.012, _up(0.04)), (-0.012, _up(0.04)),
        (-0.026, _up(0.22)), (-0.030, _up(0.33)),
    ]  # fmt: skip
    thigh = [
        (-0.106, _up(-0.46)), (-0.108, _up(-0.16)), (-0.088, _up(-0.08)), (-0.080, _up(0.0)),
        (-0.096, _up(0.03)),
        (-0.112, _up(-0.02)), (-0.134, _up(-0.02)), (-0.138, _up(-0.12)), (-0.130, _up(-0.46)),
    ]  # fmt: skip
    pen.line(sacrum, "quiet", EDGE_MM, part="sacrum")
    for sign in (1, -1):
        for name, bone in (("thigh bone", thigh), ("hip bone", _wing())):
            pen.line([(sign * x, y) for x, y in bone], "quiet", EDGE_MM, part=name)


def _pelvis() -> dict[str, list[Point]]:
    return {
        "abdominal_wall sides": [
            (-0.034, _up(0.60)), (-0.034, _up(0.37)), (-0.060, _up(0.45)), (-0.100, _up(0.41)),
            (-0.114, _up(0.46)),
            (-0.120, _up(0.60)),
        ],
        "abdominal_wall mid": [
            (-0.034, _up(0.36)), (0.034, _up(0.36)), (0.034, _up(0.60)),
            (-0.034, _up(0.60)),
        ],
        "pelvic_girdle sides": smooth(
            [
                (-0.030, _up(0.33)), (-0.062, _up(0.41)), (-0.106, _up(0.355)), (-0.119, _up(0.24)),
                (-0.104, _up(0.16)), (-0.058, _up(0.16)), (-0.044, _up(0.22)), (-0.030, _up(0.33)),
            ],
            4,
        ),
        "pelvic_girdle mid": _oval((0.0, _up(-0.105)), 0.020, 0.024),
        "groin_hip sides": smooth(
            [
                (-0.114, _up(0.10)), (-0.068, _up(0.05)), (-0.040, _up(-0.06)), (-0.046, _up(-0.20)),
                (-0.100, _up(-0.20)), (-0.138, _up(-0.10)), (-0.134, _up(0.04)), (-0.114, _up(0.10)),
            ],
            4,
        ),
        "thigh sides": [
            (-0.154, _up(-0.24)), (-0.026, _up(-0.24)), (-0.022, _up(-0.44)),
            (-0.154, _up(-0.44)),
        ],
        "c_scar mid": _oval((0.0, _up(0.025)), 0.060, 0.014),
    }  # fmt: skip


_PLACES = {"front": _front, "back": _back, "pelvis": _pelvis}


def merged(side: str | None, added: Side) -> str:
    """The recorded side (left, right, both, mid) once another is chosen: left and right are both."""
    if {side, added} == {"left", "right"} or (side == "both" and added != "mid"):
        return "both"
    return added


def without(side: str | None, taken: Side) -> str | None:
    """The recorded side once one is taken away; None where nothing is left."""
    if side == "both" and taken != "mid":
        return "right" if taken == "left" else "left"
    return None


def sides_of(site: str, side: str | None) -> tuple[Side, ...]:
    """Which sides of a site are marked; without a side every place where it can be."""
    there: dict[Side, None] = dict.fromkeys(
        each.side for view in VIEWS for each in regions(view) if each.site == site
    )
    return tuple(each for each in there if each in SIDES.get(side or "", tuple(there)))
