"""One module loads OpenCV, and its Qt stays out of the environment."""

import os
import subprocess
import sys

from runclinic.video import cv

LOOK = """
import os
os.environ["QT_QPA_FONTDIR"] = "hers"
from runclinic.video import cv
module = cv.opencv()
assert module.__name__ == "cv2" and module is cv.opencv()
print([os.environ.get(name) for name in cv.QT_VARIABLES])
"""


def test_the_variables_of_its_qt_are_put_back_as_they_were():
    environment = {name: value for name, value in os.environ.items() if name not in cv.QT_VARIABLES}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    said = subprocess.run(
        [sys.executable, "-c", LOOK], capture_output=True, text=True, check=True, env=environment
    )
    assert said.stdout.strip() == "[None, 'hers']"


def test_opening_a_clip_module_does_not_load_opencv():
    look = "import sys, runclinic.video; print('cv2' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    said = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, env=environment
    )
    assert said.stdout.strip() == "False"
