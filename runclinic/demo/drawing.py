"""The runner as a picture: a quiet room, a treadmill with a moving belt, and her body over its points."""

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runclinic.demo.runner import POINTS, Floats, Runner, Side, body
from runclinic.video.cv import opencv

Picture = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

SHIFT = 4
BELT_MARK_M = 0.30
HEIGHT_M = 2.42
BELT_DOWN = 0.865
PANEL_M = 0.62

# Blue, green, red. Far limbs are darker, as in the mock of the gait page.
WALL, WALL_LINE, SKIRTING, FLOOR = (72, 67, 61), (80, 76, 69), (86, 82, 74), (50, 46, 41)
DECK, DECK_EDGE, BELT, BELT_MARK = (34, 31, 28), (46, 43, 39), (88, 84, 78), (148, 143, 134)
FRAME, CONSOLE, SCREEN = (30, 27, 24), (38, 35, 31), (108, 98, 62)
SKIN, SKIN_FAR = (128, 158, 204), (82, 102, 136)
TOP, TOP_FAR, TOP_SHADE = (146, 134, 82), (104, 96, 60), (128, 117, 70)
SHORTS, SHORTS_FAR = (70, 58, 46), (54, 45, 36)
SHOE, SHOE_FAR, SOLE, SOLE_FAR = (214, 204, 120), (138, 132, 84), (240, 240, 240), (160, 160, 160)
SOCK, SOCK_FAR = (225, 225, 225), (150, 150, 150)
HAIR, BAND = (38, 46, 74), (120, 96, 214)


@dataclass(frozen=True, slots=True)
class Camera:
    """From metres to pixels: square to the belt, hip in the middle; facing +1 runs to the right."""

    width: int
    height: int
    facing: int = 1

    @property
    def px_per_m(self) -> float:
        """Pixels a metre in the body's plane."""
        return min(self.height / HEIGHT_M, self.width / 2.0)

    def pixels(self, metres: Floats) -> Floats:
        """Points [..., 2] in metres (forward, up) to pixels (right, down); pixel centres at whole numbers."""
        scale = np.array([self.facing * self.px_per_m, -self.px_per_m])
        return metres * scale + (self.width * 0.5, self.height * BELT_DOWN)


class Canvas:
    """One picture in the making; everything is given in metres."""

    def __init__(self, picture: Picture, camera: Camera) -> None:
        self.picture = picture
        self._camera = camera

    def polygon(self, metres: npt.ArrayLike, colour: Colour) -> None:
        """A filled shape."""
        pixels = self._camera.pixels(np.asarray(metres, dtype=np.float64))
        fixed = np.round(pixels * (1 << SHIFT)).astype(np.int32)
        cv2 = opencv()
        cv2.fillPoly(self.picture, [fixed], colour, cv2.LINE_AA, SHIFT)

    def disc(self, middle: Floats, radius: float, colour: Colour) -> None:
        """A filled circle."""
        self.polygon(_capsule(middle, middle, (radius, radius)), colour)

    def limb(self, start: Floats, end: Floats, radii: tuple[float, float], colour: Colour) -> None:
        """A rounded shape from one joint to the next, tapering from the first radius to the second."""
        self.polygon(_capsule(start, end, radii), colour)

    def bar(self, start: tuple[float, float], end: tuple[float, float], width: float, colour: Colour) -> None:
        """A straight bar with round ends."""
        self.limb(np.array(start), np.array(end), (width / 2, width / 2), colour)


ARC = np.linspace(-1.0, 1.0, 14)


def _capsule(start: Floats, end: Floats, radii: tuple[float, float]) -> Floats:
    along = end - start
    length = max(math.hypot(along[0], along[1]), 1e-6)
    turn = math.acos(min(1.0, max(-1.0, (radii[0] - radii[1]) / length)))
    around = math.atan2(along[1], along[0]) + np.concatenate([math.pi + ARC * (math.pi - turn), ARC * turn])
    outline = np.empty((2 * len(ARC), 2))
    outline[:, 0], outline[:, 1] = np.cos(around), np.sin(around)
    outline[: len(ARC)] *= radii[0]
    outline[len(ARC) :] *= radii[1]
    outline[: len(ARC)] += start
    outline[len(ARC) :] += end
    return outline


@functools.lru_cache(maxsize=4)
def _room(camera: Camera) -> Picture:
    """All that does not move."""
    picture = np.empty((camera.height, camera.width, 3), dtype=np.uint8)
    picture[:] = WALL
    canvas = Canvas(picture, camera)
    half = camera.width / camera.px_per_m
    for place in np.arange(-PANEL_M * np.ceil(half / PANEL_M), half, PANEL_M):
        canvas.bar((place + 0.2, 3.0), (place + 0.2, 0.2), 0.006, WALL_LINE)
    canvas.polygon([(-half, 0.30), (half, 0.30), (half, 0.22), (-half, 0.22)], SKIRTING)
    canvas.polygon([(-half, 0.22), (half, 0.22), (half, -1.0), (-half, -1.0)], FLOOR)
    _treadmill(canvas)
    picture.flags.writeable = False
    return picture


def _treadmill(canvas: Canvas) -> None:
    canvas.bar((0.86, -0.04), (0.98, 1.12), 0.062, FRAME)
    canvas.bar((0.93, 0.72), (0.50, 0.80), 0.045, FRAME)
    canvas.bar((0.96, 1.02), (0.80, 1.19), 0.05, CONSOLE)
    canvas.polygon([(0.93, 1.07), (0.80, 1.20), (0.83, 1.23), (0.96, 1.10)], SCREEN)
    canvas.polygon([(-0.98, -0.13), (-1.02, -0.03), (1.0, -0.03), (1.06, -0.13)], DECK)
    canvas.polygon([(0.70, -0.03), (0.76, 0.055), (0.94, 0.06), (1.02, -0.03)], DECK_EDGE)
    canvas.bar((-0.86, -0.15), (-0.78, -0.15), 0.05, FRAME)
    canvas.bar((0.84, -0.15), (0.92, -0.15), 0.05, FRAME)


def _belt(canvas: Canvas, belt_ms: float, time_s: float) -> None:
    """The belt's edge with light marks that travel backward at belt speed."""
    back, front = -0.97, 0.72
    canvas.polygon([(back, 0.0), (front, 0.0), (front, -0.032), (back, -0.032)], BELT)
    travelled = (belt_ms * time_s) % BELT_MARK_M
    for place in np.arange(back + BELT_MARK_M - travelled, front - 0.06, BELT_MARK_M):
        x = float(place)
        if x > back:
            canvas.polygon(
                [(x, -0.004), (x + 0.06, -0.004), (x + 0.05, -0.026), (x - 0.01, -0.026)], BELT_MARK
            )


def picture(runner: Runner, time_s: float, camera: Camera) -> Picture:
    """One frame, uint8[height, width, 3] BGR, at the runner's own clock."""
    return next(pictures(runner, np.array([time_s]), camera))


def pictures(runner: Runner, times_s: Floats, camera: Camera) -> Iterator[Picture]:
    """One frame for each time on the runner's own clock."""
    for time_s, points in zip(times_s, body(runner, times_s), strict=True):
        yield _frame(runner, float(time_s), points, camera)


def _frame(runner: Runner, time_s: float, points: Floats, camera: Camera) -> Picture:
    at: dict[str, Floats] = {name: points[place] for place, name in enumerate(POINTS)}
    image = _room(camera).copy()
    canvas = Canvas(image, camera)
    _belt(canvas, runner.belt_ms, time_s)
    near: Side = "right" if camera.facing > 0 else "left"
    far: Side = "left" if camera.facing > 0 else "right"
    _arm(canvas, at, far, far_side=True)
    _leg(canvas, at, far, far_side=True)
    _head(canvas, at, runner, time_s)
    _leg(canvas, at, near, far_side=False)
    _trunk(canvas, at)
    _arm(canvas, at, near, far_side=False)
    return image


def _leg(canvas: Canvas, at: dict[str, Floats], side: Side, *, far_side: bool) -> None:
    hip, knee, ankle = (at[f"{side}_{name}"] for name in ("hip", "knee", "ankle"))
    skin, shorts = (SKIN_FAR, SHORTS_FAR) if far_side else (SKIN, SHORTS)
    calf = knee + 0.32 * (ankle - knee) - 0.012 * _forward_of(knee, ankle)
    canvas.limb(knee, calf, (0.056, 0.057), skin)
    canvas.limb(calf, ankle, (0.057, 0.034), skin)
    canvas.limb(knee + 0.86 * (ankle - knee), ankle, (0.038, 0.037), SOCK_FAR if far_side else SOCK)
    _shoe(canvas, at, side, far_side=far_side)
    canvas.limb(hip, knee, (0.098, 0.058), skin)
    canvas.limb(hip, hip + 0.52 * (knee - hip), (0.108, 0.088), shorts)


def _forward_of(start: Floats, end: Floats) -> Floats:
    """A unit vector square to a limb, on its front."""
    along = (end - start) / max(float(np.hypot(*(end - start))), 1e-6)
    return np.array([-along[1], along[0]])


# The shoe's outline from the heel's lowest point, toe at 0.25 m: upper, then sole; bent at the ball.
UPPER = ((-0.022, 0.03), (-0.026, 0.085), (0.0, 0.118), (0.062, 0.122), (0.10, 0.098), (0.185, 0.062))
TOE_BOX = ((0.185, 0.062), (0.24, 0.05), (0.272, 0.028))
SOLE_BACK = ((-0.028, 0.032), (-0.022, 0.008), (0.0, 0.0), (0.185, 0.0), (0.185, 0.026))
SOLE_FRONT = ((0.185, 0.026), (0.185, 0.0), (0.25, 0.0), (0.276, 0.012), (0.274, 0.03))


def _shoe(canvas: Canvas, at: dict[str, Floats], side: Side, *, far_side: bool) -> None:
    heel, toe = at[f"{side}_heel"], at[f"{side}_foot_index"]
    along = (toe - heel) / np.hypot(*(toe - heel))
    up = np.array([-along[1], along[0]])

    def placed(outline: tuple[tuple[float, float], ...]) -> Floats:
        return np.array([heel + x * along + y * up for x, y in outline])

    shoe, sole = (SHOE_FAR, SOLE_FAR) if far_side else (SHOE, SOLE)
    canvas.polygon(placed((*UPPER, *TOE_BOX[1:], (0.27, 0.02), (-0.02, 0.02))), shoe)
    canvas.polygon(placed((*SOLE_BACK[:4], *SOLE_FRONT[2:], *SOLE_BACK[4:])), sole)


def _trunk(canvas: Canvas, at: dict[str, Floats]) -> None:
    hip, shoulder = at["left_hip"], at["left_shoulder"]
    up = shoulder - hip
    front = np.array([up[1], -up[0]]) / np.hypot(*up)
    seat, waist = hip + 0.02 * up - 0.018 * front, hip + 0.36 * up + 0.004 * front
    chest = hip + 0.74 * up + 0.014 * front
    canvas.limb(seat, waist, (0.112, 0.092), SHORTS)
    canvas.limb(waist, chest, (0.094, 0.108), TOP)
    canvas.limb(chest, shoulder - 0.03 * up, (0.108, 0.070), TOP)
    canvas.limb(hip + 0.22 * up, waist, (0.099, 0.094), TOP)


def _arm(canvas: Canvas, at: dict[str, Floats], side: Side, *, far_side: bool) -> None:
    shoulder, elbow, wrist, index = (at[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist", "index"))
    skin, sleeve = (SKIN_FAR, TOP_FAR) if far_side else (SKIN, TOP_SHADE)
    top = shoulder - 0.075 * (at["left_shoulder"] - at["left_hip"])
    canvas.limb(top, elbow, (0.048, 0.038), skin)
    canvas.limb(elbow, wrist, (0.039, 0.027), skin)
    canvas.limb(wrist, wrist + 0.8 * (index - wrist), (0.029, 0.033), skin)
    canvas.limb(top, top + 0.42 * (elbow - top), (0.058, 0.053), sleeve)


# Outlines from the middle of the skull, metres forward and up.
FRINGE = (
    (-0.11, -0.02),
    (-0.10, 0.07),
    (-0.03, 0.124),
    (0.05, 0.112),
    (0.095, 0.066),
    (0.03, 0.06),
    (-0.02, 0.03),
    (-0.04, -0.06),
)


def _off(point: Floats, forward_m: float, up_m: float) -> Floats:
    return point + np.array([forward_m, up_m])


def _head(canvas: Canvas, at: dict[str, Floats], runner: Runner, time_s: float) -> None:
    shoulder, ear, nose, mouth = (at[name] for name in ("left_shoulder", "left_ear", "nose", "mouth_left"))
    skull = _off(ear, 0.012, 0.028)
    canvas.limb(_off(shoulder, 0.0, -0.03), _off(ear, -0.005, -0.03), (0.056, 0.05), SKIN)
    _pony_tail(canvas, skull, runner, time_s)
    canvas.disc(_off(skull, -0.006, 0.012), 0.112, HAIR)
    canvas.disc(_off(skull, 0.022, -0.012), 0.098, SKIN)
    canvas.limb(_off(skull, 0.03, -0.05), _off(mouth, -0.03, -0.016), (0.072, 0.042), SKIN)
    canvas.limb(_off(nose, -0.03, 0.02), _off(nose, -0.006, 0.0), (0.022, 0.013), SKIN)
    canvas.polygon(skull + np.array(FRINGE), HAIR)
    canvas.limb(_off(skull, -0.108, 0.012), _off(skull, 0.092, 0.068), (0.011, 0.011), BAND)
    canvas.disc(_off(ear, 0.0, 0.002), 0.019, SKIN_FAR)
    canvas.disc(_off(at["left_eye"], -0.006, 0.0), 0.009, HAIR)


def _pony_tail(canvas: Canvas, skull: Floats, runner: Runner, time_s: float) -> None:
    """It swings once a step, a little after the body."""
    swing = np.sin(2 * np.pi * (time_s - 0.06) / runner.step_s)
    root = skull + np.array([-0.10, 0.03])
    angle = np.radians(-118.0 - 16.0 * swing)
    middle = root + 0.10 * np.array([np.cos(angle) - 0.35, np.sin(angle)])
    end = middle + 0.10 * np.array([np.cos(angle - 0.2), np.sin(angle - 0.2)])
    canvas.limb(root, middle, (0.032, 0.036), HAIR)
    canvas.limb(middle, end, (0.036, 0.012), HAIR)
