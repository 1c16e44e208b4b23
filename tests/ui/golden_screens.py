"""The pages as small pictures, and the whole matrix of sizes, scales, schemes and texts.

python tests/ui/golden_screens.py --out FOLDER     every page in every size, and what is cut off in it
python tests/ui/golden_screens.py --renew          the kept pictures anew, after they were looked at
"""

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from itertools import product
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from runclinic.app import application
from runclinic.ui import look
from runclinic.ui.paper_preview import PaperPreview
from tests.ui import screens

KEPT = Path(__file__).parent / "golden"
KEPT_SIZE = (1366, 696)  # 1366 x 768 without title and task bar
WIDTH = 480
TILE, DIFFERENT, SHARE = 16, 14.0, 0.01  # pixels, levels of 255, part of the tiles
SCREENS = ((1366, 696, 1.0), (1366, 768, 1.25), (1920, 1080, 1.0), (1920, 1080, 1.5), (2732, 1536, 2.0))
GOLDEN = (
    "unlock",
    "clients",
    "client",
    "settings",
    "safety",
    "history",
    "questionnaires iciq_ui_sf",
    "pelvic_floor consent",
    "pelvic_floor pop_q",
    "strength strength",
    "impact",
    "gait",
    "readiness",
    "plan",
    "print",
    "sign",
)


def small(widget: QWidget) -> Image.Image:
    """The picture of a page, 480 wide; paper, which has golden pages of its own, is left blank."""
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    painter = QPainter(picture)
    for sheet in widget.findChildren(PaperPreview):
        if sheet.isVisible():
            place = QRect(sheet.mapTo(widget, QPoint(0, 0)), sheet.size())
            painter.fillRect(place, QColor("grey"))
    painter.end()
    wide, high, line = picture.width(), picture.height(), picture.bytesPerLine()
    points = (
        np.frombuffer(picture.constBits(), np.uint8).reshape(high, line)[:, : wide * 3].reshape(high, wide, 3)
    )
    whole = Image.fromarray(points.copy())
    return whole.resize((WIDTH, round(high * WIDTH / wide)), Image.Resampling.BOX)


def changed(kept: Image.Image, now: Image.Image) -> float:
    """Which part of the tiles differs; a letter that is drawn a little otherwise does not count."""
    if kept.size != now.size:
        return 1.0
    one, other = (np.asarray(each.convert("RGB"), float) for each in (kept, now))
    high, wide = (length // TILE for length in one.shape[:2])
    apart = (one - other)[: high * TILE, : wide * TILE].reshape(high, TILE, wide, TILE, 3).mean((1, 3))
    return float((np.abs(apart).max(-1) > DIFFERENT).mean())


def beside(kept: Image.Image, now: Image.Image, to: Path) -> Path:
    """Both in one picture, the kept one at the left."""
    both = Image.new("RGB", (kept.width + now.width + 8, max(kept.height, now.height)), "red")
    both.paste(kept, (0, 0))
    both.paste(now, (kept.width + 8, 0))
    to.parent.mkdir(parents=True, exist_ok=True)
    both.save(to)
    return to


def kept_file(name: str) -> Path:
    """Where the picture of a page is kept."""
    return KEPT / f"{name.replace(' ', '-')}.png"


def kept_picture(name: str) -> Image.Image:
    """How a page looked when it was last looked at."""
    with Image.open(kept_file(name)) as file:
        return file.convert("RGB")


def compare(name: str, now: Image.Image, out: Path) -> str:
    """What to say of a page that looks otherwise than it was kept; "" when it does not."""
    kept = kept_picture(name)
    share = changed(kept, now)
    if share <= SHARE:
        return ""
    return f"{name}: {share:.1%} of it looks otherwise, see {beside(kept, now, out / kept_file(name).name)}"


def renew() -> None:
    """Keep the pages as they look now."""
    KEPT.mkdir(exist_ok=True)
    look.dress("light")
    with tempfile.TemporaryDirectory() as home, screens.that_day(pytest.MonkeyPatch):
        store = screens.clinic(Path(home) / "clinic")
        for screen in screens.screens(store, KEPT_SIZE):
            if screen.name in GOLDEN:
                small(screen.widget).quantize(256).save(kept_file(screen.name), optimize=True)
        store.close()


def one(out: Path, size: tuple[int, int], scheme: look.Scheme, *, long: bool) -> int:
    """All pages of one size, one scheme and one length of texts; how many things are cut off."""
    look.dress(scheme)
    wrong = 0
    words = screens.long_words(pytest.MonkeyPatch) if long else nullcontext()
    with tempfile.TemporaryDirectory() as home, screens.that_day(pytest.MonkeyPatch), words:
        store = screens.clinic(Path(home) / "clinic")
        for screen in screens.screens(store, size):
            screen.widget.grab().save(str(out / f"{screen.name}.png"))
            for said in screens.cut_off(screen, size):
                wrong += 1
                sys.stdout.write(f"{out.name}: {screen.name}: {said}\n")
        store.close()
    return wrong


def matrix(out: Path) -> int:
    """Every size in a process of its own, for the scale is Qt's from its first moment."""
    wrong = 0
    for (wide, high, scale), scheme, length in product(SCREENS, ("light", "dark"), ("short", "long")):
        place = out / f"{wide}x{high} at {scale:.0%} {scheme} {length}"
        place.mkdir(parents=True, exist_ok=True)
        given = ["--one", str(place), str(int(wide / scale)), str(int(high / scale)), scheme, length]
        scaled = {**os.environ, "QT_SCALE_FACTOR": str(scale)}
        done = subprocess.run(
            [sys.executable, __file__, *given], env=scaled, stdout=subprocess.PIPE, text=True, check=False
        )
        said = "all can be read" if done.returncode == 0 else "it did not come to an end"
        sys.stdout.write(done.stdout or f"{place.name}: {said}\n")
        sys.stdout.flush()
        wrong += done.returncode != 0
    return wrong


def main() -> int:
    """0 when nothing is cut off."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path)
    asked.add_argument("--renew", action="store_true")
    asked.add_argument("--one", nargs=5, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.out is not None:
        return int(matrix(given.out) > 0)
    application()
    QApplication.setCursorFlashTime(0)
    if given.renew:
        renew()
        return 0
    place, wide, high, scheme, length = given.one
    return int(one(Path(place), (int(wide), int(high)), scheme, long=length == "long") > 0)


if __name__ == "__main__":
    raise SystemExit(main())
