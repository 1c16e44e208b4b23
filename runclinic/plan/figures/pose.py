"""The notation of an exercise's figure, read: its view, and the angles of its two poses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Literal, TypeAlias, get_args

from runclinic.refused import Refused

Letter: TypeAlias = Literal["S", "F", "V", "O", "Q", "Z"]
LETTERS: tuple[str, ...] = get_args(Letter)
HANGING_ELBOW = 8.0  # an arm of which nothing is said hangs a little bent
PROPS = frozenset(
    (
        *("mat", "chair", "chairback", "seat", "wall", "wallb", "bench", "backbench", "step", "edge", "box"),
        *("door", "towel", "ball", "bandknee", "bandside", "db", "kb", "kb1", "bell2", "goblet", "rope"),
        *("line", "foot"),
    )
)
FIXED = frozenset(["nf", "ff", "hip", "nk", "fk", "fe"])
FOLLOWED = frozenset(["no", "na", "fa", "nh", "fh", "nk", "fk", "nheel", "sho", "hip"])
SIDED = {
    "H": "hip_flexion",
    "AB": "hip_abduction",
    "K": "knee_flexion",
    "A": "dorsiflexion",
    "RO": "knee_out",
    "S": "shoulder_flexion",
    "SA": "shoulder_abduction",
    "SR": "forearm_in",
    "E": "elbow_flexion",
    "W": "wrist_extension",
}
WHOLE = {
    "T": "trunk_pitch",
    "L": "lean",
    "PO": "pelvis_tilt",
    "RT": "chest_turn",
    "SP": "spine_curve",
    "N": "chin_in",
    "UP": "support_height",
    "DX": "moved_on",
}
MARKS = {
    "RB": "ribs",
    "PF": "lift",
    "PR": "rhythm",
    "M": "mouth",
    "AD": "squeeze",
    "DM": "dome",
    "TK": "thud",
    "BT": "beat",
    "GO": "goes",
}
_TOKEN = re.compile(r"([A-Z]+)(-?\d+(?:\.\d+)?)(?:/(-?\d+(?:\.\d+)?))?")


@dataclass(frozen=True, slots=True)
class Side:
    """The joint angles of one side, in degrees, relative to the trunk; 0 is standing with arms hanging."""

    hip_flexion: float = 0.0
    hip_abduction: float = 0.0
    knee_flexion: float = 0.0
    dorsiflexion: float = 0.0  # minus = heel up or toes pointed
    knee_out: float = 0.0  # about the line from hip to ankle; the foot stays
    shoulder_flexion: float = 0.0  # minus = behind
    shoulder_abduction: float = 0.0
    forearm_in: float = 0.0
    elbow_flexion: float = 0.0
    wrist_extension: float = 0.0


@dataclass(frozen=True, slots=True)
class Marks:
    """What is said beside the body, by sign: each 0 where there is none."""

    ribs: float = 0.0  # 0 to 1, ribs and belly widen
    lift: float = 0.0  # pelvic floor: 0 to 1 lifts, -1 lets go
    rhythm: float = 0.0  # 1 quick, 2 long, 3 long at part strength
    mouth: float = 0.0  # 1 in, -1 blow out, 2 cough, 3 talk
    squeeze: float = 0.0
    dome: float = 0.0  # of the foot
    thud: float = 0.0
    beat: float = 0.0
    goes: float = 0.0  # 1 moves on, 2 fast


@dataclass(frozen=True, slots=True)
class Pose:
    """A body at rest: degrees, heights and ways in % of body height, near (her right) and far side."""

    near: Side = Side()
    far: Side = Side()
    trunk_pitch: float = 0.0  # from vertical, forward +
    lean: float = 0.0  # to her left
    pelvis_tilt: float = 0.0  # minus = far side low
    chest_turn: float = 0.0  # to her near side
    spine_curve: float = 0.0  # minus round, plus hollow
    chin_in: float = 0.0  # minus = head back
    support_height: float = 0.0
    moved_on: float = 0.0
    marks: Marks = Marks()


@dataclass(frozen=True, slots=True)
class View:
    """How a card is looked at: camera, the point that stays, what the arrow follows, what stands about.

    `props` maps a prop to the pose by which it is placed: "a" (start), "b" (end) or "" (its own habit).
    `followed` is None where the point that moves most is meant; each has True where its arrow is straight.
    """

    letter: Letter
    fixed: str = "nf"
    followed: tuple[tuple[str, bool], ...] | None = None
    props: Mapping[str, str] | None = None
    two: bool = False
    alternate: bool = False
    near_carries: bool = False

    def has(self, *names: str) -> bool:
        """Whether any of these props is there."""
        return any(name in (self.props or {}) for name in names)


@cache
def pose(text: str) -> Pose:
    """A pose from its cell ("T-90 H42/42 K100"); Refused names the token that cannot be read."""
    said: dict[str, tuple[float, float]] = {}
    for token in text.split():
        found = _TOKEN.fullmatch(token)
        known = found and (found[1] in SIDED or (found[1] in WHOLE | MARKS and found[3] is None))
        if not found or not known or found[1] in said:
            raise Refused(f"The pose token '{token}' cannot be read.", "Use the notation of the figures.")
        said[found[1]] = (float(found[2]), float(found[3] or found[2]))
    if "S" not in said and "E" not in said:
        said["E"] = (HANGING_ELBOW, HANGING_ELBOW)
    near, far = (
        Side(**{SIDED[key]: pair[at] for key, pair in said.items() if key in SIDED}) for at in (0, 1)
    )
    whole = {WHOLE[key]: pair[0] for key, pair in said.items() if key in WHOLE}
    marks = Marks(**{MARKS[key]: pair[0] for key, pair in said.items() if key in MARKS})
    return Pose(near, far, marks=marks, **whole)


def same_body(one: Pose, other: Pose) -> bool:
    """Whether two poses differ in their marks alone."""
    return all(
        getattr(one, each.name) == getattr(other, each.name) for each in fields(Pose) if each.name != "marks"
    )


@cache
def view(text: str) -> View:
    """A view from its cell ("S mat @hip >na:0"); Refused names the option that cannot be read."""
    letter, *options = text.split() or [""]
    if letter not in LETTERS:
        raise _unread(letter)
    fixed, followed, props, words = "nf", list[tuple[str, bool]](), dict[str, str](), set[str]()
    for option in options:
        if option.startswith("@") and option[1:] in FIXED:
            fixed = option[1:]
        elif option.startswith(">") and option[1:].removesuffix(":0") in FOLLOWED:
            followed.append((option[1:].removesuffix(":0"), option.endswith(":0")))
        elif option.partition("=")[0] in PROPS and option.partition("=")[2] in ("", "a", "b"):
            name, _, by = option.partition("=")
            props[name] = by
        elif option in ("two", "alt", "base=nf"):
            words.add(option)
        else:
            raise _unread(option)
    return View(
        letter,  # pyright: ignore[reportArgumentType]
        fixed,
        tuple(followed) or None,
        props,
        two="two" in words,
        alternate="alt" in words,
        near_carries="base=nf" in words,
    )


def _unread(option: str) -> Refused:
    return Refused(f"The view option '{option}' cannot be read.", "Use the notation of the figures.")
