"""Files cut off or spoilt anywhere: shown or refused in one line, by both backends, in child processes."""

import gc
import io
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from runclinic.refused import Refused
from runclinic.video import Clip, apart
from tests.video import spoilt
from tests.video.zoo import written

ROOT = Path(__file__).resolve().parents[2]


def in_children(backend, last):
    """What each spoilt copy gave; a child that dies is started again behind the copy that it died of."""
    found, died, first = Counter(), [], 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENCV_FFMPEG_LOGLEVEL": "-8"}
    while first < last:
        done = subprocess.run(
            [sys.executable, "-m", "tests.video.spoilt", backend, str(first), str(last)],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=environment,
            timeout=900,
        )
        answers = [line.split() for line in done.stdout.splitlines()]
        found.update(answer[1] for answer in answers)
        assert done.returncode <= 0, done.stderr[-2000:]  # a fault of ours has a traceback and code 1
        first = int(answers[-1][0]) + 1 if answers else first
        if done.returncode < 0:
            died.append(first)
            first += 1
    return found, died


@pytest.mark.parametrize("backend", ["pyav", "cv2"])
def test_spoilt_copies_in_a_child(backend):
    found, died = in_children(backend, 24)
    assert found["shown"] + found["refused"] + len(died) == 24
    assert found["shown"]
    assert found["refused"]
    assert backend == "cv2" or not died


@pytest.mark.storm
@pytest.mark.parametrize("backend", ["pyav", "cv2"])
def test_a_thousand_spoilt_copies(backend):
    found, died = in_children(backend, 1000)
    assert found["shown"] + found["refused"] + len(died) == 1000
    assert backend == "cv2" or not died
    assert len(died) <= 10


@pytest.mark.storm
def test_spoilt_copies_leave_no_memory_behind():
    def memory_mb():
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

    whole = spoilt.originals()

    def many(first, last):
        for seed in range(first, last):
            spoilt.outcome(spoilt.spoilt(seed, whole), "pyav")
        return memory_mb()

    before = many(0, 200)
    assert many(200, 700) - before < 5


def test_a_first_look_apart_passes_a_clip_and_tells_what_is_none(tmp_path):
    good, bad = tmp_path / "good.mp4", tmp_path / "bad.mp4"
    good.write_bytes(written())
    bad.write_bytes(b"Dear colleague")
    apart.look(good)
    with pytest.raises(Refused, match="not a video"):
        apart.look(bad)


def _dies(*_):
    os.abort()


def test_a_file_that_kills_the_decoder_kills_only_the_child(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "_looked", _dies)
    with pytest.raises(Refused, match="breaks the video decoder"):
        apart.look(tmp_path / "any.mp4")


def test_a_clip_is_not_harmed_by_a_spoilt_one_beside_it():
    whole = spoilt.originals()
    with Clip.open(io.BytesIO(written())) as clip:
        for seed in range(6):
            spoilt.outcome(spoilt.spoilt(seed, whole), "pyav")
            assert clip.frame(seed).shape == (180, 320, 3)
