"""The drawn runner as a picture from behind: the room, the treadmill end on, and her body over its points."""

import functools
from collections.abc import Iterator

import numpy as np

from runclinic.demo import drawing
from runclinic.demo.behind import POINTS, Behind, body
from runclinic.demo.drawing import Camera, Canvas, Picture
from runclinic.demo.runner import SIDES, Floats, Side

DECK_HALF_M, BELT_HALF_M = 0.42, 0.27
UPPER = ((-0.034, 0.030), (-0.030, 0.075), (-0.020, 0.095), (0.020, 0.095), (0.030, 0.075), (0.034, 0.030))
SOLE = ((-0.038, 0.034), (-0.036, 0.0), (0.036, 0.0), (0.038, 0.034))


def pictures(behind: Behind, times_s: Floats, camera: Camera) -> Iterator[Picture]:
    """One frame uint8[height, width, 3] BGR for each time on the runner's own clock."""
    for points in body(behind, times_s):
        yield _frame(points, camera)


@functools.lru_cache(maxsize=4)
def _room(camera: Camera) -> Picture:
    picture = np.empty((camera.height, camera.width, 3), dtype=np.uint8)
    picture[:] = drawing.WALL
    canvas = Canvas(picture, camera)
    half = camera.width / camera.px_per_m
    for place in np.arange(-drawing.PANEL_M * np.ceil(half / drawing.PANEL_M), half, drawing.PANEL_M):
        canvas.bar((place + 0.2, 3.0), (place + 0.2, 0.2), 0.006, drawing.WALL_LINE)
    canvas.polygon([(-half, 0.30), (half, 0.30), (half, 0.22), (-half, 0.22)], drawing.SKIRTING)
    canvas.polygon([(-half, 0.22), (half, 0.22), (half, -1.0), (-half, -1.0)], drawing.FLOOR)
    for side in (-1, 1):
        canvas.bar((side * 0.40, 0.0), (side * 0.40, 1.05), 0.05, drawing.FRAME)
    canvas.polygon([(-0.40, 1.16), (0.40, 1.16), (0.40, 1.00), (-0.40, 1.00)], drawing.CONSOLE)
    across = DECK_HALF_M
    canvas.polygon([(-0.34, 0.10), (0.34, 0.10), (across, -0.03), (-across, -0.03)], drawing.DECK_EDGE)
    canvas.polygon([(-0.22, 0.10), (0.22, 0.10), (BELT_HALF_M, -0.03), (-BELT_HALF_M, -0.03)], drawing.BELT)
    canvas.polygon([(-across, -0.03), (across, -0.03), (across, -0.13), (-across, -0.13)], drawing.DECK)
    picture.flags.writeable = False
    return picture


def _frame(points: Floats, camera: Camera) -> Picture:
    at: dict[str, Floats] = {name: points[place] for place, name in enumerate(POINTS)}
    image = _room(camera).copy()
    canvas = Canvas(image, camera)
    lower_first = sorted(SIDES, key=lambda side: -float(at[f"{side}_heel"][1]))
    _head(canvas, at)
    for side in lower_first:
        _leg(canvas, at, side)
    _trunk(canvas, at)
    for side in SIDES:
        _arm(canvas, at, side)
    return image


def _leg(canvas: Canvas, at: dict[str, Floats], side: Side) -> None:
    hip, knee, ankle = (at[f"{side}_{name}"] for name in ("hip", "knee", "ankle"))
    calf = knee + 0.3 * (ankle - knee)
    canvas.limb(knee, calf, (0.048, 0.055), drawing.SKIN)
    canvas.limb(calf, ankle, (0.055, 0.032), drawing.SKIN)
    canvas.limb(knee + 0.86 * (ankle - knee), ankle, (0.036, 0.035), drawing.SOCK)
    _shoe(canvas, at, side)
    canvas.limb(hip, knee, (0.088, 0.052), drawing.SKIN)
    canvas.limb(hip, hip + 0.52 * (knee - hip), (0.098, 0.080), drawing.SHORTS)


def _shoe(canvas: Canvas, at: dict[str, Floats], side: Side) -> None:
    bottom, top = at[f"{side}_hc_bot"], at[f"{side}_hc_top"]
    up = (top - bottom) / max(float(np.hypot(*(top - bottom))), 1e-6)
    right = np.array([up[1], -up[0]])

    def placed(outline: tuple[tuple[float, float], ...]) -> Floats:
        return np.array([bottom + x * right + y * up for x, y in outline])

    canvas.polygon(placed(UPPER), drawing.SHOE)
    canvas.polygon(placed(SOLE), drawing.SOLE)
    canvas.limb(bottom + 0.034 * up, bottom + 0.088 * up, (0.006, 0.006), drawing.TOP_FAR)


def _trunk(canvas: Canvas, at: dict[str, Floats]) -> None:
    left, right, c7 = at["left_hip"], at["right_hip"], at["c7"]
    middle = (left + right) / 2
    waist, chest = middle + 0.34 * (c7 - middle), middle + 0.78 * (c7 - middle)
    canvas.limb(left, right, (0.104, 0.104), drawing.SHORTS)
    canvas.limb(middle + 0.1 * (c7 - middle), waist, (0.150, 0.122), drawing.SHORTS)
    canvas.limb(waist, chest, (0.120, 0.150), drawing.TOP)
    canvas.limb(at["left_shoulder"], at["right_shoulder"], (0.058, 0.058), drawing.TOP)
    canvas.limb(chest, c7, (0.150, 0.070), drawing.TOP)


def _arm(canvas: Canvas, at: dict[str, Floats], side: Side) -> None:
    shoulder, elbow, wrist = (at[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist"))
    canvas.limb(wrist, wrist, (0.036, 0.036), drawing.SKIN_FAR)
    canvas.limb(elbow, wrist, (0.040, 0.028), drawing.SKIN_FAR)
    canvas.limb(shoulder, elbow, (0.050, 0.040), drawing.SKIN)
    canvas.limb(shoulder, shoulder + 0.45 * (elbow - shoulder), (0.060, 0.054), drawing.TOP_SHADE)


def _head(canvas: Canvas, at: dict[str, Floats]) -> None:
    c7, skull = at["c7"], at["nose"] + np.array([0.0, 0.02])
    canvas.limb(c7, skull, (0.058, 0.056), drawing.SKIN)
    for side in SIDES:
        canvas.disc(at[f"{side}_ear"], 0.022, drawing.SKIN_FAR)
    canvas.limb(skull + np.array([0.0, -0.03]), skull + np.array([0.0, 0.03]), (0.078, 0.086), drawing.HAIR)
    tail = skull + np.array([0.0, 0.03])
    canvas.limb(tail, tail + np.array([0.6 * float(c7[0] - skull[0]), -0.20]), (0.034, 0.014), drawing.HAIR)
    canvas.limb(
        skull + np.array([-0.078, 0.035]), skull + np.array([0.078, 0.035]), (0.011, 0.011), drawing.BAND
    )
