"""The drawn runner seen from behind: pelvis, thighs, knees, heels and trunk with angles that are known.

Metres and seconds on the runner's own clock: u to the right from the middle of the belt, y up from it.
Heights and times are those of the side view, so that both views show one run. Her left is at the left.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from runclinic.demo.runner import FOOT_M, SIDES, Floats, Runner, Side, ankle, foot, hip, knee

PSIS_APART_M, HIPS_APART_M, PSIS_ABOVE_HIP_M = 0.10, 0.17, 0.075
SWAY_M, CIRCLE_M = 0.012, 0.012
C7_ABOVE_M, SHOULDER_M, SHOULDERS_APART_M = 0.50, 0.45, 0.33
KNEE_HALF_M, HEEL_COUNTER_M = 0.048, 0.065
SHANK_TOP, SHANK_BOTTOM = 0.30, 0.78  # along knee to ankle
EVERSION_PEAK_AT = 0.4  # of contact
ELBOW_OUT_M, UPPER_ARM_M, HAND_UP_M = 0.10, 0.27, 0.10
HEAD_M, TOE_OUT_M = 0.17, 0.02

POINTS = (
    "c7",
    "nose",
    *(
        f"{side}_{part}"
        for part in (
            *("ear", "shoulder", "elbow", "wrist", "psis", "hip", "knee", "mkl", "ankle"),
            *("heel", "foot_index", "hc_top", "hc_bot", "sh_top", "sh_bot"),
        )
        for side in SIDES
    ),
)


@dataclass(frozen=True, slots=True)
class Behind:
    """How she runs seen from behind: the side view's runner, and her angles at each midstance, deg.

    `drop_deg` of the pelvis to the swing side, `thigh_deg` of the stance thigh inward, `trunk_deg` of the
    trunk to the stance side, `eversion_deg` at its greatest; `base_m` the right heel right of the left one.
    """

    runner: Runner = field(default_factory=Runner)
    drop_deg: float = 6.0
    thigh_deg: float = 9.0
    trunk_deg: float = 3.0
    eversion_deg: float = 8.0
    base_m: float = 0.03

    def midstance_of(self, side: Side) -> float:
        """The first midstance of that foot at or after time 0, s: her hips are lowest then."""
        return self.runner.landing_of(side) + self.runner.contact_s / 2


def _wave(behind: Behind, times_s: Floats) -> Floats:
    """+1 in the middle of left stance, -1 in the middle of right stance."""
    return np.cos(2 * np.pi * (times_s - behind.midstance_of("left")) / behind.runner.stride_s)


def body(behind: Behind, times_s: Floats) -> Floats:
    """All points of `POINTS` in metres: float[n, 32, 2], right and up."""
    times_s = np.asarray(times_s, dtype=np.float64)
    at = dict(_pelvis_and_trunk(behind, times_s))
    for side in SIDES:
        at.update(_leg(behind, side, times_s, at[f"{side}_hip"]))
        at.update(_arm(behind, side, times_s, at[f"{side}_shoulder"]))
    return np.stack([at[name] for name in POINTS], axis=1)


def _pelvis_and_trunk(behind: Behind, times_s: Floats) -> Iterator[tuple[str, Floats]]:
    wave = _wave(behind, times_s)
    height = hip(behind.runner, times_s)[:, 1]
    middle = np.stack([-SWAY_M * wave, height + PSIS_ABOVE_HIP_M], axis=1)
    drop = np.radians(behind.drop_deg) * wave
    along = np.stack([np.cos(drop), -np.sin(drop)], axis=1)
    down = np.stack([-np.sin(drop), -np.cos(drop)], axis=1)
    for side, sign in (("left", -1), ("right", 1)):
        yield f"{side}_psis", middle + sign * PSIS_APART_M / 2 * along
        yield f"{side}_hip", middle + sign * HIPS_APART_M / 2 * along + PSIS_ABOVE_HIP_M * down
    lean = np.tan(np.radians(behind.trunk_deg) * wave)

    def up_the_trunk(metres: float) -> Floats:
        return middle + np.stack([-lean * metres, np.full_like(lean, metres)], axis=1)

    yield "c7", up_the_trunk(C7_ABOVE_M)
    yield "nose", up_the_trunk(C7_ABOVE_M + HEAD_M)
    for side, sign in (("left", -1), ("right", 1)):
        yield f"{side}_shoulder", up_the_trunk(SHOULDER_M) + np.array([sign * SHOULDERS_APART_M / 2, 0.0])
        yield f"{side}_ear", up_the_trunk(C7_ABOVE_M + HEAD_M) + np.array([sign * 0.075, 0.0])


def _leg(behind: Behind, side: Side, times_s: Floats, hip_m: Floats) -> Iterator[tuple[str, Floats]]:
    """Heights from the side view; sideways the thigh's angle leads the knee, the base of support the foot."""
    runner, inward = behind.runner, 1 if side == "left" else -1
    heel, _, angle = foot(runner, side, times_s)
    of_side, ankle_side = hip(runner, times_s), ankle(heel, angle)
    knee_side = knee(of_side, ankle_side)
    thigh = np.tan(np.radians(behind.thigh_deg) * (0.5 + 0.5 * inward * _wave(behind, times_s)))
    knee_y = knee_side[:, 1] + hip_m[:, 1] - of_side[:, 1]
    knee_m = np.stack([hip_m[:, 0] + inward * thigh * (hip_m[:, 1] - knee_y), knee_y], axis=1)
    since = (times_s - runner.landing_of(side)) % runner.stride_s
    contact = runner.contact_of(side)
    swing = np.clip((since - contact) / (runner.stride_s - contact), 0.0, 1.0)
    across = -inward * (behind.base_m / 2 + CIRCLE_M * np.sin(np.pi * swing) ** 2)
    ankle_m = np.stack([across, ankle_side[:, 1]], axis=1)
    yield f"{side}_knee", knee_m
    yield f"{side}_mkl", knee_m + np.array([inward * KNEE_HALF_M, 0.0])
    yield f"{side}_ankle", ankle_m
    yield f"{side}_sh_top", knee_m + SHANK_TOP * (ankle_m - knee_m)
    yield f"{side}_sh_bot", knee_m + SHANK_BOTTOM * (ankle_m - knee_m)
    shank = np.arctan2(inward * (ankle_m - knee_m)[:, 0], (knee_m - ankle_m)[:, 1])
    tilt = shank - np.radians(eversion(behind, side, times_s))
    bottom = np.stack([across, heel[:, 1]], axis=1)
    yield f"{side}_hc_bot", bottom
    upward = np.stack([-inward * np.sin(tilt), np.cos(tilt)], axis=1)
    yield f"{side}_hc_top", bottom + HEEL_COUNTER_M * upward
    yield f"{side}_heel", bottom
    yield (
        f"{side}_foot_index",
        np.stack([across - inward * 0.02, heel[:, 1] + FOOT_M * np.sin(angle)], axis=1),
    )


def eversion(behind: Behind, side: Side, times_s: Floats) -> Floats:
    """The heel against the shank, deg: none at landing and toe-off, greatest at 0.4 of contact."""
    since = (times_s - behind.runner.landing_of(side)) % behind.runner.stride_s
    tau = np.clip(since / behind.runner.contact_of(side), 0.0, 1.0)
    return behind.eversion_deg * np.sin(np.pi * tau ** (np.log(0.5) / np.log(EVERSION_PEAK_AT))) ** 2


def _arm(behind: Behind, side: Side, times_s: Floats, shoulder: Floats) -> Iterator[tuple[str, Floats]]:
    """The elbow beside the body, the hand before it; both rise as the arm swings."""
    outward = -1 if side == "left" else 1
    swing = outward * _wave(behind, times_s)
    elbow = shoulder + np.stack(
        [np.full_like(swing, outward * ELBOW_OUT_M), -UPPER_ARM_M + 0.03 * np.abs(swing)], axis=1
    )
    hand = np.stack([-outward * (0.05 + 0.03 * swing), HAND_UP_M * (0.4 + swing)], axis=1)
    yield f"{side}_elbow", elbow
    yield f"{side}_wrist", elbow + hand


def true_angles(behind: Behind, side: Side) -> dict[str, float]:
    """What the rear view must measure of a stance on that side: deg, and % of the pelvis' width."""
    runner = behind.runner
    times = np.linspace(0.0, runner.stride_s, 4000, endpoint=False)
    points = body(behind, times)
    at = {name: points[:, k] for k, name in enumerate(POINTS)}
    width = float(np.median(np.abs(at["right_psis"][:, 0] - at["left_psis"][:, 0])))
    gap = at["right_mkl"][:, 0] - at["left_mkl"][:, 0]
    return {
        "cpd": behind.drop_deg,
        "hip_add": behind.drop_deg + behind.thigh_deg,
        "fem_add": behind.thigh_deg,
        "evers": float(eversion(behind, side, times).max()),
        "lat_trunk": behind.trunk_deg,
        "knee_win": 100 * float(gap.min()) / width,
        "base": 100 * behind.base_m / width,
    }
