"""The README's first command where there is no display: the whole tour, and what it left behind."""

import io
import os
import re
import subprocess
import sys

import pypdf

from runclinic.demo import clinic
from runclinic.ui.papers import KINDS
from runclinic.video import Clip


def test_the_tour_without_a_display(tmp_path):
    settings = {
        name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    done = subprocess.run(
        [sys.executable, "-m", "runclinic", "demo", "--out", str(tmp_path / "tour")],
        env={**settings, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    told = re.findall(rf"^(clip|screen|record|{'|'.join(KINDS)}) +(.+)$", done.stdout, re.MULTILINE)
    assert [kind for kind, _ in told].count("screen") >= 12
    (clip,) = [path for kind, path in told if kind == "clip"]
    with Clip.open(clip) as opened:
        assert opened.frame_count == len(clinic.SHOT.times_s)
    (plan,) = [path for kind, path in told if kind == "plan"]
    with open(plan, "rb") as file:  # noqa: PTH123
        text = " ".join(pypdf.PdfReader(io.BytesIO(file.read())).pages[0].extract_text().split())
    value, error = re.search(r"You took ([\d.]+) ± ([\d.]+) steps a minute", text).groups()
    assert abs(float(value) - clinic.SHOT.runner.cadence_spm) <= float(error)
    assert {kind for kind, _ in told} >= {*KINDS, "record"}
    for _, path in told:
        assert os.path.getsize(path) > 5_000  # noqa: PTH202
