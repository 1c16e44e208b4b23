"""OpenCV, loaded by this module alone; its wheel's Qt 5 folders never reach the window's Qt 6."""

import functools
import importlib
import os
from types import ModuleType

import numpy as np
import numpy.typing as npt

QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


@functools.cache
def opencv() -> ModuleType:
    """The module cv2, imported at the first call: it costs a quarter of a second, so not at start-up.

    The Linux wheel points two environment variables at its own Qt 5 when it is imported. They are put
    back as they were, so that neither PySide6 nor a child process looks there.
    """
    before = {name: os.environ.get(name) for name in QT_VARIABLES}
    module = importlib.import_module("cv2")
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    return module


def png(picture: npt.NDArray[np.uint8]) -> bytes:
    """A BGR picture `uint8[h, w, 3]` as the bytes of a PNG file."""
    done, data = opencv().imencode(".png", picture)
    if not done:
        raise ValueError(f"no PNG from a picture of shape {picture.shape}")
    return data.tobytes()
