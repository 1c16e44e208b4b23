"""A runner made of formulas: where each body point is at any moment, and when each foot lands and leaves.

Side view, metres and seconds: x forward from the hip, y up from the belt. The foot follows GAIT.md I; the
rest of the body hangs on it by a two-link leg, a fixed lean and arms that swing against the legs.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Side: TypeAlias = Literal["left", "right"]
Kind: TypeAlias = Literal["initial_contact", "toe_off"]
SIDES: tuple[Side, Side] = ("left", "right")

FOOT_M = 0.25
THIGH_M, SHANK_M = 0.42, 0.43
FLAT_FROM, FLAT_TO = 0.2, 0.55
PUSH_OFF_DEG, PUSHED_AT_TO = 55.0, 0.8
LIFT_M, LANDING_MS = 0.12, 0.8
PULL_BACK = 0.6
ANKLE_M = (0.055, 0.085)
HIP_TRAVEL_M = 0.07
STRAIGHTEST = 0.997
TRUNK_M = 0.48
UPPER_ARM_M, FOREARM_M, HAND_M = 0.28, 0.24, 0.07
ARM_LEAD_S = 0.08

# The 33 points of BlazePose (Bazarevsky and others 2020), in its order.
POINTS = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)

# Head points from the middle of the shoulders, along and across the lean (metres, forward positive).
HEAD_POINTS = {
    "nose": (0.120, 0.196),
    "eye_inner": (0.106, 0.228),
    "eye": (0.098, 0.230),
    "eye_outer": (0.088, 0.230),
    "ear": (0.018, 0.210),
    "mouth": (0.100, 0.156),
}


@dataclass(frozen=True, slots=True)
class Runner:
    """How she runs: foot angle at landing (toes up positive), contact, steps a minute, belt speed.

    `right_contact_s` is the right foot's contact where it differs from the left's; `lean_deg` the trunk's
    lean forward.
    """

    foot_deg: float = 12.0
    contact_s: float = 0.26
    cadence_spm: float = 170.0
    belt_ms: float = 2.5
    landing_x_m: float = 0.20
    right_contact_s: float | None = None
    lean_deg: float = 6.0

    @property
    def step_s(self) -> float:
        """From one landing to the next of the other foot."""
        return 60.0 / self.cadence_spm

    @property
    def stride_s(self) -> float:
        """From one landing to the next of the same foot."""
        return 2 * self.step_s

    def contact_of(self, side: Side) -> float:
        """Contact time of that foot, s."""
        right = self.right_contact_s if self.right_contact_s is not None else self.contact_s
        return self.contact_s if side == "left" else right

    def landing_of(self, side: Side) -> float:
        """The first landing of that foot at or after time 0, s."""
        return 0.0 if side == "left" else self.step_s


# GAIT.md I: heel, flat, marked heel and forefoot landing.
RUNNERS = (
    Runner(12.0, 0.26, 170.0, 2.5),
    Runner(0.0, 0.25, 176.0, 2.78),
    Runner(18.0, 0.30, 160.0, 2.2),
    Runner(-6.0, 0.23, 180.0, 3.0),
)


@dataclass(frozen=True, slots=True)
class TrueEvent:
    """A landing or a toe-off: its true moment (s, on the frames' clock) and the first frame not before it."""

    frame: int
    time_s: float
    side: Side
    kind: Kind


def smooth(z: Floats) -> Floats:
    """0 to 1 with zero speed and acceleration at both ends: 10 z^3 - 15 z^4 + 6 z^5."""
    z = np.clip(z, 0.0, 1.0)
    return z**3 * (10 - 15 * z + 6 * z * z)


def foot(runner: Runner, side: Side, times_s: Floats) -> tuple[Floats, Floats, Floats]:
    """Heel [n, 2], toe [n, 2] in metres and foot angle [n] in radians, toes up positive."""
    contact = runner.contact_of(side)
    since = (times_s - runner.landing_of(side)) % runner.stride_s
    standing = _standing(runner, contact, since)
    swinging = _swinging(runner, contact, since)
    on_belt = (since < contact)[:, None]
    heel_x_y_angle = np.where(on_belt, standing, swinging)
    heel, angle = heel_x_y_angle[:, :2], heel_x_y_angle[:, 2]
    return heel, heel + FOOT_M * np.stack([np.cos(angle), np.sin(angle)], axis=1), angle


def _standing(runner: Runner, contact: float, since: Floats) -> Floats:
    """Heel x, y and angle on the belt: the shoe pivots on the heel, lies flat, pivots on the toe."""
    tau = since / contact
    landing = np.radians(runner.foot_deg)
    push = (tau - FLAT_TO) / (1 - FLAT_TO)
    angle = np.where(
        tau < FLAT_TO,
        landing * (1 - smooth(tau / FLAT_FROM)),
        -np.radians(PUSH_OFF_DEG) * smooth(PUSHED_AT_TO * push),
    )
    on_toe = (tau > FLAT_TO) | (runner.foot_deg < 0)
    x = runner.landing_x_m - runner.belt_ms * since + np.where(on_toe, FOOT_M * (1 - np.cos(angle)), 0.0)
    y = np.where(on_toe, -FOOT_M * np.sin(angle), 0.0)
    return np.stack([x, y, angle], axis=1)


def _swinging(runner: Runner, contact: float, since: Floats) -> Floats:
    """Heel x, y and angle in the air: a cubic from the state at toe-off to the next landing, and a lift."""
    start = _standing(runner, contact, np.array([contact]))[0]
    end = _standing(runner, contact, np.array([0.0]))[0]
    z = PUSHED_AT_TO
    turning = -np.radians(PUSH_OFF_DEG) * 30 * (z * (1 - z)) ** 2 * PUSHED_AT_TO / ((1 - FLAT_TO) * contact)
    leaving = np.array(
        [
            -runner.belt_ms + FOOT_M * np.sin(start[2]) * turning,
            -FOOT_M * np.cos(start[2]) * turning,
            turning,
        ]
    )
    landing = np.array([-PULL_BACK * runner.belt_ms, -LANDING_MS, 0.0])
    swing = runner.stride_s - contact
    s = ((since - contact) / swing)[:, None]
    path = (
        (1 + 2 * s) * (1 - s) ** 2 * start
        + s * (1 - s) ** 2 * swing * leaving
        + s * s * (3 - 2 * s) * end
        + s * s * (s - 1) * swing * landing
    )
    path[:, 1] += LIFT_M * np.sin(np.pi * s[:, 0]) ** 2
    return path


def ankle(heel: Floats, angle: Floats) -> Floats:
    """The ankle, fixed to the foot: [n, 2] in metres."""
    return heel + _turned(ANKLE_M, angle)


def _turned(offset: tuple[float, float], angle: Floats) -> Floats:
    x, y = offset
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=1)


def hip(runner: Runner, times_s: Floats) -> Floats:
    """The hip [n, 2]: over x = 0, highest in mid-flight, lowest in midstance."""
    height = _hip_mean_m(runner) + _rise(runner, times_s)
    return np.stack([np.zeros_like(height), height], axis=1)


def _rise(runner: Runner, times_s: Floats) -> Floats:
    mid_flight = (runner.contact_s + runner.step_s) / 2
    return HIP_TRAVEL_M / 2 * np.cos(2 * np.pi * (times_s - mid_flight) / runner.step_s)


@functools.cache
def _hip_mean_m(runner: Runner) -> float:
    """The greatest mean height of the hip at which both feet stay within the legs' reach."""
    times = np.linspace(0.0, runner.stride_s, 400, endpoint=False)
    reach = STRAIGHTEST * (THIGH_M + SHANK_M)
    room: list[float] = []
    for side in SIDES:
        heel, _, angle = foot(runner, side, times)
        at = ankle(heel, angle)
        beyond = np.sqrt(np.maximum(reach**2 - at[:, 0] ** 2, 0.0))
        room.append(float(np.min(at[:, 1] + beyond - _rise(runner, times))))
    return min(room)


def knee(hip_m: Floats, ankle_m: Floats) -> Floats:
    """The knee of the two-link leg, bent forward: [n, 2] in metres."""
    leg = ankle_m - hip_m
    length = np.clip(np.hypot(leg[:, 0], leg[:, 1]), 1e-6, THIGH_M + SHANK_M)
    along = (THIGH_M**2 - SHANK_M**2 + length**2) / (2 * length)
    aside = np.sqrt(np.maximum(THIGH_M**2 - along**2, 0.0))
    unit = leg / length[:, None]
    forward = np.stack([-unit[:, 1], unit[:, 0]], axis=1)
    return hip_m + along[:, None] * unit + aside[:, None] * forward


def body(runner: Runner, times_s: Floats) -> Floats:
    """All 33 points in metres: float[n, 33, 2], in the order of `POINTS`."""
    times_s = np.asarray(times_s, dtype=np.float64)
    at = dict(_trunk_and_head(runner, times_s))
    for side in SIDES:
        at.update(_leg(runner, side, times_s))
        at.update(_arm(runner, side, times_s, at[f"{side}_shoulder"]))
    return np.stack([at[name] for name in POINTS], axis=1)


def _leg(runner: Runner, side: Side, times_s: Floats) -> Iterator[tuple[str, Floats]]:
    heel, toe, angle = foot(runner, side, times_s)
    hip_m, ankle_m = hip(runner, times_s), ankle(heel, angle)
    yield f"{side}_hip", hip_m
    yield f"{side}_knee", knee(hip_m, ankle_m)
    yield f"{side}_ankle", ankle_m
    yield f"{side}_heel", heel
    yield f"{side}_foot_index", toe


def _trunk_and_head(runner: Runner, times_s: Floats) -> Iterator[tuple[str, Floats]]:
    lean = np.full_like(times_s, -np.radians(runner.lean_deg))
    shoulder = hip(runner, times_s) + _turned((0.0, TRUNK_M), lean)
    for side in SIDES:
        yield f"{side}_shoulder", shoulder
        yield f"mouth_{side}", shoulder + _turned(HEAD_POINTS["mouth"], lean / 2)
        for name in ("eye_inner", "eye", "eye_outer", "ear"):
            yield f"{side}_{name}", shoulder + _turned(HEAD_POINTS[name], lean / 2)
    yield "nose", shoulder + _turned(HEAD_POINTS["nose"], lean / 2)


def _arm(runner: Runner, side: Side, times_s: Floats, shoulder: Floats) -> Iterator[tuple[str, Floats]]:
    """Forward while the other leg is forward; the elbow opens a little behind the body."""
    other: Side = "right" if side == "left" else "left"
    swing = np.cos(2 * np.pi * (times_s - runner.landing_of(other) + ARM_LEAD_S) / runner.stride_s)
    upper = np.radians(-14.0 + 32.0 * swing)
    bend = np.radians(92.0 + 14.0 * swing)
    elbow = shoulder + _turned((0.0, -UPPER_ARM_M), upper)
    wrist = elbow + _turned((0.0, -FOREARM_M), upper + bend)
    yield f"{side}_elbow", elbow
    yield f"{side}_wrist", wrist
    for finger, (out, across) in {"pinky": (1.0, -0.02), "index": (1.1, 0.015), "thumb": (0.6, 0.03)}.items():
        yield f"{side}_{finger}", wrist + _turned((across, -HAND_M * out), upper + bend)


def events(runner: Runner, times_s: Floats, start_s: float = 0.0) -> tuple[TrueEvent, ...]:
    """Every landing and toe-off within the frames, in order of time.

    `times_s[k]` is when frame k was taken, `start_s` the runner's own clock at time 0. The frame of an event
    is the first one that is not before it (GAIT.md B1); one that no frame follows is left out.
    """
    found: list[TrueEvent] = []
    for side in SIDES:
        for kind, moment in _moments(runner, side, start_s, float(times_s[-1])):
            frame = int(np.searchsorted(times_s, moment - 1e-9))
            if frame < len(times_s) and moment >= float(times_s[0]) - 1e-9:
                found.append(TrueEvent(frame, moment, side, kind))
    return tuple(sorted(found, key=lambda event: event.time_s))


def _moments(runner: Runner, side: Side, start_s: float, last_s: float) -> Iterator[tuple[Kind, float]]:
    first = np.floor((start_s - runner.landing_of(side)) / runner.stride_s) - 1
    landing = runner.landing_of(side) + first * runner.stride_s - start_s
    while landing <= last_s:
        yield "initial_contact", landing
        yield "toe_off", landing + runner.contact_of(side)
        landing += runner.stride_s
