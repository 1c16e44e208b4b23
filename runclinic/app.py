"""Ties everything to the window: the one file that knows every part."""

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from runclinic import paths
from runclinic.ui import look, only_one
from runclinic.ui.trouble import Trouble
from runclinic.ui.window import Window

NAME = "RunClinic"
_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def run(home: Path, *, beside: Callable[[QWidget], None] | None = None) -> int:
    """Show the window until it is closed; 0 when all was well. `beside` shows what belongs to a tour.

    Where a window of these records is open already, that one comes to the front instead.
    """
    app = application()
    if only_one.wake_the_other(home):
        return 0
    trouble = Trouble(paths.log_folder(home))
    trouble.install()
    dressed()
    window = Window(home)
    only_one.FrontDoor(home, window)
    window.show()
    if beside is not None:
        beside(window)
    return app.exec()


def dressed() -> None:
    """Colours, font and icons as chosen on this computer, following the system where nothing was chosen."""
    look.dress(look.chosen_scheme())
    look.follow_the_system()


def application() -> QApplication:
    """Qt's application, once; its names decide where the look of this computer is kept."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    _one_heap()
    os.environ.setdefault("QT_ENABLE_HIGHDPI_SCALING", "1")
    app = QApplication(sys.argv[:1])
    app.setApplicationName(NAME)
    app.setOrganizationName(NAME)
    app.setApplicationDisplayName(NAME)
    return app


def _one_heap() -> None:
    """One heap for all threads: with its own for each, glibc kept some 50 MB more at every visit with a film.

    Frames and pages are made on threads that come and go; what was freed in their heaps did not go back.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL("libc.so.6").mallopt(_ARENA_MAX, 1)
