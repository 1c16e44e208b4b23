"""The Material Design icons of QtAwesome's font, drawn in any colour.

The font is read without importing the package: that would load every Qt module there is, a third of a
second before the window stands.
"""

import json
from functools import cache
from importlib.util import find_spec
from math import ceil
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPixmap

SIZES = (16, 18, 20, 22, 24)


@cache
def _family() -> str:
    """The family of the font, once Qt knows it."""
    number = QFontDatabase.addApplicationFont(str(_file("materialdesignicons6-webfont-*.ttf")))
    return QFontDatabase.applicationFontFamilies(number)[0]


@cache
def _letters() -> dict[str, str]:
    """The letter of each icon's name."""
    listed = json.loads(_file("materialdesignicons6-webfont-charmap-*.json").read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in listed.items()}


def _file(pattern: str) -> Path:
    found = find_spec("qtawesome")
    folders = (found.submodule_search_locations if found else None) or ()
    return next(file for folder in folders for file in (Path(folder) / "fonts").glob(pattern))


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """An icon ("check-circle") of `size` logical pixels. KeyError if there is none of this name."""
    picture = QPixmap(QSize(size, size) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    font = QFont(_family())
    font.setPixelSize(size)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(QRect(0, 0, size, size), Qt.AlignmentFlag.AlignCenter, _letters()[name])
    painter.end()
    return picture


def _ratio() -> float:
    """Pixels of the finest screen for each logical one."""
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)


@cache
def icon(name: str, colour: str, disabled: str = "") -> QIcon:
    """The same for buttons, in every size that the window uses."""
    made, ratio = QIcon(), ceil(_ratio())
    for size in SIZES:
        made.addPixmap(pixmap(name, colour, size, ratio))
        if disabled:
            made.addPixmap(pixmap(name, disabled, size, ratio), QIcon.Mode.Disabled)
    return made
