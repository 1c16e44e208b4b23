"""A hand that clicks where it sees a joint gets the joint's true place, however the film lies and is shown.

The joints of the drawn runner wear spots of one colour. The hand turns the wheel over a joint, finds its spot
among the pixels that the window painted, and clicks there: nothing of the program's own places is asked.
"""

import io
import math
import os
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from runclinic.demo.clips import CLOCK, Shot
from runclinic.video import Clip, working_copy
from runclinic.visit import drawings

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SCALE = "QT_SCALE_FACTOR"
LEG = ("left_hip", "left_knee", "left_ankle")
AIMS = (4, 9)  # notches of the wheel before each look: 16 times closer in all
SPOT, GROUND = (255.0, 0.0, 255.0), 128.0
SPOT_SD, ACROSS = 2.0, 16.0  # pixels of the film; joints lie four times as far apart
EXACT = {"crf": "4", "preset": "ultrafast"}


@dataclass(frozen=True)
class Lying:
    """How a film lies in its file."""

    name: str
    size: tuple[int, int] = (640, 360)
    clockwise: int = 0
    mirrored: bool = False
    pixel_aspect: Fraction = Fraction(1)

    @property
    def shot(self) -> Shot:
        return Shot(capture_fps=30, duration_s=0.15, size=self.size)

    def leg(self, frame: int) -> np.ndarray:
        """Hip, knee and ankle in a frame, upright, float64[3, 2]."""
        return np.array([self.shot.point(name)[frame] for name in LEG])

    def write(self, folder: Path) -> Path:
        """Stored so that the file asks to be turned first, then mirrored."""
        path, spots = folder / "leg.mp4", np.array([self.shot.point(name) for name in LEG])
        with av.open(str(path), "w") as target:
            stream = None
            for at, upright in enumerate(self.shot.pictures()):
                seen = spotted(upright, spots[:, at])[:, :: -1 if self.mirrored else 1]
                stored = np.ascontiguousarray(np.rot90(seen, self.clockwise // 90))
                if stream is None:
                    stream = target.add_stream("libx264", options=EXACT)
                    stream.height, stream.width = stored.shape[:2]
                    stream.pix_fmt = "yuv444p"
                    stream.codec_context.time_base = stream.time_base = CLOCK
                    if self.pixel_aspect != 1:
                        stream.codec_context.sample_aspect_ratio = self.pixel_aspect
                    stream.set_display_rotation(-self.clockwise % 360, hflip=self.mirrored)
                frame = av.VideoFrame.from_ndarray(stored, format="bgr24")
                frame.time_base, frame.pts = CLOCK, self.shot.stored_ticks[at]
                target.mux(stream.encode(frame))
            target.mux(stream.encode())
        return path


FILMS = (
    Lying("upright"),
    Lying("turned-90", (360, 640), 90),
    Lying("turned-180", clockwise=180),
    Lying("turned-270", (360, 640), 270),
    Lying("mirrored", mirrored=True),
    Lying("mirrored-90", (360, 640), 90, mirrored=True),
    Lying("wide-pixels", pixel_aspect=Fraction(4, 3)),
    Lying("4K", (3840, 2160)),
)


def spotted(picture: np.ndarray, places: np.ndarray) -> np.ndarray:
    """A picture with a soft spot on plain ground at each place, uint8[height, width, 3]."""
    made, wide = picture.astype(np.float32), SPOT_SD
    for x, y in places:
        reach = int(6 * wide) + 1
        left, top = max(0, int(x) - reach), max(0, int(y) - reach)
        piece = made[top : int(y) + reach, left : int(x) + reach]
        rows, columns = np.mgrid[top : top + piece.shape[0], left : left + piece.shape[1]]
        piece[:] = GROUND
        share = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * wide**2))[..., None]
        piece[:] = piece * (1 - share) + np.array(SPOT) * share
    return np.round(made).astype(np.uint8)


def seen_spot(picture, near: QPoint, reach: float) -> QPoint:
    """Where the window shows the spot that is nearest to a place; `reach` across a spot, logical pixels."""
    shot = picture.grab().toImage().convertToFormat(QImage.Format.Format_BGR888)
    rows = np.frombuffer(shot.constBits(), np.uint8).reshape(shot.height(), shot.bytesPerLine())
    bgr = rows[:, : shot.width() * 3].reshape(shot.height(), shot.width(), 3).astype(np.int16)
    weight = np.clip(np.minimum(bgr[..., 0], bgr[..., 2]) - bgr[..., 1] - 40, 0, None)
    assert weight.max() > 100, "there is no spot in sight"
    ratio = shot.devicePixelRatio()
    down, across = np.nonzero(weight)
    far = np.hypot(across - near.x() * ratio, down - near.y() * ratio)
    one = np.hypot(across - across[far.argmin()], down - down[far.argmin()]) < reach * ratio
    x, y = (np.average(each[one] + 0.5, weights=weight[down, across][one]) for each in (across, down))
    return QPoint(round(x / ratio), round(y / ratio))


def wheel(picture, at: QPoint, notches: int) -> None:
    place = QPointF(at)
    for _ in range(notches):
        turned = QWheelEvent(
            place, QPointF(picture.mapToGlobal(at)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, NONE,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(picture, turned)


def shown_by(picture, film: Lying) -> float:
    """How many logical pixels a pixel of the film is high while the whole picture is shown."""
    return min(picture.width() / film.size[0] / float(film.pixel_aspect), picture.height() / film.size[1])


def about(picture, film: Lying, place: np.ndarray) -> QPoint:
    """Where in the window a place of the film lies while the whole picture is shown, to a few pixels."""
    down = shown_by(picture, film)
    across = down * float(film.pixel_aspect)
    x = picture.width() / 2 + (place[0] - film.size[0] / 2) * across
    return QPoint(round(x), round(picture.height() / 2 + (place[1] - film.size[1] / 2) * down))


def click_joints(room, film: Lying, places) -> None:
    """Each as near as it goes, with a new aim on the way."""
    picture = room.page.stage.picture
    for place in places:
        room.press("0")
        at, turned = about(picture, film, place), 0
        for notches in AIMS:
            wheel(picture, at, notches)
            turned += notches
            at = seen_spot(picture, at, ACROSS * shown_by(picture, film) * min(16, 1.25**turned))
        QTest.mouseClick(picture, LEFT, NONE, at)


def opening(one, middle, last, aspect: float) -> float:
    """The angle at the middle by its cosine."""
    first, other = (np.subtract(each, middle) * (aspect, 1) for each in (one, last))
    return math.degrees(math.acos(first @ other / np.linalg.norm(first) / np.linalg.norm(other)))


def drawn(room) -> tuple[drawings.Drawing, ...]:
    return drawings.recorded(room.opened.now(), room.page.film_id)


def readings(room) -> list[float]:
    sketch = room.page.sketch
    return [drawings.measured(each, sketch.size, sketch.aspect).value for each in drawn(room)]


def at_frame(room, frame: int) -> None:
    room.go(frame)
    room.settled()


@pytest.mark.parametrize("film", FILMS, ids=lambda film: film.name)
def test_clicked_joints_measure_true(open_room, tmp_path, film):
    """The distance on a frame of its own: an end that is drawn would lie over the spot."""
    room, leg, thigh, aspect = open_room(), film.leg(2), film.leg(3)[:2], float(film.pixel_aspect)
    if film.size[1] > film.size[0]:
        room.host.resize(1600, 1300)  # else a pixel of the screen is a tenth of a degree of her thigh
    room.on_film(film.write(tmp_path))
    at_frame(room, 2)
    room.press("a")
    click_joints(room, film, leg)
    at_frame(room, 3)
    room.press("d")
    click_joints(room, film, thigh)
    assert [(each.tool, each.frame) for each in drawn(room)] == [("angle", 2), ("distance", 3)]
    assert np.abs(np.array(drawn(room)[0].points) - leg).max() < 0.25
    angle, distance = readings(room)
    assert angle == pytest.approx(opening(*leg, aspect), abs=0.1)
    assert distance == pytest.approx(np.linalg.norm((thigh[0] - thigh[1]) * (aspect, 1)), abs=0.5)
    again = open_room()
    again.settled()
    assert drawn(again) == drawn(room)
    assert readings(again) == pytest.approx([angle, distance], abs=0.001)


@pytest.mark.parametrize("clockwise", [0, 90, 180, 270])
def test_the_copy_that_is_stepped_in_lies_as_the_film_does(tmp_path, clockwise):
    size = (360, 640) if clockwise % 180 else (640, 360)
    film = Lying("mirrored", size, clockwise, mirrored=True)
    copied = io.BytesIO()
    with Clip.open(film.write(tmp_path)) as clip:
        drawn = next(iter(film.shot.pictures()))
        assert np.abs(clip.frame(0).astype(int) - drawn).mean() < 3
        for _ in working_copy.making(clip, copied):
            pass
        with Clip.open(io.BytesIO(copied.getvalue())) as copy:
            assert copy.size == clip.size
            assert np.abs(copy.frame(2).astype(int) - clip.frame(2)).mean() < 3


@pytest.mark.storm
@pytest.mark.skipif(SCALE in os.environ, reason="this is the larger screen")
def test_on_a_screen_of_twice_the_pixels():
    """In a process of its own: the scale is Qt's from its first moment."""
    asked = [f"{__file__}::test_clicked_joints_measure_true[{name}]" for name in ("turned-90", "4K")]
    here = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *asked],
        cwd=here, env={**os.environ, SCALE: "2"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "2 passed" in done.stdout, done.stdout
